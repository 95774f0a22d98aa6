package live

import (
	"context"
	"errors"
	"maps"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/workflows"
)

// The pace of reading. What a run does is half a second old at most; what happens without a
// run (a clip that was imported by a command, another process's cut) half a minute.
const (
	freshFor   = time.Second / 2
	sweepEvery = 30 * time.Second
	// loadsAtOnce is how many episodes are read at once: reading waits for the store.
	loadsAtOnce = 8
	// refreshTimeout bounds one look at everything; the first one reads whole seasons.
	refreshTimeout = time.Minute
)

// fresh makes the model a second old at most. One look serves all who ask meanwhile; it
// does not end with who asked first. While the engine or the store is away, what is known
// is shown after a moment, with its age: only who asks before anything is known is told.
func (m *Model) fresh(ctx context.Context) error {
	m.looks.Lock()
	if m.inWork == nil {
		if time.Since(m.tried) < freshFor {
			defer m.looks.Unlock()
			if m.whole.IsZero() {
				return m.failed
			}
			return nil
		}
		m.inWork = make(chan struct{})
		go m.lookAround(context.WithoutCancel(ctx), m.inWork)
	}
	done := m.inWork
	var late <-chan time.Time
	if !m.whole.IsZero() {
		late = time.After(patience)
	}
	m.looks.Unlock()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-late:
		return nil
	case <-done:
	}
	m.looks.Lock()
	defer m.looks.Unlock()
	if m.whole.IsZero() {
		return m.failed
	}
	return nil
}

// patience is how long a page waits for news when it has something to show.
const patience = 2 * time.Second

func (m *Model) lookAround(ctx context.Context, done chan struct{}) {
	ctx, stop := context.WithTimeout(ctx, refreshTimeout)
	defer stop()
	m.refreshing.Lock()
	err := m.refresh(ctx)
	m.refreshing.Unlock()
	if err != nil {
		m.Log.Warn("look at the runs for the Studio", "error", err)
	}
	m.looks.Lock()
	defer m.looks.Unlock()
	m.tried, m.failed = time.Now(), err
	if err == nil {
		m.whole = m.tried
	}
	m.inWork = nil
	close(done)
}

// Age is how long ago the model was last whole.
func (m *Model) Age() time.Duration {
	m.looks.Lock()
	defer m.looks.Unlock()
	return time.Since(m.whole)
}

// Touch reads an episode again at once: somebody has just changed it here.
func (m *Model) Touch(ctx context.Context, id drama.EpisodeID) {
	m.refreshing.Lock()
	defer m.refreshing.Unlock()
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), refreshTimeout)
	defer stop()
	if err := m.load(ctx, id, true); err != nil {
		m.Log.Warn("look at an episode for the Studio", "episode", id.String(), "error", err)
	}
}

// overlap is by how much looks at ended runs overlap: the engine tells of an end a
// little after it.
const overlap = 10 * time.Second

func (m *Model) refresh(ctx context.Context) error {
	began := time.Now()
	since := time.Time{}
	if !m.swept.IsZero() { // before that all is read
		since = m.moved.Add(-overlap)
	}
	open, ended, err := m.Studio.Moved(ctx, since)
	if err != nil {
		return err
	}
	load := map[drama.EpisodeID]bool{} // value: it has a run
	m.mu.RLock()
	for id, e := range m.episodes {
		if e.Open {
			load[id] = false // unless it is listed as open
		}
	}
	for show, b := range m.books {
		if b.Open {
			load[drama.LookBookID(show)] = false
		}
	}
	m.mu.RUnlock()
	for id, run := range ended {
		if m.ended[id] != run { // since looks overlap, an end is listed more than once
			load[id] = false
		}
	}
	for _, id := range open {
		load[id] = true
	}
	group, loading := errgroup.WithContext(ctx)
	group.SetLimit(loadsAtOnce)
	for id, running := range load {
		group.Go(func() error { return m.load(loading, id, running) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	maps.Copy(m.ended, ended)
	m.moved = began
	if time.Since(m.swept) < sweepEvery {
		return nil
	}
	if err := m.sweep(ctx, load); err != nil {
		return err
	}
	m.swept = began
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known = true
	return nil
}

// sweep finds what has changed without a run of this engine: episodes that are new, and
// those whose newest script or cut is another one. done were just read.
func (m *Model) sweep(ctx context.Context, done map[drama.EpisodeID]bool) error {
	shows, err := m.Studio.Shows(ctx)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(loadsAtOnce)
	for _, show := range shows {
		ids, err := m.Studio.Episodes(ctx, show)
		if err != nil {
			return err
		}
		for _, id := range ids {
			group.Go(func() error { return m.loadNotes(ctx, id) })
			if _, fresh := done[id]; fresh {
				continue
			}
			group.Go(func() error { return m.reread(ctx, id) })
		}
		group.Go(func() error { return m.loadCaps(ctx, show) })
	}
	return group.Wait()
}

// reread reads an episode if the store has something else of it than what is known.
func (m *Model) reread(ctx context.Context, id drama.EpisodeID) error {
	m.mu.RLock()
	old := m.episodes[id]
	m.mu.RUnlock()
	if old != nil && old.State != drama.StateReview { // whoever decided may have changed no cut
		version, err := m.Studio.Version(ctx, id)
		if err != nil || version == old.version {
			return err
		}
	}
	return m.load(ctx, id, false)
}

// load brings one episode up to date. What is damaged is shown as far as it is known;
// only an engine or a store that cannot be reached is an error.
func (m *Model) load(ctx context.Context, id drama.EpisodeID, running bool) error {
	if id.Number == drama.LookBookNumber {
		return m.loadBook(ctx, id, running)
	}
	m.mu.RLock()
	old := m.episodes[id]
	m.mu.RUnlock()
	if running && old != nil && old.Open {
		if c, err := m.Studio.Changes(ctx, id, workflows.Known{Shots: old.marks}); err == nil && c.Status.RunID == old.Run {
			m.put(id, old, old.with(c))
			return nil
		}
		// Its run has ended or is another one: all is read again.
	}
	e := &Episode{Row: Row{Show: id.Show, Number: id.Number}}
	var err error
	// The version first: what changes meanwhile is read again at the next sweep.
	if e.version, err = m.Studio.Version(ctx, id); err != nil {
		return err
	}
	if err := m.loadScript(ctx, id, e, old); err != nil {
		return err
	}
	if err := m.loadManifest(ctx, id, e, old); err != nil {
		return err
	}
	if running {
		if c, err := m.Studio.Changes(ctx, id, workflows.Known{}); err == nil && c.Status.EndedAt == nil {
			m.put(id, old, e.with(c))
			return nil
		}
	}
	st, err := m.Studio.Status(ctx, id)
	switch stale := (*studio.StaleError)(nil); {
	case errors.As(err, &stale):
		e.State, e.Problems = drama.StateStopped, []string{err.Error()}
	case errors.Is(err, studio.ErrUnknown):
		e.State = drama.StateStopped
	case err != nil:
		return err
	default:
		e.status(st)
		e.Open = running && st.EndedAt == nil
	}
	e.fill()
	m.put(id, old, e)
	return nil
}

// loadScript reads the newest script, unless it is the one that is known.
func (m *Model) loadScript(ctx context.Context, id drama.EpisodeID, e, old *Episode) error {
	p, ref, err := m.Studio.LatestScript(ctx, id)
	switch {
	case err == nil:
		e.Script, e.script = &p, ref.SHA256
		e.Title = p.Episode.Title
		if old != nil && old.script == ref.SHA256 {
			e.Script = old.Script // one copy is enough
		}
	case damaged(err):
		e.Problems = append(e.Problems, err.Error())
	default:
		return err
	}
	return nil
}

// loadManifest reads the newest cut's manifest, unless it is the one that is known.
func (m *Model) loadManifest(ctx context.Context, id drama.EpisodeID, e, old *Episode) error {
	newest, err := m.Studio.NewestCut(ctx, id)
	if err != nil || newest == 0 {
		return err
	}
	if old != nil && old.Manifest != nil && old.Manifest.Cut == newest {
		e.Manifest = old.Manifest
		return nil
	}
	man, err := m.Studio.Manifest(ctx, id, newest)
	switch {
	case err == nil:
		e.Manifest = &man
	case damaged(err):
		e.Problems = append(e.Problems, err.Error())
	default:
		return err
	}
	return nil
}

func (m *Model) loadCaps(ctx context.Context, show string) error {
	caps, err := m.Studio.Caps(ctx, show)
	if err != nil && !damaged(err) {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.caps[show] = caps
	return nil
}
