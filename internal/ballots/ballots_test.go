package ballots_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/ballots"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/store/mem"
)

var today = time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)

func house() (ballots.Ballots, *mem.Store) {
	s := mem.New()
	return ballots.Ballots{
		Store: s, Ledger: ledger.Objects{Store: s}, Currency: "CNY", Keep: true, Now: func() time.Time { return today },
		Exchange: drama.Exchange{Rates: map[string]int64{"CNY": 1_000_000, "USD": 7_000_000}},
	}, s
}

func tiny(show string) bool { return show == "tiny" }

func pair(n int) arena.Pair {
	id := drama.EpisodeID{Show: "tiny", Number: 1}
	slate, digest := fmt.Sprintf("%dA", n+1), fmt.Sprintf("%064x", n)
	return arena.Pair{
		ID: arena.BakeoffID("tiny", digest), Episode: id, Slate: slate, Digest: digest, Kind: arena.Close, Origin: arena.Bakeoff, At: today,
		A: arena.Entrant{Take: drama.TakeID{Episode: id, Slate: slate, Number: 1}, Provider: "one", Model: "m-1"},
		B: arena.Entrant{Take: drama.TakeID{Episode: id, Slate: slate, Number: 2}, Provider: "two", Model: "m-2"},
	}
}

func vote(n int, p arena.Pair, by string) arena.Vote {
	at := today.Add(time.Duration(n) * time.Second)
	return arena.Vote{ID: arena.VoteID(at, fmt.Sprintf("%08d", n)), Pair: p.ID, By: by, Left: arena.SideA, Choice: arena.Left, At: at}
}

// fill files n pairs with a vote each.
func fill(t *testing.T, b ballots.Ballots, n int) {
	t.Helper()
	for i := range n {
		p := pair(i)
		if _, err := b.File(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		if err := b.Cast(t.Context(), vote(i, p, "ana")); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAPairIsFiledOnce(t *testing.T) {
	b, _ := house()
	p := pair(0)
	p.Void = strings.Repeat("frozen\n", 100)
	first, err := b.File(t.Context(), p)
	if err != nil || len([]rune(first.Void)) > 200 || strings.Contains(first.Void, "\n") {
		t.Fatalf("%+v, %v", first, err)
	}
	other := pair(0)
	other.B.Model = "m-3"
	if again, err := b.File(t.Context(), other); err != nil || !cmp.Equal(again, first) {
		t.Errorf("the second try gives %+v, %v", again, err)
	}
	if filed, err := b.Filed(t.Context(), "tiny"); err != nil || !cmp.Equal(filed, map[string]bool{p.ID: true}) {
		t.Errorf("on file are %v, %v", filed, err)
	}
	if _, err := b.Pair(t.Context(), "tiny", arena.BakeoffID("tiny", "no")); !errors.Is(err, ballots.ErrUnknown) {
		t.Errorf("a pair that is not there: %v", err)
	}
	for _, id := range []string{"", "../../x", strings.Repeat("f", 33)} {
		if _, err := b.Pair(t.Context(), "tiny", id); !errors.Is(err, ballots.ErrUnknown) {
			t.Errorf("pair %q: %v", id, err)
		}
	}
}

// TestThousandVotesAreReadOnce: what a look costs does not grow with all that was ever
// cast.
func TestThousandVotesAreReadOnce(t *testing.T) {
	b, s := house()
	fill(t, b, 100)
	var reads atomic.Int64
	s.Fail = func(op, _ string) error {
		if op == "get" {
			reads.Add(1)
		}
		return nil
	}
	look := func() (int, int64) {
		reads.Store(0)
		_, votes, damaged, err := b.All(t.Context(), nil)
		if err != nil || len(damaged) > 0 {
			t.Fatal(err, damaged)
		}
		return len(votes), reads.Load()
	}
	n, first := look()
	again, later := look()
	if n != 100 || first < 200 || again != 100 || later > 4 {
		t.Errorf("%d votes, then %d with %d reads; want 100 of a copy", n, again, later)
	}
	p := pair(0)
	if err := b.Cast(t.Context(), vote(500, p, "leo")); err != nil {
		t.Fatal(err)
	}
	if n, _ := look(); n != 101 {
		t.Errorf("a vote after the copy: %d votes, want 101", n)
	}
}

func TestDamagedRecordsAreNamed(t *testing.T) {
	b, s := house()
	fill(t, b, 20)
	if _, _, _, err := b.All(t.Context(), nil); err != nil { // writes the copies
		t.Fatal(err)
	}
	put := func(key, body string) {
		if _, err := s.Put(t.Context(), key, strings.NewReader(body), "application/json"); err != nil {
			t.Fatal(err)
		}
	}
	v := vote(900, pair(1), "leo")
	put("_arena/votes/202611/"+v.ID+".json", `{"id":`)
	put("_arena/votes/202611/"+vote(901, pair(1), "leo").ID+".json", `{"id":"another"}`)
	put("_arena/pairs/tiny/kept.json", `not json`)
	pairs, votes, damaged, err := b.All(t.Context(), tiny)
	if err != nil || len(pairs) != 20 || len(votes) != 20 || len(damaged) != 2 {
		t.Errorf("%d pairs, %d votes, damaged %v, %v", len(pairs), len(votes), damaged, err)
	}
}

func TestVotesOfNobody(t *testing.T) {
	b, _ := house()
	for _, change := range []func(*arena.Vote){
		func(v *arena.Vote) { v.ID = "../../tiny/account" },
		func(v *arena.Vote) { v.Pair = "x" },
		func(v *arena.Vote) { v.By = "" },
		func(v *arena.Vote) { v.By = "a\x1b[2Jb" },
	} {
		v := vote(1, pair(0), "ana")
		change(&v)
		if err := b.Cast(t.Context(), v); err == nil {
			t.Errorf("%+v was cast", v)
		}
	}
}

func TestImportIsRepeatable(t *testing.T) {
	here, _ := house()
	fill(t, here, 30)
	pairs, votes, _, err := here.All(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := arena.WriteCSV(&file, arena.Count(pairs, votes)); err != nil {
		t.Fatal(err)
	}
	text := file.String()
	there, _ := house()
	for try, want := range []int{30, 0} {
		pairs, votes, err := arena.ReadCSV(strings.NewReader(text), "votes.csv")
		if err != nil {
			t.Fatal(err)
		}
		if fresh, err := there.Import(t.Context(), pairs, votes); err != nil || fresh != want {
			t.Errorf("import %d: %d new votes, %v; want %d", try, fresh, err, want)
		}
	}
	a, _, err := here.Table(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if b, _, err := there.Table(t.Context(), nil); err != nil || a.Digest() != b.Digest() {
		t.Errorf("the tables differ: %v %s", err, cmp.Diff(a, b))
	}
}

func TestRunsGoByATable(t *testing.T) {
	b, s := house()
	fill(t, b, 40)
	first, err := b.Routing(t.Context())
	if err != nil || first.Votes != 40 {
		t.Fatalf("%+v, %v", first, err)
	}
	if err := b.Cast(t.Context(), vote(700, pair(3), "leo")); err != nil {
		t.Fatal(err)
	}
	second, err := b.Routing(t.Context())
	if err != nil || second.Votes != 41 || second.Digest() == first.Digest() {
		t.Errorf("after a vote: %d votes, %v", second.Votes, err)
	}
	// A run that began by the first goes on by it.
	if kept, err := b.Kept(t.Context(), first.Digest()); err != nil || kept.Digest() != first.Digest() {
		t.Errorf("the first table: %v", err)
	}
	if _, err := b.Kept(t.Context(), strings.Repeat("0", 64)); !errors.Is(err, ballots.ErrTable) {
		t.Errorf("a table that never was: %v", err)
	}
	f, err := b.Freeze(t.Context(), "ana")
	if err != nil || f.Table != second.Digest() {
		t.Fatalf("%+v, %v", f, err)
	}
	if err := b.Cast(t.Context(), vote(701, pair(4), "leo")); err != nil {
		t.Fatal(err)
	}
	if frozen, err := b.Routing(t.Context()); err != nil || frozen.Digest() != second.Digest() {
		t.Errorf("the frozen table has %d votes, %v", frozen.Votes, err)
	}
	if _, err := b.Thaw(t.Context(), "ana"); err != nil {
		t.Fatal(err)
	}
	if thawed, err := b.Routing(t.Context()); err != nil || thawed.Votes != 42 {
		t.Errorf("the thawed table has %d votes, %v", thawed.Votes, err)
	}
	s.Fail = func(op, key string) error {
		if op == "put" {
			t.Errorf("a look wrote %s", key)
		}
		return nil
	}
	look := b
	look.Keep = false
	if _, err := look.Routing(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestWhatModelsCost: all takes of a delivered episode count against what the cut
// shows of them.
func TestWhatModelsCost(t *testing.T) {
	b, s := house()
	ctx := t.Context()
	l := library.Library{Store: s}
	id := drama.EpisodeID{Show: "tiny", Number: 1}
	jobs := b.Ledger
	buy := func(n int, model, state string, price int64, currency string, pass bool) drama.TakeID {
		take := drama.TakeID{Episode: id, Slate: "1A", Number: n}
		i := ledger.Intent{ID: ledger.ID{Take: take, Attempt: 1}, Provider: "p", Model: model, At: today}
		o := ledger.Outcome{State: state, Price: drama.Money{Micros: price, Currency: currency}, At: today.Add(40 * time.Second)}
		if err := errors.Join(jobs.Intend(ctx, i), jobs.Settle(ctx, i.ID, o)); err != nil {
			t.Fatal(err)
		}
		_, err := l.WriteTake(ctx, drama.Take{ID: take, Origin: drama.OriginGenerated, Provider: "p", Model: model, Verdict: drama.Verdict{Pass: pass}, Asked: &drama.Asked{MakeMS: 4000}})
		if err != nil {
			t.Fatal(err)
		}
		return take
	}
	buy(1, "m-1", "succeeded", 2_000_000, "CNY", false)
	buy(2, "m-1", "refused", 0, "CNY", false)
	circled := buy(3, "m-1", "succeeded", 1_000_000, "USD", true)
	buy(4, "m-2", "failed", 0, "CNY", false)
	if _, err := b.File(ctx, pair(0)); err != nil {
		t.Fatal(err)
	}
	if got, _, err := b.Table(ctx, nil); err != nil || len(got.Aside) != 0 {
		t.Errorf("before there is a cut: %+v, %v", got.Aside, err)
	}
	man := drama.Manifest{ID: id, Cut: 1, FPS: "24/1", Shots: []drama.ManifestShot{{Slate: "1A", Take: circled, Frames: media.Frames(72)}}}
	if _, _, err := l.Deliver(ctx, id, 1, man); err != nil {
		t.Fatal(err)
	}
	got, _, err := b.Table(ctx, tiny)
	if err != nil {
		t.Fatal(err)
	}
	per := int64(3_000_000) // 9 CNY for 3 s
	want := map[string]arena.Aside{
		"m-1": {Jobs: 3, Circled: 1, Spent: 9_000_000, Currency: "CNY", PerSecond: &per, P50: 10, P90: 10, NG: 0.333, Refused: 0.333},
		"m-2": {Jobs: 1, Currency: "CNY", Failed: 1},
	}
	if diff := cmp.Diff(want, got.Aside); diff != "" {
		t.Error(diff)
	}
	// The copy says the same.
	if again, _, err := b.Table(ctx, tiny); err != nil || again.Digest() != got.Digest() {
		t.Errorf("another look: %v", err)
	}
	body, err := json.Marshal(got)
	if err != nil || strings.Contains(string(body), "NaN") {
		t.Error(err, string(body))
	}
}
