package workflows_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// Where only a parked provider may make the shots they wait, say so, and ask again:
// one of them first. Nothing is bought twice for it.
func TestShotsWaitForAParkedProvider(t *testing.T) {
	for _, by := range []string{"time", "a person"} {
		t.Run(by, func(t *testing.T) {
			s := rehearsal.New(t, rehearsal.Options{})
			broken := &atomic.Bool{}
			broken.Store(true)
			asked := &atomic.Int32{}
			s.Providers["fake"] = keyless{s.Providers["fake"], broken, asked}
			e := env(t, s)
			e.RegisterDelayedCallback(func() {
				st := status(t, e)
				w := waits(st, "1B")
				if st.State != drama.StatePaused || w.For != drama.WaitProvider || w.NextTry == nil || w.Since.IsZero() || !strings.Contains(w.Reason, "key") {
					t.Errorf("while it is parked: %s, %+v", st.State, w)
				}
				asked.Store(0)
			}, 10*time.Minute)
			e.RegisterDelayedCallback(func() {
				if n := asked.Load(); n != 1 {
					t.Errorf("after a quarter of an hour %d shots asked, want one", n)
				}
				broken.Store(false)
				if by == "a person" {
					accepted(t, e, "resume", workflows.Resume{})
				}
			}, 16*time.Minute)
			d := run(t, e, s.Submit(t, rehearsal.Production([]string{"fake"}, rehearsal.Shots(3)...)))
			if d.State != drama.StateDelivered || s.Bought(t) != 3 {
				t.Errorf("ended as %s, bought %d", d.State, s.Bought(t))
			}
		})
	}
}

// keyless is a vendor whose key does not work for a while.
type keyless struct {
	provider.Provider
	broken *atomic.Bool
	asked  *atomic.Int32
}

func (k keyless) Submit(ctx context.Context, r provider.Request) (provider.Job, error) {
	k.asked.Add(1)
	if k.broken.Load() {
		return provider.Job{}, &provider.Error{Kind: provider.KindAuth, Message: "the key is not known"}
	}
	return k.Provider.Submit(ctx, r)
}
