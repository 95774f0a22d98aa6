// Package roster says who can make takes where the parts of dailies run apart: each
// provider worker signs for its instance, with the facts that only it knows (is the
// key there, which models does the vendor list), and whoever plans reads them. So
// neither planner nor submitting command needs a vendor's key. The records lie in
// the store, one an instance. Beside them every worker process writes that it is there,
// for people who ask what nobody serves.
package roster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
)

const (
	// Every is how often a worker signs.
	Every = 30 * time.Second
	// Stale is the age from which a record says nothing of now: the worker has
	// missed several, whatever the clocks of two machines and of the store differ by.
	Stale = 4 * time.Minute

	// prefix is no show's: an id never begins with it.
	prefix   = "_roster/"
	maxBytes = 1 << 20 // of a record that is believed
	form     = 1
)

// Entry is a worker's word of an instance.
type Entry struct {
	Form  int            `json:"form"` // of this record
	Facts provider.Facts `json:"facts"`
	// Slots is how many takes are made at once, over all workers, and SubmitRPS how many
	// may be asked for in a second; 0: as many as cores, and as many as may be.
	Slots     int       `json:"slots,omitempty"`
	SubmitRPS float64   `json:"submit_rps,omitempty"`
	Worker    string    `json:"worker"` // who signed, for people
	Seen      time.Time `json:"seen"`   // when, by the worker's clock
}

// Fresh says whether the entry tells of now.
func (e Entry) Fresh(now time.Time) bool { return now.Sub(e.Seen) < Stale }

// Roster is the records in a store. It is safe for concurrent use.
type Roster struct{ Store store.Store }

func key(instance string) string { return prefix + instance + ".json" }

// Sign writes an entry. Of several workers of one instance the last one speaks, but
// one without the key does not speak over one that has it and was there just now.
func (r Roster) Sign(ctx context.Context, e Entry) error {
	k := key(e.Facts.Instance)
	before, info, err := r.read(ctx, k)
	switch {
	case errors.Is(err, store.ErrNotFound):
	case err != nil && info.Version == "":
		return fmt.Errorf("sign for %s: %w", e.Facts.Instance, err)
	case err == nil && e.Facts.Parked != "" && before.Facts.Parked == "" && before.Worker != e.Worker && before.Fresh(e.Seen):
		return nil
	}
	e.Form = form
	body, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("sign for %s: %w", e.Facts.Instance, err)
	}
	err = r.Store.PutIf(ctx, k, body, "application/json", info.Version)
	if err != nil && !errors.Is(err, store.ErrChanged) { // another worker signs at this moment
		return fmt.Errorf("sign for %s: %w", e.Facts.Instance, err)
	}
	return nil
}

// read reads one entry. What cannot be read as one is an error with the version, so
// that it can be written over.
func (r Roster) read(ctx context.Context, key string) (Entry, store.Info, error) {
	body, info, err := r.Store.Read(ctx, key)
	if errors.Is(err, store.ErrChecksum) || errors.Is(err, store.ErrTooLarge) {
		info, headErr := r.Store.Head(ctx, key)
		return Entry{}, info, errors.Join(fmt.Errorf("read %s: %w", key, err), headErr)
	}
	if err != nil {
		return Entry{}, store.Info{}, err
	}
	var e Entry
	if len(body) > maxBytes {
		return Entry{}, info, store.ErrTooLarge
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return Entry{}, info, fmt.Errorf("read %s: %w", key, err)
	}
	if e.Form != form || e.Facts.Instance == "" {
		return Entry{}, info, fmt.Errorf("read %s: written by another release", key)
	}
	return e, info, nil
}

// Entries are the readable records, by instance. What is damaged is left out: its
// worker writes it again.
func (r Roster) Entries(ctx context.Context) (map[string]Entry, error) {
	var found []string
	err := r.Store.List(ctx, prefix, func(i store.Info) error {
		found = append(found, i.Key)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the workers of providers: %w", err)
	}
	out := map[string]Entry{}
	for _, k := range found {
		e, info, err := r.read(ctx, k)
		if err != nil && info.Version == "" && !errors.Is(err, store.ErrNotFound) {
			return nil, fmt.Errorf("read the workers of providers: %w", err)
		}
		if err == nil && key(e.Facts.Instance) == k {
			out[e.Facts.Instance] = e
		}
	}
	return out, nil
}

// Facts is what planners go by: of an instance that a worker signed for just now
// the worker's word, of another what the config says. That nobody works for one now
// does not park it: its takes wait in its queue, and another vendor might cost more.
func Facts(local []provider.Facts, signed map[string]Entry, now time.Time) []provider.Facts {
	var out []provider.Facts
	seen := map[string]bool{}
	for _, f := range local {
		seen[f.Instance] = true
		f.Parked = ""
		if e, ok := signed[f.Instance]; ok && e.Fresh(now) {
			f = e.Facts
			f.Waits = f.Parked != ""
		}
		out = append(out, f)
	}
	for name, e := range signed {
		if !seen[name] && e.Fresh(now) {
			f := e.Facts
			f.Waits = f.Parked != ""
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b provider.Facts) int { return strings.Compare(a.Instance, b.Instance) })
	return out
}
