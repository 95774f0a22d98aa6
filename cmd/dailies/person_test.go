package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
)

// TestBudgetThenGoOn: over the cap a run waits for a person, and the same
// command goes on once the cap is raised.
func TestBudgetThenGoOn(t *testing.T) {
	// The second take of 1B, after an NG one, is more than is left.
	h := newHouse(t, strings.Replace(tiny, "action: a lamp", `action: "a lamp [fake: black*1]"`, 1))
	r := h.must(exitWaiting, "render", h.script, "--max-cost", "3.50", "--json")
	d := decode[drama.Delivery](t, r)
	if d.State != drama.StatePaused || d.Cut != 0 || len(d.Problems) == 0 {
		t.Errorf("over the cap: %+v", d)
	}
	if !strings.Contains(r.stderr, "--max-cost 4.00") || !strings.Contains(r.stderr, "this run's cap") {
		t.Errorf("the message names no cap, or no way on: %s", r.stderr)
	}
	if d := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--max-cost", "10", "--json")); d.State != drama.StateDelivered || h.bought() != 4 {
		t.Errorf("after the cap was raised: %+v, %d bought", d, h.bought())
	}
	cost := h.must(exitDone, "cost", "tiny", "--csv").stdout
	if !strings.Contains(cost, "tiny,ep01,fake,fake-1,4,4.00,0.00,CNY,") {
		t.Errorf("cost:\n%s", cost)
	}
}

// TestTemplates: a show of earlier templates is moved on, and its takes are used again.
func TestTemplates(t *testing.T) {
	h := newHouse(t, tiny)
	h.must(exitUsage, "templates", "tiny")
	h.must(exitDone, "render", h.script)
	bought := h.bought()
	h.must(exitUsage, "templates", "tiny", "v33")
	for _, version := range []string{"v2", "v3"} {
		h.must(exitDone, "templates", "tiny", version)
		got := decode[struct{ Templates string }](t, h.must(exitDone, "templates", "tiny", "--json"))
		if got.Templates != version {
			t.Errorf("the show has %q, want %q", got.Templates, version)
		}
		for _, s := range decode[planned](t, h.must(exitDone, "plan", h.script, "--json")).Shots {
			if s.Action != plan.Reuse {
				t.Errorf("with %s shot %s is: %s, %s", version, s.Slate, s.Action, s.Reason)
			}
		}
	}
	h.must(exitDone, "render", h.script)
	if h.bought() != bought {
		t.Errorf("%d takes were bought for the other wording alone", h.bought()-bought)
	}
}

// TestNG: a shot without a usable take costs exit code 3, and says why.
func TestNG(t *testing.T) {
	h := newHouse(t, strings.Replace(tiny, "action: a lamp", `action: "a lamp [fake: black]"`, 1))
	r := h.must(exitNoCut, "render", h.script)
	if !strings.Contains(r.stderr, "1B NG") || !strings.Contains(r.stderr, "black") || r.stdout != "" {
		t.Errorf("stdout %q\nstderr %s", r.stdout, r.stderr)
	}
	takes := h.must(exitDone, "takes", "tiny/ep01", "1b").stdout
	if strings.Count(takes, "  NG  ") != 3 {
		t.Errorf("takes of the NG shot:\n%s", takes)
	}

	// A person brings a clip in, and the episode is whole.
	clips, err := filepath.Glob(filepath.Join(h.dir, "data", "s3", "objects", "dailies", "tiny", "ep01", "takes", "1A", "*.media"))
	if err != nil || len(clips) == 0 {
		t.Fatalf("no clip of 1A: %v", err)
	}
	got := h.must(exitDone, "import", "tiny/ep01", "1b", clips[0])
	if strings.TrimSpace(got.stdout) != "tiny/ep01/1B/4" {
		t.Errorf("import: %q", got.stdout)
	}
	if d := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json")); d.Cut != 1 || h.bought() != 5 {
		t.Errorf("after the import: %+v, %d bought", d, h.bought())
	}
	h.write("garbage.mp4", "this is no clip")
	h.must(exitNoCut, "import", "tiny/ep01", "1b", filepath.Join(h.dir, "garbage.mp4"))
}

// TestInterrupt: Ctrl-C leaves cleanly with 130, and the same command goes on.
func TestInterrupt(t *testing.T) {
	h := newHouse(t, strings.Replace(tiny, "action: a lamp", `action: "a lamp [fake: slow]"`, 1))
	first := h.start("render", h.script)
	for h.bought() == 0 {
		first.alive(t)
	}
	if r := first.interrupt(); r.code != exitInterrupted || !strings.Contains(r.stderr, "same command goes on") {
		t.Errorf("interrupted: %+v", r)
	}
	h.must(exitDone, "render", h.script)
	if n := h.bought(); n != 3 {
		t.Errorf("%d jobs bought, want 3", n)
	}
}

// TestTwoAtOnce: two commands on one data folder share one engine and one run;
// when the first goes, the second takes over.
func TestTwoAtOnce(t *testing.T) {
	h := newHouse(t, tiny)
	first := h.start("render", h.script, "--json")
	for h.bought() == 0 {
		first.alive(t)
	}
	second := h.start("render", h.script, "--json")
	if r := first.interrupt(); r.code != exitInterrupted {
		t.Errorf("the first: %+v", r)
	}
	r := <-second.done
	if r.code != exitDone || h.bought() != 3 {
		t.Errorf("the second: %+v, %d bought", r, h.bought())
	}
}

func TestSeason(t *testing.T) {
	h := newHouse(t, tiny)
	season, _, _ := strings.Cut(tiny, "episode: 1\n")
	season = strings.ReplaceAll(strings.TrimPrefix(season, "season:\n"), "\n  ", "\n")
	h.write("season.yaml", strings.TrimPrefix(season, "  ")+"episodes: [e1.yaml, e2.yaml]\n")
	episode := "season: season.yaml\nepisode: %\nscenes:\n- {scene: 1, duration: 1s, scene_prompt: take % of a street}\n"
	h.write("e1.yaml", strings.ReplaceAll(episode, "%", "1"))
	h.write("e2.yaml", strings.ReplaceAll(episode, "%", "2"))
	out := filepath.Join(h.dir, "out")
	d := decode[seasonDelivery](t, h.must(exitDone, "render", filepath.Join(h.dir, "season.yaml"), "--json", "--out", out))
	if d.Show != "tiny" || len(d.Episodes) != 2 {
		t.Fatalf("%+v", d)
	}
	for i, e := range d.Episodes {
		if e.Episode != i+1 || e.State != drama.StateDelivered || e.Master == nil || e.Master.Path != filepath.Join(out, []string{"ep01", "ep02"}[i], "master.mp4") {
			t.Errorf("episode %d: %+v", i+1, e)
		}
	}
	if all := decode[statuses](t, h.must(exitDone, "status", "tiny", "--json")); len(all.Episodes) != 2 {
		t.Errorf("status: %+v", all)
	}
}

// TestSeasonBudget: of a season that costs more than its cap the first episode is
// delivered and the second waits by name; budget SHOW lets it go on.
func TestSeasonBudget(t *testing.T) {
	h := newHouse(t, tiny)
	h.here = true
	h.write("season.yaml", "show: tiny\nlanguage: en\nformat: {raster: 360x640, fps: 24}\nrouting: {default: [fake]}\nbudget: {currency: CNY, season: 1}\nlabel: {off: true, reason: a test}\nepisodes: [e1.yaml, e2.yaml]\n")
	for _, n := range []string{"1", "2"} {
		h.write("e"+n+".yaml", "season: season.yaml\nepisode: "+n+"\nscenes:\n- {scene: 1, duration: 1s, scene_prompt: take "+n+" of a street}\n")
	}
	season := filepath.Join(h.dir, "season.yaml")
	r := h.must(exitWaiting, "render", season)
	if !strings.Contains(r.stderr, "the season's cap is 1.00 CNY") || !strings.Contains(r.stderr, "dailies budget tiny 2.00") || h.bought() != 1 {
		t.Errorf("%d bought; the message names no cap, or no way on: %s", h.bought(), r.stderr)
	}
	if r := h.must(exitDone, "plan", season); !strings.Contains(r.stdout, "left 0.00 CNY") {
		t.Errorf("plan does not say what is left: %s", r.stdout)
	}
	h.must(exitUsage, "budget", "tiny", "9 USD")
	if r := h.must(exitDone, "budget", "tiny", "2"); !strings.Contains(r.stderr, "is 2.00 CNY now: spent 1.00 CNY") {
		t.Errorf("budget: %s", r.stderr)
	}
	h.must(exitDone, "render", season)
	if h.bought() != 2 {
		t.Errorf("%d bought", h.bought())
	}
}

// TestPauseCancel: a run that waits is shown as such by status, which does not
// watch its own engine for ever, and ends by cancel; then there is nothing to change.
func TestPauseCancel(t *testing.T) {
	h := newHouse(t, strings.Replace(tiny, "action: a lamp", `action: "a lamp [fake: black*1]"`, 1))
	h.must(exitWaiting, "render", h.script, "--max-cost", "3.50")
	if r := h.must(exitDone, "status", "tiny/ep01", "--watch"); !strings.Contains(r.stdout, "paused") {
		t.Errorf("status: %s", r.stdout)
	}
	h.must(exitUsage, "resume", "tony/ep01")
	if r := h.must(exitDone, "cancel", "tiny/ep01"); !strings.Contains(r.stderr, "is cancelled") {
		t.Errorf("cancel: %s", r.stderr)
	}
	h.must(exitUsage, "pause", "tiny/ep01")
	h.must(exitUsage, "cancel", "tiny")
	d := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json"))
	if d.Cut != 1 || h.bought() != 4 {
		t.Errorf("after the cancel: %+v, %d bought", d, h.bought())
	}
	h.must(exitDone, "circle", "tiny/ep01", "1b", "2")
	h.must(exitUsage, "circle", "tiny/ep01", "1b", "9")
}
