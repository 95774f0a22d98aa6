package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/store"
)

// Slots are an account's places for jobs in flight, kept where all workers see
// them: an account's limit is the vendor's, however many processes submit, and a
// job goes on at the vendor when the process that asked for it is killed. A place
// is an object that names its job; it is free when the ledger says that the job
// has ended.
type Slots struct {
	Store  store.Store
	Ledger Ledger
	Now    func() time.Time // nil: time.Now
	// Seen remembers what the places were; nil: all are read each time.
	Seen *Seen
}

// Seen are places as they were read last, by key: one that a listing shows in the same
// version need not be read again. The zero Seen is ready, and safe for concurrent use.
type Seen struct {
	mu sync.Mutex
	of map[string]place
}

func (s *Seen) at(key, version string) (place, bool) {
	if s == nil || version == "" {
		return place{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.of[key]
	return p, p.version == version
}

func (s *Seen) put(p place) {
	if s == nil || p.version == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of == nil {
		s.of = make(map[string]place)
	}
	s.of[p.key] = p
}

// Slot is a place that is held. The zero Slot is none.
type Slot struct{ key string }

// Held says whether it is a place at all.
func (s Slot) Held() bool { return s.key != "" }

// lease is what a place's object says.
type lease struct {
	Job  ID        `json:"job"`
	At   time.Time `json:"at"`
	Free bool      `json:"free,omitempty"`
	// Took is how long the last jobs had the place, ms, the newest last: what can be
	// foreseen of those to come.
	Took []int64 `json:"took,omitempty"`
}

// tookMost is how many of them a place remembers.
const tookMost = 16

// begun is how long a job may have a place before its intent is written: the two
// happen one after the other.
const begun = 2 * time.Minute

// slotKey is beside all shows: no show's name begins with a bar.
func slotKey(instance string, n int) string { return fmt.Sprintf("_slots/%s/%04d.json", instance, n) }

// Acquire takes one of n places for a job, or finds the one it holds already. When
// all are taken the Slot is none, and holders are those who have them. A place
// whose job began longer ago than deadline is free, whatever became of the job.
func (s Slots) Acquire(ctx context.Context, instance string, n int, job ID, deadline time.Duration) (slot Slot, holders []ID, err error) {
	var free []place
	places, err := s.all(ctx, instance, n)
	if err != nil {
		return Slot{}, nil, fmt.Errorf("take a slot of %s: %w", instance, err)
	}
	for _, p := range places {
		if p.version != "" && !p.Free && p.Job.Take == job.Take {
			if p.Job == job {
				return Slot{p.key}, nil, nil
			}
			// The next attempt at the same take: the one before has ended.
			free = append([]place{p}, free...)
			continue
		}
		free = append(free, p)
	}
	var busy []place
	for _, p := range free {
		if p.version != "" && !p.Free && p.Job.Take != job.Take {
			busy = append(busy, p)
			continue
		}
		ok, err := s.put(ctx, p, lease{Job: job, At: s.now(), Took: p.Took})
		if err != nil {
			return Slot{}, nil, fmt.Errorf("take a slot of %s: %w", instance, err)
		}
		if ok {
			return Slot{p.key}, nil, nil
		}
	}
	// None is surely free: the ledger is asked what became of those who have them.
	idle, err := s.idle(ctx, busy, deadline)
	if err != nil {
		return Slot{}, nil, fmt.Errorf("take a slot of %s: %w", instance, err)
	}
	for i, p := range busy {
		if idle[i] {
			ok, err := s.put(ctx, p, lease{Job: job, At: s.now(), Took: p.Took})
			if err != nil {
				return Slot{}, nil, fmt.Errorf("take a slot of %s: %w", instance, err)
			}
			if ok {
				return Slot{p.key}, nil, nil
			}
		}
		holders = append(holders, p.Job)
	}
	return Slot{}, holders, nil
}

// Release gives a place back if the job still has it. ran says that the vendor had the
// job to its end: how long that was is remembered.
func (s Slots) Release(ctx context.Context, slot Slot, job ID, ran bool) error {
	if !slot.Held() {
		return nil
	}
	if _, err := s.hand(ctx, slot, job, lease{Job: job, Free: true}, ran); err != nil {
		return fmt.Errorf("give a slot back: %w", err)
	}
	return nil
}

// Pass hands a place from a job, which gives it up, to another. It is false when the job
// has it no more. Until then the place is in the first job's name, and so is free when that
// ends, should whoever passes it on be killed before.
func (s Slots) Pass(ctx context.Context, slot Slot, from, to ID, ran bool) (bool, error) {
	ok, err := s.hand(ctx, slot, from, lease{Job: to}, ran)
	if err != nil {
		return false, fmt.Errorf("hand a slot on: %w", err)
	}
	return ok, nil
}

func (s Slots) hand(ctx context.Context, slot Slot, from ID, to lease, ran bool) (bool, error) {
	p, err := s.read(ctx, slot.key)
	if err != nil || p.version == "" || p.Free || p.Job != from {
		return false, err
	}
	to.At, to.Took = s.now(), p.Took
	if d := to.At.Sub(p.At); ran && d > 0 {
		to.Took = append(to.Took, d.Milliseconds())
		to.Took = to.Took[max(0, len(to.Took)-tookMost):]
	}
	return s.put(ctx, p, to)
}

// Free gives a job's place back for whoever had it: the vendor says that the job has
// ended.
func (s Slots) Free(ctx context.Context, instance string, n int, job ID) error {
	places, err := s.all(ctx, instance, n)
	if err != nil {
		return fmt.Errorf("free the slot of job %s: %w", job, err)
	}
	for _, p := range places {
		if p.version == "" || p.Free || p.Job != job {
			continue
		}
		if _, err := s.put(ctx, p, lease{Job: job, At: s.now(), Free: true, Took: p.Took}); err != nil {
			return fmt.Errorf("free the slot of job %s: %w", job, err)
		}
	}
	return nil
}

// Use is how an account's places are used.
type Use struct {
	Places int // how many there are
	// Busy are the jobs that have a place, with since when.
	Busy map[ID]time.Time
	// Took is how long the last jobs had theirs.
	Took []time.Duration
}

// lately is for how long a place counts after it was last used while others are: an
// account may have been given fewer.
const lately = 24 * time.Hour

// Use tells how an account's places are used, as far as any ever was: who looks need not
// know how many it has. A place of a job that was left behind counts as busy.
func (s Slots) Use(ctx context.Context, instance string) (Use, error) {
	n := 0
	err := s.Store.ListLevel(ctx, path.Dir(slotKey(instance, 0))+"/", func(store.Info) error { n++; return nil })
	var places []place
	if err == nil {
		places, err = s.all(ctx, instance, n)
	}
	if err != nil {
		return Use{}, fmt.Errorf("look at the slots of %s: %w", instance, err)
	}
	var last time.Time
	for _, p := range places {
		if p.At.After(last) {
			last = p.At
		}
	}
	u := Use{Busy: make(map[ID]time.Time)}
	for _, p := range places {
		if last.Sub(p.At) > lately {
			continue
		}
		u.Places++
		if !p.Free && p.Job.Take.Number > 0 {
			u.Busy[p.Job] = p.At
		}
		for _, ms := range p.Took {
			u.Took = append(u.Took, time.Duration(ms)*time.Millisecond)
		}
	}
	return u, nil
}

// all are the places of an account. One listing tells which have changed since they were
// seen, and only those are read.
func (s Slots) all(ctx context.Context, instance string, n int) ([]place, error) {
	versions := make(map[string]string)
	err := s.Store.List(ctx, path.Dir(slotKey(instance, 0))+"/", func(i store.Info) error {
		versions[i.Key] = i.Version
		return nil
	})
	if err != nil {
		return nil, err
	}
	places := make([]place, n)
	group, reading := errgroup.WithContext(ctx)
	group.SetLimit(jobsAtOnce)
	for i := range n {
		key := slotKey(instance, i)
		version, there := versions[key]
		if !there {
			places[i] = place{key: key}
			continue
		}
		seen, same := s.Seen.at(key, version)
		if same {
			places[i] = seen
			continue
		}
		group.Go(func() (err error) {
			if places[i], err = s.read(reading, key); err == nil {
				s.Seen.put(places[i])
			}
			return err
		})
	}
	return places, group.Wait()
}

type place struct {
	lease
	key     string
	version string // empty: there is no object yet
}

func (s Slots) read(ctx context.Context, key string) (place, error) {
	body, info, err := s.Store.Read(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return place{key: key}, nil
	}
	if errors.Is(err, store.ErrChecksum) || errors.Is(err, store.ErrTooLarge) {
		// A machine that lost power in the middle of writing it: it says nothing.
		info, err := s.Store.Head(ctx, key)
		return place{key: key, version: info.Version, lease: lease{Free: true}}, err
	}
	if err != nil {
		return place{}, err
	}
	p := place{key: key, version: info.Version}
	if json.Unmarshal(body, &p.lease) != nil {
		p.Free = true // nobody's record: it may be written over
	}
	return p, nil
}

// idle says which places may be taken of the jobs that have them.
func (s Slots) idle(ctx context.Context, busy []place, deadline time.Duration) ([]bool, error) {
	idle := make([]bool, len(busy))
	group, asking := errgroup.WithContext(ctx)
	group.SetLimit(jobsAtOnce)
	for i, p := range busy {
		group.Go(func() error {
			e, err := s.Ledger.Get(asking, p.Job)
			_, damaged := errors.AsType[*DamagedError](err)
			switch {
			case damaged: // nobody will ever know more of it: it must not stop all others
				idle[i] = s.now().Sub(p.At) > deadline
			case errors.Is(err, ErrNotFound):
				idle[i] = s.now().Sub(p.At) > begun
			case err != nil:
				return err
			default:
				idle[i] = e.Outcome != nil || s.now().Sub(e.Intent.At) > deadline
			}
			return nil
		})
	}
	return idle, group.Wait()
}

// put writes a place unless somebody else did meanwhile.
func (s Slots) put(ctx context.Context, p place, l lease) (bool, error) {
	body, err := json.Marshal(l)
	if err != nil {
		return false, err
	}
	err = s.Store.PutIf(ctx, p.key, body, "application/json", p.version)
	if errors.Is(err, store.ErrChanged) {
		return false, nil
	}
	return err == nil, err
}

func (s Slots) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}
