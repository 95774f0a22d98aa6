package live

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// Kinds of event. Others add theirs with Publish.
const (
	EventHello   = "hello" // Hello: the stream begins
	EventReset   = "reset" // Hello: what was missed is not known any more; read again
	EventShot    = "shot"  // Shot
	EventEpisode = "episode"
	EventCut     = "cut"    // Row: a new cut was delivered
	EventCircle  = "circle" // Circled
	EventNote    = "note"   // NoteChanged
	EventTake    = "take"   // TakeChanged
	// EventApproval is Decided: what somebody thinks of a cut.
	EventApproval = "approval"
	// EventSheet is Row, of the run that makes pictures of the show's look book; of one that
	// never ran it has no state. It is told too when a picture was approved.
	EventSheet = "sheet"
	// EventLeaderboard says that there are votes that were not counted before, and no more.
	EventLeaderboard = "leaderboard"
)

// Hello says where in the stream one is.
type Hello struct {
	Instance string `json:"instance"`
	Seq      uint64 `json:"seq"`
}

// Shot is the event of a cell that has changed.
type Shot struct {
	Show   string `json:"show"`
	Number int    `json:"ep"`
	Cell
}

// Circled is the event of a person's choice.
type Circled struct {
	Show   string `json:"show"`
	Number int    `json:"ep"`
	Slate  string `json:"slate"`
	Take   int    `json:"take"` // 0: the choice was taken back
	By     string `json:"by"`
}

// NoteChanged is the event of a note that was made, changed or deleted.
type NoteChanged struct {
	Show    string `json:"show"`
	Number  int    `json:"ep"`
	Note    string `json:"note"`
	Slate   string `json:"slate,omitempty"`
	Take    int    `json:"take,omitempty"`
	Cut     int    `json:"cut,omitempty"`
	Done    bool   `json:"done,omitempty"`
	Deleted bool   `json:"deleted,omitempty"`
	By      string `json:"by,omitempty"`
}

// Decided is the event of a decision about a cut.
type Decided struct {
	Show     string `json:"show"`
	Number   int    `json:"ep"`
	Cut      int    `json:"cut"`
	Approved bool   `json:"approved"`
	By       string `json:"by"`
}

// TakeChanged is the event of a take about which somebody decided something.
type TakeChanged struct {
	Show   string          `json:"show"`
	Number int             `json:"ep"`
	Slate  string          `json:"slate"`
	Take   int             `json:"take"`
	Mark   drama.TakeState `json:"mark,omitempty"`
}

// Event is what a browser is told.
type Event struct {
	ID   string
	Kind string
	Data any
	wire []byte // as it is sent, if it was worded already
}

// ringSize is how many changes are remembered for those who come back.
const ringSize = 8192

// entry is one change: not what is new, but where. Who is told reads what is there then.
type entry struct {
	seq uint64
	key topic
}

// topic is what can change: dirty topics are a set, so a slow reader is told fewer and
// newer things, never more than there are shots.
type topic struct {
	kind    string
	episode drama.EpisodeID
	slate   string
}

// put makes the episode the current one and notes what has changed.
func (m *Model) put(id drama.EpisodeID, old, now *Episode) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counted(now)
	m.episodes[id] = now
	switch {
	case old != nil:
	case m.known: // a short run is over before it is looked at: its shots are news like another's
		old = new(Episode)
	default:
		m.note(topic{kind: EventEpisode, episode: id})
		return
	}
	m.differ(old, now)
}

// differ notes what is another in an episode than it was, and says whether anything is;
// the caller holds mu.
func (m *Model) differ(old, now *Episode) bool {
	from, id := m.seq, now.ID()
	before := map[string]Cell{}
	for _, c := range old.Cells {
		before[c.Slate] = c
	}
	for _, c := range now.Cells {
		if !reflect.DeepEqual(before[c.Slate], c) {
			m.note(topic{kind: EventShot, episode: id, slate: c.Slate})
		}
	}
	if old.Cut != now.Cut {
		m.note(topic{kind: EventCut, episode: id})
	}
	if !reflect.DeepEqual(old.Row, now.Row) {
		m.note(topic{kind: EventEpisode, episode: id})
	}
	return m.seq != from
}

// Publish tells listeners of something that the model does not hold itself: a kind of
// event, what it is about (slate may be empty), and what there is to say. Data holds no
// prompt and no secret. Of several about the same only the last is told.
func (m *Model) Publish(kind string, id drama.EpisodeID, slate string, data any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := topic{kind, id, slate}
	m.told[t] = data
	m.note(t)
}

// note counts a change and wakes who listens; the caller holds mu.
func (m *Model) note(t topic) {
	m.seq++
	e := entry{m.seq, t}
	if len(m.ring) < ringSize {
		m.ring = append(m.ring, e)
	} else {
		m.ring[m.at] = e
		m.at = (m.at + 1) % ringSize
	}
	for _, a := range m.audiences {
		a.mark(e)
	}
}

// id is an event's id: the counter of this process.
func (m *Model) id(seq uint64) string { return m.instance + "." + strconv.FormatUint(seq, 10) }

// since gives the changes after an id; ok is false when it is another process's, or
// older than what is remembered. The caller holds mu.
func (m *Model) since(id string) (missed []entry, ok bool) {
	instance, number, _ := strings.Cut(id, ".")
	seq, err := strconv.ParseUint(number, 10, 64)
	if err != nil || instance != m.instance || seq > m.seq {
		return nil, false
	}
	if len(m.ring) > 0 && seq+1 < m.ring[m.at%len(m.ring)].seq {
		return nil, false
	}
	for _, e := range m.ring {
		if e.seq > seq {
			missed = append(missed, e)
		}
	}
	return missed, true
}

// event is what there is to say of a topic now; false when it is gone. It is worded once
// for all who listen. The caller holds mu.
func (m *Model) event(e entry) (Event, bool) {
	if w, ok := m.worded[e.key]; ok && w.seq == e.seq {
		return w.Event, true
	}
	out, ok := m.say(e)
	if !ok {
		return out, false
	}
	if out.wire = out.bytes(); out.wire == nil {
		return out, false
	}
	if len(m.worded) >= ringSize {
		clear(m.worded)
	}
	m.worded[e.key] = worded{e.seq, out}
	return out, true
}

// worded is an event as of a change.
type worded struct {
	seq uint64
	Event
}

func (m *Model) say(e entry) (Event, bool) {
	out := Event{ID: m.id(e.seq), Kind: e.key.kind}
	if data, ok := m.told[e.key]; ok {
		out.Data = data
		return out, true
	}
	ep := m.episodes[e.key.episode]
	if ep == nil {
		return out, false
	}
	if e.key.kind == EventShot {
		c, ok := ep.Cell(e.key.slate)
		out.Data = Shot{Show: ep.Show, Number: ep.Number, Cell: c}
		return out, ok
	}
	out.Data = ep.Row
	return out, true
}
