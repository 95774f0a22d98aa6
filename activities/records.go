package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
)

const jsonType = "application/json"

// recent keeps the last few decoded records by checksum: all shots of an episode
// read the same plan and script. The zero value is ready.
type recent[T any] struct {
	mu    sync.Mutex
	byKey map[string]*T
	order []string
}

// keepRecent is how many episodes are in work on one worker at once, about.
const keepRecent = 16

// load reads the record that ref promises. What is returned is shared: it MUST
// NOT be changed.
func (r *recent[T]) load(ctx context.Context, s store.Store, ref store.Ref) (*T, error) {
	r.mu.Lock()
	v := r.byKey[ref.SHA256]
	r.mu.Unlock()
	if v != nil && ref.SHA256 != "" {
		return v, nil
	}
	v = new(T)
	if _, err := readRecord(ctx, s, ref.Key, v); err != nil {
		if errors.Is(err, store.ErrNotFound) {
			return nil, damaged("read %s: it is not in the store any more", ref.Key)
		}
		return nil, err
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

// readRecord decodes the object under key. store.ErrNotFound is passed on.
func readRecord(ctx context.Context, s store.Store, key string, into any) (store.Info, error) {
	body, info, err := s.Read(ctx, key)
	if err != nil {
		return info, fmt.Errorf("read %s: %w", key, err)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return info, damaged("read %s: the record is damaged: %w", key, err)
	}
	return info, nil
}

// findShot is the planned shot of a slate, or the still of a still's.
func findShot(p *plan.Plan, slate string) (plan.Shot, error) {
	for _, s := range p.Shots {
		if s.Slate == slate {
			return s, nil
		}
		if s.Still != nil && s.Still.Slate == slate {
			return s.Still.Shot, nil
		}
	}
	return plan.Shot{}, damaged("find shot %s in the plan of %s: it is not there", slate, p.Episode)
}

// scriptShot is the written shot of a slate.
func scriptShot(p *drama.Production, slate string) (drama.Shot, error) {
	for _, s := range p.Episode.Shots() {
		if s.Slate == slate {
			return s, nil
		}
	}
	return drama.Shot{}, damaged("find shot %s in the script of %s: it is not there", slate, p.ID())
}
