package purchase

import (
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/dailies/dailies/internal/ledger"
)

// Trouble is what is wrong with this machine, its store or its network, as far as
// paid clips cannot be brought in. While there is any, nothing more is bought: what
// is bought could not be kept either. The zero Trouble is ready; the buyers of a
// process share one.
type Trouble struct {
	mu sync.Mutex
	of map[ledger.ID]trouble
}

type trouble struct {
	err      error
	instance string    // whose orders it holds up; empty: all
	until    time.Time // unless it is told again
}

// troubleLasts is how long after its next try a trouble that nobody tells of again
// is believed: whoever waited may have been given up.
const troubleLasts = 2 * time.Minute

// tell says that a clip cannot be brought in, until when at most.
func (t *Trouble) tell(id ledger.ID, instance string, err error, until time.Time) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.of == nil {
		t.of = make(map[ledger.ID]trouble)
	}
	t.of[id] = trouble{err, instance, until}
}

func (t *Trouble) over(id ledger.ID) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.of, id)
}

// now is some trouble that holds an instance's orders up; nil: none.
func (t *Trouble) now(instance string, at time.Time) error {
	if t == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for id, one := range t.of {
		if !at.Before(one.until) {
			delete(t.of, id)
		} else if one.instance == "" || one.instance == instance {
			return one.err
		}
	}
	return nil
}

// Machine is the Type of a Failure that is nobody's fault but this machine's, its
// store's or its network's: it costs nothing, uses up no take and settles no job.
const Machine = "machine"

// minRoom is less than any clip needs, bytes.
const minRoom = 32 << 20

// room errs when the scratch folder has no space for a clip, however small: it is
// asked for before a clip is bought.
func (b *Buyer) room() error {
	dir := b.Scratch
	if dir == "" {
		dir = os.TempDir()
	}
	free := b.Free
	if free == nil {
		free = freeBytes
	}
	n, err := free(dir)
	if err != nil || n >= minRoom { // a folder that cannot be asked fails where it is used
		return nil
	}
	return fmt.Errorf("keep clips in %s: %w (%d MiB left); make room there", dir, syscall.ENOSPC, n>>20)
}

func freeBytes(dir string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil
}

// troubled is a Failure while nothing may be bought; nil: go on.
func (j *job) troubled() error {
	err := j.Trouble.now(j.order.Instance, j.now())
	if err == nil {
		err = j.room()
	}
	if err == nil {
		return nil
	}
	return &Failure{Type: Machine, After: 10 * j.unit(), Err: fmt.Errorf("nothing is bought while a clip could not be kept: %w", err)}
}
