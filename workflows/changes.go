package workflows

import (
	"encoding/json"
	"hash/fnv"

	"github.com/dailies/dailies/internal/drama"
)

// Known is what somebody who asks for changes has: a mark for each shot, in the run's
// order, as Changes gave them. Nothing known asks for all.
type Known struct {
	Shots []uint64 `json:"shots,omitempty"`
}

// Changes is a run's status with those shots only that differ from what was known. A
// page that watches thousands of shots asks every second, and most have not moved.
type Changes struct {
	// Status has no Shots.
	Status drama.EpisodeStatus `json:"status"`
	// Marks are the shots' in order: what Known takes the next time. They are made of
	// what is told of a shot, so that nothing can change without its mark, and a run
	// that continues in a new history goes on with the same.
	Marks []uint64 `json:"marks"`
	// Shots are those that are not as Known has them, by their place.
	Shots map[int]drama.ShotStatus `json:"shots,omitempty"`
}

// changes takes from a status what is known already.
func changes(st drama.EpisodeStatus, known Known) (Changes, error) {
	c := Changes{Status: st, Marks: make([]uint64, 0, len(st.Shots)), Shots: make(map[int]drama.ShotStatus)}
	c.Status.Shots = nil
	same := len(known.Shots) == len(st.Shots)
	for i, shot := range st.Shots {
		m, err := mark(shot)
		if err != nil {
			return Changes{}, err
		}
		c.Marks = append(c.Marks, m)
		if !same || known.Shots[i] != m {
			c.Shots[i] = shot
		}
	}
	return c, nil
}

// mark names what a shot's status says. It answers a query, which no history replays, and
// the JSON of a struct is always the same.
//
//workflowcheck:ignore
func mark(s drama.ShotStatus) (uint64, error) {
	body, err := json.Marshal(s)
	if err != nil {
		return 0, err
	}
	h := fnv.New64a()
	_, _ = h.Write(body) // a hash takes everything
	return h.Sum64(), nil
}
