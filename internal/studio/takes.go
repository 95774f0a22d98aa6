package studio

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

// Take reads a take's record. ErrUnknown.
func (s *Studio) Take(ctx context.Context, id drama.TakeID) (drama.Take, error) {
	t, _, err := readJSON[drama.Take](ctx, s.Store, keys(id.Episode).Take(id))
	if errors.Is(err, store.ErrNotFound) {
		return drama.Take{}, fmt.Errorf("take %s is %w; dailies takes %s %s lists those that are", id, ErrUnknown, id.Episode, id.Slate)
	}
	return t, err
}

// TakeInfo is a take and what was decided about it.
type TakeInfo struct {
	drama.Take
	State drama.TakeState `json:"state"`
	By    string          `json:"circled_by,omitempty"`
	// Current says that the newest cut uses this take.
	Current bool `json:"in_latest_cut"`
}

// Takes lists the takes of an episode, or of one slate of it, in order.
func (s *Studio) Takes(ctx context.Context, id drama.EpisodeID, slate string) ([]TakeInfo, error) {
	used := map[drama.TakeID]bool{}
	if m, err := s.Manifest(ctx, id, 0); err == nil {
		for _, shot := range m.Shots {
			used[shot.Take] = true
		}
	} else if !errors.Is(err, ErrUnknown) {
		return nil, err
	}
	circles := map[string]drama.Circle{}
	var takes []TakeInfo
	err := s.Store.List(ctx, keys(id).Takes(id, slate), func(i store.Info) error {
		if !strings.HasSuffix(i.Key, ".json") {
			return nil
		}
		t, _, err := readJSON[drama.Take](ctx, s.Store, i.Key)
		if err != nil {
			return err
		}
		c, ok := circles[t.Digest]
		if !ok {
			c, _, err = readJSON[drama.Circle](ctx, s.Store, keys(id).Circle(t.Digest))
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return err
			}
			circles[t.Digest] = c
		}
		info := TakeInfo{Take: t, State: drama.TakePrint, Current: used[t.ID]}
		switch {
		case c.Take == t.ID:
			info.State, info.By = drama.TakeCircle, c.By
		case !t.Verdict.Pass:
			info.State = drama.TakeNG
		}
		takes = append(takes, info)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list takes of %s: %w", id, err)
	}
	return takes, nil
}
