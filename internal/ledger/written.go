package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"sync"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

// Written are the jobs that a process has written from their intents on. When some of an
// episode have ended they join its copy (see list.go) at once: whoever sums the episode
// later need not read four small objects of each again. The zero Written is ready, and safe
// for concurrent use.
type Written struct {
	mu    sync.Mutex
	open  map[ID]Entry
	ended map[drama.EpisodeID][]Entry
}

// mostOpen bounds how many jobs are remembered that have not ended: of some another process
// writes the end.
const mostOpen = 4096

// put notes a part that was written just now. It returns the episode's ended jobs when they
// are worth joining the copy, and forgets them.
func (w *Written) put(id ID, part string, v any) []Entry {
	if w == nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	e, known := w.open[id]
	switch v := v.(type) {
	case Intent:
		if w.open == nil || len(w.open) >= mostOpen {
			w.open = make(map[ID]Entry)
		}
		w.open[id] = Entry{Intent: v}
		return nil
	case Receipt:
		e.Receipt = &v
	case Hold:
		e.Hold = &v
	case Outcome:
		e.Outcome = &v
	}
	switch {
	case !known:
		return nil
	case part != partOutcome:
		w.open[id] = e
		return nil
	}
	delete(w.open, id)
	if w.ended == nil {
		w.ended = make(map[drama.EpisodeID][]Entry)
	}
	all := append(w.ended[id.Take.Episode], e)
	if len(all) < keepFrom {
		w.ended[id.Take.Episode] = all
		return nil
	}
	delete(w.ended, id.Take.Episode)
	return all
}

// joinTries is how often the copy is changed against others who do so.
const joinTries = 3

// join adds ended jobs to their episode's copy. What does not come to it is read one by one.
func (o Objects) join(ctx context.Context, id drama.EpisodeID, fresh []Entry) {
	key := settledKey(id.Show, id.Number)
	for range joinTries {
		kept, version, err := o.copyOf(ctx, id.Show, id.Number)
		if err != nil {
			return
		}
		c := copied{V: 1, Jobs: fresh}
		for _, e := range kept {
			c.Jobs = append(c.Jobs, e)
		}
		body, err := json.Marshal(c)
		if err != nil || len(body) > store.MaxSmall {
			return
		}
		if err := o.Store.PutIf(ctx, key, body, "application/json", version); !errors.Is(err, store.ErrChanged) {
			return
		}
	}
}
