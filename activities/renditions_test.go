package activities_test

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/test/rehearsal"
)

// counting is a runner that counts jobs of a kind.
type counting struct {
	media.Runner
	mu                    sync.Mutex
	renditions, conformed int
}

func (c *counting) Run(ctx context.Context, job media.Job, in io.Reader, report func(media.Progress)) (media.Result, error) {
	c.mu.Lock()
	if job.Rendition != nil {
		c.renditions += len(job.Rendition.Outs)
	}
	if job.Conform != nil {
		c.conformed++
	}
	c.mu.Unlock()
	return c.Runner.Run(ctx, job, in, report)
}

// ladderCut makes cut 1 of an episode of one shot, then has its season ask for HLS on
// three rungs, one of them its own size, and for two further masters.
func ladderCut(t *testing.T, st *mem.Store) (*rehearsal.Stage, activities.AssembleInput, *counting) {
	t.Helper()
	s := rehearsal.New(t, rehearsal.Options{Store: st})
	in, _ := firstCut(t, s)
	body, _, err := st.Read(t.Context(), in.Script.Key)
	if err != nil {
		t.Fatal(err)
	}
	var p drama.Production
	if err := json.Unmarshal(body, &p); err != nil {
		t.Fatal(err)
	}
	r := p.Season.Format.Raster
	p.Season.HLS = &drama.HLS{}
	for _, size := range []media.Raster{r, {Width: r.Width / 2, Height: r.Height / 2}, {Width: r.Width / 4, Height: r.Height / 4}} {
		p.Season.HLS.Rungs = append(p.Season.HLS.Rungs, media.Rung{Raster: size, Codec: media.CodecH264})
	}
	rungs := func(of ...media.Raster) *drama.HLS {
		h := &drama.HLS{}
		for _, size := range of {
			h.Rungs = append(h.Rungs, media.Rung{Raster: size, Codec: media.CodecH264})
		}
		return h
	}
	wide := media.Raster{Width: r.Height, Height: r.Width}
	p.Season.Versions = []drama.Version{
		{Name: "wide", Raster: wide, Fit: media.FitBlur, HLS: rungs(wide, media.Raster{Width: 640, Height: 360})},
		{Name: "textless", Raster: r, Fit: p.Season.Format.Fit, NoTexts: true, HLS: rungs(r, media.Raster{Width: r.Width / 2, Height: r.Height / 2}, media.Raster{Width: 90, Height: 160})},
	}
	if in.Script, err = (library.Library{Store: st}).KeepScript(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	in.Cut = 2
	c := &counting{Runner: s.Media.Runner}
	s.Media.Runner = c
	return s, in, c
}

// TestRenditionsAreMadeOnce: the next cut of the same shots finds them; one that is gone
// or damaged is made again, and no other.
func TestRenditionsAreMadeOnce(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, s *mem.Store, key string)
		want  int
	}{
		"whole":            {func(*testing.T, *mem.Store, string) {}, 4},
		"the file gone":    {func(_ *testing.T, s *mem.Store, key string) { s.Lose(key + ".mp4") }, 5},
		"the file cut off": {func(t *testing.T, s *mem.Store, key string) { put(t, s, key+".mp4", "x") }, 5},
		"the record gone":  {func(_ *testing.T, s *mem.Store, key string) { s.Lose(key + ".json") }, 5},
		"no record":        {func(t *testing.T, s *mem.Store, key string) { put(t, s, key+".json", "{}") }, 5},
	} {
		t.Run(name, func(t *testing.T) {
			st := mem.New()
			s, in, runner := ladderCut(t, st)
			first := deliver(t, s, in)
			// The master has two rungs but its own, the wide version one, and the textless one,
			// whose pictures are the master's, one that the master has not.
			if runner.renditions != 4 {
				t.Errorf("%d renditions were made for four rungs", runner.renditions)
			}
			// The wide one is conformed once more; the textless one, of a shot without texts,
			// is the shot's own.
			if runner.conformed != 1 {
				t.Errorf("%d takes were conformed for two versions", runner.conformed)
			}
			var key string
			err := st.List(t.Context(), store.Keys{Show: "rehearsal"}.Mezzanine(in.Shots[0].Mezzanine)+"rungs/", func(o store.Info) error {
				if base, ok := strings.CutSuffix(o.Key, ".mp4"); ok {
					key = base
				}
				return nil
			})
			if err != nil || key == "" {
				t.Fatalf("no rendition is kept beside its mezzanine: %v", err)
			}
			c.spoil(t, st, key)
			st.Lose("rehearsal/ep01/cuts/2/master.mp4")
			s.Media.Scratch = t.TempDir() // another worker, that kept nothing
			in.Cut = 3
			if d := deliver(t, s, in); d.Cut != 3 || d.Master.SHA256 != first.Master.SHA256 {
				t.Errorf("cut %d", d.Cut)
			}
			if runner.renditions != c.want || runner.conformed != 1 {
				t.Errorf("%d renditions were made in all, want %d; %d takes conformed", runner.renditions, c.want, runner.conformed)
			}
		})
	}
}
