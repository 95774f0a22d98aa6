package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/drama"
)

// ballotPaper is a file of votes in which the second of two models always wins.
func ballotPaper(t *testing.T, votes int, first, second string) string {
	t.Helper()
	var all []arena.Counted
	for i := range votes {
		id := drama.EpisodeID{Show: "tiny", Number: 1}
		digest := fmt.Sprintf("%064x", i)
		p := arena.Pair{
			ID: arena.BakeoffID("tiny", digest), Episode: id, Slate: "1A", Digest: digest, Kind: arena.Place, Origin: arena.Bakeoff, At: time.Now().Add(-2 * time.Hour),
			A: arena.Entrant{Take: drama.TakeID{Episode: id, Slate: "1A", Number: 1}, Provider: "one", Model: first},
			B: arena.Entrant{Take: drama.TakeID{Episode: id, Slate: "1A", Number: 2}, Provider: "two", Model: second},
		}
		at := time.Now().Add(-time.Hour).Add(time.Duration(i) * time.Millisecond)
		v := arena.Vote{ID: arena.VoteID(at, fmt.Sprintf("%08d", i)), Pair: p.ID, By: fmt.Sprintf("person %d", i%3), Left: arena.SideA, Choice: arena.Right, At: at}
		if i%2 == 0 {
			v.Left, v.Choice = arena.SideB, arena.Left
		}
		all = append(all, arena.Counted{Vote: v, Of: p})
	}
	var file bytes.Buffer
	if err := arena.WriteCSV(&file, all); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

func TestLeaderboard(t *testing.T) {
	h := newHouse(t, tiny)
	if r := h.must(exitDone, "leaderboard"); !strings.Contains(r.stdout, "no votes yet") {
		t.Errorf("nothing yet: %s", r.stdout)
	}
	h.write("votes.csv", ballotPaper(t, 120, "m-1", "m-2"))
	file := filepath.Join(h.dir, "votes.csv")
	for _, want := range []string{"120 of 120 votes are new", "0 of 120 votes are new"} {
		if r := h.must(exitDone, "leaderboard", "--import", file); !strings.Contains(r.stdout, want) {
			t.Errorf("import: %s, want %s", r.stdout, want)
		}
	}
	type board struct {
		Votes  int
		Rows   []arena.Row
		Frozen *struct{ Table string }
		Kind   string
	}
	b := decode[board](t, h.must(exitDone, "leaderboard", "--json"))
	if b.Votes != 120 || len(b.Rows) != 2 || b.Rows[0].Model != "m-2" || b.Rows[0].Rank != 1 || b.Rows[1].Rank != 2 || b.Rows[0].State != arena.Ranked {
		t.Errorf("%+v", b)
	}
	if b := decode[board](t, h.must(exitDone, "leaderboard", "--kind", "place", "--json")); b.Kind != "place" || len(b.Rows) != 2 {
		t.Errorf("at one kind: %+v", b)
	}
	if b := decode[board](t, h.must(exitDone, "leaderboard", "--kind", "talk", "--json")); len(b.Rows) != 0 {
		t.Errorf("at a kind without votes: %+v", b)
	}
	if r := h.must(exitDone, "leaderboard"); !strings.Contains(r.stdout, "m-2") || !strings.Contains(r.stdout, "120 votes of 3 people on 120 shots") {
		t.Errorf("for people: %s", r.stdout)
	}

	// There and back gives the same votes.
	csv := h.must(exitDone, "leaderboard", "--csv").stdout
	if _, votes, err := arena.ReadCSV(strings.NewReader(csv), "x"); err != nil || len(votes) != 120 {
		t.Errorf("export: %d votes, %v", len(votes), err)
	}

	h.must(exitDone, "leaderboard", "--freeze")
	if b := decode[board](t, h.must(exitDone, "leaderboard", "--json")); b.Frozen == nil {
		t.Error("it is not frozen")
	}
	h.must(exitDone, "leaderboard", "--thaw")
	if b := decode[board](t, h.must(exitDone, "leaderboard", "--json")); b.Frozen != nil {
		t.Error("it is not thawed")
	}

	// A code name hides the model everywhere until it is revealed.
	h.write("dailies.yaml", "providers:\n  secret: {type: videos, base_url: \"http://127.0.0.1:1/v1\", model: m-2, code_name: aurora}\n")
	for _, args := range [][]string{{"leaderboard"}, {"leaderboard", "--json"}, {"leaderboard", "--csv"}} {
		if r := h.must(exitDone, args...); strings.Contains(r.stdout, "m-2") || !strings.Contains(r.stdout, "aurora") {
			t.Errorf("%v shows what is behind a code name: %s", args, r.stdout)
		}
	}
	h.must(exitUsage, "leaderboard", "--reveal", "borealis")
	if r := h.must(exitDone, "leaderboard", "--reveal", "aurora"); !strings.Contains(r.stdout, "aurora is m-2") {
		t.Errorf("reveal: %s", r.stdout)
	}
	if r := h.must(exitDone, "leaderboard"); !strings.Contains(r.stdout, "m-2") || strings.Contains(r.stdout, "aurora") {
		t.Errorf("revealed: %s", r.stdout)
	}

	h.write("broken.csv", "<html>Sign in</html>")
	for _, args := range [][]string{
		{"leaderboard", "--import", filepath.Join(h.dir, "broken.csv")},
		{"leaderboard", "--import", filepath.Join(h.dir, "none.csv")},
		{"leaderboard", "--import", h.dir},
		{"leaderboard", "--import", os.DevNull},
		{"leaderboard", "--kind", "crowd"},
		{"leaderboard", "--csv", "--json"},
		{"leaderboard", "tiny", "--freeze"},
		{"leaderboard", "../x"},
	} {
		h.must(exitUsage, args...)
	}
}
