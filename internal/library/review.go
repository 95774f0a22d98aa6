package library

import (
	"context"
	"errors"
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media/sheet"
	"github.com/dailies/dailies/internal/store"
)

// Review is where the clip lies that a browser plays of a take.
// store.ErrNotFound: none was made, as of takes of older releases and of clips that
// cannot be decoded.
func (l Library) Review(ctx context.Context, id drama.TakeID) (store.Info, error) {
	info, err := l.Store.Head(ctx, store.Keys{Show: id.Episode.Show}.TakeReview(id))
	if err != nil {
		return info, fmt.Errorf("read the review of take %s: %w", id, err)
	}
	return info, nil
}

// Sheet reads the contact sheet of a take: the beginning of its review.
// store.ErrNotFound as Review; *RecordError.
func (l Library) Sheet(ctx context.Context, id drama.TakeID) (sheet.Sheet, error) {
	key := store.Keys{Show: id.Episode.Show}.TakeReview(id)
	body, err := l.Store.GetRange(ctx, store.Ref{Key: key}, 0, sheet.MaxBytes)
	if err != nil {
		return sheet.Sheet{}, fmt.Errorf("read the contact sheet of take %s: %w", id, err)
	}
	defer body.Close()
	s, err := sheet.Read(body)
	switch {
	case errors.Is(err, sheet.ErrNone):
		return s, &RecordError{l.Store.URI(key), "remove the object: it is made anew when it is looked at", err}
	case err != nil:
		return s, fmt.Errorf("read the contact sheet of take %s: %w", id, err)
	}
	return s, nil
}
