package qc

import (
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// TestLimitsOfTheSeason: each moves its own line, in both directions, and says by which it
// was held.
func TestLimitsOfTheSeason(t *testing.T) {
	at := func(v float64) drama.Limit { return drama.Limit{At: v, Does: drama.RemarkNG} }
	faults := map[string]struct {
		measured func(*media.Measurements)
		limit    func(*drama.QC, drama.Limit)
		under    float64 // a limit that it keeps
		over     float64 // one that it does not; 0: it has none
		builtIn  drama.Remark
	}{
		"black":       {func(m *media.Measurements) { m.LongestBlack, m.BlackRatio = 24, 0.3 }, func(q *drama.QC, l drama.Limit) { q.Black = l }, 25, 24, drama.RemarkWarn},
		"freeze":      {func(m *media.Measurements) { m.LongestFreeze, m.FrozenRatio = 30, 0.3 }, func(q *drama.QC, l drama.Limit) { q.Freeze = l }, 31, 30, drama.RemarkWarn},
		"flicker":     {func(m *media.Measurements) { m.Flicker = 6 }, func(q *drama.QC, l drama.Limit) { q.Flicker = l }, 7, 6, drama.RemarkWarn},
		"cuts":        {func(m *media.Measurements) { m.HardCuts = []media.Frames{9} }, func(q *drama.QC, l drama.Limit) { q.Cuts = l }, 0, 0, drama.RemarkWarn},
		"bars":        {func(m *media.Measurements) { m.Bars.Top = 192 }, func(q *drama.QC, l drama.Limit) { q.Bars = l }, 0.11, 0.1, drama.RemarkWarn},
		"sharpness":   {func(m *media.Measurements) { m.Sharpness = 3 }, func(q *drama.QC, l drama.Limit) { q.Sharpness = l }, 2, 3.5, drama.RemarkWarn},
		"clipping":    {func(m *media.Measurements) { m.ClippedRatio = 0.02 }, func(q *drama.QC, l drama.Limit) { q.Clipping = l }, 0.03, 0.02, drama.RemarkWarn},
		"silence":     {func(m *media.Measurements) { m.Silent = true }, func(q *drama.QC, l drama.Limit) { q.Silence = l }, 0, 0, drama.RemarkNG},
		"av_length":   {func(m *media.Measurements) { m.AVLengthDelta = -time.Second }, func(q *drama.QC, l drama.Limit) { q.AVLength = l }, 1.5, 0.5, drama.RemarkWarn},
		"burned_text": {captions, func(q *drama.QC, l drama.Limit) { q.BurnedText = l }, 0, 0, drama.RemarkWarn},
		"music":       {music, func(q *drama.QC, l drama.Limit) { q.Music = l }, 0, 0, drama.RemarkWarn},
	}
	for name, f := range faults {
		t.Run(name, func(t *testing.T) {
			m := good()
			f.measured(&m)
			judged := func(l drama.Limit, change func(*Want)) drama.Remark {
				t.Helper()
				w := asked()
				w.Score = true
				if change != nil {
					change(&w)
				}
				own := &drama.QC{}
				f.limit(own, l)
				v := Judge(m, w, DefaultPolicy().By(own))
				switch {
				case len(v.Reasons)+len(v.Warnings) > 1:
					t.Errorf("reasons %q, warnings %q", v.Reasons, v.Warnings)
				case (v.Limits == nil) != (l == drama.Limit{}) || v.Limits != nil && *v.Limits != *own:
					t.Errorf("judged by %+v, it says by %+v", own, v.Limits)
				case !v.Pass:
					return drama.RemarkNG
				case len(v.Warnings) > 0:
					return drama.RemarkWarn
				}
				return drama.RemarkOff
			}
			for _, c := range []struct {
				limit drama.Limit
				want  drama.Remark
			}{
				{drama.Limit{}, f.builtIn},
				{drama.Limit{Does: drama.RemarkOff}, drama.RemarkOff},
				{drama.Limit{Does: drama.RemarkWarn}, drama.RemarkWarn},
				{drama.Limit{Does: drama.RemarkNG}, drama.RemarkNG},
			} {
				if got := judged(c.limit, nil); got != c.want {
					t.Errorf("%+v: %s, want %s", c.limit, got, c.want)
				}
			}
			if f.over > 0 {
				if got := judged(at(f.over), nil); got != drama.RemarkNG {
					t.Errorf("over %g: %s", f.over, got)
				}
				if got := judged(at(f.under), nil); got != drama.RemarkOff {
					t.Errorf("under %g: %s", f.under, got)
				}
			}
			if got := judged(drama.Limit{Does: drama.RemarkNG}, footage); got != drama.RemarkWarn {
				t.Errorf("footage: %s, want a warning at most", got)
			}
		})
	}
	t.Run("what the script asks for is no fault", func(t *testing.T) {
		m := good()
		m.LongestBlack, m.LongestFreeze = 96, 96
		w := asked()
		w.Asked = Asked{Black: "blackout", Still: "an insert"}
		if v := Judge(m, w, DefaultPolicy().By(&drama.QC{Black: at(12), Freeze: at(12)})); !v.Pass || len(v.Warnings) != 2 {
			t.Errorf("%+v", v)
		}
	})
}
