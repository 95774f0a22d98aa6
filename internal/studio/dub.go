package studio

import (
	"context"
	"errors"
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/workflows"
)

// Dubbing is how an episode is dubbed.
type Dubbing struct {
	Language string
	// LipSync is the provider instance that changes lips to go with the lines; empty: none.
	LipSync string
	MaxCost *drama.Money // what it may cost; nil: no such cap
}

// PlanDub says what the lines of a dub cost that nobody has spoken yet, and the lips that
// nobody has changed, of the script that was submitted last; its Problems are what stands
// in the way. ErrUnknown.
func (s *Studio) PlanDub(ctx context.Context, id drama.EpisodeID, d Dubbing) (plan.Plan, error) {
	p, _, err := s.LatestScript(ctx, id)
	if err != nil {
		return plan.Plan{}, err
	}
	return s.Plan(ctx, Submission{Production: p, Dub: d.Language, LipSync: d.LipSync, MaxCost: d.MaxCost})
}

// Dub begins to dub the newest cut of an episode, or goes on with that.
// ErrUnknown; ErrBusy where something else is made of the episode.
func (s *Studio) Dub(ctx context.Context, id drama.EpisodeID, d Dubbing) (Run, error) {
	p, ref, err := s.LatestScript(ctx, id)
	if err != nil {
		return Run{}, err
	}
	if d.MaxCost != nil {
		m, err := s.amount(ctx, p.Season, *d.MaxCost)
		if err != nil {
			return Run{}, err
		}
		d.MaxCost = &m
	}
	of := []string{"dub", d.Language}
	if d.LipSync != "" {
		of = append(of, d.LipSync)
	}
	print, err := fingerprint(p, of)
	if err != nil {
		return Run{}, err
	}
	run, err := s.startEpisode(ctx, workflows.EpisodeInput{ID: id, Script: ref, Dub: d.Language, LipSync: d.LipSync, MaxCost: d.MaxCost}, print)
	if errors.Is(err, ErrBusy) {
		return run, fmt.Errorf("%s %w, and it is dubbed when nothing else is made of it: wait for it, then dub again", id, ErrBusy)
	}
	return run, err
}

// DubManifest reads the manifest of a dub; number 0 is the newest into the language. ErrUnknown.
func (s *Studio) DubManifest(ctx context.Context, id drama.EpisodeID, language string, number int) (drama.Manifest, error) {
	none := fmt.Errorf("a dub of %s into %s is %w", id, language, ErrUnknown)
	if number == 0 {
		all, err := s.library().Dubs(ctx, id, language)
		if err != nil {
			return drama.Manifest{}, err
		}
		if len(all) == 0 {
			return drama.Manifest{}, none
		}
		number = all[len(all)-1]
	}
	m, _, err := s.library().DubManifest(ctx, id, language, number)
	if errors.Is(err, store.ErrNotFound) {
		err = none
	}
	return m, err
}

// Dubs are the manifests of an episode's newest dubs, one a language.
func (s *Studio) Dubs(ctx context.Context, id drama.EpisodeID) ([]drama.Manifest, error) {
	languages, err := s.library().DubLanguages(ctx, id)
	if err != nil {
		return nil, err
	}
	all := []drama.Manifest{}
	for _, l := range languages {
		m, err := s.DubManifest(ctx, id, l, 0)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// ExportDub writes a dub (0: the newest) into dir, as Export does a cut. ErrUnknown.
func (s *Studio) ExportDub(ctx context.Context, id drama.EpisodeID, language string, number int, dir string) (drama.Manifest, error) {
	m, err := s.DubManifest(ctx, id, language, number)
	if err != nil {
		return m, err
	}
	return m, s.export(ctx, m, dir)
}
