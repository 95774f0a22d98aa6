package activities

import (
	"context"
	"sync"

	"go.temporal.io/sdk/activity"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
)

// fresh is what Conform has just read or written of a shot: its cut, which this worker
// most likely makes too, need not read it again. Each record is given away once, so
// that whatever is tried again asks the store, which is the record.
type fresh struct {
	mu   sync.Mutex
	held map[string]freshShot // by show and mezzanine
}

type freshShot struct {
	take      drama.Take
	mezzanine library.Mezzanine
}

// freshShots bounds what is held, at a few kilobytes each: the shots of the longest
// episodes that are in work at once. Beyond, all is forgotten.
const freshShots = 2000

func freshKey(show, digest string) string { return show + "/" + digest }

func (f *fresh) put(show, digest string, s freshShot) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held == nil || len(f.held) >= freshShots {
		f.held = make(map[string]freshShot)
	}
	f.held[freshKey(show, digest)] = s
}

// take gives away what is held of a shot of the cut, if it is of that take.
func (f *fresh) take(show string, s CutShot) (freshShot, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := freshKey(show, s.Mezzanine)
	got, ok := f.held[key]
	if !ok || got.take.ID != s.Take {
		return freshShot{}, false
	}
	delete(f.held, key)
	return got, true
}

// firstTry says that no try of the step has been before.
func firstTry(ctx context.Context) bool {
	return activity.IsActivity(ctx) && activity.GetInfo(ctx).Attempt == 1
}
