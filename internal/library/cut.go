package library

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

// Files of every cut. A cut without a manifest does not exist.
const (
	ManifestName = "manifest.json"
	MasterName   = "master.mp4"
	draftName    = "draft.json"
)

// ErrOtherCut: another cut has the number already.
var ErrOtherCut = errors.New("another cut has this number already; render again")

const looseCut = "export another cut with --cut, or render again: a new cut is made"

// Cuts lists the numbers of the cuts of an episode, ascending: those that were delivered
// and those that wait for an approval, or were not given one.
func (l Library) Cuts(ctx context.Context, id drama.EpisodeID) ([]int, error) {
	prefix := store.Keys{Show: id.Show}.Cuts(id)
	all, err := l.keys(ctx, prefix)
	if err != nil {
		return nil, fmt.Errorf("list cuts of %s: %w", id, err)
	}
	return numbersOf(prefix, all), nil
}

// NewestCut is the number of the newest cut of an episode, delivered or not; 0: there is
// none. It asks for folders, not for all that older cuts have in them.
func (l Library) NewestCut(ctx context.Context, id drama.EpisodeID) (int, error) {
	var there int
	err := l.fromNewest(ctx, id, func(cut int) error {
		_, err := l.Store.Head(ctx, store.Keys{Show: id.Show}.Cut(id, cut)+ManifestName)
		if err == nil {
			there = cut
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("look for the newest cut of %s: %w", id, err)
	}
	return there, nil
}

// NewestManifest reads the manifest of the newest cut, delivered or not.
// store.ErrNotFound where there is none, *RecordError.
func (l Library) NewestManifest(ctx context.Context, id drama.EpisodeID) (drama.Manifest, error) {
	found := fmt.Errorf("look for the newest cut of %s: %w", id, store.ErrNotFound)
	var m drama.Manifest
	err := l.fromNewest(ctx, id, func(cut int) (err error) {
		m, _, err = l.Manifest(ctx, id, cut)
		if err == nil {
			found = nil
		}
		return err
	})
	if err != nil {
		return m, err
	}
	return m, found
}

// fromNewest calls look for the numbers that cuts of an episode have, the highest first,
// until it finds one: store.ErrNotFound goes on to the next, since a cut without a manifest
// does not exist.
func (l Library) fromNewest(ctx context.Context, id drama.EpisodeID, look func(cut int) error) error {
	prefix := store.Keys{Show: id.Show}.Cuts(id)
	var numbers []int
	err := l.Store.ListLevel(ctx, prefix, func(i store.Info) error {
		if n, err := strconv.Atoi(path.Base(i.Key)); err == nil && i.IsFolder() {
			numbers = append(numbers, n)
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.Sort(numbers)
	for _, n := range slices.Backward(numbers) {
		if err := look(n); !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return nil
}

// numbersOf are the numbers below a prefix that have a manifest, ascending.
func numbersOf(prefix string, keys []string) []int {
	var all []int
	for _, key := range keys {
		number, rest, _ := strings.Cut(strings.TrimPrefix(key, prefix), "/")
		if n, err := strconv.Atoi(number); err == nil && rest == ManifestName {
			all = append(all, n)
		}
	}
	slices.Sort(all) // the store lists 10 before 2
	return all
}

// Manifest reads the manifest of a cut. store.ErrNotFound, *RecordError.
func (l Library) Manifest(ctx context.Context, id drama.EpisodeID, cut int) (drama.Manifest, store.Ref, error) {
	key := store.Keys{Show: id.Show}.Cut(id, cut) + ManifestName
	m, info, err := read(ctx, l, key, looseCut, func(m *drama.Manifest) error {
		if m.ID != id || m.Cut != cut {
			return fmt.Errorf("it says that it is of cut %d of %q", m.Cut, m.ID)
		}
		return nil
	})
	if err != nil {
		return drama.Manifest{}, store.Ref{}, err
	}
	return *m, store.Ref{Key: key, SHA256: info.SHA256, Bytes: info.Bytes, Type: info.Type}, nil
}

// KeepDraft stores a manifest beside its cut's files before it is delivered.
func (l Library) KeepDraft(ctx context.Context, m drama.Manifest) (store.Ref, error) {
	return l.put(ctx, store.Keys{Show: m.ID.Show}.Cut(m.ID, m.Cut)+draftName, fmt.Sprintf("the draft of cut %d of %s", m.Cut, m.ID), m)
}

// Draft reads what KeepDraft stored. *RecordError, also when it is gone.
func (l Library) Draft(ctx context.Context, ref store.Ref) (drama.Manifest, error) {
	m, _, err := read(ctx, l, ref.Key, "render again: a new cut is made", func(*drama.Manifest) error { return nil })
	if errors.Is(err, store.ErrNotFound) {
		err = &RecordError{l.Store.URI(ref.Key), "render again: a new cut is made", errors.New("the draft is gone")}
	}
	if err != nil {
		return drama.Manifest{}, err
	}
	return *m, nil
}

// Deliver writes a cut's manifest, which is what makes it exist, and moves latest
// to it, unless it waits for an approval: then Release does. Both may be repeated: what is
// recorded is returned. ErrOtherCut.
func (l Library) Deliver(ctx context.Context, id drama.EpisodeID, cut int, m drama.Manifest) (drama.Manifest, store.Ref, error) {
	key := store.Keys{Show: id.Show}.Cut(id, cut) + ManifestName
	body, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return m, store.Ref{}, fmt.Errorf("deliver cut %d of %s: %w", cut, id, err)
	}
	ref, err := l.Store.PutNew(ctx, key, body, jsonType)
	if errors.Is(err, store.ErrExists) {
		var old drama.Manifest
		if old, ref, err = l.Manifest(ctx, id, cut); err != nil {
			return m, ref, err
		}
		if old.Digest != m.Digest {
			return m, ref, fmt.Errorf("deliver cut %d of %s: %w", cut, id, ErrOtherCut)
		}
		m = old
	} else if err != nil {
		return m, ref, fmt.Errorf("deliver cut %d of %s: %w", cut, id, err)
	}
	if m.Review {
		return m, ref, nil
	}
	return m, ref, l.moveLatest(ctx, id, Latest{Cut: cut, Digest: m.Digest, Manifest: ref})
}

// Release delivers a cut that waited for an approval: latest moves to it, unless it is at a
// later one. It may be repeated. store.ErrNotFound, *RecordError.
func (l Library) Release(ctx context.Context, id drama.EpisodeID, cut int) error {
	m, ref, err := l.Manifest(ctx, id, cut)
	if err != nil {
		return err
	}
	return l.moveLatest(ctx, id, Latest{Cut: cut, Digest: m.Digest, Manifest: ref})
}

// Waits says whether a cut waits for an approval: it was to have one, and neither it nor a
// later one was delivered.
func (l Library) Waits(ctx context.Context, m drama.Manifest) (bool, error) {
	if !m.Review {
		return false, nil
	}
	at, err := l.Latest(ctx, m.ID)
	switch {
	case errors.Is(err, store.ErrNotFound), Damaged(err) != nil:
		return true, nil
	case err != nil:
		return false, err
	}
	return at.Cut < m.Cut, nil
}

// Latest is the record of an episode's newest delivered cut.
type Latest struct {
	Cut      int       `json:"cut"`
	Digest   string    `json:"digest"`
	Manifest store.Ref `json:"manifest"`
}

// Latest reads which cut is the newest that was delivered. store.ErrNotFound, *RecordError.
func (l Library) Latest(ctx context.Context, id drama.EpisodeID) (Latest, error) {
	at, _, err := l.latest(ctx, id)
	if err != nil {
		return Latest{}, err
	}
	return *at, nil
}

func (l Library) latest(ctx context.Context, id drama.EpisodeID) (*Latest, store.Info, error) {
	return read(ctx, l, store.Keys{Show: id.Show}.Latest(id), "render again: it is written anew", func(at *Latest) error {
		if at.Cut < 1 {
			return errors.New("it names no cut")
		}
		return nil
	})
}

// moveLatest points latest at the cut unless it points at a later one.
func (l Library) moveLatest(ctx context.Context, id drama.EpisodeID, to Latest) error {
	key := store.Keys{Show: id.Show}.Latest(id)
	body, err := encode(fmt.Sprintf("latest of %s", id), to)
	if err != nil {
		return err
	}
	for range tries {
		at, info, err := l.latest(ctx, id)
		switch {
		case errors.Is(err, store.ErrNotFound):
			info.Version = ""
		case Damaged(err) != nil:
			if info.Version, err = l.version(ctx, key); err != nil {
				return fmt.Errorf("move latest of %s: %w", id, err)
			}
		case err != nil:
			return err
		case at.Cut >= to.Cut:
			return nil
		}
		err = l.Store.PutIf(ctx, key, body, jsonType, info.Version)
		if err == nil {
			return nil
		}
		if !errors.Is(err, store.ErrChanged) {
			return fmt.Errorf("move latest of %s: %w", id, err)
		}
	}
	return fmt.Errorf("move latest of %s: somebody else keeps moving it", id)
}
