package plan

import (
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// limited is the input of one shot, and a take of it that stands still for a second.
func limited(t *testing.T, judgedBy, now *drama.QC, pass bool) (Input, Shot, drama.Take) {
	t.Helper()
	in := input(shot("1A", func(s *drama.Shot) { s.Action, s.Cast = "Lin walks in.", []string{"lin"} }))
	in.Production.Season.Takes.QC = now
	s := build(t, in).Shots[0]
	take := drama.Take{
		ID: drama.TakeID{Episode: in.Production.ID(), Slate: "1A", Number: 1}, Digest: s.Digest, Origin: drama.OriginGenerated, Provider: "vendor", Model: "v-2",
		Media: drama.Object{Key: "clip"}, Asked: s.Asked("vendor", nil), Verdict: drama.Verdict{Pass: pass, Limits: judgedBy},
		Measured: &media.Measurements{
			Info: media.Info{Raster: media.Raster{Width: 1080, Height: 1920}}, Decoded: 96, Conformed: 96, Duration: 4 * time.Second,
			Sharpness: 100, FrozenRatio: 0.3, LongestFreeze: 24, HasAudio: true, AudioDuration: 4 * time.Second,
		},
	}
	in.TakeCounts = map[string]int{"1A": 1}
	return in, s, take
}

var strict, loose = &drama.QC{Freeze: drama.Limit{At: 12, Does: drama.RemarkNG}}, &drama.QC{Freeze: drama.Limit{At: 48, Does: drama.RemarkNG}}

// TestATakeThatPassesNowIsNotBoughtAgain: limits are no part of what a shot is, so that
// what QC made NG by others is used when they are gone.
func TestATakeThatPassesNowIsNotBoughtAgain(t *testing.T) {
	for name, c := range map[string]struct {
		by, now *drama.QC
		change  func(*Earlier)
		used    bool
	}{
		"the limit was raised":        {by: strict, now: loose, used: true},
		"the limit is gone":           {by: strict, used: true},
		"it is as it was":             {by: strict, now: strict},
		"it would be NG again":        {by: strict, now: &drama.QC{Freeze: drama.Limit{At: 20, Does: drama.RemarkNG}}},
		"somebody else made it NG":    {by: loose},
		"a person took it back":       {by: strict, change: func(e *Earlier) { e.Circle = &drama.Circle{Digest: e.Take.Digest, By: "ana"} }},
		"it is of another shot":       {by: strict, change: func(e *Earlier) { e.Take.Digest = "old" }},
		"nothing was measured of it":  {by: strict, change: func(e *Earlier) { e.Take.Measured = nil }},
		"nothing was delivered of it": {by: strict, change: func(e *Earlier) { e.Take.Media.Key = "" }},
	} {
		t.Run(name, func(t *testing.T) {
			in, s, take := limited(t, c.by, c.now, false)
			e := Earlier{Take: take}
			if c.change != nil {
				c.change(&e)
			}
			in.Earlier = map[string][]Earlier{"1A": {e}}
			p := build(t, in)
			got := p.Shots[0]
			if got.Digest != s.Digest {
				t.Error("the limits changed what the shot is")
			}
			if c.used != (got.Action == Reuse) || c.used != (got.Rejudged != nil) || c.used != (p.TotalHigh.Micros == 0) {
				t.Errorf("%s because %q, at %s, judged again %+v", got.Action, got.Reason, p.TotalHigh, got.Rejudged)
			}
		})
	}
}

// TestATakeThatFailsNowIsKept: money went into it, and it is what it was; a person decides.
func TestATakeThatFailsNowIsKept(t *testing.T) {
	for name, c := range map[string]struct {
		now  *drama.QC
		by   string
		says string
	}{
		"the limit came later":   {now: strict, by: drama.ByQC, says: "1.00 s in a row (limit 0.50 s)"},
		"it passes still":        {now: loose, by: drama.ByQC},
		"a person has chosen it": {now: strict, by: "ana"},
		"nothing is asked of it": {by: drama.ByQC},
	} {
		t.Run(name, func(t *testing.T) {
			in, s, take := limited(t, nil, c.now, true)
			in.Circles = map[string]drama.Circle{s.Digest: {Digest: s.Digest, Take: take.ID, By: c.by}}
			in.Chosen = map[string]drama.Take{s.Digest: take}
			p := build(t, in)
			if p.Shots[0].Action != Reuse || p.TotalHigh.Micros > 0 {
				t.Errorf("%s at %s", p.Shots[0].Action, p.TotalHigh)
			}
			var said []string
			for _, w := range p.Warnings {
				if strings.Contains(w.Message, "NG by the season's limits") {
					said = append(said, w.Message)
				}
			}
			if c.says == "" && len(said) > 0 || c.says != "" && (len(said) != 1 || !strings.Contains(said[0], c.says)) {
				t.Errorf("warnings %q, want %q", said, c.says)
			}
		})
	}
}
