package live

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/workflows"
)

// The pace of reading. What a run does is a second old at most; what happens without a
// run (a clip that was imported by a command, another process's cut) half a minute.
const (
	freshFor   = time.Second
	sweepEvery = 30 * time.Second
	// loadsAtOnce is how many episodes are read at once: reading waits for the store.
	loadsAtOnce = 8
	// refreshTimeout bounds one look at everything; the first one reads whole seasons.
	refreshTimeout = time.Minute
)

// fresh looks at the runs again unless somebody just did. What cannot be reached is told
// only as long as nothing is known: after that pages show what there was, with its age.
func (m *Model) fresh(ctx context.Context) error {
	m.refreshing.Lock()
	defer m.refreshing.Unlock()
	if time.Since(m.refreshed) < freshFor {
		return nil
	}
	// A reader who goes away must not leave the others with half a look.
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), refreshTimeout)
	defer stop()
	err := m.refresh(ctx)
	if err == nil {
		m.refreshed = time.Now()
		return nil
	}
	m.Log.Warn("look at the runs for the Studio", "error", err)
	if m.refreshed.IsZero() {
		return err
	}
	return nil
}

// Age is how long ago the model was last whole.
func (m *Model) Age() time.Duration {
	m.refreshing.Lock()
	defer m.refreshing.Unlock()
	return time.Since(m.refreshed)
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

func (m *Model) refresh(ctx context.Context) error {
	open, err := m.Studio.OpenEpisodes(ctx)
	if err != nil {
		return err
	}
	isOpen := map[drama.EpisodeID]bool{}
	load := map[drama.EpisodeID]bool{} // value: it has a run
	for _, id := range open {
		isOpen[id] = true
		load[id] = true
	}
	sweep := time.Since(m.swept) >= sweepEvery
	var shows []string
	if sweep {
		if shows, err = m.Studio.Shows(ctx); err != nil {
			return err
		}
		for _, show := range shows {
			ids, err := m.Studio.Episodes(ctx, show)
			if err != nil {
				return err
			}
			for _, id := range ids {
				load[id] = isOpen[id]
			}
		}
	}
	m.mu.RLock()
	for id, e := range m.episodes {
		if e.Open && !isOpen[id] {
			load[id] = false // its run has ended
		}
	}
	m.mu.RUnlock()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(loadsAtOnce)
	for id, running := range load {
		group.Go(func() error { return m.load(ctx, id, running) })
	}
	for _, show := range shows {
		group.Go(func() error { return m.loadCaps(ctx, show) })
	}
	if sweep {
		for id := range load {
			group.Go(func() error { return m.loadNotes(ctx, id) })
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if sweep {
		m.swept = time.Now()
	}
	return nil
}

// load brings one episode up to date. What is damaged is shown as far as it is known;
// only an engine or a store that cannot be reached is an error.
func (m *Model) load(ctx context.Context, id drama.EpisodeID, running bool) error {
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
	cuts, err := m.Studio.Cuts(ctx, id)
	if err != nil {
		return err
	}
	if len(cuts) == 0 {
		return nil
	}
	newest := cuts[len(cuts)-1]
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
