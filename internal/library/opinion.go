package library

import (
	"context"
	"errors"
	"fmt"

	"github.com/dailies/dailies/internal/judge"
	"github.com/dailies/dailies/internal/store"
)

const askJudgeAgain = "remove the object and the judge is asked again"

// Opinion reads what a judge said of a clip made for a brief, by their digest.
// store.ErrNotFound, *RecordError.
func (l Library) Opinion(ctx context.Context, show, digest string) (judge.Opinion, error) {
	return answer[judge.Opinion](ctx, l, store.Keys{Show: show}.Opinion(digest), askJudgeAgain)
}

// WriteOpinion writes an opinion down, once, and returns what is recorded: another
// try's may have been first.
func (l Library) WriteOpinion(ctx context.Context, show, digest string, o judge.Opinion) (judge.Opinion, error) {
	return writeAnswer(ctx, l, store.Keys{Show: show}.Opinion(digest), "the opinion of a judge", askJudgeAgain, o)
}

// answer reads what somebody who was asked once has said.
func answer[T any](ctx context.Context, l Library, key, remedy string) (T, error) {
	v, _, err := read(ctx, l, key, remedy, func(*T) error { return nil })
	if err != nil {
		var none T
		return none, err
	}
	return *v, nil
}

// writeAnswer writes an answer once and returns what is recorded.
func writeAnswer[T any](ctx context.Context, l Library, key, what, remedy string, v T) (T, error) {
	body, err := encode(what, v)
	if err != nil {
		return v, err
	}
	_, err = l.Store.PutNew(ctx, key, body, jsonType)
	if errors.Is(err, store.ErrExists) {
		return answer[T](ctx, l, key, remedy)
	}
	if err != nil {
		return v, fmt.Errorf("store %s: %w", what, err)
	}
	return v, nil
}

// preference is a judge's choice as it is written down.
type preference struct {
	Choice judge.Choice `json:"choice"`
}

// Preference reads which of two clips in one order a judge prefers, by their digest.
// store.ErrNotFound, *RecordError.
func (l Library) Preference(ctx context.Context, show, digest string) (judge.Choice, error) {
	p, err := answer[preference](ctx, l, store.Keys{Show: show}.Opinion(digest), askJudgeAgain)
	return p.Choice, err
}

// WritePreference writes a preference down, once, and returns what is recorded.
func (l Library) WritePreference(ctx context.Context, show, digest string, c judge.Choice) (judge.Choice, error) {
	p, err := writeAnswer(ctx, l, store.Keys{Show: show}.Opinion(digest), "the preference of a judge", askJudgeAgain, preference{c})
	return p.Choice, err
}
