package library

import (
	"context"
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
)

const looseStill = "remove the object and the still is made again"

// Stills reads the stills of digests, their own or that of what was told: those that
// are there, and those that are damaged, by digest.
func (l Library) Stills(ctx context.Context, show string, digests []string) (map[string]drama.Still, map[string]*RecordError, error) {
	all, err := readAll(ctx, digests, func(ctx context.Context, digest string) (*drama.Still, error) {
		s, _, err := read(ctx, l, store.Keys{Show: show}.StillRecord(digest), looseStill, func(s *drama.Still) error {
			if s.Told == digest {
				return nil
			}
			return is(func(s *drama.Still) string { return s.Digest }, digest)(s)
		})
		return s, err
	})
	stills, damaged := byName(digests, all)
	return stills, damaged, err
}

// WriteStill makes a picture the still of its digest and of what was told; a later one
// takes its place.
func (l Library) WriteStill(ctx context.Context, s drama.Still) error {
	for _, digest := range []string{s.Digest, s.Told} {
		if digest == "" {
			continue
		}
		if _, err := l.put(ctx, store.Keys{Show: s.Take.Episode.Show}.StillRecord(digest), fmt.Sprintf("the still of %s", s.Take), s); err != nil {
			return err
		}
	}
	return nil
}

// AskedFor fills in what a still's maker was asked for, of the plan that it was made
// or used again by.
func AskedFor(s drama.Still, p *plan.Plan) drama.Still {
	for _, shot := range p.Shots {
		switch still := shot.Still; {
		case still == nil || still.Slate != s.Take.Slate:
		case still.Digest == s.Digest:
			s.Told, s.Asked = still.Told, still.Asked(s.Provider, nil)
		case still.Made != nil && still.Made.Take == s.Take:
			s.Told, s.Asked = still.Made.Told, still.Made.Asked
		}
	}
	return s
}
