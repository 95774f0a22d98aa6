package studio

import (
	"context"
	"errors"
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

// Review is where the clip lies that a browser plays of a take, its contact sheet in
// front of it (library.Sheet). One that is not there, as of takes of older releases,
// is made now: a whole decode, so the caller bounds how many at once.
//
// ErrUnknown for the take; a clip that cannot be decoded is a *media.ClipError.
func (s *Studio) Review(ctx context.Context, steps Steps, id drama.TakeID) (store.Info, error) {
	info, err := s.library().Review(ctx, id)
	if !errors.Is(err, store.ErrNotFound) {
		return info, err
	}
	if _, err := s.library().Take(ctx, id); errors.Is(err, store.ErrNotFound) {
		return info, fmt.Errorf("take %s is %w", id, ErrUnknown)
	} else if err != nil {
		return info, err
	}
	p, _, err := s.LatestScript(ctx, id.Episode)
	if err != nil {
		return info, err
	}
	if err := steps.Media.MakeReview(ctx, id, p.Season.Format); err != nil {
		return info, err
	}
	return s.library().Review(ctx, id)
}
