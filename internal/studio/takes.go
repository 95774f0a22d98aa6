package studio

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/store"
)

// Take reads a take's record. ErrUnknown.
func (s *Studio) Take(ctx context.Context, id drama.TakeID) (drama.Take, error) {
	t, err := s.library().Take(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return drama.Take{}, withNext(fmt.Errorf("take %s is %w; look at those that are", id, ErrUnknown), Next{"list-takes", id.Episode.String() + "/" + id.Slate})
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
	// URI is where its clip lies; empty: nothing came.
	URI string `json:"uri,omitempty"`
	// Final is the newest final of a draft; nil: none was bought.
	Final *drama.TakeID `json:"final,omitempty"`
}

// Takes lists the takes of an episode, or of one slate of it, in order. Records
// that cannot be read are named in damaged; the list goes on past them.
func (s *Studio) Takes(ctx context.Context, id drama.EpisodeID, slate string) (takes []TakeInfo, damaged []error, err error) {
	used := map[drama.TakeID]bool{}
	m, _, err := s.Newest(ctx, id)
	switch {
	case err == nil:
		for _, shot := range m.Shots {
			used[shot.Take] = true
		}
	case library.Damaged(err) != nil:
		damaged = append(damaged, err)
	case !errors.Is(err, ErrUnknown):
		return nil, nil, err
	}
	all, bad, err := s.library().Takes(ctx, id, slate)
	if err != nil {
		return nil, nil, err
	}
	var digests []string
	for _, t := range all {
		if !slices.Contains(digests, t.Digest) {
			digests = append(digests, t.Digest)
		}
	}
	circles, loose, err := s.library().Circles(ctx, id.Show, digests)
	if err != nil {
		return nil, nil, fmt.Errorf("list takes of %s: %w", id, err)
	}
	for _, e := range bad {
		damaged = append(damaged, e)
	}
	for _, digest := range digests {
		if e := loose[digest]; e != nil {
			damaged = append(damaged, e)
		}
	}
	finals := map[drama.TakeID]*drama.TakeID{}
	for _, t := range all {
		if t.FinalOf != nil && t.Media.Key != "" {
			finals[*t.FinalOf] = &t.ID
		}
	}
	for _, t := range all {
		info := TakeInfo{Take: t, Final: finals[t.ID], State: drama.TakePrint, Current: used[t.ID]}
		if t.Media.Key != "" {
			info.URI = s.Store.URI(t.Media.Key)
		}
		c := circles[t.Digest]
		switch {
		case c.Take == t.ID:
			info.State, info.By = drama.TakeCircle, c.By
		case !t.Verdict.Pass:
			info.State = drama.TakeNG
		}
		takes = append(takes, info)
	}
	return takes, damaged, nil
}

// CircleOf is which take is used for a digest; ok is false when none is.
func (s *Studio) CircleOf(ctx context.Context, show, digest string) (c drama.Circle, ok bool, err error) {
	circles, loose, err := s.library().Circles(ctx, show, []string{digest})
	if err != nil {
		return c, false, err
	}
	if e := loose[digest]; e != nil {
		return c, false, e
	}
	c, ok = circles[digest]
	return c, ok && c.Take.Number > 0, nil
}
