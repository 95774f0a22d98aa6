package studio

import (
	"context"
	"errors"
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

// Manifest reads the manifest of a cut; cut 0 is the newest. ErrUnknown.
func (s *Studio) Manifest(ctx context.Context, id drama.EpisodeID, cut int) (drama.Manifest, error) {
	if cut == 0 {
		cuts, err := s.Cuts(ctx, id)
		if err != nil {
			return drama.Manifest{}, err
		}
		if len(cuts) == 0 {
			return drama.Manifest{}, fmt.Errorf("a cut of %s is %w: none was delivered yet", id, ErrUnknown)
		}
		cut = cuts[len(cuts)-1]
	}
	m, _, err := s.library().Manifest(ctx, id, cut)
	if errors.Is(err, store.ErrNotFound) {
		return drama.Manifest{}, fmt.Errorf("cut %d of %s is %w", cut, id, ErrUnknown)
	}
	return m, err
}

// Cuts lists the numbers of the delivered cuts of an episode, ascending.
func (s *Studio) Cuts(ctx context.Context, id drama.EpisodeID) ([]int, error) {
	return s.library().Cuts(ctx, id)
}
