package main

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider/fake"
)

// Drafts are rendered; their finals are quoted, and bought only when a person says yes.
func TestDraftThenFinal(t *testing.T) {
	h := newHouse(t, `season:
  show: tiny
  language: en
  format: {raster: 180x320}
  takes: {draft: true}
  budget: {currency: CNY, episode: 9, on_exceed: stop}
  routing: {default: [fake]}
episode: 1
scenes:
- scene: 1
  shots:
  - {shot: 1A, size: MS, duration: 2s, action: A lamp swings.}
`)
	h.write("dailies.yaml", "providers:\n  fake: {type: fake, model: fake-draft, slots: 4, submit_rps: 0, poll_every: 100ms}\n")
	planned := h.must(exitDone, "plan", h.script).stdout
	for _, want := range []string{"as a draft", "total 0.40 to 1.20 CNY", "finals of 1 draft 2.00 CNY, with dailies final: in all 2.40 to 3.20 CNY; without drafts 2.00 to 6.00 CNY"} {
		if !strings.Contains(planned, want) {
			t.Errorf("plan does not say %q:\n%s", want, planned)
		}
	}
	d := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json"))
	if d.Shots[0].Draft == nil || d.Spent.Micros != 400_000 || !strings.Contains(strings.Join(d.Problems, "\n"), "cut of drafts") {
		t.Errorf("%+v", d)
	}
	q := decode[finalQuote](t, h.must(exitDone, "final", "tiny/ep01", "--json"))
	if len(q.Finals) != 1 || q.Total.Micros != 2_000_000 || q.Finals[0].Draft == nil || h.bought() != 1 {
		t.Errorf("quote %+v, %d bought", q, h.bought())
	}
	d = decode[drama.Delivery](t, h.must(exitDone, "final", "tiny/ep01", "1a", "--yes", "--json"))
	if d.Cut != 2 || d.Shots[0].Draft != nil || d.Shots[0].Take != "tiny/ep01/1A/2" || d.Spent.Micros != 2_400_000 || h.bought() != 2 {
		t.Errorf("%+v, %d bought", d, h.bought())
	}
	taken := h.must(exitDone, "takes", "tiny/ep01").stdout
	if !strings.Contains(taken, "draft of take 2") || !strings.Contains(taken, "final of take 1") || !strings.Contains(taken, fake.DraftModel) {
		t.Errorf("takes:\n%s", taken)
	}
	if r := h.must(exitDone, "final", "tiny/ep01", "--yes"); !strings.Contains(r.stderr, "nothing to buy") || h.bought() != 2 {
		t.Errorf("again: %+v, %d bought", r, h.bought())
	}
}
