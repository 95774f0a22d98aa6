package library

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/store"
)

// ErrStale: somebody else has changed the record since it was read.
var ErrStale = errors.New("somebody else has changed it meanwhile")

// Records of what people say are never written over: each change is a version of its
// own, under FOLDER/000002.json, and the highest counts. Two who change the same
// version at once find out: one of them is ErrStale.

const looseVersion = "remove the object and the version before it counts again"

// writeVersion writes the version of a record that its key names.
func (l Library) writeVersion(ctx context.Context, key, what string, v any) error {
	body, err := encode(what, v)
	if err != nil {
		return err
	}
	_, err = l.Store.PutNew(ctx, key, body, jsonType)
	if errors.Is(err, store.ErrExists) {
		return fmt.Errorf("keep %s: %w", what, ErrStale)
	}
	if err != nil {
		return fmt.Errorf("keep %s: %w", what, err)
	}
	return nil
}

// newest finds the key of the highest version in each folder under a prefix, in order.
func (l Library) newest(ctx context.Context, prefix string) ([]string, error) {
	all, err := l.keys(ctx, prefix)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(key string) bool {
		_, err := strconv.Atoi(strings.TrimSuffix(path.Base(key), ".json"))
		return err != nil
	})
	slices.Sort(all) // versions have six digits
	var last []string
	for i, key := range all {
		if i+1 == len(all) || path.Dir(all[i+1]) != path.Dir(key) {
			last = append(last, key)
		}
	}
	return last, nil
}
