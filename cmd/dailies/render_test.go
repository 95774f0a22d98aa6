package main

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/all"
	"github.com/dailies/dailies/internal/provider/fake"
)

// tiny is an episode that renders in seconds.
const tiny = `season:
  show: tiny
  language: en
  format: {raster: 360x640, fps: 24}
  routing: {default: [fake]}
  budget: {currency: CNY, episode: 100}
  label: {off: true, reason: a test}
episode: 1
scenes:
- scene: 1
  shots:
  - {shot: 1A, duration: 1s, action: a door opens}
  - {shot: 1B, duration: 1s, action: a lamp}
  - {shot: 1C, duration: 1s, action: the street}
`

// house is a data folder and a fake vendor that outlive single commands.
type house struct {
	t      *testing.T
	dir    string
	script string
	// forgetful makes a vendor that cannot look jobs up by our key.
	forgetful bool
	// here runs every command in this process, where the race detector watches it.
	here bool
	env  []string // of its commands
	data string   // their data folder; empty: the house's own
	conf string   // the name of their config in dir; empty: dailies.yaml
}

func newHouse(t *testing.T, script string) house {
	t.Helper()
	t.Parallel() // each has a folder, an engine and a vendor of its own
	h := house{t: t, dir: t.TempDir()}
	h.write("ep01.yaml", script)
	h.script = filepath.Join(h.dir, "ep01.yaml")
	h.write("dailies.yaml", "providers:\n  fake: {type: fake, slots: 4, poll_every: 100ms}\n  animatic: {type: animatic}\n")
	return h
}

func (h house) write(name, text string) {
	h.t.Helper()
	if err := os.WriteFile(filepath.Join(h.dir, name), []byte(text), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

// run runs a command on the house's folder. The race detector makes an engine several
// times slower: under it, commands have processes of their own, which it does not watch,
// but for those of the tests that ask for it and those that run beside a test.
func (h house) run(args ...string) result {
	h.t.Helper()
	if watched && !h.here && !h.forgetful {
		return h.spawn(args...).result()
	}
	return run(h.t, program{args: h.args(args), env: h.env, adapters: []all.Adapter{h.vendor()}})
}

// args are a command's arguments with the house's folder and config.
func (h house) args(args []string) []string {
	return append(args, "--data", h.dataDir(), "--config", filepath.Join(h.dir, cmp.Or(h.conf, "dailies.yaml")))
}

func (h house) dataDir() string {
	if h.data != "" {
		return h.data
	}
	return filepath.Join(h.dir, "data")
}

// must runs a command that has to end with code.
func (h house) must(code int, args ...string) result {
	h.t.Helper()
	start := time.Now()
	r := h.run(args...)
	h.t.Logf("%v: %d in %v", args, r.code, time.Since(start).Round(time.Millisecond))
	if r.code != code {
		h.t.Fatalf("%v: exit code %d, want %d\nstdout: %s\nstderr: %s", args, r.code, code, r.stdout, r.stderr)
	}
	return r
}

func (h house) vendor() all.Adapter {
	return all.Adapter{Type: "fake", Free: true, New: func(o all.Options) (provider.Provider, error) {
		scratch := filepath.Join(h.dir, "clips")
		if err := os.MkdirAll(scratch, 0o700); err != nil {
			return nil, err
		}
		return fake.New(fake.Options{
			Dir: filepath.Join(h.dir, "vendor"), Clips: fake.Encoded{Runner: o.Runner, Dir: scratch}, Price: drama.Money{Micros: drama.Micro, Currency: "CNY"}, NoFinder: h.forgetful,
		})
	}}
}

// bought counts the jobs that the vendor took.
func (h house) bought() int {
	h.t.Helper()
	jobs, err := filepath.Glob(filepath.Join(h.dir, "vendor", "jobs", "*"))
	if err != nil {
		h.t.Fatal(err)
	}
	return len(jobs)
}

func decode[T any](t *testing.T, r result) T {
	t.Helper()
	var v T
	dec := json.NewDecoder(strings.NewReader(r.stdout))
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("stdout is no JSON: %v\n%s", err, r.stdout)
	}
	if dec.More() {
		t.Fatalf("more than one JSON object on stdout:\n%s", r.stdout)
	}
	return v
}

func TestRenderAgainEditAndRetake(t *testing.T) {
	h := newHouse(t, tiny)
	h.here = true
	first := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json", "--out", filepath.Join(h.dir, "out")))
	if first.Cut != 1 || first.State != drama.StateDelivered || first.Master == nil || first.Master.Frames != media.Frames(72) || h.bought() != 3 {
		t.Fatalf("first render: %+v, %d jobs bought", first, h.bought())
	}
	if got := h.must(exitDone, "verify", filepath.Join(h.dir, "out"), "--json"); !decode[struct{ OK bool }](t, got).OK {
		t.Errorf("verify of what --out wrote: %s", got.stdout)
	}

	again := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json"))
	if again.Cut != 1 || h.bought() != 3 {
		t.Errorf("nothing changed, but: cut %d, %d jobs bought", again.Cut, h.bought())
	}
	for _, s := range again.Shots {
		if !s.Reused {
			t.Errorf("shot %s was not used again", s.Slate)
		}
	}

	h.write("ep01.yaml", strings.Replace(tiny, "a lamp", "a green lamp", 1))
	edited := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json"))
	if edited.Cut != 2 || h.bought() != 4 {
		t.Errorf("one line edited: cut %d, %d jobs bought, want cut 2 and 4 jobs", edited.Cut, h.bought())
	}

	retaken := decode[drama.Delivery](t, h.must(exitDone, "retake", "tiny/ep01", "1c", "--note", "slower", "--json"))
	if retaken.Cut != 3 || h.bought() != 5 {
		t.Errorf("one shot retaken: cut %d, %d jobs bought, want cut 3 and 5 jobs", retaken.Cut, h.bought())
	}
}
