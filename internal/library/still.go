package library

import (
	"context"
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

const looseStill = "remove the object and the still is made again"

// Stills reads the stills of digests: those that are there, and those that are
// damaged, by digest.
func (l Library) Stills(ctx context.Context, show string, digests []string) (map[string]drama.Still, map[string]*RecordError, error) {
	all, err := readAll(ctx, digests, func(ctx context.Context, digest string) (*drama.Still, error) {
		s, _, err := read(ctx, l, store.Keys{Show: show}.StillRecord(digest), looseStill, is(func(s *drama.Still) string { return s.Digest }, digest))
		return s, err
	})
	stills, damaged := byName(digests, all)
	return stills, damaged, err
}

// WriteFrame makes a picture the still of its digest; a later one takes its place.
func (l Library) WriteFrame(ctx context.Context, s drama.Still) error {
	_, err := l.put(ctx, store.Keys{Show: s.Take.Episode.Show}.StillRecord(s.Digest), fmt.Sprintf("the still of %s", s.Take), s)
	return err
}
