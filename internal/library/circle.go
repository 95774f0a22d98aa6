package library

import (
	"context"
	"errors"
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
)

// ByQC circles what nobody has looked at.
const ByQC = drama.ByQC

const looseCircle = "choose a take again with dailies circle, which writes it anew, or remove the object and the shot is made again"

// circle reads which take is used for a digest. store.ErrNotFound, *RecordError.
func (l Library) circle(ctx context.Context, show, digest string) (*drama.Circle, store.Info, error) {
	return read(ctx, l, store.Keys{Show: show}.Circle(digest), looseCircle, is(func(c *drama.Circle) string { return c.Digest }, digest))
}

// Circles reads the circles of digests: those that are there, and those that are
// damaged, by digest.
func (l Library) Circles(ctx context.Context, show string, digests []string) (map[string]drama.Circle, map[string]*RecordError, error) {
	all, err := readAll(ctx, digests, func(ctx context.Context, digest string) (*drama.Circle, error) {
		c, _, err := l.circle(ctx, show, digest)
		return c, err
	})
	circles, damaged := byName(digests, all)
	for digest, c := range circles {
		if c.Take.Number == 0 { // taken back
			delete(circles, digest)
		}
	}
	return circles, damaged, err
}

func byName[T any](names []string, all []found[T]) (map[string]T, map[string]*RecordError) {
	records, damaged := make(map[string]T), make(map[string]*RecordError)
	for i, f := range all {
		if f.record != nil {
			records[names[i]] = *f.record
		}
		if f.damaged != nil {
			damaged[names[i]] = f.damaged
		}
	}
	return records, damaged
}

// WriteCircle circles a take for a digest. QC takes a person's choice away only
// where it may replace it. A damaged circle says nothing: it is written over.
func (l Library) WriteCircle(ctx context.Context, c drama.Circle, replace bool) error {
	key := store.Keys{Show: c.Take.Episode.Show}.Circle(c.Digest)
	body, err := encode(fmt.Sprintf("the circle of %s", c.Take), c)
	if err != nil {
		return err
	}
	version := "" // most digests have no circle yet, so that is tried before it is asked
	for range tries {
		err := l.Store.PutIf(ctx, key, body, jsonType, version)
		if err == nil {
			return nil
		}
		if !errors.Is(err, store.ErrChanged) {
			return fmt.Errorf("circle %s: %w", c.Take, err)
		}
		old, info, err := l.circle(ctx, c.Take.Episode.Show, c.Digest)
		switch {
		case errors.Is(err, store.ErrNotFound):
			version = ""
			continue
		case Damaged(err) != nil:
			if version, err = l.version(ctx, key); err != nil {
				return fmt.Errorf("circle %s: %w", c.Take, err)
			}
			continue
		case err != nil:
			return err
		case old.Take == c.Take && old.By == c.By:
			return nil // our own, from an earlier try
		case c.By == ByQC && old.By != ByQC && old.Take.Number != 0 && !replace:
			return nil
		}
		version = info.Version
	}
	return fmt.Errorf("circle %s: somebody else keeps changing it", c.Take)
}

// FollowCircle circles a take for a digest that has no circle yet; whatever is there
// stands.
func (l Library) FollowCircle(ctx context.Context, c drama.Circle) error {
	body, err := encode(fmt.Sprintf("the circle of %s", c.Take), c)
	if err != nil {
		return err
	}
	_, err = l.Store.PutNew(ctx, store.Keys{Show: c.Take.Episode.Show}.Circle(c.Digest), body, jsonType)
	if err != nil && !errors.Is(err, store.ErrExists) {
		return fmt.Errorf("circle %s: %w", c.Take, err)
	}
	return nil
}

// chosen reads the takes that persons circled for what a plan holds: QC circles only
// what passes and was made for the shot, a person may choose otherwise; those that are
// drafts; and those that QC circled by other limits. A record that cannot be read says nothing here.
func (l Library) chosen(ctx context.Context, in *plan.Input) error {
	var digests []string
	for digest, c := range in.Circles {
		if c.By != ByQC || c.Draft || !plan.SameLimits(c.Limits, in.Production.Season.Takes.QC) {
			digests = append(digests, digest)
		}
	}
	takes, err := readAll(ctx, digests, func(ctx context.Context, digest string) (*drama.Take, error) {
		t, err := l.Take(ctx, in.Circles[digest].Take)
		return &t, err
	})
	if err != nil {
		return fmt.Errorf("read the takes that were chosen: %w", err)
	}
	in.Chosen, _ = byName(digests, takes)
	return nil
}
