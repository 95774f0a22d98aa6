package plan

import (
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

func ends(m *provider.Model) { m.Until, m.Instead = "2026-11-11", "v-3" }

func day(t *testing.T, date string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, date)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAModelsEndIsToldAheadAndKept(t *testing.T) {
	for date, want := range map[string]struct{ by, warned, why string }{
		"2026-10-01": {by: "vendor"},
		"2026-10-12": {by: "vendor", warned: "vendor, who makes 1A, 1B, ends on 2026-11-11; v-3 takes its place: route to animatic instead"},
		"2026-11-11": {by: "vendor", warned: "ends on 2026-11-11"},
		"2026-11-12": {by: "animatic", why: "ended on 2026-11-11; v-3 takes its place"},
	} {
		in := input(shot("1A"), shot("1B"))
		in.Providers, in.Now = []provider.Facts{vendor(ends), free()}, day(t, date)
		p := build(t, in)
		if len(p.Problems) > 0 || p.Shots[0].Provider != want.by {
			t.Errorf("%s: made by %s, problems %v", date, p.Shots[0].Provider, p.Problems)
		}
		var told []string
		for _, w := range p.Warnings {
			if strings.Contains(w.Message, "2026-11-11") {
				told = append(told, w.Message)
			}
		}
		if (want.warned != "") != (len(told) == 1) || len(told) == 1 && !strings.Contains(told[0], want.warned) {
			t.Errorf("%s: warned %q, want %q", date, told, want.warned)
		}
		if why := rejected(p.Shots[0].Rejected, ""); !strings.HasSuffix(why, want.why) {
			t.Errorf("%s: rejected because %q, want %q", date, why, want.why)
		}
		if want.why != "" && !strings.Contains(p.Shots[0].Reason, want.why) {
			t.Errorf("%s: the shot's reason is %q", date, p.Shots[0].Reason)
		}
	}
}

// With nobody else to ask, an ended model is a problem of the shot, at its place; a take
// that it made is used all the same.
func TestAnEndedModelsTakesStay(t *testing.T) {
	in := input(shot("1A"), shot("1B"))
	in.Providers, in.Now = []provider.Facts{vendor(ends), free()}, day(t, "2026-11-29")
	in.Production.Season.Routing[0].Use = []string{"vendor"}
	p := build(t, in)
	if len(p.Problems) != 2 || !strings.Contains(p.Problems[0].Message, "ended on 2026-11-11; v-3 takes its place") || p.Problems[0].Position.Line == 0 {
		t.Fatalf("problems %+v", p.Problems)
	}
	in.Circles = map[string]drama.Circle{}
	for _, s := range p.Shots {
		in.Circles[s.Digest] = drama.Circle{Take: drama.TakeID{Episode: p.Episode, Slate: s.Slate, Number: 1}}
	}
	p = build(t, in)
	if len(p.Problems) != 0 || p.Shots[0].Action != Reuse || p.Shots[1].Action != Reuse {
		t.Errorf("problems %+v, shots %s and %s", p.Problems, p.Shots[0].Action, p.Shots[1].Action)
	}
}

// A model under a code name ends without a word that gives it away.
func TestASealedModelEndsUnnamed(t *testing.T) {
	for _, date := range []string{"2026-11-01", "2026-11-29"} {
		in := input(shot("1A"))
		sealed := vendor(ends)
		sealed.CodeName = "Heron"
		in.Providers, in.Now = []provider.Facts{sealed, free()}, day(t, date)
		p := build(t, in)
		text := rejected(p.Shots[0].Rejected, "") + p.Shots[0].Reason
		for _, w := range p.Warnings {
			text += w.Message
		}
		if !strings.Contains(text, "its vendor") || strings.Contains(text, "v-3") || strings.Contains(text, "2026-11-11") {
			t.Errorf("%s: %q", date, text)
		}
	}
}
