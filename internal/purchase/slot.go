package purchase

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/beat"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider"
)

// gates let so many jobs of an instance ask for a slot at once as there are
// slots: of those that this worker holds ready the next one begins the moment that
// one ends, without asking the store again and again.
type gates struct {
	mu   sync.Mutex
	of   map[string]*gate
	here map[ledger.ID]bool // jobs that this worker is at
	// asked is when the vendor was last asked for a job that is nobody's here.
	asked map[ledger.ID]time.Time
}

// at says that this worker is at a job, or no longer.
func (g *gates) at(id ledger.ID, here bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.here == nil {
		g.here = make(map[ledger.ID]bool)
	}
	if here {
		g.here[id] = true
	} else {
		delete(g.here, id)
	}
}

// allHere says whether this worker is at every one of the jobs.
func (g *gates) allHere(jobs []ledger.ID) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, id := range jobs {
		if !g.here[id] {
			return false
		}
	}
	return true
}

func (g *gates) gate(instance string, n int) *gate {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.of == nil {
		g.of = make(map[string]*gate)
	}
	if g.of[instance] == nil {
		g.of[instance] = newGate(n)
	}
	return g.of[instance]
}

// stay is a job's place at the vendor.
type stay struct {
	gate *gate // to be left; nil: none was passed
	slot ledger.Slot
	id   ledger.ID
	ran  bool // the vendor took the job: how long it had its place is worth knowing
}

// show is whose turn at the gate it is.
func (j *job) show() string { return j.order.Take.Episode.Show }

// limited says whether the instance's slots are counted over all workers.
func (j *job) limited() bool { return j.Slots != nil && j.instance.Slots > 0 }

// occupy waits for a place for a job that is about to be asked for.
func (j *job) occupy(ctx context.Context, id ledger.ID) error {
	if !j.limited() {
		return nil
	}
	defer j.waits()()
	if j.stay.gate == nil {
		gate := j.gates.gate(j.order.Instance, j.instance.Slots)
		handed, err := gate.enter(ctx, j.show(), j.order.Urgency)
		if err != nil {
			return err
		}
		j.stay.gate = gate
		if handed.slot.Held() {
			// Where it is not to be had any more, whoever has it: it is one of those that
			// are looked through.
			ok, err := j.Slots.Pass(ctx, handed.slot, handed.of, id, handed.ran)
			if err != nil {
				return err
			}
			if ok {
				j.stay.slot, j.stay.id = handed.slot, id
				return nil
			}
		}
	}
	for {
		slot, holders, err := j.Slots.Acquire(ctx, j.order.Instance, j.instance.Slots, id, j.deadline())
		if err != nil {
			return err
		}
		if slot.Held() {
			j.stay.slot, j.stay.id = slot, id
			return nil
		}
		freed, waits := j.ask(ctx, holders)
		if freed {
			continue
		}
		if !j.gates.allHere(holders) {
			// Somebody else is at them, or nobody since a worker died: whoever goes on
			// with those may be queued behind us, so we do not stand in the way.
			return &Failure{Type: string(provider.KindThrottled), After: 2 * j.unit(), Err: fmt.Errorf("all %d slots of %s are taken: %s", j.instance.Slots, j.order.Instance, waits)}
		}
		if err := beat.Wait(ctx, j.unit()/2); err != nil {
			return err
		}
	}
}

// askEvery is how often a job that nobody here is at is asked for, in units.
const askEvery = 15

// readAtOnce is how many of the jobs in the way are looked up at once.
const readAtOnce = 16

// ask looks what became of the jobs in the way. Where the vendor says that one has
// ended, whoever is to fetch it, its place is free: a run that was ended in the middle
// leaves it taken otherwise. waits says in words who is in the way.
func (j *job) ask(ctx context.Context, holders []ledger.ID) (freed bool, waits string) {
	var all []string
	entries, errs := make([]ledger.Entry, len(holders)), make([]error, len(holders))
	var reading errgroup.Group
	reading.SetLimit(readAtOnce)
	for i, id := range holders {
		reading.Go(func() error {
			entries[i], errs[i] = j.Ledger.Get(ctx, id)
			return nil
		})
	}
	_ = reading.Wait()
	for i, id := range holders {
		e, err := entries[i], errs[i]
		switch {
		case err != nil:
			all = append(all, fmt.Sprintf("job %s", id))
			continue
		case e.Outcome != nil:
			return true, "" // just now
		case e.Receipt == nil && e.Hold != nil:
			all = append(all, fmt.Sprintf("job %s, which waits for a person's decision", id))
			continue
		case e.Receipt == nil:
			all = append(all, fmt.Sprintf("job %s, which is being submitted", id))
			continue
		}
		all = append(all, fmt.Sprintf("job %s, at the vendor as %s", id, e.Receipt.Job.ID))
		if j.gates.allHere([]ledger.ID{id}) || !j.gates.due(id, j.now(), askEvery*j.unit()) {
			continue
		}
		st, err := j.poll(ctx, e.Receipt.Job)
		switch {
		case err != nil && provider.KindOf(err, "") != provider.KindNotFound:
			continue
		case err == nil && (st.State == provider.Queued || st.State == provider.Running || strange(st, nil) != ""):
			continue
		}
		j.log.Info("a job whose process is gone has ended at the vendor; its slot is free", "job", id.String())
		if err := j.Slots.Free(ctx, j.order.Instance, j.instance.Slots, id); err == nil {
			freed = true
		}
	}
	return freed, strings.Join(all, "; ")
}

// due says whether it is time to ask for a job again.
func (g *gates) due(id ledger.ID, now time.Time, every time.Duration) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.asked == nil {
		g.asked = make(map[ledger.ID]time.Time)
	}
	if last, ok := g.asked[id]; ok && now.Sub(last) < every {
		return false
	}
	g.asked[id] = now
	return true
}

// remain finds the place of a job that is at the vendor already. Without one it
// goes on all the same: it cannot be taken back.
func (j *job) remain(ctx context.Context, id ledger.ID) {
	if !j.limited() || j.stay.slot.Held() {
		return
	}
	slot, _, err := j.Slots.Acquire(ctx, j.order.Instance, j.instance.Slots, id, j.deadline())
	if err != nil {
		j.log.Warn("find the slot of a running job", "job", id.String(), "error", err)
	}
	if slot.Held() {
		j.stay.slot, j.stay.id = slot, id
	}
}

// leave gives the place up: the job has ended at the vendor, or never began. Who waits
// for one here is handed it, which spares both of them to look for it.
func (j *job) leave(ctx context.Context) {
	j.flies(false)
	p := place{slot: j.stay.slot, of: j.stay.id, ran: j.stay.ran}
	j.stay.slot, j.stay.ran = ledger.Slot{}, false
	if gate := j.stay.gate; gate != nil && p.slot.Held() && gate.waits() {
		j.stay.gate = nil
		if gate.leave(j.show(), p) {
			return
		}
	}
	if p.slot.Held() {
		if err := j.Slots.Release(context.WithoutCancel(ctx), p.slot, p.of, p.ran); err != nil {
			// The ledger will say that the job has ended; that frees it too.
			j.log.Warn("give a slot back", "job", p.of.String(), "error", err)
		}
	}
	j.pass()
}

// pass lets the next job of this worker through.
func (j *job) pass() {
	if j.stay.gate != nil {
		j.stay.gate.leave(j.show(), place{})
		j.stay.gate = nil
	}
}
