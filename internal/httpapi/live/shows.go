// Package live keeps in memory what pages and the API show of all shows, and tells
// browsers what of it changes. A season is never read object by object for a page: each
// episode's newest manifest and script are read once, open runs are asked once a second
// for what has changed, and that only while somebody looks.
//
// Model is the memory, Hub the ones who listen to it.
package live

import (
	"cmp"
	"context"
	"crypto/rand"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/studio"
)

// Cell is a shot as a board shows it.
type Cell struct {
	Slate    string          `json:"slate"`
	Scene    string          `json:"scene,omitempty"`
	State    drama.ShotState `json:"state"`
	Action   string          `json:"action,omitempty"`
	Digest   string          `json:"digest,omitempty"`
	Take     int             `json:"take,omitempty"` // the circled one; 0: none
	Provider string          `json:"provider,omitempty"`
	Attempts int             `json:"attempts,omitempty"`
	Frames   media.Frames    `json:"frames,omitempty"`
	Price    drama.Money     `json:"price"`
	Reasons  []string        `json:"reasons,omitempty"`
	// NotesOpen counts the notes on it that are not done.
	NotesOpen int `json:"notes_open,omitempty"`
	// Talk says that somebody is heard in it.
	Talk bool `json:"talk,omitempty"`
	// Draft is set where the circled take is one, with how long its final can be bought.
	Draft *drama.Draft `json:"draft,omitempty"`
}

// Row is an episode as a board shows it, without its cells.
type Row struct {
	Show     string             `json:"show"`
	Number   int                `json:"episode"`
	Title    drama.Text         `json:"title,omitempty"`
	State    drama.EpisodeState `json:"state"`
	Open     bool               `json:"open"`          // it has a run
	Cut      int                `json:"cut,omitempty"` // the newest; State says whether it waits for an approval
	All      int                `json:"shots"`
	Done     int                `json:"circled"`
	NG       int                `json:"ng"`
	Held     int                `json:"held"`
	Spent    drama.Money        `json:"spent"`
	Reserved drama.Money        `json:"reserved"`
	Frames   media.Frames       `json:"frames,omitempty"` // of the newest cut
	FPS      string             `json:"fps,omitempty"`
	Caps     []drama.CapState   `json:"caps,omitempty"`
	Waits    []drama.Wait       `json:"waits,omitempty"`
	Run      string             `json:"run,omitempty"`
	Problems []string           `json:"problems,omitempty"`
	// NotesOpen counts the notes on all its shots and cuts that are not done.
	NotesOpen int        `json:"notes_open,omitempty"`
	Started   time.Time  `json:"started_at,omitzero"`
	Ended     *time.Time `json:"ended_at,omitempty"`
}

// ID names the row's episode.
func (r Row) ID() drama.EpisodeID { return drama.EpisodeID{Show: r.Show, Number: r.Number} }

// Episode is all that is held of one. It is never changed: a change makes another.
type Episode struct {
	Row
	Cells []Cell `json:"cells"`
	// Script is the newest submitted one; nil where it cannot be read.
	Script *drama.Production `json:"-"`
	// Manifest is of the newest cut; nil: none, or it cannot be read.
	Manifest *drama.Manifest `json:"-"`

	script  string   // the script's digest
	version string   // what the store had of it
	marks   []uint64 // of the open run's shots; nil: ask for all
}

// Cell finds a shot by its slate.
func (e *Episode) Cell(slate string) (Cell, bool) {
	i := slices.IndexFunc(e.Cells, func(c Cell) bool { return c.Slate == slate })
	if i < 0 {
		return Cell{}, false
	}
	return e.Cells[i], true
}

// Show is a season as it stands: sums over its episodes.
type Show struct {
	Show     string           `json:"show"`
	Title    drama.Text       `json:"title,omitempty"`
	Episodes []*Episode       `json:"-"` // in order
	Rows     int              `json:"episodes"`
	All      int              `json:"shots"`
	Done     int              `json:"circled"`
	NG       int              `json:"ng"`
	Held     int              `json:"held"`
	Cuts     int              `json:"delivered"` // episodes whose newest cut was delivered
	Open     int              `json:"open"`      // episodes with a run
	Waiting  int              `json:"waiting"`   // things that wait for a person
	Spent    drama.Money      `json:"spent"`
	Reserved drama.Money      `json:"reserved"`
	Caps     []drama.CapState `json:"caps,omitempty"`
	Seconds  float64          `json:"finished_s"` // the running time of all newest cuts
	// PerMinute is what a finished minute has cost so far; zero: nothing is finished.
	PerMinute drama.Money `json:"cost_per_minute"`
}

// Model is what is known of all shows. Its methods are safe for concurrent use.
type Model struct {
	Studio *studio.Studio
	Log    *slog.Logger

	instance string // of this process: the counter begins anew with it

	looks  sync.Mutex    // guards what follows
	inWork chan struct{} // closed when the look in work is done; nil: none is
	tried  time.Time     // the last look's end
	whole  time.Time     // the last one that saw all
	failed error         // why the last one did not

	refreshing sync.Mutex // one at a time; guards what follows
	moved      time.Time  // since when ended runs have yet to be read
	swept      time.Time
	ended      map[drama.EpisodeID]string // runs whose end has been read

	mu        sync.RWMutex
	episodes  map[drama.EpisodeID]*Episode
	books     map[string]*Episode // the runs of look books, by show
	caps      map[string][]drama.CapState
	notes     map[drama.EpisodeID]map[string]drama.Note // by id, the newest versions
	told      map[topic]any                             // what Publish was given
	known     bool                                      // all was seen once: what is new since is told shot by shot
	worded    map[topic]worded                          // the last events, ready to be sent
	seq       uint64
	ring      []entry
	at        int                  // where in the ring the next one goes
	audiences map[string]*audience // by the shows they hear of
	listened  chan struct{}        // closed while somebody listens
}

// New is a model that knows nothing yet: it reads when it is first asked.
func New(st *studio.Studio, log *slog.Logger) *Model {
	return &Model{
		Studio: st, Log: log, instance: rand.Text()[:6], episodes: make(map[drama.EpisodeID]*Episode), books: make(map[string]*Episode), ended: make(map[drama.EpisodeID]string),
		caps: make(map[string][]drama.CapState), notes: make(map[drama.EpisodeID]map[string]drama.Note), told: make(map[topic]any), worded: make(map[topic]worded), audiences: make(map[string]*audience), listened: make(chan struct{}),
	}
}

// Shows are all shows in order, as fresh as a second.
func (m *Model) Shows(ctx context.Context) ([]Show, error) {
	if err := m.fresh(ctx); err != nil {
		return nil, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	by := map[string][]*Episode{}
	for id, e := range m.episodes {
		by[id.Show] = append(by[id.Show], e)
	}
	var shows []Show
	for name, eps := range by {
		shows = append(shows, m.sum(name, eps))
	}
	slices.SortFunc(shows, func(a, b Show) int { return cmp.Compare(a.Show, b.Show) })
	return shows, nil
}

// Show is one of them, with the counter to go on from. ok is false when there is none.
func (m *Model) Show(ctx context.Context, name string) (s Show, seq string, ok bool, err error) {
	if err := m.fresh(ctx); err != nil {
		return Show{}, "", false, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	var eps []*Episode
	for id, e := range m.episodes {
		if id.Show == name {
			eps = append(eps, e)
		}
	}
	return m.sum(name, eps), m.id(m.seq), len(eps) > 0, nil
}

// Episode is one episode. ok is false when it is not known.
func (m *Model) Episode(ctx context.Context, id drama.EpisodeID) (e *Episode, ok bool, err error) {
	if err := m.fresh(ctx); err != nil {
		return nil, false, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	e, ok = m.episodes[id]
	return e, ok, nil
}

// Seq is the counter as it is now, as event ids have it.
func (m *Model) Seq() string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.id(m.seq)
}

// sum adds a show up; the caller holds mu.
func (m *Model) sum(name string, eps []*Episode) Show {
	slices.SortFunc(eps, func(a, b *Episode) int { return cmp.Compare(a.Number, b.Number) })
	s := Show{Show: name, Episodes: eps, Rows: len(eps), Caps: m.caps[name]}
	for _, e := range eps {
		s.All += e.All
		s.Done += e.Done
		s.NG += e.NG
		s.Held += e.Held
		if e.Open {
			s.Open++
		}
		if man := e.Manifest; man != nil {
			if e.State != drama.StateReview {
				s.Cuts++
			}
			if fps, err := media.ParseRational(man.FPS); err == nil {
				s.Seconds += man.Frames.Duration(fps).Seconds()
			}
		}
		for _, w := range e.Waits {
			if w.Person() {
				s.Waiting++
			}
		}
		s.Spent = plus(s.Spent, e.Spent)
		s.Reserved = plus(s.Reserved, e.Reserved)
		if e.Script != nil {
			s.Title = e.Script.Season.Title // the newest episode's word is the last
		}
	}
	if b := m.books[name]; b != nil {
		for _, w := range b.Waits {
			if w.Person() {
				s.Waiting++
			}
		}
	}
	s.PerMinute.Currency = s.Spent.Currency
	if s.Seconds > 0 {
		s.PerMinute.Micros = int64(float64(s.Spent.Micros) / s.Seconds * 60)
	}
	return s
}

// plus adds what is shown together; a season counts in one currency, and what is in
// another is left out rather than added wrongly.
func plus(a, b drama.Money) drama.Money {
	if sum, err := a.Add(b); err == nil {
		return sum
	}
	return a
}
