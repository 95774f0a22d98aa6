package library

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

// Source is a script as it was typed: a production is made of it, but cannot be turned
// back into it.
type Source struct {
	Main  string            `json:"main"`  // the episode's file
	Files map[string]string `json:"files"` // texts by path: the episode's, and the season's where it has one
	By    string            `json:"by,omitempty"`
	At    time.Time         `json:"at,omitzero"`
}

// Version is a script that was submitted.
type Version struct {
	SHA256 string    `json:"sha256"` // of the production
	At     time.Time `json:"at"`     // when it was first stored
	// Typed says that its text is there too: releases before this one kept none.
	Typed bool `json:"typed"`
}

const looseSource = "remove the object: the script itself lies beside it"

// KeepSource keeps the text of a production that was stored. What is kept already stays.
func (l Library) KeepSource(ctx context.Context, id drama.EpisodeID, production string, s Source) error {
	what := fmt.Sprintf("the text of %s", id)
	body, err := encode(what, s)
	if err != nil {
		return err
	}
	_, err = l.Store.PutNew(ctx, store.Keys{Show: id.Show}.Source(id, production), body, jsonType)
	if err != nil && !errors.Is(err, store.ErrExists) {
		return fmt.Errorf("store %s: %w", what, err)
	}
	return nil
}

// Source reads the text of a production. store.ErrNotFound, *RecordError.
func (l Library) Source(ctx context.Context, id drama.EpisodeID, production string) (Source, error) {
	s, _, err := read(ctx, l, store.Keys{Show: id.Show}.Source(id, production), looseSource, func(s *Source) error {
		if _, ok := s.Files[s.Main]; !ok {
			return errors.New("its episode's text is missing")
		}
		return nil
	})
	if err != nil {
		return Source{}, err
	}
	return *s, nil
}

// Versions lists the scripts of an episode, the newest first.
func (l Library) Versions(ctx context.Context, id drama.EpisodeID) ([]Version, error) {
	k := store.Keys{Show: id.Show}
	typed := map[string]bool{}
	var all []Version
	name := func(key string) string { return strings.TrimSuffix(path.Base(key), ".json") }
	err := l.Store.List(ctx, path.Dir(k.Source(id, "x"))+"/", func(i store.Info) error {
		typed[name(i.Key)] = true
		return nil
	})
	if err == nil {
		err = l.Store.List(ctx, path.Dir(k.Script(id, "x"))+"/", func(i store.Info) error {
			all = append(all, Version{SHA256: name(i.Key), At: i.Modified.UTC(), Typed: typed[name(i.Key)]})
			return nil
		})
	}
	if err != nil {
		return nil, fmt.Errorf("list the scripts of %s: %w", id, err)
	}
	slices.SortStableFunc(all, func(a, b Version) int { return b.At.Compare(a.At) })
	return all, nil
}

// ScriptDraft is a script that somebody is writing: one an episode.
type ScriptDraft struct {
	Source
	Base string `json:"base,omitempty"` // the production that it was begun from
}

// ScriptDraft reads an episode's draft, and its version for WriteScriptDraft. store.ErrNotFound.
func (l Library) ScriptDraft(ctx context.Context, id drama.EpisodeID) (ScriptDraft, string, error) {
	d, info, err := read(ctx, l, store.Keys{Show: id.Show}.Draft(id), "remove the object: the draft is lost, the scripts are not", func(*ScriptDraft) error { return nil })
	if err != nil {
		return ScriptDraft{}, "", err
	}
	return *d, info.Version, nil
}

// WriteScriptDraft keeps a draft over the version that was read; an empty version means that
// there is none. ErrStale.
func (l Library) WriteScriptDraft(ctx context.Context, id drama.EpisodeID, d ScriptDraft, version string) error {
	what := fmt.Sprintf("the draft of %s", id)
	body, err := encode(what, d)
	if err != nil {
		return err
	}
	err = l.Store.PutIf(ctx, store.Keys{Show: id.Show}.Draft(id), body, jsonType, version)
	if errors.Is(err, store.ErrChanged) {
		return fmt.Errorf("keep %s: %w", what, ErrStale)
	}
	if err != nil {
		return fmt.Errorf("keep %s: %w", what, err)
	}
	return nil
}

// Shelve says which stored file a path of the show means from now on. The bytes of those
// before stay, by content.
func (l Library) Shelve(ctx context.Context, show string, f drama.File) error {
	_, err := l.put(ctx, store.Keys{Show: show}.Shelved(f.Path), fmt.Sprintf("file %s of %s", f.Path, show), f)
	return err
}

// Shelf are the files that were put into a show's folder, by path.
func (l Library) Shelf(ctx context.Context, show string) (map[string]drama.File, error) {
	prefix := store.Keys{Show: show}.Shelved("")
	var keys []string
	err := l.Store.List(ctx, strings.TrimSuffix(prefix, ".json"), func(i store.Info) error {
		keys = append(keys, i.Key)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the files of %s: %w", show, err)
	}
	all, err := readAll(ctx, keys, func(ctx context.Context, key string) (*drama.File, error) {
		f, _, err := read(ctx, l, key, "put the file there again", func(f *drama.File) error {
			if got := (store.Keys{Show: show}).Shelved(f.Path); got != key {
				return errors.New("it is of another path")
			}
			return nil
		})
		return f, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the files of %s: %w", show, err)
	}
	files := make(map[string]drama.File, len(all))
	for _, f := range all {
		if f.record != nil {
			files[f.record.Path] = *f.record
		}
	}
	return files, nil
}
