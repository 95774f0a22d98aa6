package activities

import (
	"context"
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
)

// offColour is how far, in levels (media.Drift), the colour of a take may lie from that of
// the take it starts from before the cut does something about it: what the eye sees at a
// cut begins a little above.
const offColour = 2.0

// steepest is the strongest grade: what would need more is another light.
const steepest = 1.25

// chained finds out what a new take's colour is held against.
func (m *Media) chained(ctx context.Context, w *shotWork, in ConformInput) error {
	switch {
	case in.Clip == nil:
	case w.take.FinalOf != nil:
		// A final is its draft once more, and people have seen the draft graded so.
		draft, err := readTake(ctx, m.library(), *w.take.FinalOf)
		if err != nil {
			return err
		}
		w.take.Toned = draft.Toned
	case in.From != nil && in.From.Picture.Key != "":
		source, err := readTake(ctx, m.library(), in.From.Take)
		if err != nil {
			return err
		}
		w.like = in.From.Picture
		if source.Toned != nil {
			w.base = source.Toned.Drift
		}
	}
	return nil
}

// toned decides about a take whose colour drifts like this. Half of the drift is taken
// back: the whole of it would be seen where the scene goes on to a shot that starts from
// no other.
func toned(d *media.Drift) *drama.Toned {
	if d == nil {
		return nil
	}
	t := drama.Toned{Drift: d.Tone, Before: d.Levels, After: d.Levels}
	if d.Levels < offColour {
		return &t
	}
	t.Grade = d.Tone.Half()
	for _, g := range t.Grade.Gain {
		if g > steepest || g < 1/steepest {
			t.Grade = media.Tone{}
		}
	}
	return &t
}

// proveTone measures a graded take again, and lets the grade go where it does not help.
func (m *Media) proveTone(ctx context.Context, w *shotWork, mz library.Mezzanine) (library.Mezzanine, string, error) {
	t := *w.take.Toned
	if d := mz.Result.Drift; d != nil && d.Levels < t.Before {
		t.After = d.Levels
		w.take.Toned = &t
		return mz, fmt.Sprintf("its colour lies %.1f levels from that of the shot it starts from; the cut takes half of it back (%.1f)", t.Before, t.After), nil
	}
	t.Grade, t.After = media.Tone{}, t.Before
	w.take.Toned = &t
	mz, err := m.settle(ctx, w, mz)
	return mz, "", err
}

// warnNew adds a warning that an earlier try has not said, if it says anything.
func warnNew(v *drama.Verdict, words string) {
	if words != "" && !slices.Contains(v.Warnings, words) {
		v.Warnings = append(v.Warnings, words)
	}
}

// likePicture puts the picture that a new take starts from beside its clip.
func (m *Media) likePicture(ctx context.Context, w shotWork, job *media.ConformJob, path string) error {
	if w.like.Key == "" {
		return nil
	}
	if err := m.download(ctx, w.like, path); err != nil {
		return fmt.Errorf("read the picture that take %s starts from: %w", w.take.ID, err)
	}
	job.Like, job.Base = path, w.base
	return nil
}
