package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
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
	for _, p := range free {
		ok, err := s.idle(ctx, p, job, deadline)
		if err == nil && ok {
			ok, err = s.put(ctx, p, lease{Job: job, At: s.now(), Took: p.Took})
		}
		if err != nil {
			return Slot{}, nil, fmt.Errorf("take a slot of %s: %w", instance, err)
		}
		if ok {
			return Slot{p.key}, nil, nil
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
	for i := range n {
		p, err := s.read(ctx, slotKey(instance, i))
		if err != nil {
			return fmt.Errorf("free the slot of job %s: %w", job, err)
		}
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

func (s Slots) all(ctx context.Context, instance string, n int) ([]place, error) {
	places := make([]place, n)
	group, reading := errgroup.WithContext(ctx)
	group.SetLimit(jobsAtOnce)
	for i := range n {
		group.Go(func() (err error) {
			places[i], err = s.read(reading, slotKey(instance, i))
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

// idle says whether a place may be taken.
func (s Slots) idle(ctx context.Context, p place, job ID, deadline time.Duration) (bool, error) {
	if p.version == "" || p.Free || p.Job.Take == job.Take {
		return true, nil
	}
	e, err := s.Ledger.Get(ctx, p.Job)
	_, damaged := errors.AsType[*DamagedError](err)
	switch {
	case damaged: // nobody will ever know more of it: it must not stop all others
		return s.now().Sub(p.At) > deadline, nil
	case errors.Is(err, ErrNotFound):
		return s.now().Sub(p.At) > begun, nil
	case err != nil:
		return false, err
	case e.Outcome != nil:
		return true, nil
	}
	return s.now().Sub(e.Intent.At) > deadline, nil
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
