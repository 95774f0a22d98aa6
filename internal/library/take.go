package library

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

// ErrOtherTake: another take has the number already.
var ErrOtherTake = errors.New("another take has this number already")

const looseTake = "its clip may still lie beside it; circle another take, or remove the object"

// Take reads a take's record. store.ErrNotFound, *RecordError.
func (l Library) Take(ctx context.Context, id drama.TakeID) (drama.Take, error) {
	t, err := l.take(ctx, store.Keys{Show: id.Episode.Show}.Take(id), is(takeID, id))
	if err != nil {
		return drama.Take{}, err
	}
	return *t, nil
}

func takeID(t *drama.Take) drama.TakeID { return t.ID }

func (l Library) take(ctx context.Context, key string, check func(*drama.Take) error) (*drama.Take, error) {
	t, _, err := read(ctx, l, key, looseTake, check)
	return t, err
}

// WriteTake writes a take's record, once, and returns what is recorded. A record
// of the same media and digest is our own from an earlier try. ErrOtherTake.
func (l Library) WriteTake(ctx context.Context, t drama.Take) (drama.Take, error) {
	body, err := encode(fmt.Sprintf("take %s", t.ID), t)
	if err != nil {
		return t, err
	}
	_, err = l.Store.PutNew(ctx, store.Keys{Show: t.ID.Episode.Show}.Take(t.ID), body, jsonType)
	if !errors.Is(err, store.ErrExists) {
		if err != nil {
			return t, fmt.Errorf("record take %s: %w", t.ID, err)
		}
		return t, nil
	}
	old, err := l.Take(ctx, t.ID)
	if err != nil {
		return t, err
	}
	switch {
	case !SameTake(old, t):
		return t, fmt.Errorf("record take %s: %w", t.ID, ErrOtherTake)
	case old.Filed && !t.Filed: // it is judged now
		_, err := l.put(ctx, store.Keys{Show: t.ID.Episode.Show}.Take(t.ID), fmt.Sprintf("take %s", t.ID), t)
		return t, err
	}
	return old, nil
}

// FileTake keeps a take that nobody has judged, unless one has the number. Its mark is
// written first: what is marked and not recorded is filed again.
func (l Library) FileTake(ctx context.Context, t drama.Take) error {
	_, err := l.Store.PutNew(ctx, store.Keys{Show: t.ID.Episode.Show}.TakeFiled(t.ID), []byte("{}"), jsonType)
	if err != nil && !errors.Is(err, store.ErrExists) {
		return fmt.Errorf("file take %s: %w", t.ID, err)
	}
	t.Filed = true
	_, err = l.WriteTake(ctx, t)
	return err
}

// SameTake says whether two records are of one clip for one brief.
func SameTake(a, b drama.Take) bool {
	return a.Digest == b.Digest && a.Media.SHA256 == b.Media.SHA256
}

// Takes reads the takes of an episode, or of one slate of it, in order, and names
// those whose records are damaged.
func (l Library) Takes(ctx context.Context, id drama.EpisodeID, slate string) ([]drama.Take, []*RecordError, error) {
	prefix := store.Keys{Show: id.Show}.Takes(id, "")
	all, err := l.keys(ctx, store.Keys{Show: id.Show}.Takes(id, slate))
	if err != nil {
		return nil, nil, fmt.Errorf("list takes of %s: %w", id, err)
	}
	var records []string
	for _, key := range all {
		if _, number := numbered(prefix, key); number > 0 && strings.HasSuffix(key, ".json") {
			records = append(records, key)
		}
	}
	takes, damaged, err := l.readTakes(ctx, prefix, id, records)
	if err != nil {
		return nil, nil, fmt.Errorf("list takes of %s: %w", id, err)
	}
	return takes, damaged, nil
}

func (l Library) readTakes(ctx context.Context, prefix string, id drama.EpisodeID, keys []string) (takes []drama.Take, damaged []*RecordError, err error) {
	all, err := readAll(ctx, keys, func(ctx context.Context, key string) (*drama.Take, error) {
		slate, number := numbered(prefix, key)
		return l.take(ctx, key, is(takeID, drama.TakeID{Episode: id, Slate: slate, Number: number}))
	})
	for _, f := range all {
		switch {
		case f.damaged != nil:
			damaged = append(damaged, f.damaged)
		case f.record != nil:
			takes = append(takes, *f.record)
		}
	}
	return takes, damaged, err
}

// numbered reads slate and take number out of a key below a prefix of takes or of
// jobs; 0: it is not one of ours.
func numbered(prefix, key string) (slate string, number int) {
	slate, rest, _ := strings.Cut(strings.TrimPrefix(key, prefix), "/")
	digits := rest
	if i := strings.IndexAny(rest, "./"); i >= 0 {
		digits = rest[:i]
	}
	number, err := strconv.Atoi(digits)
	if err != nil {
		return slate, 0
	}
	return slate, number
}
