package purchase

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider"
)

// deliveries are the clips that this process is fetching, over all tries: a paid
// clip is fetched until it is here, or until its link is dead by the vendor's own
// word. What is known of it is only a shortcut: another process begins anew.
type deliveries struct {
	mu sync.Mutex
	of map[ledger.ID]*delivery
}

// delivery is what earlier tries got of one clip. One try at a time uses it.
type delivery struct {
	path  string // of what has come so far, in Scratch
	part  provider.Part
	whole bool // all of it is there and was looked at
	kind  string

	tries int       // since bytes last came
	first time.Time // the first of those
	gone  int       // in a row, the link was dead
	since time.Time // the first of those
	same  int       // in a row, the same broken file came
	sum   string    // its checksum
}

const (
	// goneTries is how many fresh links in a row must be dead, over the grace at
	// least: some vendors serve a clip later than they call it done.
	goneTries = 4
	// sameTries is how often the same broken file must come before it is believed to
	// be what the vendor made: QC looks at it then.
	sameTries = 3
	// wrongTries in a row without a clip, over graces of time (two hours), are no bad
	// moment of the vendor's any more: a person is told what can be done.
	wrongTries, wrongGraces = 8, 40
	// longestPause between two tries to fetch.
	longestPause = 5 * time.Minute
)

func (b *Buyer) delivery(id ledger.ID) *delivery {
	b.deliveries.mu.Lock()
	defer b.deliveries.mu.Unlock()
	if b.deliveries.of == nil {
		b.deliveries.of = make(map[ledger.ID]*delivery)
	}
	d := b.deliveries.of[id]
	if d == nil {
		dir := b.Scratch
		if dir == "" {
			dir = os.TempDir()
		}
		sum := sha256.Sum256([]byte(id.String()))
		d = &delivery{path: filepath.Join(dir, fmt.Sprintf("take-%s.part", hex.EncodeToString(sum[:12])))}
		_ = os.Remove(d.path) // what an earlier process left: its tag is not known any more
		b.deliveries.of[id] = d
	}
	return d
}

// delivered forgets a clip that is here, or will never be.
func (b *Buyer) delivered(id ledger.ID) {
	b.deliveries.mu.Lock()
	d := b.deliveries.of[id]
	delete(b.deliveries.of, id)
	b.deliveries.mu.Unlock()
	if d != nil {
		d.drop()
	}
	b.Trouble.over(id)
}

// drop begins anew with the next try.
func (d *delivery) drop() {
	_ = os.Remove(d.path)
	d.part, d.whole = provider.Part{}, false
}

// pause is how long to wait before the next try.
func (d *delivery) pause(unit time.Duration) time.Duration {
	const doublings = 9
	return min(unit<<min(max(d.tries-1, 0), doublings), longestPause)
}
