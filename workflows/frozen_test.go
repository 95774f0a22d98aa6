package workflows_test

import (
	"context"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/test/rehearsal"
)

// standing is a runner for whom every take is a second longer than its shot and begins
// with seven pictures that are the same.
type standing struct {
	media.Runner
	mu     sync.Mutex
	starts []media.Frames // of the conform jobs
	frames []media.Frames // of the frame jobs
}

func (s *standing) Run(ctx context.Context, job media.Job, in io.Reader, report func(media.Progress)) (media.Result, error) {
	r, err := s.Runner.Run(ctx, job, in, report)
	s.mu.Lock()
	defer s.mu.Unlock()
	if job.Frame != nil && !strings.Contains(job.Frame.Out, "look") {
		s.frames = append(s.frames, job.Frame.Frame)
	}
	if err != nil || r.Conform == nil {
		return r, err
	}
	s.starts = append(s.starts, job.Conform.Start)
	m := &r.Conform.Measurements
	m.FrozenHead, m.Decoded = 7, m.Decoded+24
	m.Duration = m.Decoded.Duration(job.Conform.Spec.FPS)
	return r, nil
}

// A take that starts from another's last picture and stands still on it at first begins
// in the cut where it moves; one that starts from nothing is used as it is. What is
// decided is kept with the take, and the next shot of the chain goes on from the last
// picture that the cut shows.
func TestFrozenHeadsAreLeftOut(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	seen := &standing{Runner: s.Media.Runner}
	s.Media.Runner = seen
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "A."), rehearsal.Shot("1B", "B."), rehearsal.Shot("1C", "C."))
	shots := p.Episode.Scenes[0].Shots
	shots[1].From, shots[2].From = &drama.From{Slate: "1A", Frame: "last"}, &drama.From{Slate: "1B", Frame: "last"}
	for range 2 { // the second time nothing is made
		if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || s.Bought(t) != 3 {
			t.Fatalf("ended as %s, %d bought: %v", d.State, s.Bought(t), d.Problems)
		}
	}
	if want := []media.Frames{0, 0, 7, 0, 7}; !slices.Equal(seen.starts, want) {
		t.Errorf("takes were conformed from frames %v, want %v", seen.starts, want)
	}
	if want := []media.Frames{shots[0].Frames - 1, shots[1].Frames - 1 + 7}; !slices.Equal(seen.frames, want) {
		t.Errorf("the pictures to start from are %v, want %v", seen.frames, want)
	}
	for slate, want := range map[string]media.Frames{"1A": 0, "1B": 7, "1C": 7} {
		take := record[drama.Take](t, s.Store, store.Keys{Show: "rehearsal"}.Take(drama.TakeID{Episode: p.ID(), Slate: slate, Number: 1}))
		if said := strings.Contains(strings.Join(take.Verdict.Warnings, " "), "first 7 frames"); take.Head != want || said != (want > 0) || !take.Verdict.Pass {
			t.Errorf("%s: %d frames are left out, %+v", slate, take.Head, take.Verdict)
		}
	}
}
