package cut_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/cut"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// TestMusicUnderTheScoreIsNoted: also where the score came when the takes were there.
func TestMusicUnderTheScoreIsNoted(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*drama.Production, []cut.Shot)
		noted  bool
	}{
		"under a score": {noted: true},
		"without one":   {change: func(p *drama.Production, _ []cut.Shot) { p.Season.Score = nil }},
		"the season does not mind": {change: func(p *drama.Production, _ []cut.Shot) {
			p.Season.Takes.QC = &drama.QC{Music: drama.Limit{Does: drama.RemarkOff}}
		}},
		"it was asked for": {change: func(_ *drama.Production, s []cut.Shot) {
			s[0].Take.Asked = &drama.Asked{Brief: drama.Brief{Sound: "a piano"}}
		}},
		"it is drawn":    {change: func(_ *drama.Production, s []cut.Shot) { s[0].Take.Provider = "animatic" }},
		"it is no music": {change: func(_ *drama.Production, s []cut.Shot) { s[0].Take.Measured.Music = 0.1 }},
	} {
		t.Run(name, func(t *testing.T) {
			slate := ""
			made := laid(t, func(p *drama.Production, _ *cut.Cut, s []cut.Shot) {
				p.Season.Score = &drama.Score{Level: -24}
				s[0].Take.Origin, s[0].Take.Provider = drama.OriginGenerated, "seedance"
				s[0].Take.Measured = &media.Measurements{HasAudio: true, Music: 0.8}
				slate = s[0].Slate
				if c.change != nil {
					c.change(p, s)
				}
			})
			m := made.Manifest(cut.Made{Result: media.AssembleResult{Frames: 96}}, nil, "dailies", time.Time{})
			said := slices.ContainsFunc(m.Notes, func(n string) bool {
				return strings.Contains(n, "music of their own") && strings.HasSuffix(n, " "+slate)
			})
			if said != c.noted {
				t.Errorf("notes %q", m.Notes)
			}
		})
	}
}
