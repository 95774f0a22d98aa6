package studio

import (
	"context"
	"errors"
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/store"
)

// Newest reads the manifest of the newest cut. waits says that it is not delivered yet: a
// person has to approve it. ErrUnknown.
func (s *Studio) Newest(ctx context.Context, id drama.EpisodeID) (m drama.Manifest, waits bool, err error) {
	m, err = s.library().NewestManifest(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return m, false, fmt.Errorf("a cut of %s is %w: none was delivered yet", id, ErrUnknown)
	}
	if err != nil {
		return m, false, err
	}
	waits, err = s.library().Waits(ctx, m)
	return m, waits, err
}

// Manifest reads the manifest of a cut; cut 0 is the newest that was delivered. ErrUnknown.
func (s *Studio) Manifest(ctx context.Context, id drama.EpisodeID, cut int) (drama.Manifest, error) {
	if cut == 0 {
		m, waits, err := s.Newest(ctx, id)
		if err != nil || !waits {
			return m, err
		}
		at, err := s.library().Latest(ctx, id)
		if errors.Is(err, store.ErrNotFound) || library.Damaged(err) != nil {
			return drama.Manifest{}, fmt.Errorf("a delivered cut of %s is %w: cut %d waits for a person's approval; name it to have it nevertheless", id, ErrUnknown, m.Cut)
		}
		if err != nil {
			return drama.Manifest{}, err
		}
		cut = at.Cut
	}
	m, _, err := s.library().Manifest(ctx, id, cut)
	if errors.Is(err, store.ErrNotFound) {
		return drama.Manifest{}, fmt.Errorf("cut %d of %s is %w", cut, id, ErrUnknown)
	}
	return m, err
}

// NewestCut is the number of an episode's newest cut, delivered or not; 0: there is none.
func (s *Studio) NewestCut(ctx context.Context, id drama.EpisodeID) (int, error) {
	return s.library().NewestCut(ctx, id)
}

// Cuts lists the numbers of the cuts of an episode, ascending, those that wait for an
// approval among them.
func (s *Studio) Cuts(ctx context.Context, id drama.EpisodeID) ([]int, error) {
	return s.library().Cuts(ctx, id)
}
