package roster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/store"
)

// Presence is a worker process's word of itself. What its roles would need and it does
// not have is said here, by the name of what is missing and never its value.
type Presence struct {
	Form    int       `json:"form"`
	Process string    `json:"process"` // one life of one process, [0-9a-f]+
	Worker  string    `json:"worker"`  // the same for people, as Entry's
	Version string    `json:"version"` // of the program
	Roles   []string  `json:"roles"`   // workflow, media, provider:NAME, studio
	Started time.Time `json:"started"`
	Seen    time.Time `json:"seen"`
	// Lacks are reasons, by what of the config it is that this process cannot do:
	// voices.NAME, judge, listen, providers.NAME.
	Lacks map[string]string `json:"lacks,omitempty"`
}

// Fresh says whether the process was there just now.
func (p Presence) Fresh(now time.Time) bool { return now.Sub(p.Seen) < Stale }

const (
	// presences is no show's either. It is apart from the entries, so that planners read
	// no more objects than there are instances.
	presences = "_workers/"
	// Gone is the age from which nobody asks for a process that was killed.
	Gone = 24 * time.Hour
	// most is how many processes are read at once; more than that nobody looks through.
	most = 1000
)

func presenceKey(process string) string { return presences + process + ".json" }

// Come writes that a process works, again and again while it does.
func (r Roster) Come(ctx context.Context, p Presence) error {
	p.Form = form
	body, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("say that this worker is there: %w", err)
	}
	if _, err := r.Store.Put(ctx, presenceKey(p.Process), strings.NewReader(string(body)), "application/json"); err != nil {
		return fmt.Errorf("say that this worker is there: %w", err)
	}
	return nil
}

// Leave writes that a process works no more.
func (r Roster) Leave(ctx context.Context, process string) error {
	if err := r.Store.Remove(ctx, presenceKey(process)); err != nil {
		return fmt.Errorf("say that this worker has left: %w", err)
	}
	return nil
}

// Present are the processes that work, and those that were killed in the last day, the
// latest seen first. What is damaged is left out: its worker writes it again.
func (r Roster) Present(ctx context.Context) ([]Presence, error) {
	found, err := r.processes(ctx)
	if err != nil {
		return nil, err
	}
	var all []Presence
	for _, i := range found {
		body, _, err := r.Store.Read(ctx, i.Key)
		switch {
		case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrChecksum), errors.Is(err, store.ErrTooLarge):
			continue
		case err != nil:
			return nil, fmt.Errorf("read which workers are there: %w", err)
		}
		var p Presence
		if json.Unmarshal(body, &p) == nil && p.Form == form && presenceKey(p.Process) == i.Key {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b Presence) int { return b.Seen.Compare(a.Seen) })
	return all, nil
}

func (r Roster) processes(ctx context.Context) (found []store.Info, err error) {
	errEnough := errors.New("enough")
	err = r.Store.List(ctx, presences, func(i store.Info) error {
		if len(found) == most {
			return errEnough
		}
		found = append(found, i)
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, fmt.Errorf("list which workers are there: %w", err)
	}
	return found, nil
}

// Forget removes the records of processes that were killed long ago.
func (r Roster) Forget(ctx context.Context, now time.Time) error {
	all, err := r.Present(ctx)
	if err != nil {
		return err
	}
	for _, p := range all {
		if now.Sub(p.Seen) < Gone {
			continue
		}
		if err := r.Leave(ctx, p.Process); err != nil {
			return err
		}
	}
	return nil
}
