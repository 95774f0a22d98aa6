package arena_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/drama"
)

func TestKindOf(t *testing.T) {
	say := func(k drama.LineKind) []drama.Line { return []drama.Line{{Who: "mara", Kind: k, Say: "No."}} }
	for _, test := range []struct {
		shot drama.Shot
		want arena.Kind
	}{
		{drama.Shot{Size: "insert", Cast: []string{"mara"}, Lines: say(drama.LineDialogue)}, arena.Insert},
		{drama.Shot{Cast: []string{"mara", "sable"}, Lines: say(drama.LineDialogue)}, arena.Talk},
		{drama.Shot{Cast: []string{"mara", "sable"}, Lines: say(drama.LineVO), Move: "orbit"}, arena.Group},
		{drama.Shot{Move: "orbit", Lines: say(drama.LineNarration)}, arena.Place},
		{drama.Shot{Cast: []string{"mara"}, Move: "push-in"}, arena.Action},
		{drama.Shot{Cast: []string{"mara"}, Move: "static"}, arena.Close},
		{drama.Shot{Cast: []string{"mara"}, Lines: say(drama.LineInner)}, arena.Close},
	} {
		if got := arena.KindOf(test.shot); got != test.want {
			t.Errorf("%+v is %s, want %s", test.shot, got, test.want)
		}
	}
}

func TestWhatCounts(t *testing.T) {
	l := newLeague(1, 1000, 1000, 1000)
	p, void, retake := l.shot(model(0), model(1)), l.shot(model(0), model(1)), l.shot(model(0), model(1))
	l.pairs[1].Void = "model-01's take was NG: frozen"
	l.pairs[2].Origin = arena.Retake
	first := l.vote(p, "ana", arena.Left, arena.SideA)
	second := l.vote(p, "ana", arena.Right, arena.SideA)
	leo := l.vote(p, "leo", arena.BothBad, arena.SideB)
	skip := l.vote(p, "ana", arena.Skip, arena.SideA)
	known := l.vote(p, "ana", arena.Known, arena.SideA)
	early := l.vote(p, "mo", arena.Left, arena.SideA)
	l.votes[len(l.votes)-1].Void = arena.WhyLoop
	withdrawn := l.vote(void, "ana", arena.Left, arena.SideA)
	other := l.vote(retake, "ana", arena.Left, arena.SideA)
	tried := l.shot(model(0), model(1))
	l.pairs[3].Origin = arena.Try
	tasted := l.vote(tried, "ana", arena.Left, arena.SideA)
	lost := l.vote(arena.Pair{ID: arena.BakeoffID("x", "y")}, "ana", arena.Left, arena.SideA)
	got := make(map[string]arena.Why)
	for _, c := range arena.Count(l.pairs, l.votes) {
		got[c.ID] = c.Why
	}
	want := map[string]arena.Why{
		first.ID: arena.WhyLater, second.ID: "", leo.ID: "", skip.ID: arena.WhySkip, known.ID: arena.WhyKnown, early.ID: arena.WhyLoop,
		withdrawn.ID: arena.WhyVoid, other.ID: arena.WhyRetake, tasted.ID: arena.WhyTry, lost.ID: arena.WhyUnknown,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	table := arena.Rank(l.pairs, l.votes, today, nil)
	if len(table.Tries) != 1 || table.Tries[0].WonA != 1 || len(table.Retakes) != 1 {
		t.Errorf("tried %+v, retaken %+v", table.Tries, table.Retakes)
	}
}

// TestSelfAgreement: whoever chooses by the side is found out by mirrored repeats,
// and so are all their votes; whoever agrees with themself is not.
func TestSelfAgreement(t *testing.T) {
	l := newLeague(1, 1000, 1000)
	for range 5 {
		p := l.shot(model(0), model(1))
		l.vote(p, "sided", arena.Left, arena.SideA)
		l.vote(p, "steady", arena.Left, arena.SideA)
		l.vote(p, "sided", arena.Left, arena.SideB)
		l.votes[len(l.votes)-1].Mirror = true
		l.vote(p, "steady", arena.Right, arena.SideB)
		l.votes[len(l.votes)-1].Mirror = true
	}
	counted := make(map[string]int)
	for _, c := range arena.Count(l.pairs, l.votes) {
		if c.Why == "" {
			counted[c.By]++
		} else if c.By == "sided" && c.Why != arena.WhyDisagree {
			t.Errorf("%s: %s", c.By, c.Why)
		}
	}
	if diff := cmp.Diff(map[string]int{"steady": 5}, counted); diff != "" {
		t.Error(diff)
	}
	a := arena.Agreements(l.pairs, l.votes)
	if a["sided"].Share() != 0 || a["steady"].Share() != 1 || a["steady"].Repeats != 5 {
		t.Errorf("agreements are %+v", a)
	}
}

func TestEqualsAreSymmetric(t *testing.T) {
	l := newLeague(1, 1000, 1000)
	for range 120 {
		l.vote(l.shot(model(0), model(1)), "ana", arena.Equal, arena.SideA)
	}
	rows := arena.Rank(l.pairs, l.votes, today, nil).Rows
	if rows[0].Rating != 1000 || rows[1].Rating != 1000 || rows[0].Rank != 1 || rows[1].Rank != 1 {
		t.Errorf("120 equals are %+v", rows)
	}
}

func TestStatesOfARow(t *testing.T) {
	l := newLeague(2, 1000, 1000, 1000, 1000, 1000, 1000)
	play := func(a, b string, n int) {
		for range n {
			l.vote(l.shot(a, b), "ana", arena.Equal, arena.SideA)
		}
	}
	play(model(0), model(1), 101)
	play(model(0), model(2), 35)
	play(model(1), model(3), 10)
	play(model(4), model(5), 40) // nobody of the others
	got := make(map[string]arena.State)
	for _, r := range arena.Rank(l.pairs, l.votes, today, nil).Rows {
		got[r.Model] = r.State
		if shown := r.State == arena.Ranked || r.State == arena.Preliminary; shown != (r.Rating != 0) || shown != (r.Rank != 0) {
			t.Errorf("%s is %s and has the rating %.0f, rank %d", r.Model, r.State, r.Rating, r.Rank)
		}
	}
	want := map[string]arena.State{
		model(0): arena.Ranked, model(1): arena.Ranked, model(2): arena.Preliminary, model(3): arena.Hidden, model(4): arena.Apart, model(5): arena.Apart,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestAModelThatOnlyWon is finite, and first.
func TestAModelThatOnlyWon(t *testing.T) {
	l := newLeague(2, 1000, 1000)
	for range 150 {
		l.prefer(l.shot(model(0), model(1)), "ana", arena.SideA)
	}
	rows := arena.Rank(l.pairs, l.votes, today, nil).Rows
	if rows[0].Model != model(0) || rows[0].Rank != 1 || rows[1].Rank != 2 || rows[0].Rating > 2500 || !slices.Contains(rows[0].Above, model(1)) {
		t.Errorf("150 of 150 are %+v", rows)
	}
}

// TestAKindLeansOnTheWhole: a few votes at one kind of shot move it little, many
// move it far.
func TestAKindLeansOnTheWhole(t *testing.T) {
	gap := func(inserts int) float64 {
		l := newLeague(4, 1000, 1000)
		for i := range 200 {
			best := arena.SideA
			if i%2 == 0 {
				best = arena.SideB
			}
			l.prefer(l.shot(model(0), model(1)), "ana", best)
		}
		for range inserts {
			p := l.shot(model(0), model(1))
			l.pairs[len(l.pairs)-1].Kind = arena.Insert
			l.prefer(p, "ana", arena.SideA)
		}
		rows := arena.Rank(l.pairs, l.votes, today, nil).Kinds[arena.Insert]
		if len(rows) != 2 || rows[0].Votes != inserts {
			t.Fatalf("the table of inserts is %+v", rows)
		}
		return rows[0].Rating - rows[1].Rating
	}
	few, many := gap(30), gap(300)
	if few < 150 || few > 450 || many < 2*few-100 || many < 450 {
		t.Errorf("30 votes at inserts put the models %.0f points apart, 300 put them %.0f", few, many)
	}
}

func TestReasonsAndBad(t *testing.T) {
	l := newLeague(4, 1000, 1000)
	v := l.vote(l.shot(model(0), model(1)), "ana", arena.Left, arena.SideA)
	l.votes[0].Reasons = []arena.Reason{arena.Physical, arena.Visual}
	l.vote(l.shot(model(0), model(1)), "ana", arena.BothBad, arena.SideB)
	rows := arena.Rank(l.pairs, l.votes, today, nil).Rows
	if rows[0].Model != model(0) || rows[0].Bad != 0.5 || rows[0].Reasons[arena.Physical] != (arena.Reasoned{Won: 1}) || rows[1].Reasons[arena.Visual] != (arena.Reasoned{Lost: 1}) {
		t.Errorf("after %s and a vote of both bad the rows are %+v", v.ID, rows)
	}
}

func TestNothingToVoteOn(t *testing.T) {
	l := newLeague(4, 1000, 1000)
	p := l.shot(model(0), model(1))
	void := l.shot(model(0), model(1))
	l.pairs[1].Void = "withdrawn"
	l.vote(p, "ana", arena.Left, arena.SideA)
	l.vote(p, "leo", arena.Skip, arena.SideA)
	open := func(arena.Pair) bool { return false }
	choose := func(who string, blocked func(arena.Pair) bool) (arena.Showing, error) {
		return arena.Choose(l.pairs, l.votes, who, today, blocked, slowDice{})
	}
	if _, err := choose("ana", open); !errors.Is(err, arena.ErrNoPair) {
		t.Errorf("ana, who has voted, is shown a pair: %v", err)
	}
	if s, err := choose("leo", open); err != nil || s.Pair.ID != p.ID {
		t.Errorf("leo, who skipped, is shown %v, %v; want the pair that is not withdrawn (%s is)", s.Pair.ID, err, void.ID)
	}
	if _, err := choose("mo", func(arena.Pair) bool { return true }); !errors.Is(err, arena.ErrNoPair) {
		t.Errorf("mo, who has opened the takes, is shown a pair: %v", err)
	}
}

// slowDice draws 1 of everything.
type slowDice struct{}

func (slowDice) Read(p []byte) (int, error) {
	clear(p)
	p[len(p)-1] = 1
	return len(p), nil
}

func TestAsides(t *testing.T) {
	got := arena.Asides([]arena.Made{
		{Model: "m", Micros: 4_000_000, MS: 4000, Took: 40 * time.Second, State: arena.MadePass, CircledMS: 4000},
		{Model: "m", Micros: 4_000_000, MS: 4000, Took: 80 * time.Second, State: arena.MadeNG},
		{Model: "m", State: arena.MadeRefused},
		{Model: "m", State: arena.MadeFailed, Micros: 1},
		{Model: "free", MS: 1000, State: arena.MadePass},
	}, "CNY")
	per := int64(2_000_001) // 8,000,001 micros over 4 s, rounded up
	want := map[string]arena.Aside{
		"m":    {Jobs: 4, Circled: 1, Spent: 8_000_001, Currency: "CNY", PerSecond: &per, P50: 15, P90: 19, NG: 0.25, Refused: 0.25, Failed: 0.25},
		"free": {Jobs: 1, Currency: "CNY"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestVoteIDs(t *testing.T) {
	for id, want := range map[string]bool{
		arena.VoteID(time.Now(), "0a1b2c3d"): true, "20261129T101112.123-0a1b2c3d": true,
		"": false, "20261129T101112.123-": false, "../../etc/passwd0000000000000": false, "20261129T101112.123-0a1b2c3/": false,
	} {
		if got := arena.ValidVoteID(id); got != want {
			t.Errorf("%q may name a vote: %v, want %v", id, got, want)
		}
	}
}

// TestRetakesAreAskedAboutLast: a retake's pair is shown when no bake-off is left, and what
// is voted on it is told apart.
func TestRetakesAreAskedAboutLast(t *testing.T) {
	l := newLeague(1, 1000, 1000)
	bakeoff, retake := l.shot(model(0), model(1)), l.shot(model(0), model(1))
	l.pairs[1].Origin = arena.Retake
	next := func() (arena.Showing, error) {
		return arena.Choose(l.pairs, l.votes, "ana", today, func(arena.Pair) bool { return false }, slowDice{})
	}
	for _, want := range []arena.Pair{bakeoff, retake} {
		s, err := next()
		if err != nil || s.Pair.ID != want.ID {
			t.Fatalf("shown is %+v, %v; want %s", s.Pair, err, want.ID)
		}
		l.vote(s.Pair, "ana", arena.Left, arena.SideA)
	}
	if _, err := next(); !errors.Is(err, arena.ErrNoPair) {
		t.Errorf("all was voted on: %v", err)
	}
	if all := arena.Count(l.pairs, l.votes); all[0].Why != "" || all[1].Why != arena.WhyRetake {
		t.Errorf("counted as %q and %q", all[0].Why, all[1].Why)
	}
}
