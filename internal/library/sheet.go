package library

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

const (
	looseBook      = "remove the object, and approve the pictures of the look book again: they are kept"
	looseCandidate = "remove the object: its picture is not offered any more"
)

// LookBook is what of a show's sheets is approved; nothing where no sheet is. *RecordError.
func (l Library) LookBook(ctx context.Context, show string) (drama.LookBook, error) {
	b, _, err := l.lookBook(ctx, show)
	return b, err
}

func (l Library) lookBook(ctx context.Context, show string) (drama.LookBook, store.Info, error) {
	b, info, err := read(ctx, l, store.Keys{Show: show}.LookBook(), looseBook, is(func(b *drama.LookBook) string { return b.Show }, show))
	if errors.Is(err, store.ErrNotFound) {
		return drama.LookBook{Show: show, Sheets: map[string]drama.Approved{}}, store.Info{}, nil
	}
	if err != nil {
		return drama.LookBook{}, info, err
	}
	if b.Sheets == nil {
		b.Sheets = map[string]drama.Approved{}
	}
	return *b, info, nil
}

// Approve makes pictures those of their sheets, all at once; their bytes must lie under the
// blob keys of their digests. Later ones take their place.
func (l Library) Approve(ctx context.Context, show string, all ...drama.Approved) error {
	key := store.Keys{Show: show}.LookBook()
	for range tries {
		book, info, err := l.lookBook(ctx, show)
		if err != nil {
			return err
		}
		changed := false
		for _, a := range all {
			if old, ok := book.Sheets[a.Key()]; !ok || old.Take != a.Take || old.File != a.File {
				book.Sheets[a.Key()], changed = a, true
			}
		}
		if !changed {
			return nil
		}
		body, err := encode("the look book of "+show, book)
		if err != nil {
			return err
		}
		err = l.Store.PutIf(ctx, key, body, jsonType, info.Version)
		if err == nil {
			return nil
		}
		if !errors.Is(err, store.ErrChanged) {
			return fmt.Errorf("approve sheets of %s: %w", show, err)
		}
	}
	return fmt.Errorf("approve sheets of %s: somebody else keeps changing the look book", show)
}

// WriteCandidate keeps a picture among the candidates of its sheet.
func (l Library) WriteCandidate(ctx context.Context, s drama.Still) error {
	k := store.Keys{Show: s.Take.Episode.Show}
	_, err := l.put(ctx, k.Candidate(drama.ShotSlate(s.Take.Slate), s.Take.Number), fmt.Sprintf("the candidate %s", s.Take), s)
	return err
}

// Candidates are the pictures of a show's sheets, by slate, in the order of their
// numbers; those whose records are damaged are told apart.
func (l Library) Candidates(ctx context.Context, show string) (map[string][]drama.Still, []*RecordError, error) {
	prefix := store.Keys{Show: show}.Candidates("")
	keys, err := l.keys(ctx, prefix)
	if err != nil {
		return nil, nil, fmt.Errorf("list the look book of %s: %w", show, err)
	}
	all, err := readAll(ctx, keys, func(ctx context.Context, key string) (*drama.Still, error) {
		slate, n := numbered(prefix, key)
		return l.candidate(ctx, key, show, slate, n)
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read the look book of %s: %w", show, err)
	}
	bySlate := map[string][]drama.Still{}
	var damaged []*RecordError
	for _, f := range all {
		switch {
		case f.damaged != nil:
			damaged = append(damaged, f.damaged)
		case f.record != nil:
			slate := drama.ShotSlate(f.record.Take.Slate)
			bySlate[slate] = append(bySlate[slate], *f.record)
		}
	}
	for _, c := range bySlate {
		slices.SortFunc(c, func(a, b drama.Still) int { return a.Take.Number - b.Take.Number })
	}
	return bySlate, damaged, nil
}

// Candidate is one picture of a show's sheets. store.ErrNotFound, *RecordError.
func (l Library) Candidate(ctx context.Context, show, slate string, n int) (*drama.Still, error) {
	return l.candidate(ctx, store.Keys{Show: show}.Candidate(slate, n), show, slate, n)
}

func (l Library) candidate(ctx context.Context, key, show, slate string, n int) (*drama.Still, error) {
	id := drama.TakeID{Episode: drama.LookBookID(show), Slate: drama.StillSlate(slate), Number: n}
	s, _, err := read(ctx, l, key, looseCandidate, is(func(s *drama.Still) drama.TakeID { return s.Take }, id))
	if err == nil && s.Removed != nil {
		return nil, fmt.Errorf("the picture of %s was removed: %w", id, store.ErrNotFound)
	}
	return s, err
}
