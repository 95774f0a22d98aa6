package callback

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dailies/dailies/internal/store"
)

const (
	// kept is how many calls the store holds of an instance: more than it has jobs in
	// flight, each said once.
	kept = 256
	// raceTries is how often a call is written when others write at the same time.
	raceTries = 8
	// storeTimeout bounds one look at the store.
	storeTimeout = 10 * time.Second
)

// Ear hears the calls about one job.
type Ear struct {
	// C is sent to when the vendor has called. Several calls are as good as one.
	C <-chan struct{}

	c            chan struct{}
	desk         *Desk
	instance, id string
}

// Listen hears calls about a job until Close. Of a nil Desk it never hears any.
func (d *Desk) Listen(instance, job string) *Ear {
	if d == nil {
		return &Ear{}
	}
	e := &Ear{c: make(chan struct{}, 1), desk: d, instance: instance, id: idOf(job)}
	e.C = e.c
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ears == nil {
		d.ears = make(map[string]map[string]*Ear)
	}
	if d.ears[instance] == nil {
		d.ears[instance] = make(map[string]*Ear)
		go d.look(instance)
	}
	d.ears[instance][e.id] = e
	return e
}

// Close ends listening.
func (e *Ear) Close() {
	if e.desk == nil {
		return
	}
	d := e.desk
	d.mu.Lock()
	defer d.mu.Unlock()
	if ears := d.ears[e.instance]; ears[e.id] == e {
		delete(ears, e.id)
	}
}

// Ring wakes who waits for a job of an instance, as Open named it.
func (d *Desk) Ring(ctx context.Context, instance, id string) error {
	if d.ring(instance, id) {
		return nil
	}
	return d.post(ctx, instance, id)
}

// ring wakes who waits in this process; false: nobody does.
func (d *Desk) ring(instance, id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	e := d.ears[instance][id]
	if e == nil {
		return false
	}
	select {
	case e.c <- struct{}{}:
	default: // it is awake
	}
	return true
}

// box is how calls reach other processes: the jobs that were called about last.
type box struct {
	// Calls counts all there ever were.
	Calls int64  `json:"calls"`
	Last  []call `json:"last"`
}

type call struct {
	N  int64  `json:"n"`
	ID string `json:"id"`
}

func boxKey(instance string) string { return "_studio/called/" + instance + ".json" }

// post leaves a call for other processes.
func (d *Desk) post(ctx context.Context, instance, id string) error {
	key := boxKey(instance)
	for range raceTries {
		b, version, err := d.read(ctx, key)
		if err != nil {
			return fmt.Errorf("pass a call on: %w", err)
		}
		b.add(id)
		body, err := json.Marshal(b)
		if err != nil {
			return fmt.Errorf("pass a call on: %w", err)
		}
		if err = d.Store.PutIf(ctx, key, body, "application/json", version); err == nil {
			return nil
		}
		if !errors.Is(err, store.ErrChanged) {
			return fmt.Errorf("pass a call on: %w", err)
		}
	}
	return fmt.Errorf("pass a call on: %w", store.ErrChanged)
}

// add is a call about a job: of several the newest is kept.
func (b *box) add(id string) {
	b.Calls++
	var last []call
	for _, c := range b.Last {
		if c.ID != id {
			last = append(last, c)
		}
	}
	last = append(last, call{b.Calls, id})
	b.Last = last[max(0, len(last)-kept):]
}

func (d *Desk) read(ctx context.Context, key string) (b box, version string, err error) {
	body, info, err := d.Store.Read(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return box{}, "", nil
	}
	if err != nil {
		return box{}, "", err
	}
	// What cannot be read is begun anew: calls are nothing that must be kept.
	_ = json.Unmarshal(body, &b)
	return b, info.Version, nil
}

// look passes on what other processes were called about, while somebody waits here.
func (d *Desk) look(instance string) {
	every := d.Every
	if every <= 0 {
		every = lookEvery
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	var seen int64
	version := ""
	for range tick.C {
		if d.idle(instance) {
			return
		}
		if n, v, err := d.collect(instance, version, seen); err != nil {
			d.Log.Debug("look for calls of vendors; jobs are polled all the same", "provider", instance, "error", err)
		} else {
			seen, version = n, v
		}
	}
}

// idle says that nobody listens for an instance any more, and that who begins to must
// look anew.
func (d *Desk) idle(instance string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.ears[instance]) > 0 {
		return false
	}
	delete(d.ears, instance)
	return true
}

// collect rings for what came after the call numbered seen, if the box has another
// version than the one last read.
func (d *Desk) collect(instance, version string, seen int64) (int64, string, error) {
	ctx, stop := context.WithTimeout(context.Background(), storeTimeout)
	defer stop()
	key := boxKey(instance)
	info, err := d.Store.Head(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return 0, "", nil
	}
	if err != nil || info.Version == version {
		return seen, version, err
	}
	b, version, err := d.read(ctx, key)
	if err != nil {
		return seen, "", err
	}
	if b.Calls < seen {
		seen = 0 // it was begun anew
	}
	for _, c := range b.Last {
		if c.N > seen {
			d.ring(instance, c.ID)
		}
	}
	return b.Calls, version, nil
}
