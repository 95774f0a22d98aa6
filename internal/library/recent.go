package library

import (
	"context"
	"errors"
	"sync"

	"github.com/dailies/dailies/internal/store"
)

// Recent keeps the last few decoded records by checksum: all shots of an episode
// read the same plan and script. The zero value is ready, and safe for concurrent
// use.
type Recent[T any] struct {
	mu    sync.Mutex
	byKey map[string]*T
	order []string
}

// keepRecent is how many episodes are in work on one worker at once, about.
const keepRecent = 16

// Load reads the record that ref promises; one that is gone is damaged. What is
// returned is shared: it MUST NOT be changed.
func (r *Recent[T]) Load(ctx context.Context, l Library, ref store.Ref) (*T, error) {
	r.mu.Lock()
	v := r.byKey[ref.SHA256]
	r.mu.Unlock()
	if v != nil && ref.SHA256 != "" {
		return v, nil
	}
	const remedy = "render again: it is made anew"
	v, info, err := read[T](ctx, l, ref.Key, remedy, func(*T) error { return nil })
	if errors.Is(err, store.ErrNotFound) {
		return nil, &RecordError{l.Store.URI(ref.Key), remedy, errors.New("it is not in the store any more")}
	}
	if err != nil {
		return nil, err
	}
	if ref.SHA256 != "" && info.SHA256 != "" && info.SHA256 != ref.SHA256 {
		return nil, &RecordError{l.Store.URI(ref.Key), remedy, store.ErrChecksum}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byKey == nil {
		r.byKey = make(map[string]*T)
	}
	if r.byKey[ref.SHA256] == nil {
		r.order = append(r.order, ref.SHA256)
	}
	r.byKey[ref.SHA256] = v
	if len(r.order) > keepRecent {
		delete(r.byKey, r.order[0])
		r.order = r.order[1:]
	}
	return v, nil
}
