package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/review"
)

// TestReview: a cut that has to be approved waits with exit code 4, is shown to people
// outside, is declined and approved with a name, and is delivered then.
func TestReview(t *testing.T) {
	h := newHouse(t, strings.Replace(tiny, "  label:", "  review: {required: true}\n  label:", 1))
	out := filepath.Join(h.dir, "out")
	r := h.must(exitWaiting, "render", h.script, "--json", "--out", out)
	if d := decode[drama.Delivery](t, r); d.State != drama.StateReview || d.Review != 1 || d.Cut != 0 || d.Master != nil {
		t.Errorf("rendered: %+v", d)
	}
	if !strings.Contains(r.stderr, "dailies review approve tiny/ep01") {
		t.Errorf("the message names no way on: %s", r.stderr)
	}
	h.must(exitUsage, "export", "tiny/ep01", "--out", out)
	waits := func() drama.Wait {
		t.Helper()
		e := decode[statuses](t, h.must(exitDone, "status", "tiny/ep01", "--json")).Episodes[0]
		if e.State != drama.StateReview || len(e.Waits) != 1 {
			t.Fatalf("status: %+v", e)
		}
		return e.Waits[0]
	}
	if w := waits(); w.For != drama.WaitReview || w.Cut != 1 || w.Since.IsZero() {
		t.Errorf("it waits: %+v", w)
	}

	link := decode[shownLink](t, h.must(exitDone, "review", "link", "tiny/ep01", "--expires", "2d", "--download", "--json"))
	if link.Cut != 1 || link.Passphrase == "" || !link.Download || link.URL != "" {
		t.Errorf("the link: %+v", link)
	}
	takes := decode[shownLink](t, h.must(exitDone, "review", "link", "tiny/ep01", "--take", "1a/1,1B/1", "--json"))
	if takes.Cut != 0 || len(takes.Takes) != 2 {
		t.Errorf("the link of takes: %+v", takes)
	}
	for _, wrong := range [][]string{{"--cut", "9"}, {"--take", "1A"}, {"--take", "1A/9"}, {"--expires", "never"}, {"--expires", "400d"}, {"--cut", "1", "--take", "1A/1"}} {
		h.must(exitUsage, append([]string{"review", "link", "tiny/ep01"}, wrong...)...)
	}
	h.must(exitDone, "review", "revoke", "tiny", takes.ID)
	h.must(exitUsage, "review", "revoke", "tiny", strings.Repeat("a", 26))
	h.must(exitUsage, "review", "revoke", "other", link.ID)

	h.must(exitDone, "review", "decline", "tiny/ep01", "--name", "Mo Li", "--why", "the lamp")
	if w := waits(); !strings.Contains(w.Reason, "Mo Li") || !strings.Contains(w.Reason, "the lamp") {
		t.Errorf("after a no it waits: %+v", w)
	}
	h.must(exitUsage, "review", "approve", "tiny/ep01", "--cut", "7")
	h.must(exitDone, "review", "approve", "tiny/ep01", "--name", "Ana")
	if r := h.must(exitDone, "status", "tiny/ep01", "--json"); !strings.Contains(r.stdout, `"delivered"`) {
		t.Errorf("status after it: %s", r.stdout)
	}
	h.must(exitDone, "export", "tiny/ep01", "--out", out)
	list := decode[struct {
		Links     []shownLink
		Decisions []review.Approval
	}](t, h.must(exitDone, "review", "list", "tiny/ep01", "--json"))
	if len(list.Links) != 2 || !list.Links[0].Revoked || list.Links[1].Passphrase != "" || len(list.Decisions) != 2 || !list.Decisions[0].Approved || list.Decisions[0].Name != "Ana" {
		t.Errorf("the list: %+v", list)
	}
	if d := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json")); d.State != drama.StateDelivered || d.Cut != 1 || h.bought() != 3 {
		t.Errorf("rendered again: %+v, %d bought", d, h.bought())
	}
}
