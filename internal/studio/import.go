package studio

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/workflows"
)

// Steps are the steps of a run that an import takes without one. They are the
// same that a worker carries out.
type Steps struct {
	Planner *activities.Planner
	Media   *activities.Media
}

// Imported is what came of an import.
type Imported struct {
	Take    drama.TakeID  `json:"take"`
	Circled bool          `json:"circled"` // it passed and is used from now on
	Verdict drama.Verdict `json:"verdict"`
}

// Import takes a clip as a take of a shot: judged and conformed like any other,
// and circled when it passes, so that the next render uses it. mediaType is the
// clip's. ErrBusy while the episode is in work; ErrUnknown for the shot.
func (s *Studio) Import(ctx context.Context, steps Steps, id drama.EpisodeID, slate string, clip io.ReadSeeker, mediaType string) (Imported, error) {
	p, ref, err := s.LatestScript(ctx, id)
	if err != nil {
		return Imported{}, err
	}
	slates, err := Slates(p.Episode, []string{slate})
	if err != nil {
		return Imported{}, err
	}
	slate = slates[0]
	_, open, err := s.running(ctx, workflows.EpisodeWorkflowID(id))
	if err != nil {
		return Imported{}, err
	}
	if open {
		// Its next take may get the number that ours would.
		return Imported{}, fmt.Errorf("%s %w: wait for it or cancel it, then import", id, ErrBusy)
	}
	file, err := s.storeClip(ctx, id, clip, mediaType)
	if err != nil {
		return Imported{}, err
	}
	planned, err := steps.Planner.Plan(ctx, activities.PlanInput{ID: id, Script: ref})
	if err != nil {
		return Imported{}, err
	}
	take := drama.TakeID{Episode: id, Slate: slate}
	for _, shot := range planned.Shots {
		if shot.Slate == slate {
			take.Number = shot.NextTake
		}
	}
	if take.Number == 0 {
		return Imported{}, fmt.Errorf("import into %s %s: a scene is not a shot: %w", id, slate, ErrUnknown)
	}
	shown, err := s.withFootage(ctx, p, slate, file)
	if err != nil {
		return Imported{}, err
	}
	got, err := steps.Media.Conform(ctx, activities.ConformInput{Plan: planned.Plan, Script: shown, Slate: slate, Take: take, Footage: true, Circle: s.by()})
	if err != nil {
		return Imported{}, err
	}
	return Imported{Take: take, Circled: got.Verdict.Pass, Verdict: got.Verdict}, nil
}

// storeClip puts the clip where a script's files lie: by content.
func (s *Studio) storeClip(ctx context.Context, id drama.EpisodeID, clip io.ReadSeeker, mediaType string) (drama.File, error) {
	sum := sha256.New()
	n, err := io.Copy(sum, reading{ctx, clip})
	if err != nil {
		return drama.File{}, fmt.Errorf("read the clip: %w", err)
	}
	if _, err := clip.Seek(0, io.SeekStart); err != nil {
		return drama.File{}, fmt.Errorf("read the clip: %w", err)
	}
	f := drama.File{Path: "import", SHA256: hex.EncodeToString(sum.Sum(nil)), Bytes: n, Type: mediaType}
	ref, err := s.Store.Put(ctx, keys(id).Blob(f.SHA256), clip, mediaType)
	if err != nil {
		return drama.File{}, fmt.Errorf("store the clip: %w", err)
	}
	if ref.SHA256 != f.SHA256 {
		return drama.File{}, errors.New("store the clip: it changed while it was read")
	}
	return f, nil
}

// reading reads until its context ends: a large clip takes a while.
type reading struct {
	ctx context.Context
	r   io.Reader
}

func (r reading) Read(p []byte) (int, error) {
	if err := context.Cause(r.ctx); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// withFootage stores the script as if the shot had been written with this clip.
// It is not the episode's script: nothing points at it but this import.
func (s *Studio) withFootage(ctx context.Context, p drama.Production, slate string, f drama.File) (drama.Object, error) {
	for i := range p.Episode.Scenes {
		shots := p.Episode.Scenes[i].Shots
		for j := range shots {
			if shots[j].Slate == slate {
				shots[j].Footage, shots[j].In, shots[j].Mute = &f, 0, false
			}
		}
	}
	return s.library().KeepScript(ctx, p)
}
