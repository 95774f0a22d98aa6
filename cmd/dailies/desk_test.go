package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
)

// yearOne is a time that nobody set.
var yearOne = regexp.MustCompile(`"0001-01-01T`)

type desk struct{ house }

func (d desk) plan(t *testing.T) planned {
	t.Helper()
	return decode[planned](t, d.must(exitDone, "plan", d.script, "--json"))
}

func (d desk) takes(t *testing.T, slate string) []listedTake {
	t.Helper()
	return decode[struct{ Takes []listedTake }](t, d.must(exitDone, "takes", "tiny/ep01", slate, "--json")).Takes
}

// TestAtTheDirectorsDesk follows an episode through the small commands: some shots
// first, then the cut, a change of words only, a retake with a note, a choice taken
// back.
func TestAtTheDirectorsDesk(t *testing.T) {
	d := desk{newHouse(t, tiny)}
	out := filepath.Join(d.dir, "out")
	some := decode[drama.Delivery](t, d.must(exitDone, "render", d.script, "--only", "1A", "--json", "--out", out))
	if some.State != drama.StatePartial || some.Cut != 0 || d.bought() != 1 {
		t.Errorf("some shots first: %+v, %d bought", some, d.bought())
	}
	if info, err := os.Stat(filepath.Join(out, "takes", "1A-1.mp4")); err != nil || info.Size() == 0 {
		t.Errorf("what was made is not there to look at: %v", err)
	}
	if r := d.must(exitDone, "render", d.script, "--only", "1A"); !lies(strings.Fields(r.stdout)) {
		t.Errorf("nothing to look at: %s", r.stdout)
	}
	if r := d.must(exitDone, "status", "--json"); yearOne.MatchString(r.stdout) || !strings.Contains(r.stdout, `"partial"`) {
		t.Errorf("status: %s", r.stdout)
	}
	if p := d.plan(t); p.Ahead == nil || p.RunS != 3 || p.Takes != 2 || !p.New {
		t.Errorf("plan after some shots: %+v", p.Ahead)
	}

	d.must(exitDone, "render", d.script)
	if p := d.plan(t); p.Ahead == nil || p.Takes != 0 || p.New || p.Cut != 1 {
		t.Errorf("plan without a change: %+v", p.Ahead)
	}
	d.write("ep01.yaml", strings.Replace(tiny, "reason: a test", "reason: another", 1))
	if p := d.plan(t); p.Ahead == nil || p.Takes != 0 || !p.New || len(p.Why) != 1 {
		t.Errorf("plan after a change of words: %+v", p.Ahead)
	}
	d.write("ep01.yaml", tiny)

	d.must(exitDone, "retake", "tiny/ep01", "1A", "--note", "slower, please")
	takes := d.takes(t, "1A")
	if len(takes) != 2 || takes[1].Note != "slower, please" || !lies([]string{takes[0].Path, takes[1].Path}) {
		t.Errorf("takes: %+v", takes)
	}
	if r := d.must(exitDone, "takes", "tiny/ep01", "1A"); !strings.Contains(r.stdout, "slower, please") || !strings.Contains(r.stdout, takes[1].Path) {
		t.Errorf("takes: %s", r.stdout)
	}
	for _, c := range [][]string{{"status", "--json"}, {"takes", "tiny/ep01", "--json"}, {"jobs", "--json"}, {"cost", "tiny", "--json"}, {"plan", d.script, "--json"}} {
		if r := d.must(exitDone, c...); yearOne.MatchString(r.stdout) {
			t.Errorf("%v tells of the year 1: %s", c, r.stdout)
		}
	}

	d.must(exitUsage, "circle", "tiny/ep01", "1A")
	d.must(exitUsage, "circle", "tiny/ep01", "1A", "2", "--none")
	d.must(exitDone, "circle", "tiny/ep01", "1A", "--none")
	if p := d.plan(t); p.Shots[0].Action != "make" || p.Takes != 1 {
		t.Errorf("plan after a choice was taken back: %+v", p.Shots[0])
	}
	d.must(exitUsage, "circle", "tiny/ep01", "1A", "--none")
	d.must(exitDone, "circle", "tiny/ep01", "1A", "1")
	if p := d.plan(t); p.Shots[0].Action != "reuse" || p.Takes != 0 || !p.New {
		t.Errorf("plan after another choice: %+v, %+v", p.Shots[0], p.Ahead)
	}
	d.must(exitDone, "circle", "tiny/ep01", "1A", "--none")
	d.must(exitDone, "render", d.script)
	if takes := d.takes(t, "1A"); len(takes) != 3 || takes[2].State != drama.TakeCircle {
		t.Errorf("the render after: %+v", takes)
	}
}

// lies says whether some words name files.
func lies(paths []string) bool {
	found := 0
	for _, p := range paths {
		if info, err := os.Stat(p); err == nil && info.Mode().IsRegular() {
			found++
		}
	}
	return found > 0
}

// TestQuestionsWriteNothing: what only asks works where nothing can be written, and
// leaves nothing behind.
func TestQuestionsWriteNothing(t *testing.T) {
	h := newHouse(t, tiny)
	h.data = "/proc/no-such-folder/data" // where not even root writes
	h.must(exitDone, "plan", h.script)
	h.must(exitDone, "jobs")
	h.must(exitUsage, "takes", "tiny/ep01")
	h.must(exitUsage, "cost", "tiny")
	h.must(exitUsage, "verify", "s3://dailies/tiny/ep01/cuts/1/master.mp4")
	h.data = filepath.Join(h.dir, "absent")
	h.must(exitDone, "plan", h.script)
	if _, err := os.Stat(h.data); !os.IsNotExist(err) {
		t.Errorf("a question made the data folder: %v", err)
	}
}

// TestTheTimeLeftStaysInView: however narrow the terminal, how far a run is and how
// long it will take are on it.
func TestTheTimeLeftStaysInView(t *testing.T) {
	cny := drama.Money{Micros: 1_234_000_000, Currency: "CNY"}
	st := drama.EpisodeStatus{ID: drama.EpisodeID{Show: "a-show-with-a-name", Number: 1}, State: drama.StateRendering, Spent: cny, Cap: &cny}
	for i := range 40 {
		s := drama.ShotStatus{State: drama.ShotWaiting}
		if i < 10 {
			s.State = drama.ShotCircle
		}
		st.Shots = append(st.Shots, s)
	}
	for _, width := range []int{200, 100, 80, 60, 50} {
		p := &progress{width: width}
		head := p.block(st, time.Minute)[0]
		if len([]rune(head)) >= width || !strings.Contains(head, "10/40") || !strings.Contains(head, "ETA 3:00") {
			t.Errorf("%d columns: %s", width, head)
		}
		if full := strings.Contains(head, "["); full != (width == 200) && width != 100 {
			t.Errorf("%d columns: %s", width, head)
		}
	}
	if body, err := json.Marshal(drama.EpisodeStatus{}); err != nil || yearOne.Match(body) {
		t.Errorf("%s, %v", body, err)
	}
}
