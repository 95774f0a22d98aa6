package library

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strconv"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

// WriteNote keeps a version of a note, the one that it says it is. ErrStale.
func (l Library) WriteNote(ctx context.Context, n drama.Note) error {
	key := store.Keys{Show: n.Episode.Show}.Note(n.Episode, n.ID, n.Version)
	return l.writeVersion(ctx, key, fmt.Sprintf("note %s of %s", n.ID, n.Episode), n)
}

// Notes reads the notes of an episode in the order they were made, without those that
// were deleted, and names those that are damaged.
func (l Library) Notes(ctx context.Context, id drama.EpisodeID) (notes []drama.Note, damaged []error, err error) {
	keys, err := l.newest(ctx, store.Keys{Show: id.Show}.Notes(id))
	if err != nil {
		return nil, nil, fmt.Errorf("list the notes of %s: %w", id, err)
	}
	all, err := readAll(ctx, keys, l.noteAt)
	if err != nil {
		return nil, nil, fmt.Errorf("read the notes of %s: %w", id, err)
	}
	for _, f := range all {
		switch {
		case f.damaged != nil:
			damaged = append(damaged, f.damaged)
		case f.record != nil && !f.record.Deleted:
			notes = append(notes, *f.record)
		}
	}
	return notes, damaged, nil
}

// NotesSince reads the newest version of each note of an episode, deleted ones too, by id.
// Versions in known are not read again; damaged ones are left out.
func (l Library) NotesSince(ctx context.Context, id drama.EpisodeID, known map[string]drama.Note) (map[string]drama.Note, error) {
	k := store.Keys{Show: id.Show}
	keys, err := l.newest(ctx, k.Notes(id))
	if err != nil {
		return nil, fmt.Errorf("list the notes of %s: %w", id, err)
	}
	notes := make(map[string]drama.Note, len(keys))
	var unread []string
	for _, key := range keys {
		note := path.Base(path.Dir(key))
		if n, ok := known[note]; ok && k.Note(id, note, n.Version) == key {
			notes[note] = n
		} else {
			unread = append(unread, key)
		}
	}
	all, err := readAll(ctx, unread, l.noteAt)
	if err != nil {
		return nil, fmt.Errorf("read the notes of %s: %w", id, err)
	}
	for _, f := range all {
		if f.record != nil {
			notes[f.record.ID] = *f.record
		}
	}
	return notes, nil
}

// noteAt reads the version of a note that lies under a key.
func (l Library) noteAt(ctx context.Context, key string) (*drama.Note, error) {
	n, _, err := read(ctx, l, key, looseVersion, is(func(n *drama.Note) string { return n.ID }, path.Base(path.Dir(key))))
	return n, err
}

// Note reads the newest version of a note, a deleted one too. store.ErrNotFound, *RecordError.
func (l Library) Note(ctx context.Context, id drama.EpisodeID, note string) (drama.Note, error) {
	keys, err := l.newest(ctx, store.Keys{Show: id.Show}.Notes(id)+note+"/")
	if err != nil {
		return drama.Note{}, fmt.Errorf("look for note %s of %s: %w", note, id, err)
	}
	if len(keys) == 0 {
		return drama.Note{}, fmt.Errorf("note %s of %s: %w", note, id, store.ErrNotFound)
	}
	n, err := l.noteAt(ctx, keys[0])
	if err != nil {
		return drama.Note{}, err
	}
	return *n, nil
}

// WriteMark marks a take anew: the mark's Version is set. ErrStale.
func (l Library) WriteMark(ctx context.Context, m drama.Mark) (drama.Mark, error) {
	k := store.Keys{Show: m.Take.Episode.Show}
	keys, err := l.newest(ctx, path.Dir(k.Mark(m.Take, 0))+"/")
	if err != nil {
		return m, fmt.Errorf("look for the mark of take %s: %w", m.Take, err)
	}
	m.Version = 1
	for _, key := range keys {
		n, _ := strconv.Atoi(path.Base(key)[:6])
		m.Version = n + 1
	}
	return m, l.writeVersion(ctx, k.Mark(m.Take, m.Version), fmt.Sprintf("the mark of take %s", m.Take), m)
}

// Marks reads the marks of an episode's takes, or of one slate's; slate may be empty. A
// take without one, or whose mark was taken back, is not there.
func (l Library) Marks(ctx context.Context, id drama.EpisodeID, slate string) (map[drama.TakeID]drama.Mark, []error, error) {
	keys, err := l.newest(ctx, store.Keys{Show: id.Show}.Marks(id, slate))
	if err != nil {
		return nil, nil, fmt.Errorf("list the marks of %s: %w", id, err)
	}
	all, err := readAll(ctx, keys, func(ctx context.Context, key string) (*drama.Mark, error) {
		m, _, err := read(ctx, l, key, looseVersion, func(m *drama.Mark) error {
			if got := (store.Keys{Show: id.Show}).Mark(m.Take, m.Version); got != key {
				return errors.New("it is of another take or version")
			}
			return nil
		})
		return m, err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read the marks of %s: %w", id, err)
	}
	marks := make(map[drama.TakeID]drama.Mark)
	var damaged []error
	for _, f := range all {
		switch {
		case f.damaged != nil:
			damaged = append(damaged, f.damaged)
		case f.record != nil && f.record.State != "":
			marks[f.record.Take] = *f.record
		}
	}
	return marks, damaged, nil
}
