package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/provider/all"
)

// TestJSONContract: other programs read render --json; its fields and their kinds
// may only ever grow.
func TestJSONContract(t *testing.T) {
	h := newHouse(t, tiny)
	out := filepath.Join(h.dir, "out")
	r := h.must(exitDone, "render", h.script, "--json", "--out", out)
	hold(t, "render --json", decode[map[string]any](t, r), map[string]any{
		"show": "", "episode": 0.0, "cut": 0.0, "state": "", "elapsed_s": 0.0,
		"master":   map[string]any{"uri": "", "path": "", "sha256": "", "frames": 0.0, "fps": "", "duration_s": 0.0, "bytes": 0.0},
		"manifest": map[string]any{"uri": ""},
		"shots": []any{map[string]any{
			"slate": "", "take": "", "provider": "", "model": "", "state": "", "reused": false, "attempts": 0.0, "frames": 0.0,
			"price": map[string]any{"micros": 0.0, "currency": ""},
		}},
		"spent": map[string]any{"micros": 0.0, "currency": ""},
	})
	d := decode[struct {
		Master struct{ URI, Path, FPS string }
	}](t, r)
	if d.Master.URI != "s3://dailies/tiny/ep01/cuts/1/master.mp4" || d.Master.Path != filepath.Join(out, "master.mp4") || d.Master.FPS != "24/1" {
		t.Errorf("master: %+v", d.Master)
	}

	money := map[string]any{"micros": 0.0, "currency": ""}
	plan := map[string]any{
		"shots":     []any{map[string]any{"slate": "", "action": "", "provider": "", "model": "", "digest": "", "price_low": money, "price_high": money, "reason": ""}},
		"total_low": money, "total_high": money, "problems": []any{},
	}
	hold(t, "plan --json", decode[map[string]any](t, h.must(exitDone, "plan", h.script, "--json")), plan)
	hold(t, "status --json", decode[map[string]any](t, h.must(exitDone, "status", "--json")),
		map[string]any{"episodes": []any{map[string]any{"id": map[string]any{"show": "", "episode": 0.0}, "state": "", "shots": []any{}, "spent": money}}})
	hold(t, "takes --json", decode[map[string]any](t, h.must(exitDone, "takes", "tiny/ep01", "--json")),
		map[string]any{"takes": []any{map[string]any{"digest": "", "state": "", "verdict": map[string]any{"pass": false}, "price": money}}})
	hold(t, "jobs --json", decode[map[string]any](t, h.must(exitDone, "jobs", "--json")),
		map[string]any{"jobs": []any{map[string]any{"id": "", "state": "", "intent": map[string]any{"provider": ""}}}})
	hold(t, "verify --json", decode[map[string]any](t, h.must(exitDone, "verify", "s3://dailies/tiny/ep01/cuts/1/master.mp4", "--json")),
		map[string]any{"ok": true, "problems": []any{}, "files": 0.0})
	hold(t, "verify of an episode", decode[map[string]any](t, h.must(exitDone, "verify", "tiny/ep01", "--cut", "1", "--json")), map[string]any{"ok": true})
	h.must(exitUsage, "verify", "tiny/ep01", "--cut", "7")
	h.must(exitUsage, "verify", "s3://dailies/tiny/ep01/cuts/1/master.mp4", "--cut", "1")
	hold(t, "doctor --json", decode[map[string]any](t, h.run("doctor", "--json")),
		map[string]any{"ok": true, "checks": []any{map[string]any{"name": "", "ok": true, "found": ""}}})
}

// hold says where got lacks a field of want, or has it as something else. Each
// element of a list is held to want's first.
func hold(t *testing.T, at string, got, want any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		m, ok := got.(map[string]any)
		if !ok {
			t.Errorf("%s is %T, want an object", at, got)
			return
		}
		for name, v := range want {
			if _, ok := m[name]; !ok {
				t.Errorf("%s has no %q", at, name)
				continue
			}
			hold(t, at+"."+name, m[name], v)
		}
	case []any:
		l, ok := got.([]any)
		if !ok {
			t.Errorf("%s is %T, want a list", at, got)
			return
		}
		if len(want) > 0 && len(l) == 0 {
			t.Errorf("%s is empty", at)
		}
		for _, v := range l[:min(len(l), len(want)*len(l))] {
			hold(t, at+"[]", v, want[0])
		}
	case string:
		if _, ok := got.(string); !ok {
			t.Errorf("%s is %T, want a string", at, got)
		}
	case float64:
		if _, ok := got.(float64); !ok {
			t.Errorf("%s is %T, want a number", at, got)
		}
	case bool:
		if _, ok := got.(bool); !ok {
			t.Errorf("%s is %T, want true or false", at, got)
		}
	}
}

// TestUpAndDetach: a service does what is handed to it; the command that hands
// it over returns at once.
func TestUpAndDetach(t *testing.T) {
	h := newHouse(t, tiny)
	h.must(exitUsage, "render", h.script, "--detach")

	up := h.start("up")
	for !slices.Contains(strings.Fields(h.run("doctor").stdout), "up:") {
		up.alive(t)
	}
	h.must(exitDone, "render", h.script, "--detach")
	var seen statuses
	for len(seen.Episodes) == 0 || seen.Episodes[0].State != "delivered" {
		up.alive(t)
		seen = decode[statuses](t, h.must(exitDone, "status", "tiny/ep01", "--json"))
	}
	if r := up.interrupt(); r.code != exitDone {
		t.Errorf("up: %+v", r)
	}
	if n := h.bought(); n != 3 {
		t.Errorf("%d jobs bought, want 3", n)
	}
}

// TestHeldJob: of a submit without an answer nobody knows whether it was bought:
// a person decides, and nothing is bought before.
func TestHeldJob(t *testing.T) {
	h := newHouse(t, strings.Replace(tiny, "action: a lamp", `action: "a lamp [fake: lost*1]"`, 1))
	h.forgetful = true
	r := h.must(exitWaiting, "render", h.script)
	if !strings.Contains(r.stderr, "dailies jobs") && !strings.Contains(r.stderr, "adopt") {
		t.Errorf("the message names no way on: %s", r.stderr)
	}
	jobs := decode[struct{ Jobs []struct{ ID, State string } }](t, h.must(exitDone, "jobs", "--held", "--json")).Jobs
	if len(jobs) != 1 || jobs[0].State != "held" {
		t.Fatalf("held jobs: %+v", jobs)
	}
	h.must(exitDone, "jobs", "adopt", jobs[0].ID, "fake-tiny-ep01-1B-t1-a1")
	h.must(exitUsage, "jobs", "drop", "tiny/ep01/1B/9/1")
	h.must(exitDone, "render", h.script)
	if n := h.bought(); n != 3 {
		t.Errorf("%d jobs bought, want 3: the adopted one is not bought again", n)
	}
}

// command is a running command.
type command struct {
	done    chan result
	signals chan os.Signal
}

func (c command) alive(t *testing.T) {
	t.Helper()
	select {
	case r := <-c.done:
		t.Fatalf("ended: %+v", r)
	case <-time.After(20 * time.Millisecond):
	}
}

func (c command) interrupt() result {
	c.signals <- os.Interrupt
	return <-c.done
}

// start runs a command beside the test.
func (h house) start(args ...string) command {
	c := command{done: make(chan result, 1), signals: make(chan os.Signal, 1)}
	p := program{args: h.args(args), env: h.env, adapters: []all.Adapter{h.vendor()}, signals: c.signals}
	go func() { c.done <- run(h.t, p) }()
	return c
}
