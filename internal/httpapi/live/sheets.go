package live

import (
	"context"
	"errors"
	"maps"
	"reflect"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/workflows"
)

// LookBook is the run that makes pictures of a show's look book, the open one or the last:
// its cells are the sheets, by their slates. One that was never begun has no state. Sums
// and boards do not see it.
func (m *Model) LookBook(ctx context.Context, show string) (*Episode, error) {
	if err := m.fresh(ctx); err != nil {
		return nil, err
	}
	book := func() *Episode {
		m.mu.RLock()
		defer m.mu.RUnlock()
		return m.books[show]
	}
	if b := book(); b != nil {
		return b, nil
	}
	m.refreshing.Lock()
	defer m.refreshing.Unlock()
	if err := m.loadBook(ctx, drama.LookBookID(show), false); err != nil {
		return nil, err
	}
	return book(), nil
}

// Books are the runs of look books that are known, by show: all that are open.
func (m *Model) Books() map[string]*Episode {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return maps.Clone(m.books)
}

// loadBook brings a look book's run up to date, and tells who listens; the caller holds
// refreshing.
func (m *Model) loadBook(ctx context.Context, id drama.EpisodeID, running bool) error {
	m.mu.RLock()
	old := m.books[id.Show]
	m.mu.RUnlock()
	now, err := m.book(ctx, id, running, old)
	if err != nil {
		return err
	}
	m.mu.Lock()
	m.books[id.Show] = now
	m.mu.Unlock()
	if old == nil && !running || old != nil && reflect.DeepEqual(old.Row, now.Row) && reflect.DeepEqual(old.Cells, now.Cells) {
		return nil
	}
	m.Publish(EventSheet, id, "", now.Row)
	return nil
}

func (m *Model) book(ctx context.Context, id drama.EpisodeID, running bool, old *Episode) (*Episode, error) {
	e := &Episode{Row: Row{Show: id.Show, Number: id.Number}}
	if running {
		known := workflows.Known{}
		if old != nil && old.Open {
			known.Shots = old.marks
		}
		c, err := m.Studio.Changes(ctx, id, known)
		switch {
		case err == nil && known.Shots != nil && c.Status.RunID == old.Run:
			return old.with(c), nil
		case err == nil && known.Shots == nil && c.Status.EndedAt == nil:
			return e.with(c), nil
		}
		// It has ended meanwhile, or another has begun: all of it is asked for.
	}
	st, err := m.Studio.Status(ctx, id)
	switch stale := (*studio.StaleError)(nil); {
	case errors.As(err, &stale):
		e.State, e.Problems = drama.StateStopped, []string{err.Error()}
	case errors.Is(err, studio.ErrUnknown):
	case err != nil:
		return nil, err
	default:
		e.status(st)
		e.Open = running && st.EndedAt == nil
	}
	e.fill()
	return e, nil
}
