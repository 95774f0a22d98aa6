package studio

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/store"
)

// viewing is a shelf with a take of 96 frames and a cut of 200, whose second shot begins at 100.
func viewing(t *testing.T) (*Studio, drama.TakeID) {
	s := shelf(t)
	id := drama.TakeID{Episode: ep, Slate: "2B", Number: 3}
	putJSON(t, s, keys(ep).Take(id), drama.Take{ID: id, Digest: "d", Measured: &media.Measurements{Conformed: 96}})
	putJSON(t, s, keys(ep).Cut(ep, 4)+library.ManifestName, drama.Manifest{ID: ep, Cut: 4, Frames: 200, Shots: []drama.ManifestShot{
		{Slate: "2A", Start: 0, Frames: 100}, {Slate: "2B", Start: 100, Frames: 100},
	}})
	return s, id
}

func TestNotes(t *testing.T) {
	s, take := viewing(t)
	clock := s.Now()
	s.Now = func() time.Time { clock = clock.Add(time.Second); return clock }
	s.By = "ana"
	on := func(n drama.Note) drama.Note {
		t.Helper()
		n.Episode = ep
		n, err := s.AddNote(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	first := on(drama.Note{Slate: take.Slate, Take: take.Number, From: 10, To: 95, Text: " eyes lower ", Strokes: [][]int{{0, 0, 10000, 10000}}})
	second := on(drama.Note{Cut: 4, From: 118, To: 118, Text: "hand melts"})
	if first.Text != "eyes lower" || second.Slate != "2B" || second.By != "ana" {
		t.Errorf("kept: %+v and %+v", first, second)
	}
	yes := true
	done, err := s.ChangeNote(t.Context(), ep, first.ID, 0, NoteChange{Done: &yes})
	if err != nil || !done.Done || done.Version != 1 || done.Text != first.Text {
		t.Fatalf("done: %+v, %v", done, err)
	}
	if _, err := s.ChangeNote(t.Context(), ep, first.ID, 0, NoteChange{Delete: true}); !errors.Is(err, ErrStale) {
		t.Errorf("a change of what was changed: %v", err)
	}
	if _, err := s.ChangeNote(t.Context(), ep, second.ID, 0, NoteChange{Delete: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Note(t.Context(), ep, second.ID); !errors.Is(err, ErrUnknown) {
		t.Errorf("a deleted note: %v", err)
	}
	third := on(drama.Note{Cut: 4, From: 0, To: 3, Text: "slow"})
	put(t, s, keys(ep).Note(ep, "20261122T000009000-0000000000000000", 0), []byte("{"))
	notes, damaged, err := s.Notes(t.Context(), ep)
	if err != nil || len(damaged) != 1 {
		t.Errorf("damaged: %v, %v", damaged, err)
	}
	if d := cmp.Diff([]drama.Note{done, third}, notes); d != "" {
		t.Errorf("notes (-want +got):\n%s", d)
	}
	var kept int
	if err := s.Store.List(t.Context(), keys(ep).Notes(ep), func(store.Info) error { kept++; return nil }); err != nil || kept != 6 {
		t.Errorf("%d objects are kept, want every version of 3 notes and the damaged one: %v", kept, err)
	}
}

func TestNotesThatAreRefused(t *testing.T) {
	s, take := viewing(t)
	good := drama.Note{Episode: ep, Slate: take.Slate, Take: take.Number, Text: "x"}
	for name, spoil := range map[string]func(*drama.Note){
		"nothing said":      func(n *drama.Note) { n.Text = " \n" },
		"past the end":      func(n *drama.Note) { n.From, n.To = 90, 96 },
		"backwards":         func(n *drama.Note) { n.From, n.To = 9, 8 },
		"before the start":  func(n *drama.Note) { n.From = -1 },
		"two things":        func(n *drama.Note) { n.Cut = 4 },
		"nothing":           func(n *drama.Note) { n.Take = 0 },
		"a book":            func(n *drama.Note) { n.Text = strings.Repeat("字", drama.MaxNote+1) },
		"an escape":         func(n *drama.Note) { n.Text = "a\x1b[2Jb" },
		"turned text":       func(n *drama.Note) { n.Text = "a\u202eb" },
		"half a point":      func(n *drama.Note) { n.Strokes = [][]int{{1, 2, 3}} },
		"out of the frame":  func(n *drama.Note) { n.Strokes = [][]int{{1, 10001}} },
		"too many strokes":  func(n *drama.Note) { n.Strokes = make([][]int, drama.MaxStrokes+1) },
		"too long a stroke": func(n *drama.Note) { n.Strokes = [][]int{make([]int, 2*drama.MaxPoints+2)} },
	} {
		n := good
		spoil(&n)
		if _, err := s.AddNote(t.Context(), n); !errors.Is(err, ErrRemark) {
			t.Errorf("%s: %v, want a refusal", name, err)
		}
	}
	for name, n := range map[string]drama.Note{
		"no such take": {Episode: ep, Slate: "2B", Take: 9, Text: "x"},
		"no such cut":  {Episode: ep, Cut: 9, Text: "x"},
	} {
		if _, err := s.AddNote(t.Context(), n); !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: %v, want unknown", name, err)
		}
	}
	for _, id := range []string{"", "../ep02", "20261122T000000000-zzzz", "x/y"} {
		if _, err := s.Note(t.Context(), ep, id); !errors.Is(err, ErrUnknown) {
			t.Errorf("note %q: %v, want unknown", id, err)
		}
	}
}

func TestMarks(t *testing.T) {
	s, take := viewing(t)
	for _, m := range []struct {
		state drama.TakeState
		want  drama.TakeState
	}{{drama.TakeHold, drama.TakeHold}, {drama.TakeNG, drama.TakeNG}, {"", ""}, {drama.TakePrint, drama.TakePrint}} {
		if _, err := s.Mark(t.Context(), take, m.state, "because"); err != nil {
			t.Fatal(err)
		}
		marks, damaged, err := s.Marks(t.Context(), ep, "")
		if err != nil || len(damaged) > 0 || marks[take].State != m.want {
			t.Errorf("marked %q: %+v, %v, %v", m.state, marks, damaged, err)
		}
	}
	if _, err := s.Mark(t.Context(), take, drama.TakeCircle, ""); !errors.Is(err, ErrRemark) {
		t.Errorf("a circle is no mark: %v", err)
	}
	if _, err := s.Mark(t.Context(), drama.TakeID{Episode: ep, Slate: "9Z", Number: 1}, drama.TakeNG, ""); !errors.Is(err, ErrUnknown) {
		t.Errorf("no such take: %v", err)
	}
}
