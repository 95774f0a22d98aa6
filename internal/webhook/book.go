package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/store"
)

const (
	// prefix is no show's: an id never begins with it.
	prefix  = "_webhooks/"
	gone    = prefix + "gone/"
	form    = 1
	maxRead = 64 << 10 // bytes of a record that is believed
	atOnce  = 16       // records read at a time
)

// ErrNoEvent: no event has this id.
var ErrNoEvent = errors.New("there is no such event")

// Book keeps events, and what became of telling each hook of them: small objects, by day,
// so that looking at the last week costs what happened in it. It is safe for concurrent
// use.
type Book struct{ Store store.Store }

// State is where the telling of an event stands.
type State string

// States.
const (
	Pending State = "pending" // not taken yet: it is tried, or tried again
	Taken   State = "taken"
	Failed  State = "failed" // given up; only a replay tries again
	Off     State = "off"    // the hook had said that it is gone (410)
)

// Telling is what became of telling one hook of an event.
type Telling struct {
	Target
	State State `json:"state"`
	// Round names the run that tells: a replay is another, and counts anew.
	Round    string    `json:"round,omitempty"`
	Attempts int       `json:"attempts"`
	At       time.Time `json:"at,omitzero"` // of the last
	// Answer is what came of the last, in words that hold no secret.
	Answer string    `json:"answer,omitempty"`
	Next   time.Time `json:"next,omitzero"` // it is not tried before; zero: it is not tried again
}

// Entry is an event with what became of it, by hook.
type Entry struct {
	Event
	Tellings []Telling `json:"tellings"`
}

func dayOf(id string) string { return goodID.FindStringSubmatch(id)[1] }

func eventKey(id string) string         { return prefix + dayOf(id) + "/" + id + ".json" }
func tellingKey(id, hook string) string { return prefix + dayOf(id) + "/" + id + "/" + hook + ".json" }

// Write keeps an event, once: the one that stands already is given back.
func (b Book) Write(ctx context.Context, e Event) (Event, error) {
	body, err := json.Marshal(e)
	if err != nil {
		return e, fmt.Errorf("keep event %s: %w", e.ID, err)
	}
	_, err = b.Store.PutNew(ctx, eventKey(e.ID), body, "application/json")
	if errors.Is(err, store.ErrExists) {
		return b.Event(ctx, e.ID)
	}
	if err != nil {
		return e, fmt.Errorf("keep event %s: %w", e.ID, err)
	}
	return e, nil
}

// Event reads one. ErrNoEvent.
func (b Book) Event(ctx context.Context, id string) (Event, error) {
	var e Event
	if !ValidID(id) {
		return e, fmt.Errorf("read event %.80q: %w", id, ErrNoEvent)
	}
	err := b.read(ctx, eventKey(id), &e)
	if errors.Is(err, store.ErrNotFound) {
		err = ErrNoEvent
	}
	if err == nil && (e.Form != form || e.ID != id) {
		err = errors.New("it was written by another release")
	}
	if err != nil {
		return e, fmt.Errorf("read event %s: %w", id, err)
	}
	return e, nil
}

func (b Book) read(ctx context.Context, key string, to any) error {
	body, _, err := b.Store.Read(ctx, key)
	if err != nil {
		return err
	}
	if len(body) > maxRead {
		return store.ErrTooLarge
	}
	return json.Unmarshal(body, to)
}

// Telling is what became of telling a hook of an event; the zero Telling: nothing yet.
func (b Book) Telling(ctx context.Context, id, hook string) (Telling, error) {
	var t Telling
	err := b.read(ctx, tellingKey(id, hook), &t)
	if errors.Is(err, store.ErrNotFound) {
		return Telling{}, nil
	}
	if err != nil {
		return t, fmt.Errorf("read what became of event %s: %w", id, err)
	}
	return t, nil
}

// Note keeps what became of telling a hook. One telling is one step's at a time.
func (b Book) Note(ctx context.Context, id string, t Telling) error {
	body, err := json.Marshal(t)
	if err == nil {
		_, err = b.Store.Put(ctx, tellingKey(id, t.Hook), strings.NewReader(string(body)), "application/json")
	}
	if err != nil {
		return fmt.Errorf("keep what became of event %s: %w", id, err)
	}
	return nil
}

// Since are the events from a time's day on with what became of them, the oldest first.
func (b Book) Since(ctx context.Context, from time.Time) ([]Entry, error) {
	var days []string
	err := b.Store.ListLevel(ctx, prefix, func(i store.Info) error {
		if d := strings.Trim(strings.TrimPrefix(i.Key, prefix), "/"); i.IsFolder() && len(d) == len(day) && d >= from.UTC().Format(day) {
			days = append(days, d)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list events: %w", err)
	}
	var keys []string
	for _, d := range days {
		err := b.Store.List(ctx, prefix+d+"/", func(i store.Info) error {
			keys = append(keys, i.Key)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("list events: %w", err)
		}
	}
	return b.entries(ctx, keys)
}

// Entry is one event with what became of it. ErrNoEvent.
func (b Book) Entry(ctx context.Context, id string) (Entry, error) {
	if _, err := b.Event(ctx, id); err != nil {
		return Entry{}, err
	}
	keys := []string{eventKey(id)}
	err := b.Store.List(ctx, strings.TrimSuffix(eventKey(id), ".json")+"/", func(i store.Info) error {
		keys = append(keys, i.Key)
		return nil
	})
	if err != nil {
		return Entry{}, fmt.Errorf("list what became of event %s: %w", id, err)
	}
	all, err := b.entries(ctx, keys)
	if err != nil {
		return Entry{}, err
	}
	return all[0], nil
}

// entries reads records, several at a time. What is none of ours is left out.
func (b Book) entries(ctx context.Context, keys []string) ([]Entry, error) {
	events, tellings := make([]Event, len(keys)), make([]Telling, len(keys))
	of := make([]string, len(keys)) // the event's id
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i, key := range keys {
		rest := strings.TrimSuffix(key[len(prefix)+len(day)+1:], ".json")
		id, hook, isTelling := strings.Cut(rest, "/")
		if !ValidID(id) {
			continue
		}
		of[i] = id
		g.Go(func() (err error) {
			if isTelling {
				tellings[i], err = b.Telling(gctx, id, hook)
			} else {
				events[i], err = b.Event(gctx, id)
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	told := map[[2]string]Telling{}
	for i, t := range tellings {
		if t.Hook != "" {
			told[[2]string{of[i], t.Hook}] = t
		}
	}
	var all []Entry
	for _, e := range events {
		if e.ID == "" {
			continue
		}
		entry := Entry{Event: e}
		for _, to := range e.To {
			t, ok := told[[2]string{e.ID, to.Hook}]
			if !ok {
				t = Telling{Target: to, State: Pending}
			}
			entry.Tellings = append(entry.Tellings, t)
		}
		all = append(all, entry)
	}
	slices.SortStableFunc(all, func(a, b Entry) int { return a.At.Compare(b.At) })
	return all, nil
}

// goneRecord says that a hook wants no more.
type goneRecord struct {
	Place string    `json:"place"`
	At    time.Time `json:"at"`
}

// Gone says since when a hook is off, because it answered 410; zero: it is not.
func (b Book) Gone(ctx context.Context, hook string) (time.Time, error) {
	var g goneRecord
	err := b.read(ctx, gone+hook+".json", &g)
	if errors.Is(err, store.ErrNotFound) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("read whether webhook %s is gone: %w", hook, err)
	}
	return g.At, nil
}

// SetGone turns a hook off.
func (b Book) SetGone(ctx context.Context, to Target, at time.Time) error {
	body, err := json.Marshal(goneRecord{Place: to.Place, At: at.UTC()})
	if err == nil {
		_, err = b.Store.Put(ctx, gone+to.Hook+".json", strings.NewReader(string(body)), "application/json")
	}
	if err != nil {
		return fmt.Errorf("keep that webhook %s is gone: %w", to.Hook, err)
	}
	return nil
}

// Back turns a hook on again.
func (b Book) Back(ctx context.Context, hook string) error {
	if err := b.Store.Remove(ctx, gone+hook+".json"); err != nil {
		return fmt.Errorf("turn webhook %s on: %w", hook, err)
	}
	return nil
}
