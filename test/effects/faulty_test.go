package effects

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// faulty is a runner whose clips have a little of everything that QC looks for, each over
// the line from which it is told of; the longest shot has no sound instead.
type faulty struct{ media.Runner }

func (f faulty) Run(ctx context.Context, job media.Job, in io.Reader, report func(media.Progress)) (media.Result, error) {
	r, err := f.Runner.Run(ctx, job, in, report)
	if err != nil || r.Conform == nil {
		return r, err
	}
	m := &r.Conform.Measurements
	m.BlackRatio, m.LongestBlack, m.FrozenRatio, m.LongestFreeze = 0.3, 30, 0.4, 30
	m.Flicker, m.HardCuts, m.Bars, m.Sharpness = 6, []media.Frames{20}, media.Bars{Top: m.Info.Raster.Height / 10}, 3
	m.ClippedRatio, m.AVLengthDelta, m.Music = 0.01, 300*time.Millisecond, 0.9
	m.Texts = []media.PaintedText{{Left: 0.1, Top: 0.8, Right: 0.9, Bottom: 0.9, From: 3, To: 40}}
	m.Silent = job.Conform.Frames == 120
	return r, nil
}

// TestNewLimitsBuyNothingAgain: what was NG by old limits is used by new ones that it keeps,
// is circled by QC, and costs nothing; what passed is kept by stricter ones, with a word.
func TestNewLimitsBuyNothingAgain(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{Price: yuan(1)})
	s.Media.Runner = faulty{s.Media.Runner}
	script := func(cuts drama.Remark) drama.Production {
		p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "She walks in."))
		p.Season.Takes.Max, p.Season.Takes.QC = 2, &drama.QC{Cuts: drama.Limit{Does: cuts}}
		return p
	}
	play := func(p drama.Production) (d drama.Delivery) {
		t.Helper()
		e := env(s)
		e.RegisterDelayedCallback(e.CancelWorkflow, 48*time.Hour)
		e.ExecuteWorkflow(workflows.EpisodeName, s.Submit(t, p))
		if err := e.GetWorkflowError(); err != nil {
			return d
		}
		if err := e.GetWorkflowResult(&d); err != nil {
			t.Fatal(err)
		}
		return d
	}
	takes := func() []drama.Take {
		t.Helper()
		all, _, err := library.Library{Store: s.Store}.Takes(t.Context(), script("").ID(), "1A")
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	first := play(script(drama.RemarkNG))
	ng := takes()
	if first.State == drama.StateDelivered || len(ng) != 2 || ng[0].Verdict.Pass || ng[1].Verdict.Pass {
		t.Fatalf("%s with takes %+v, want two that are NG", first.State, ng)
	}
	second := play(script(drama.RemarkWarn))
	if got := takes(); second.State != drama.StateDelivered || len(got) != 2 {
		t.Fatalf("%s with %d takes: %q", second.State, len(got), second.Problems)
	}
	digest := ng[0].Digest
	circles, _, err := library.Library{Store: s.Store}.Circles(t.Context(), script("").Season.Show, []string{digest})
	if c := circles[digest]; err != nil || c.By != drama.ByQC || c.Limits == nil || c.Limits.Cuts.Does != drama.RemarkWarn {
		t.Errorf("circled: %+v, %v", c, err)
	}
	third := play(script(drama.RemarkNG))
	if got := takes(); third.State != drama.StateDelivered || len(got) != 2 {
		t.Errorf("%s with %d takes: %q", third.State, len(got), third.Problems)
	}
}
