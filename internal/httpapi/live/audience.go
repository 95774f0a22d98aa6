package live

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// audience is everybody who listens to the same shows. What they are told is gathered and
// worded once for all of them. Its fields are guarded by model.mu.
type audience struct {
	model *Model
	name  string
	shows []string // empty: all
	subs  map[*Sub]bool
	dirty map[topic]uint64 // what has changed and was not told yet
	due   *time.Timer      // tells it; nil while there is nothing
}

// batch is what has changed within a moment, oldest first.
type batch struct {
	entries []entry
	events  []Event
	wire    []byte // the events, as they are sent
}

// Sub is one listener. It is told an audience's batches as they are; one that is slow, or
// has come back, is told what has changed since it was last told.
type Sub struct {
	audience *audience
	from     uint64           // what changed until then it knows from elsewhere
	next     *batch           // to be told; guarded by model.mu, as dirty is
	dirty    map[topic]uint64 // to be told, next included, if next is not all
	wake     chan struct{}    // has room for one
	hello    Event
}

// Subscribe begins to listen, after an id if there is one. shows are those that the
// listener hears of; none: all.
func (m *Model) Subscribe(after string, shows []string) *Sub {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := &Sub{audience: m.audience(shows), from: m.seq, dirty: make(map[topic]uint64), wake: make(chan struct{}, 1)}
	s.hello = Event{ID: m.id(m.seq), Kind: EventHello, Data: Hello{m.instance, m.seq}}
	if after != "" {
		missed, ok := m.since(after)
		if !ok {
			s.hello.Kind = EventReset
		}
		for _, e := range missed {
			if s.audience.hears(e) {
				s.dirty[e.key] = e.seq
				s.call()
			}
		}
	}
	s.audience.subs[s] = true
	return s
}

// audience finds those who hear of the same shows; the caller holds mu.
func (m *Model) audience(shows []string) *audience {
	shows = slices.Compact(slices.Sorted(slices.Values(shows)))
	name := strings.Join(shows, "\n")
	a := m.audiences[name]
	if a == nil {
		a = &audience{model: m, name: name, shows: shows, subs: make(map[*Sub]bool), dirty: make(map[topic]uint64)}
		if m.audiences[name] = a; len(m.audiences) == 1 {
			close(m.listened)
		}
	}
	return a
}

// Close ends listening.
func (s *Sub) Close() {
	a, m := s.audience, s.audience.model
	m.mu.Lock()
	defer m.mu.Unlock()
	if delete(a.subs, s); len(a.subs) > 0 || m.audiences[a.name] != a {
		return
	}
	if a.due != nil {
		a.due.Stop()
	}
	if delete(m.audiences, a.name); len(m.audiences) == 0 {
		m.listened = make(chan struct{})
	}
}

func (a *audience) hears(e entry) bool {
	return len(a.shows) == 0 || slices.Contains(a.shows, e.key.episode.Show)
}

// mark notes a change, which is told with what else changes within a moment. The caller
// holds mu.
func (a *audience) mark(e entry) {
	if !a.hears(e) {
		return
	}
	a.dirty[e.key] = e.seq
	if a.due == nil {
		a.due = time.AfterFunc(flushEvery, a.tell)
	}
}

// tell hands what has changed to all who listen.
func (a *audience) tell() {
	a.model.mu.Lock()
	defer a.model.mu.Unlock()
	a.due = nil
	b := a.model.gather(a.dirty)
	if len(b.entries) == 0 {
		return
	}
	for s := range a.subs {
		s.add(b)
	}
}

// gather words what is dirty, and forgets it; the caller holds mu.
func (m *Model) gather(dirty map[topic]uint64) *batch {
	b := &batch{entries: make([]entry, 0, len(dirty)), events: make([]Event, 0, len(dirty))}
	for t, seq := range dirty {
		b.entries = append(b.entries, entry{seq, t})
	}
	clear(dirty)
	slices.SortFunc(b.entries, func(x, y entry) int { return cmp.Compare(x.seq, y.seq) })
	for _, e := range b.entries {
		if ev, ok := m.event(e); ok {
			b.events = append(b.events, ev)
			b.wire = append(b.wire, ev.wire...)
		}
	}
	return b
}

// add is told b; the caller holds mu.
func (s *Sub) add(b *batch) {
	switch {
	case s.next == nil && len(s.dirty) == 0 && b.entries[0].seq > s.from:
		s.next = b
	default: // of several changes of one topic only the last is told
		if s.next != nil {
			s.mark(s.next)
			s.next = nil
		}
		s.mark(b)
	}
	if s.next != nil || len(s.dirty) > 0 {
		s.call()
	}
}

func (s *Sub) mark(b *batch) {
	for _, e := range b.entries {
		if e.seq > s.from {
			s.dirty[e.key] = e.seq
		}
	}
}

func (s *Sub) call() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// take gives what there is to tell, oldest first, and forgets it.
func (s *Sub) take() *batch {
	m := s.audience.model
	m.mu.Lock()
	defer m.mu.Unlock()
	b := s.next
	if s.next = nil; b == nil {
		b = m.gather(s.dirty)
	}
	return b
}
