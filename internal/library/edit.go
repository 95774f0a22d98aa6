package library

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

const looseEdit = "bring the editor's cut back again, or take it back with dailies conform-back --none"

// Edit reads the newest version of an editor's cut of an episode; one without events says
// that it was taken back. store.ErrNotFound where none ever came; *RecordError.
func (l Library) Edit(ctx context.Context, id drama.EpisodeID) (drama.Edit, error) {
	keys, err := l.newest(ctx, store.Keys{Show: id.Show}.Edits(id))
	if err != nil {
		return drama.Edit{}, fmt.Errorf("look for the editor's cut of %s: %w", id, err)
	}
	if len(keys) == 0 {
		return drama.Edit{}, fmt.Errorf("the editor's cut of %s: %w", id, store.ErrNotFound)
	}
	e, _, err := read(ctx, l, keys[0], looseEdit, is(func(e *drama.Edit) drama.EpisodeID { return e.Episode }, id))
	if err != nil {
		return drama.Edit{}, err
	}
	return *e, nil
}

// EditVersion reads a version of an editor's cut. store.ErrNotFound; *RecordError.
func (l Library) EditVersion(ctx context.Context, id drama.EpisodeID, version int) (drama.Edit, error) {
	key := store.Keys{Show: id.Show}.Edit(id, version)
	e, _, err := read(ctx, l, key, looseEdit, is(func(e *drama.Edit) drama.EpisodeID { return e.Episode }, id))
	if err != nil {
		return drama.Edit{}, err
	}
	return *e, nil
}

// WriteEdit keeps an editor's cut as the episode's newest: its Version is set. ErrStale
// where somebody else's came meanwhile.
func (l Library) WriteEdit(ctx context.Context, e drama.Edit) (drama.Edit, error) {
	k := store.Keys{Show: e.Episode.Show}
	keys, err := l.newest(ctx, k.Edits(e.Episode))
	if err != nil {
		return e, fmt.Errorf("look for the editor's cut of %s: %w", e.Episode, err)
	}
	e.Version = 1
	for _, key := range keys {
		n, _ := strconv.Atoi(strings.TrimSuffix(path.Base(key), ".json"))
		e.Version = n + 1
	}
	return e, l.writeVersion(ctx, k.Edit(e.Episode, e.Version), fmt.Sprintf("the editor's cut of %s", e.Episode), e)
}

// OtherTakes reads the takes of an episode but those that are known. Records that cannot
// be read are left out: nobody needs them.
func (l Library) OtherTakes(ctx context.Context, id drama.EpisodeID, known func(drama.TakeID) bool) ([]drama.Take, error) {
	prefix := store.Keys{Show: id.Show}.Takes(id, "")
	all, err := l.keys(ctx, prefix)
	if err != nil {
		return nil, fmt.Errorf("list takes of %s: %w", id, err)
	}
	var records []string
	for _, key := range all {
		slate, number := numbered(prefix, key)
		if number > 0 && strings.HasSuffix(key, ".json") && !known(drama.TakeID{Episode: id, Slate: slate, Number: number}) {
			records = append(records, key)
		}
	}
	takes, _, err := l.readTakes(ctx, prefix, id, records)
	if err != nil {
		return nil, fmt.Errorf("list takes of %s: %w", id, err)
	}
	return takes, nil
}
