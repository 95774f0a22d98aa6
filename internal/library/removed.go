package library

import (
	"context"
	"errors"
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

// A clip that is removed for good is removed in its record first: from then on the record
// says that there is none, as of a take that nothing was delivered of, and what still lies
// in the store is nobody's.

// ForgetClip says in a take's record that its clip is removed, if may still says so of the
// record as it is then. false: it does not, or somebody else has changed the record.
func (l Library) ForgetClip(ctx context.Context, id drama.TakeID, r drama.Removed, may func(drama.Take) bool) (bool, error) {
	return rewrite(ctx, l, store.Keys{Show: id.Episode.Show}.Take(id), fmt.Sprintf("take %s", id), is(takeID, id), func(t *drama.Take) bool {
		if t.Removed != nil || !may(*t) {
			return false
		}
		r.Media, t.Media, t.Removed = t.Media, drama.Object{}, &r
		return true
	})
}

// RestoreClip takes ForgetClip back, while the clip is still there.
func (l Library) RestoreClip(ctx context.Context, id drama.TakeID) error {
	_, err := rewrite(ctx, l, store.Keys{Show: id.Episode.Show}.Take(id), fmt.Sprintf("take %s", id), is(takeID, id), func(t *drama.Take) bool {
		if t.Removed == nil {
			return false
		}
		t.Media, t.Removed = t.Removed.Media, nil
		return true
	})
	return err
}

// CandidateRecord is a candidate's record, also of one whose picture was removed.
// store.ErrNotFound, *RecordError.
func (l Library) CandidateRecord(ctx context.Context, show, slate string, n int) (*drama.Still, error) {
	id := drama.TakeID{Episode: drama.LookBookID(show), Slate: drama.StillSlate(slate), Number: n}
	s, _, err := read(ctx, l, store.Keys{Show: show}.Candidate(slate, n), looseCandidate, is(func(s *drama.Still) drama.TakeID { return s.Take }, id))
	return s, err
}

// ForgetPicture says in a candidate's record that its picture is removed.
func (l Library) ForgetPicture(ctx context.Context, show, slate string, n int, r drama.Removed) (bool, error) {
	return rewrite(ctx, l, store.Keys{Show: show}.Candidate(slate, n), fmt.Sprintf("candidate %d of %s", n, slate), func(*drama.Still) error { return nil }, func(s *drama.Still) bool {
		if s.Removed != nil {
			return false
		}
		r.Media, s.Image, s.Removed = s.Image, drama.Object{}, &r
		return true
	})
}

// rewrite changes a record over the version that was read. false: change did not want to,
// or somebody else was first.
func rewrite[T any](ctx context.Context, l Library, key, what string, check func(*T) error, change func(*T) bool) (bool, error) {
	v, info, err := read(ctx, l, key, "it is left as it is", check)
	if err != nil || !change(v) {
		return false, err
	}
	body, err := encode(what, v)
	if err != nil {
		return false, err
	}
	err = l.Store.PutIf(ctx, key, body, jsonType, info.Version)
	if errors.Is(err, store.ErrChanged) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("store %s: %w", what, err)
	}
	return true, nil
}
