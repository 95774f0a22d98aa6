package live

import (
	"errors"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/workflows"
)

// damaged says that an error is about one record, and reading it again will not help.
func damaged(err error) bool {
	return library.Damaged(err) != nil || errors.Is(err, studio.ErrUnknown)
}

// with is the episode as its run has changed it.
func (e *Episode) with(c workflows.Changes) *Episode {
	n := *e
	n.Cells = slices.Clone(e.Cells)
	st := c.Status
	if len(n.Cells) != len(c.Marks) || n.marks == nil {
		n.Cells = make([]Cell, len(c.Marks))
	}
	n.marks = c.Marks
	n.header(st)
	n.Open = st.EndedAt == nil
	for i, shot := range c.Shots {
		if i >= 0 && i < len(n.Cells) {
			n.Cells[i] = cellOf(shot)
		}
	}
	n.fill()
	return &n
}

// status takes a whole status.
func (e *Episode) status(st drama.EpisodeStatus) {
	e.header(st)
	e.Cells = make([]Cell, 0, len(st.Shots))
	for _, shot := range st.Shots {
		e.Cells = append(e.Cells, cellOf(shot))
	}
}

func (e *Episode) header(st drama.EpisodeStatus) {
	e.State, e.Run, e.Spent, e.Reserved = st.State, st.RunID, st.Spent, st.Reserved
	e.Caps, e.Waits, e.Started, e.Ended = st.Caps, st.Waits, st.StartedAt, st.EndedAt
	if len(st.Problems) > 0 {
		e.Problems = st.Problems
	}
}

// fill adds what the script knows of each shot, and the sums. Where nothing was run
// since, the script's shots wait.
func (e *Episode) fill() {
	if man := e.Manifest; man != nil {
		e.Cut, e.Frames, e.FPS = man.Cut, man.Frames, man.FPS
	}
	if e.Script != nil {
		at := map[string]int{}
		for i, c := range e.Cells {
			at[c.Slate] = i
		}
		for _, shot := range e.Script.Episode.Shots() {
			i, there := at[shot.Slate]
			if !there {
				if len(at) > 0 {
					continue // it is of a newer script than the run's
				}
				e.Cells = append(e.Cells, Cell{Slate: shot.Slate, State: drama.ShotWaiting, Frames: shot.Frames})
				i = len(e.Cells) - 1
			}
			e.Cells[i].Scene = shot.Scene
			e.Cells[i].Talk = len(shot.Lines) > 0
		}
	}
	e.All, e.Done, e.NG, e.Held = len(e.Cells), 0, 0, 0
	for _, c := range e.Cells {
		switch c.State {
		case drama.ShotCircle:
			e.Done++
		case drama.ShotNG:
			e.NG++
		case drama.ShotHeld:
			e.Held++
		case drama.ShotWaiting, drama.ShotGenerating, drama.ShotConforming, drama.ShotPaused, drama.ShotCancelled:
		}
	}
}

func cellOf(s drama.ShotStatus) Cell {
	c := Cell{
		Slate: s.Slate, State: s.State, Action: s.Action, Digest: s.Digest, Provider: s.Provider,
		Attempts: s.Attempts, Frames: s.Frames, Price: s.Price, Reasons: s.Reasons, Draft: s.Draft,
	}
	if id, err := drama.ParseTakeID(s.Take); err == nil {
		c.Take = id.Number
	}
	return c
}
