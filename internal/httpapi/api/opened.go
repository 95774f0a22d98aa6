package api

import (
	"sync"
	"time"

	"github.com/dailies/dailies/internal/drama"
)

// opened remembers who has opened which shot's takes lately: they know whose they are.
// It is this process's memory: after a restart it says nothing of what was before.
type opened struct {
	mu sync.Mutex
	at map[string]time.Time
}

// openedFor is how long somebody who saw a shot's takes is no blind judge of them.
const openedFor = 24 * time.Hour

func (o *opened) note(person string, id drama.EpisodeID, slate string, now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.at == nil {
		o.at = make(map[string]time.Time)
	}
	const most = 100_000
	if len(o.at) >= most {
		for k, at := range o.at {
			if now.Sub(at) >= openedFor || len(o.at) >= most {
				delete(o.at, k)
			}
		}
	}
	o.at[person+"\x00"+id.String()+"/"+slate] = now
}

func (o *opened) lately(person string, id drama.EpisodeID, slate string, now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	at, ok := o.at[person+"\x00"+id.String()+"/"+slate]
	return ok && now.Sub(at) < openedFor
}
