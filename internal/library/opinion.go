package library

import (
	"context"
	"errors"
	"fmt"

	"github.com/dailies/dailies/internal/judge"
	"github.com/dailies/dailies/internal/store"
)

// Opinion reads what a judge said of a clip made for a brief, by their digest.
// store.ErrNotFound, *RecordError.
func (l Library) Opinion(ctx context.Context, show, digest string) (judge.Opinion, error) {
	o, _, err := read(ctx, l, store.Keys{Show: show}.Opinion(digest), "remove the object and the judge is asked again", func(*judge.Opinion) error { return nil })
	if err != nil {
		return judge.Opinion{}, err
	}
	return *o, nil
}

// WriteOpinion writes an opinion down, once, and returns what is recorded: another
// try's may have been first.
func (l Library) WriteOpinion(ctx context.Context, show, digest string, o judge.Opinion) (judge.Opinion, error) {
	body, err := encode("the opinion of a judge", o)
	if err != nil {
		return o, err
	}
	_, err = l.Store.PutNew(ctx, store.Keys{Show: show}.Opinion(digest), body, jsonType)
	if errors.Is(err, store.ErrExists) {
		return l.Opinion(ctx, show, digest)
	}
	if err != nil {
		return o, fmt.Errorf("store the opinion of a judge: %w", err)
	}
	return o, nil
}
