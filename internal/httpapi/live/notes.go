package live

import (
	"context"

	"github.com/dailies/dailies/internal/drama"
)

// loadNotes reads what people said about an episode, at each sweep: others than this
// process may write notes too. Versions that are known are not read again.
func (m *Model) loadNotes(ctx context.Context, id drama.EpisodeID) error {
	m.mu.RLock()
	known := m.notes[id]
	m.mu.RUnlock()
	notes, err := m.Studio.NotesSince(ctx, id, known)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for note, n := range m.notes[id] {
		if now, ok := notes[note]; !ok || now.Version < n.Version {
			notes[note] = n // it was made here while the others were read
		}
	}
	m.notes[id] = notes
	m.recount(id)
	return nil
}

// Noted takes a note that was just made or changed here.
func (m *Model) Noted(n drama.Note) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.notes[n.Episode] == nil {
		m.notes[n.Episode] = make(map[string]drama.Note)
	}
	m.notes[n.Episode][n.ID] = n
	m.recount(n.Episode)
}

// recount makes the episode anew if its open notes are others than it shows; the caller
// holds mu.
func (m *Model) recount(id drama.EpisodeID) {
	old := m.episodes[id]
	if old == nil {
		return
	}
	now := *old
	now.Cells = append([]Cell(nil), old.Cells...)
	m.counted(&now)
	if m.differ(old, &now) {
		m.episodes[id] = &now
	}
}

// counted fills in how many notes are open; the caller holds mu.
func (m *Model) counted(e *Episode) {
	open := map[string]int{}
	e.NotesOpen = 0
	for _, n := range m.notes[e.ID()] {
		if !n.Done && !n.Deleted {
			open[n.Slate]++
			e.NotesOpen++
		}
	}
	for i := range e.Cells {
		e.Cells[i].NotesOpen = open[e.Cells[i].Slate]
	}
}
