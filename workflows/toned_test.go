package workflows_test

import (
	"context"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/test/rehearsal"
)

// drifting is a runner for whom every take that starts from a picture is eight levels
// brighter than it; a grade helps unless it is stubborn.
type drifting struct {
	media.Runner
	stubborn bool
	mu       sync.Mutex
	grades   []media.Tone // of the conform jobs, in order
	bases    []media.Tone // of those with a picture to compare with
}

func (d *drifting) Run(ctx context.Context, job media.Job, in io.Reader, report func(media.Progress)) (media.Result, error) {
	r, err := d.Runner.Run(ctx, job, in, report)
	if err != nil || r.Conform == nil {
		return r, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.grades = append(d.grades, job.Conform.Grade)
	if job.Conform.Like == "" {
		return r, nil
	}
	if _, err := os.Stat(job.Conform.Like); err != nil {
		return r, err
	}
	d.bases = append(d.bases, job.Conform.Base)
	levels := 8.0
	if job.Conform.Grade != (media.Tone{}) && !d.stubborn {
		levels = 4
	}
	r.Conform.Drift = &media.Drift{Tone: brighter(8 + job.Conform.Base.Offset[0]), Levels: levels + job.Conform.Base.Offset[0]}
	return r, nil
}

func brighter(by float64) media.Tone {
	return media.Tone{Gain: [3]float64{1, 1, 1}, Offset: [3]float64{by, 0, 0}}
}

// The colour of takes that start from others' pictures is taken half the way back to the
// chain's first take, measured again, and left alone where that did not help. It is
// decided once: the same take is cut the same way ever after.
func TestColourOfChains(t *testing.T) {
	for name, stubborn := range map[string]bool{"a grade helps": false, "a grade does not help": true} {
		t.Run(name, func(t *testing.T) {
			s := rehearsal.New(t, rehearsal.Options{})
			seen := &drifting{Runner: s.Media.Runner, stubborn: stubborn}
			s.Media.Runner = seen
			p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "A."), rehearsal.Shot("1B", "B."), rehearsal.Shot("1C", "C."))
			shots := p.Episode.Scenes[0].Shots
			shots[1].From, shots[2].From = &drama.From{Slate: "1A", Frame: "last"}, &drama.From{Slate: "1B", Frame: "last"}
			for range 2 { // the second time nothing is made
				if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || s.Bought(t) != 3 {
					t.Fatalf("ended as %s, %d bought: %v", d.State, s.Bought(t), d.Problems)
				}
			}
			none := media.Tone{}
			b, c := brighter(8), brighter(16)
			grades, bases := []media.Tone{none, none, b.Half(), none, c.Half()}, []media.Tone{none, none, b, b}
			if stubborn { // and made once more without
				grades, bases = []media.Tone{none, none, b.Half(), none, none, c.Half(), none}, []media.Tone{none, none, none, b, b, b}
			}
			if diff := cmp.Diff(grades, seen.grades); diff != "" {
				t.Errorf("grades (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(bases, seen.bases); diff != "" {
				t.Errorf("bases (-want +got):\n%s", diff)
			}
			for slate, before := range map[string]float64{"1A": 0, "1B": 8, "1C": 16} {
				take := record[drama.Take](t, s.Store, store.Keys{Show: "rehearsal"}.Take(drama.TakeID{Episode: p.ID(), Slate: slate, Number: 1}))
				said := strings.Contains(strings.Join(take.Verdict.Warnings, " "), "takes half of it back")
				switch {
				case before == 0:
					if take.Toned != nil || said {
						t.Errorf("%s starts from nothing and is %+v", slate, take.Toned)
					}
				case take.Toned == nil || take.Toned.Before != before || (take.Toned.Grade == none) != stubborn || (take.Toned.After < before) == stubborn || said == stubborn:
					t.Errorf("%s: %+v, %v", slate, take.Toned, take.Verdict.Warnings)
				}
			}
		})
	}
}
