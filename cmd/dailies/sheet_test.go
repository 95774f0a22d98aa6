package main

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/studio"
)

// known is one shot of somebody, drawn by the built-in provider.
const known = `season:
  show: tiny
  language: en
  format: {raster: 64x96, fps: 24}
  cast: {mara: {name: Mara, looks: woman with red hair}}
  routing: {default: [animatic]}
episode: 1
scenes:
- {scene: 1, shots: [{shot: 1A, size: CU, duration: 500ms, cast: [mara], action: Mara waits.}]}
`

// TestSheets: from a look book to a take and another take, with no key at all. What is
// there is made once; a face comes before what is made from it; a take is kept when a
// sheet changes, and says so.
func TestSheets(t *testing.T) {
	h := newHouse(t, strings.ReplaceAll(known, "500ms", "0.5s"))
	states := func(args ...string) (all []string, b sheetsOut) {
		t.Helper()
		b = decode[sheetsOut](t, h.must(exitDone, append([]string{"sheet", h.script, "--json"}, args...)...))
		for _, s := range b.Sheets {
			all = append(all, s.Name+" "+string(s.State))
		}
		return all, b
	}
	if got, _ := states("--candidates", "2"); strings.Join(got, ", ") != "mara:face choose, mara:body waits" {
		t.Fatalf("first: %v", got)
	}
	if _, b := states(); len(b.Sheets[0].Candidates) != 2 {
		t.Fatalf("what is there was made again, or not at all: %+v", b.Sheets[0].Candidates)
	}
	h.must(exitUsage, "sheet", h.script, "--approve", "mara:feet")
	h.must(exitUsage, "sheet", h.script, "--approve", "mara:face=7")
	h.must(exitUsage, "sheet", h.script, "--retake", "mara:body")
	if got, _ := states("--approve", "mara:face=1"); strings.Join(got, ", ") != "mara:face approved, mara:body missing" {
		t.Fatalf("approved: %v", got)
	}
	d := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json"))
	if d.Cut != 1 || d.Shots[0].Reused {
		t.Fatalf("rendered: %+v", d)
	}
	if got, _ := states("--approve", "mara:face=2"); got[0] != "mara:face "+string(studio.SheetApproved) {
		t.Fatalf("the other face: %v", got)
	}
	p := decode[planned](t, h.must(exitDone, "plan", h.script, "--json"))
	if s := p.Shots[0]; s.Action != plan.Reuse || !strings.Contains(s.Reason, "sheet of mara: face") || len(p.Warnings) == 0 {
		t.Errorf("after the face has changed: %s, %s, %v", s.Action, s.Reason, p.Warnings)
	}
	if d = decode[drama.Delivery](t, h.must(exitDone, "retake", "tiny/ep01", "1A", "--json")); d.Cut != 2 || d.Shots[0].Take != "tiny/ep01/1A/2" {
		t.Errorf("retaken: %+v", d)
	}
	if p = decode[planned](t, h.must(exitDone, "plan", h.script, "--json")); strings.Contains(p.Shots[0].Reason, "stale") {
		t.Errorf("after the retake: %s", p.Shots[0].Reason)
	}
	if r := h.must(exitDone, "status"); strings.Contains(r.stdout, "sheets") {
		t.Errorf("the look book is told as an episode: %s", r.stdout)
	}
}
