package main

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
)

// Neighbours are made in one call and cut apart where its clip cuts, each a take of its own
// shot; a clip that is not cut as asked is NG for its shots, which are then made one by one.
// As drafts they have their finals in one call too. The books hold every cent of it.
func TestPack(t *testing.T) {
	h := newHouse(t, `season:
  show: tiny
  language: en
  format: {raster: 180x320}
  takes: {draft: true, pack: auto}
  budget: {currency: CNY, episode: 60, on_exceed: stop}
  routing: {default: [fake]}
episode: 1
scenes:
- scene: 1
  shots:
  - {shot: 1A, size: MS, duration: 2s, action: A lamp swings.}
  - {shot: 1B, size: CU, duration: 2s, action: Its light on a wall.}
- scene: 2
  shots:
  - {shot: 2A, size: MS, duration: 2s, action: "A door. [fake: uncut*1]"}
  - {shot: 2B, size: CU, duration: 2s, action: It opens.}
`)
	h.write("dailies.yaml", "providers:\n  fake: {type: fake, model: fake-pack, slots: 4, submit_rps: 0, poll_every: 100ms}\n")
	planned := h.must(exitDone, "plan", h.script).stdout
	for _, want := range []string{
		"in one call with 1B", "total 2.40",
		"takes of 4 shots in 2 calls 12.00 to 48.00 CNY, each by itself 16.00 to 48.00 CNY",
		"drafts of 4 shots in 2 calls 2.40 to 9.60 CNY, each by itself 3.20 to 9.60 CNY",
	} {
		if !strings.Contains(planned, want) {
			t.Errorf("plan does not say %q:\n%s", want, planned)
		}
	}
	if told := h.must(exitDone, "prompts", h.script, "1B").stdout; !strings.Contains(told, "in one call with 1A, to fake") || !strings.Contains(told, "Shot 2 [0:03–0:06]: ") {
		t.Errorf("prompts:\n%s", told)
	}
	d := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json"))
	if d.State != drama.StateDelivered || h.bought() != 4 || d.Spent.Micros != 4_000_000 || d.Master.Frames != 192 {
		t.Fatalf("%s, %d bought, spent %s: %+v", d.State, h.bought(), d.Spent, d.Shots)
	}
	if said := strings.Join(d.Shots[3].Reasons, "\n"); !strings.Contains(said, "0 cuts found where 1 was asked for") {
		t.Errorf("2B: %s", said)
	}
	for i, want := range []string{"1A/1", "1B/1", "2A/2", "2B/2"} {
		if d.Shots[i].Take != "tiny/ep01/"+want {
			t.Errorf("shot %+v, want take %s", d.Shots[i], want)
		}
	}
	d = decode[drama.Delivery](t, h.must(exitDone, "final", "tiny/ep01", "1A", "1B", "--yes", "--json"))
	if d.Cut != 2 || h.bought() != 5 || d.Spent.Micros != 10_000_000 || d.Shots[0].Draft != nil || d.Shots[0].Price.Micros != 3_000_000 || d.Shots[2].Draft == nil {
		t.Errorf("%d bought, spent %s: %+v", h.bought(), d.Spent, d.Shots)
	}
}
