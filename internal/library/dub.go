package library

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

// Prefix is where the files of the cut or the dub lie that a manifest is of.
func Prefix(m drama.Manifest) string {
	k := store.Keys{Show: m.ID.Show}
	if m.Dub != nil {
		return k.Dub(m.ID, m.Dub.Language, m.Dub.Number)
	}
	return k.Cut(m.ID, m.Cut)
}

const looseDub = "dub again: it is made anew"

// Dubs lists the numbers of the dubs of an episode into a language, ascending.
func (l Library) Dubs(ctx context.Context, id drama.EpisodeID, language string) ([]int, error) {
	prefix := store.Keys{Show: id.Show}.Dubs(id, language)
	all, err := l.keys(ctx, prefix)
	if err != nil {
		return nil, fmt.Errorf("list dubs of %s into %s: %w", id, language, err)
	}
	return numbersOf(prefix, all), nil
}

// DubLanguages lists the languages that an episode is dubbed into.
func (l Library) DubLanguages(ctx context.Context, id drama.EpisodeID) ([]string, error) {
	prefix := store.Keys{Show: id.Show}.Dubs(id, "")
	all, err := l.keys(ctx, prefix)
	if err != nil {
		return nil, fmt.Errorf("list dubs of %s: %w", id, err)
	}
	var languages []string
	for _, key := range all { // in order
		language, rest, _ := strings.Cut(strings.TrimPrefix(key, prefix), "/")
		number, name, _ := strings.Cut(rest, "/")
		if _, err := strconv.Atoi(number); err != nil || name != ManifestName {
			continue
		}
		if n := len(languages); n == 0 || languages[n-1] != language {
			languages = append(languages, language)
		}
	}
	return languages, nil
}

// DubManifest reads the manifest of a dub. store.ErrNotFound, *RecordError.
func (l Library) DubManifest(ctx context.Context, id drama.EpisodeID, language string, number int) (drama.Manifest, store.Ref, error) {
	key := store.Keys{Show: id.Show}.Dub(id, language, number) + ManifestName
	m, info, err := read(ctx, l, key, looseDub, func(m *drama.Manifest) error {
		if m.ID != id || m.Dub == nil || m.Dub.Language != language || m.Dub.Number != number {
			return fmt.Errorf("it is not of dub %d of %s into %s", number, id, language)
		}
		return nil
	})
	if err != nil {
		return drama.Manifest{}, store.Ref{}, err
	}
	return *m, store.Ref{Key: key, SHA256: info.SHA256, Bytes: info.Bytes, Type: info.Type}, nil
}

// DeliverDub writes a dub's manifest, which is what makes it exist. It may be repeated: what
// is recorded is returned. ErrOtherCut.
func (l Library) DeliverDub(ctx context.Context, m drama.Manifest) (drama.Manifest, store.Ref, error) {
	what := fmt.Sprintf("deliver dub %d of %s into %s", m.Dub.Number, m.ID, m.Dub.Language)
	body, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return m, store.Ref{}, fmt.Errorf("%s: %w", what, err)
	}
	ref, err := l.Store.PutNew(ctx, store.Keys{Show: m.ID.Show}.Dub(m.ID, m.Dub.Language, m.Dub.Number)+ManifestName, body, jsonType)
	if !errors.Is(err, store.ErrExists) {
		if err != nil {
			err = fmt.Errorf("%s: %w", what, err)
		}
		return m, ref, err
	}
	old, ref, err := l.DubManifest(ctx, m.ID, m.Dub.Language, m.Dub.Number)
	if err == nil && old.Digest != m.Digest {
		err = fmt.Errorf("%s: %w", what, ErrOtherCut)
	}
	return old, ref, err
}
