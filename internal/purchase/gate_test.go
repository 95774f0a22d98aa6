package purchase

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

// Two places, and a big show that has both and more in line: what a person waits for goes
// first, then the shows take turns, and whoever gave up is not let in.
func TestTheGateIsFair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(2)
		var order []string
		line := func(ctx context.Context, show, name string, urgency int) {
			go func() {
				if _, err := g.enter(ctx, show, urgency); err == nil {
					order = append(order, name)
				}
			}()
			synctest.Wait()
		}
		gone, leave := context.WithCancel(t.Context())
		line(t.Context(), "big", "b1", 3)
		line(t.Context(), "big", "b2", 3)
		line(gone, "big", "gone", 1)
		for _, n := range []string{"b3", "b4", "b5", "b6"} {
			line(t.Context(), "big", n, 3)
		}
		line(t.Context(), "small", "s1", 3)
		line(t.Context(), "small", "s2", 3)
		line(t.Context(), "big", "retake", 2)
		leave()
		synctest.Wait()
		for len(order) < 9 {
			// Who has been inside longest goes.
			show := "big"
			if strings.HasPrefix(order[len(order)-2], "s") {
				show = "small"
			}
			g.leave(show, place{})
			synctest.Wait()
		}
		if order[2] != "retake" || slices.Index(order, "s2") > 6 || slices.Index(order, "s1") > 4 {
			t.Errorf("they went in as %v", order)
		}
		if slices.Contains(order, "gone") {
			t.Error("one that had given up was let in")
		}
	})
}
