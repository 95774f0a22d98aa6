package main

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/workflows"
)

// TestASeasonIsChanged has the first of a season's episodes held, so that the others are
// still to begin: its window, what it drops and what it adds are changed by commands, and
// its changed file joins the run.
func TestASeasonIsChanged(t *testing.T) {
	h := newHouse(t, tiny)
	h.forgetful = true
	h.write("season.yaml", "show: tiny\nlanguage: en\nformat: {raster: 128x224, fps: 24}\nrouting: {default: [fake]}\nbudget: {currency: CNY}\n"+
		"label: {off: true, reason: a test}\nepisodes: [e1.yaml, e2.yaml, e3.yaml]\n")
	episode := func(n int, action string) {
		number := strconv.Itoa(n)
		h.write("e"+number+".yaml", "season: season.yaml\nepisode: "+number+"\nscenes:\n- {scene: 1, duration: 1s, scene_prompt: \""+action+" "+number+"\"}\n")
	}
	episode(1, "[fake: dropped*1] a street")
	for n := 2; n <= 4; n++ {
		episode(n, "a street")
	}
	path := filepath.Join(h.dir, "season.yaml")
	h.must(exitUsage, "season", "tiny", "--window", "2") // nothing was rendered yet
	h.must(exitUsage, "render", path, "--window", "101")
	h.must(exitUsage, "render", h.script, "--window", "2")
	h.must(exitWaiting, "render", path, "--window", "1")

	for _, args := range [][]string{{"tiny"}, {"tiny/ep01", "--window", "2"}, {"tiny", "--drop", "ep9"}, {"tiny", "--drop", "first"}, {"tiny", "--window", "101"}} {
		h.must(exitUsage, append([]string{"season"}, args...)...)
	}
	told := decode[workflows.SeasonChanged](t, h.must(exitDone, "season", "tiny", "--drop", "ep03", "--add", filepath.Join(h.dir, "e4.yaml"), "--json"))
	if len(told.Joined) != 1 || told.Joined[0] != 4 || len(told.Dropped) != 1 || told.Dropped[0] != 3 || told.Window != 1 {
		t.Errorf("changed so: %+v", told)
	}
	s := decode[statuses](t, h.must(exitDone, "status", "tiny", "--json")).Season
	if s == nil || s.Window != 1 || len(s.Episodes) != 4 || !s.Episodes[2].Dropped || s.Episodes[3].Begun || s.Episodes[3].Makes["fake"] != 1 {
		t.Fatalf("the season's run: %+v", s)
	}
	if r := h.must(exitDone, "status", "tiny"); !strings.Contains(r.stdout, "1 in work, 2 to come, 1 dropped; 1 at once") {
		t.Errorf("it is told so:\n%s", r.stdout)
	}

	// The file is changed, and submitted again with a wider window: the run takes it.
	episode(2, "a square")
	r := h.must(exitWaiting, "render", path, "--window", "3")
	if !strings.Contains(r.stderr, "tiny/ep02 is made from its new script") || strings.Contains(r.stderr, "ep03") {
		t.Errorf("joining with a changed script says:\n%s", r.stderr)
	}
	h.must(exitDone, "season", "tiny", "--drop", "1")
	all := decode[statuses](t, h.must(exitDone, "status", "tiny", "--json")).Episodes
	got := map[int]drama.EpisodeState{}
	for _, e := range all {
		got[e.ID.Number] = e.State
	}
	if got[2] != drama.StateDelivered || got[4] != drama.StateDelivered || h.bought() != 2 {
		t.Errorf("they stand as %v, %d takes were bought", got, h.bought())
	}
}
