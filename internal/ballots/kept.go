package ballots

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"path"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/store"
)

const (
	// atOnce is how many records are asked for at once.
	atOnce = 16
	// keepFrom is how many records that are not in their copy yet are worth
	// writing the copy again.
	keepFrom = 16
)

// copied is the form of a copy of many records. Records never change, so
// it is only ever behind: one that is damaged or gone is made again.
type copied[T any] struct {
	V       int `json:"v"`
	Records []T `json:"records"`
}

// kept reads the records under a prefix: those in a copy from there, the others one
// by one. key says where a record must lie, and copyOf in which copy one that lies
// there is kept; empty: it is no record. damaged are those that cannot be read or lie
// elsewhere.
func kept[T any](ctx context.Context, b Ballots, prefix string, key func(T) string, copyOf func(string) string) (all []T, damaged []error, err error) {
	var copies []string
	members := make(map[string][]string)
	err = b.Store.List(ctx, prefix, func(i store.Info) error {
		at := copyOf(i.Key)
		if at == "" || at == i.Key {
			return nil
		}
		if members[at] == nil {
			copies = append(copies, at)
		}
		members[at] = append(members[at], i.Key)
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	for _, at := range copies {
		known, err := readCopy(ctx, b, at, key)
		if err != nil {
			return nil, nil, err
		}
		records, lost, fresh, err := readMembers(ctx, b, members[at], known, key)
		if err != nil {
			return nil, nil, err
		}
		all, damaged = append(all, records...), append(damaged, lost...)
		if b.Keep && fresh >= keepFrom {
			writeCopy(ctx, b, at, records)
		}
	}
	return all, damaged, nil
}

// beside keeps the copy of a folder's records in the folder.
func beside(key string) string {
	if !strings.HasSuffix(key, ".json") {
		return ""
	}
	dir, _ := path.Split(key)
	return dir + keptName
}

// readMembers reads the records of a copy in the order of their keys; fresh is how
// many of them were not in it.
func readMembers[T any](ctx context.Context, b Ballots, keys []string, known map[string]T, key func(T) string) (all []T, damaged []error, fresh int, err error) {
	read, lost := make([]*T, len(keys)), make([]error, len(keys))
	group, reading := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, k := range keys {
		if v, ok := known[k]; ok {
			read[i] = &v
			continue
		}
		fresh++
		group.Go(func() error {
			v := new(T)
			err := b.read(reading, k, v)
			switch {
			case err == nil && key(*v) == k:
				read[i] = v
			case err == nil:
				lost[i] = errors.New("read " + b.Store.URI(k) + ": it says that it is another record: remove it")
			case errors.Is(err, store.ErrNotFound): // gone since it was listed
			case damagedRecord(err):
				lost[i] = err
			default:
				return err
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, 0, err
	}
	for i := range keys {
		if read[i] != nil {
			all = append(all, *read[i])
		}
		if lost[i] != nil {
			damaged = append(damaged, lost[i])
		}
	}
	return all, damaged, fresh, nil
}

// damagedRecord says that the record will be the same when it is read again.
func damagedRecord(err error) bool {
	_, syntax := errors.AsType[*json.SyntaxError](err)
	_, kind := errors.AsType[*json.UnmarshalTypeError](err)
	return syntax || kind || errors.Is(err, store.ErrTooLarge) || errors.Is(err, store.ErrChecksum)
}

func readCopy[T any](ctx context.Context, b Ballots, at string, key func(T) string) (map[string]T, error) {
	var c copied[T]
	known := make(map[string]T)
	err := b.read(ctx, at, &c)
	switch {
	case errors.Is(err, store.ErrNotFound), err != nil && damagedRecord(err):
		return known, nil
	case err != nil:
		return nil, err
	case c.V != 1:
		return known, nil
	}
	for _, v := range c.Records {
		known[key(v)] = v
	}
	return known, nil
}

// writeCopy is only ever a shortcut: what cannot be written is read one by one next
// time.
func writeCopy[T any](ctx context.Context, b Ballots, at string, records []T) {
	body, err := json.Marshal(copied[T]{V: 1, Records: slices.Clip(records)})
	if err != nil || len(body) > store.MaxSmall {
		return
	}
	_, _ = b.Store.Put(ctx, at, bytes.NewReader(body), jsonType)
}
