package live

import (
	"context"
	"log/slog"
	"slices"
	"testing"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/workflows"
)

// told is what a listener has not been told yet.
func told(s *Sub) []Event {
	s.audience.tell()
	return s.take().events
}

func episode(n int, states ...drama.ShotState) *Episode {
	e := &Episode{Row: Row{Show: "s", Number: n}}
	for i, st := range states {
		e.Cells = append(e.Cells, Cell{Slate: string(rune('A' + i)), State: st})
	}
	e.fill()
	return e
}

// put makes the n-th episode look so.
func put(m *Model, e *Episode) { m.put(e.ID(), m.episodes[e.ID()], e) }

// TestASlowReaderIsToldTheLastWord: a hundred changes of two cells are two events.
func TestASlowReaderIsToldTheLastWord(t *testing.T) {
	m := New(nil, slog.New(slog.DiscardHandler))
	put(m, episode(1, drama.ShotWaiting, drama.ShotWaiting))
	s := m.Subscribe("", nil)
	defer s.Close()
	for i := range 100 {
		state := drama.ShotGenerating
		if i%2 == 1 {
			state = drama.ShotConforming
		}
		put(m, episode(1, state, drama.ShotNG))
	}
	var shots []Shot
	for _, e := range told(s) {
		if shot, ok := e.Data.(Shot); ok {
			shots = append(shots, shot)
		}
	}
	if len(shots) != 2 || shots[0].State != drama.ShotNG || shots[1].State != drama.ShotConforming {
		t.Errorf("told %+v, want B as NG, then A as conforming", shots)
	}
	if more := told(s); len(more) != 0 {
		t.Errorf("told again: %v", more)
	}
}

// TestComingBack: who was away hears what was missed; who was away for too long, or
// comes from another process, is told to read again.
func TestComingBack(t *testing.T) {
	m := New(nil, slog.New(slog.DiscardHandler))
	put(m, episode(1, drama.ShotWaiting))
	at := m.Seq()
	put(m, episode(1, drama.ShotCircle))
	s := m.Subscribe(at, nil)
	if s.hello.Kind != EventHello || len(told(s)) != 2 { // the shot, and the row's sums
		t.Errorf("came back to %v and %v", s.hello, s.dirty)
	}
	s.Close()
	for name, id := range map[string]string{"another process": "other.1", "the future": m.id(m.seq + 1), "nonsense": "x"} {
		s := m.Subscribe(id, nil)
		if s.hello.Kind != EventReset {
			t.Errorf("%s: %s, want reset", name, s.hello.Kind)
		}
		s.Close()
	}
	for i := range ringSize + 10 {
		state := drama.ShotWaiting
		if i%2 == 0 {
			state = drama.ShotPaused
		}
		put(m, episode(1, state))
	}
	s = m.Subscribe(at, nil)
	defer s.Close()
	if s.hello.Kind != EventReset {
		t.Errorf("older than the ring: %s, want reset", s.hello.Kind)
	}
}

// TestARunThatWasShort: an episode that is over when it is first seen is told with its shots
// and its cut; the first look at a season is not told shot by shot.
func TestARunThatWasShort(t *testing.T) {
	m := New(nil, slog.New(slog.DiscardHandler))
	s := m.Subscribe("", nil)
	defer s.Close()
	kinds := func() map[string]int {
		n := map[string]int{}
		for _, e := range told(s) {
			n[e.Kind]++
		}
		return n
	}
	put(m, episode(1, drama.ShotCircle))
	if n := kinds(); n[EventShot] != 0 || n[EventEpisode] != 1 {
		t.Errorf("the first look tells %v", n)
	}
	m.known = true
	short := episode(2, drama.ShotCircle, drama.ShotNG)
	short.Cut = 1
	put(m, short)
	if n := kinds(); n[EventShot] != 2 || n[EventCut] != 1 || n[EventEpisode] != 1 {
		t.Errorf("a short run tells %v, want its 2 shots, its cut and itself", n)
	}
}

// drawing is an engine in which a look book's run is open, as told.
type drawing struct {
	client.Client
	told workflows.Changes
}

func (d *drawing) QueryWorkflow(context.Context, string, string, string, ...any) (converter.EncodedValue, error) {
	return d, nil
}
func (*drawing) HasValue() bool { return true }
func (d *drawing) Get(v any) error {
	*v.(*workflows.Changes) = d.told
	return nil
}

// TestALookBookIsNoEpisode: a run that makes its pictures is not counted among the show's,
// and each picture of it is told.
func TestALookBookIsNoEpisode(t *testing.T) {
	face := drama.ShotStatus{Slate: "0-mara-face", State: drama.ShotGenerating}
	engine := &drawing{told: workflows.Changes{Status: drama.EpisodeStatus{RunID: "r", State: drama.StateRendering}, Marks: []uint64{1}, Shots: map[int]drama.ShotStatus{0: face}}}
	m := New(&studio.Studio{Temporal: engine}, slog.New(slog.DiscardHandler))
	sub := m.Subscribe("", nil)
	defer sub.Close()
	for _, state := range []drama.ShotState{drama.ShotGenerating, drama.ShotGenerating, drama.ShotCircle} {
		face.State = state
		engine.told.Marks[0]++
		engine.told.Shots[0] = face
		if err := m.load(t.Context(), drama.LookBookID("s"), true); err != nil || len(m.episodes) != 0 {
			t.Fatalf("%v, %v", m.episodes, err)
		}
		if len(told(sub)) != 1 && state != drama.ShotGenerating {
			t.Errorf("a picture that is there is not told")
		}
	}
	b := m.Books()["s"]
	if b == nil || !b.Open || b.Done != 1 {
		t.Fatalf("the run is %+v", b)
	}
	if s := m.sum("s", nil); s.Rows != 0 || s.Open != 0 {
		t.Errorf("it is counted: %+v", s)
	}
}

// TestNobodyHearsOfAnothersShow: events are filtered where they are noted.
func TestNobodyHearsOfAnothersShow(t *testing.T) {
	m := New(nil, slog.New(slog.DiscardHandler))
	s := m.Subscribe("", []string{"mine"})
	defer s.Close()
	put(m, episode(1, drama.ShotWaiting))
	m.Publish(EventCircle, drama.EpisodeID{Show: "s", Number: 1}, "A", Circled{Take: 1})
	m.Publish(EventCircle, drama.EpisodeID{Show: "mine", Number: 1}, "A", Circled{Take: 1})
	if got := told(s); len(got) != 1 || got[0].Kind != EventCircle {
		t.Errorf("heard %v, want one circle", got)
	}
}

// TestAScriptsShotsWait: an episode that was never run shows its script's shots.
func TestAScriptsShotsWait(t *testing.T) {
	e := &Episode{Script: &drama.Production{Episode: drama.Episode{Scenes: []drama.Scene{
		{Number: "1", Shots: []drama.Shot{{Slate: "1A", Scene: "1", Frames: 24, Lines: []drama.Line{{Who: "ana", Say: "Yes."}}}}},
		{Number: "2", Shots: []drama.Shot{{Slate: "2A", Scene: "2", Frames: 48}}},
	}}}}
	e.fill()
	if e.All != 2 || e.Cells[0].State != drama.ShotWaiting || !e.Cells[0].Talk || e.Cells[1].Scene != "2" {
		t.Errorf("cells %+v", e.Cells)
	}
}

// TestWhoReadsAtOnceAndWhoDoesNot: all are told the same, worded once; who has not read the
// last batch when the next one comes is told both as one, each thing once; who came
// between a change and its telling knows it already.
func TestWhoReadsAtOnceAndWhoDoesNot(t *testing.T) {
	m := New(nil, slog.New(slog.DiscardHandler))
	put(m, episode(1, drama.ShotWaiting, drama.ShotWaiting))
	quick, other, slow := m.Subscribe("", nil), m.Subscribe("", nil), m.Subscribe("", nil)
	defer quick.Close()
	defer other.Close()
	defer slow.Close()
	quick.audience.tell() // the episode itself, before they came
	put(m, episode(1, drama.ShotGenerating, drama.ShotWaiting))
	late := m.Subscribe("", nil)
	defer late.Close()
	quick.audience.tell()
	first, same := quick.take(), other.take()
	if len(first.events) == 0 || first != same {
		t.Errorf("told %v and %v, want one batch for both", first, same)
	}
	if b := late.take(); len(b.events) > 0 {
		t.Errorf("who came late is told %v, which it has read", b.events)
	}
	put(m, episode(1, drama.ShotConforming, drama.ShotGenerating))
	quick.audience.tell()
	states := func(events []Event) (out []string) {
		for _, e := range events {
			if shot, ok := e.Data.(Shot); ok {
				out = append(out, shot.Slate+" "+string(shot.State))
			}
		}
		return out
	}
	want := []string{"A " + string(drama.ShotConforming), "B " + string(drama.ShotGenerating)}
	if got := states(quick.take().events); !slices.Equal(got, want) {
		t.Errorf("the quick one is told %q", got)
	}
	if got := states(slow.take().events); !slices.Equal(got, want) {
		t.Errorf("the slow one is told %q, want %q", got, want)
	}
}
