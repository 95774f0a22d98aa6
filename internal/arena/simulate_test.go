package arena_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/drama"
)

var today = time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)

// league is a studio whose models' strengths are known, in rating points around
// 1,000.
type league struct {
	strengths map[string]float64
	left      float64 // advantage of the left side, in points
	equal     float64 // share of showings that end equal
	herd      float64 // share of shots that all people see the same way
	kinds     []arena.Kind
	random    *rand.Rand
	pairs     []arena.Pair
	votes     []arena.Vote
}

func newLeague(seed uint64, strengths ...float64) *league {
	l := &league{strengths: make(map[string]float64), random: rand.New(rand.NewPCG(seed, 1)), kinds: []arena.Kind{arena.Close}}
	for i, s := range strengths {
		l.strengths[model(i)] = s
	}
	return l
}

func model(i int) string { return fmt.Sprintf("model-%02d", i) }

// shot makes a pair of two models over a new shot.
func (l *league) shot(a, b string) arena.Pair {
	n := len(l.pairs)
	id := drama.EpisodeID{Show: "night-shift", Number: 1 + n/60}
	slate := fmt.Sprintf("%dA", 1+n%60)
	entrant := func(m string, take int) arena.Entrant {
		return arena.Entrant{Take: drama.TakeID{Episode: id, Slate: slate, Number: take}, Provider: "the-" + m, Model: m}
	}
	digest := fmt.Sprintf("%064x", n)
	p := arena.Pair{
		ID: arena.BakeoffID(id.Show, digest), Episode: id, Slate: slate, Digest: digest, Kind: l.kinds[n%len(l.kinds)], Origin: arena.Bakeoff,
		A: entrant(a, 1), B: entrant(b, 2), At: today.Add(-24 * time.Hour),
	}
	l.pairs = append(l.pairs, p)
	return p
}

// chance is how often a is chosen where they are told apart, a standing on the left.
func (l *league) chance(a, b string, edge float64) float64 {
	return 1 / (1 + math.Pow(10, -(l.strengths[a]-l.strengths[b]+edge)/400))
}

func (l *league) vote(p arena.Pair, by string, c arena.Choice, left arena.Side) arena.Vote {
	at := today.Add(-12 * time.Hour).Add(time.Duration(len(l.votes)) * time.Millisecond)
	v := arena.Vote{ID: arena.VoteID(at, fmt.Sprintf("%08d", len(l.votes))), Pair: p.ID, By: by, Left: left, Choice: c, At: at}
	l.votes = append(l.votes, v)
	return v
}

// prefer votes for one of the takes, wherever it stands.
func (l *league) prefer(p arena.Pair, by string, best arena.Side) arena.Vote {
	left, choice := best, arena.Left
	if l.random.IntN(2) == 1 {
		left, choice = best.Other(), arena.Right
	}
	return l.vote(p, by, choice, left)
}

// look has a person vote as the strengths have it. u is what decides, 0..1.
func (l *league) look(p arena.Pair, by string, u float64) {
	left, on := arena.SideA, p.A.Model
	other := p.B.Model
	if l.random.IntN(2) == 1 {
		left, on, other = arena.SideB, p.B.Model, p.A.Model
	}
	choice := arena.Right
	if u < l.chance(on, other, l.left) {
		choice = arena.Left
	}
	if l.random.Float64() < l.equal {
		choice = arena.Equal
	}
	l.vote(p, by, choice, left)
}

// season plays shots of two models drawn evenly, looked at by people each.
func (l *league) season(shots, people int) {
	for range shots {
		i, j := l.random.IntN(len(l.strengths)), l.random.IntN(len(l.strengths)-1)
		if j >= i {
			j++
		}
		p := l.shot(model(i), model(j))
		if l.random.Float64() < l.herd {
			// All see the same: the shot has made one of the two better.
			best := arena.SideB
			if l.random.Float64() < l.chance(p.A.Model, p.B.Model, 0) {
				best = arena.SideA
			}
			for person := range people {
				l.prefer(p, fmt.Sprintf("person %d", person), best)
			}
			continue
		}
		for person := range people {
			l.look(p, fmt.Sprintf("person %d", person), l.random.Float64())
		}
	}
}

// covered counts the models whose true strength, around the mean, lies in their
// interval.
func (l *league) covered(t *testing.T, rows []arena.Row) (in, of int) {
	t.Helper()
	mean := 0.0
	for _, s := range l.strengths {
		mean += s / float64(len(l.strengths))
	}
	for _, r := range rows {
		if r.Rating == 0 {
			t.Fatalf("%s has no rating: %s, %d votes", r.Model, r.State, r.Votes)
		}
		of++
		if truth := 1000 + l.strengths[r.Model] - mean; truth >= r.Low && truth <= r.High {
			in++
		}
	}
	return in, of
}

// TestRecoversStrengths is the promise of the intervals: of 100 studios, the truth
// lies in at least 93 of them, model by model taken together, whether people judge
// for themselves, mostly see the same, or prefer the left.
func TestRecoversStrengths(t *testing.T) {
	for _, test := range []struct {
		name  string
		set   func(*league)
		shots int
		each  int
	}{
		{"of independent people", func(*league) {}, 240, 3},
		{"of people who see the same in a shot", func(l *league) { l.herd = 1 }, 300, 4},
		{"with a side that is preferred", func(l *league) { l.left = 60 }, 240, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in, of := 0, 0
			for sim := range 100 {
				l := newLeague(uint64(sim), 900, 950, 1000, 1040, 1110)
				test.set(l)
				l.season(test.shots, test.each)
				n, all := l.covered(t, arena.Rank(l.pairs, l.votes, today, nil).Rows)
				in, of = in+n, of+all
			}
			if share := 100 * float64(in) / float64(of); share < 93 {
				t.Errorf("the truth is in %.1f of 100 intervals, want 93", share)
			} else {
				t.Logf("the truth is in %.1f of 100 intervals", share)
			}
		})
	}
}

// TestPeopleAreNotShots: eight people who see the same in the same clips say no more
// than two who do, so the interval is no narrower; four times the shots make it half
// as wide.
func TestPeopleAreNotShots(t *testing.T) {
	width := func(shots, people int) float64 {
		l := newLeague(7, 950, 1050)
		l.herd = 1
		l.season(shots, people)
		r := arena.Rank(l.pairs, l.votes, today, nil).Rows[0]
		return r.High - r.Low
	}
	few, many, long := width(100, 2), width(100, 8), width(400, 2)
	if many < 0.85*few || many > 1.15*few {
		t.Errorf("two people: %.0f points wide, eight: %.0f; want the same", few, many)
	}
	if long < 0.4*few || long > 0.6*few {
		t.Errorf("100 shots: %.0f points wide, 400: %.0f; want half", few, long)
	}
}

func TestTheLeftSideIsTakenOut(t *testing.T) {
	l := newLeague(3, 900, 1000, 1100)
	l.left = 100
	l.season(1500, 2)
	got := arena.Rank(l.pairs, l.votes, today, nil)
	if got.Left < 75 || got.Left > 125 {
		t.Errorf("standing on the left is worth %.0f points, want about 100", got.Left)
	}
}

// TestAVoteIsForgotten: at a half-life of 90 days a year of an old opinion is worth
// less than a quarter of the new one.
func TestAVoteIsForgotten(t *testing.T) {
	l := newLeague(5, 1000, 1000)
	for i := range 200 {
		p := l.shot(model(0), model(1))
		best := arena.SideA // 360 days ago
		if i >= 100 {
			best = arena.SideB
		}
		l.prefer(p, "ana", best)
		if i < 100 {
			l.votes[i].At = today.Add(-360 * 24 * time.Hour)
		}
	}
	rows := arena.Rank(l.pairs, l.votes, today, nil).Rows
	// 100 votes for the one, 100/16 for the other, half an equal game each: odds of
	// about 15 to 1.
	if rows[0].Model != model(1) || rows[0].Rating-rows[1].Rating < 400 || rows[0].Rating-rows[1].Rating > 520 {
		t.Errorf("%s %.0f, %s %.0f; want the newer opinion ahead by about 460", rows[0].Model, rows[0].Rating, rows[1].Model, rows[1].Rating)
	}
}

func TestTheSameVotesAreTheSameTable(t *testing.T) {
	l := newLeague(11, 900, 1000, 1100)
	l.kinds = arena.Kinds()
	l.season(120, 3)
	first := arena.Rank(l.pairs, l.votes, today, nil)
	l.random.Shuffle(len(l.votes), func(i, j int) { l.votes[i], l.votes[j] = l.votes[j], l.votes[i] })
	if again := arena.Rank(l.pairs, l.votes, today.Add(5*time.Hour), nil); again.Digest() != first.Digest() {
		t.Error("the same votes of the same day gave another table")
	}
	if next := arena.Rank(l.pairs, l.votes, today.Add(24*time.Hour), nil); next.Digest() == first.Digest() {
		t.Error("the next day has the same table: its votes are no older")
	}
}

func TestChoosingIsFair(t *testing.T) {
	l := newLeague(13, 900, 950, 1000, 1050, 1100, 1150)
	// One model is in two of three pairs: it must not be shown as often.
	for i := range 300 {
		a, b := 0, 1+i%5
		if i%3 == 2 {
			a, b = 1+i%5, 1+(i+1+i%4)%5
		}
		if a == b {
			b = a%5 + 1
		}
		l.shot(model(a), model(b))
	}
	const showings = 2000
	source := rand.NewChaCha8([32]byte{1})
	left, mirrors := 0, 0
	shown := make(map[string]int)
	var seen []arena.Showing
	for i := range showings {
		who := fmt.Sprintf("person %d", i%5)
		s, err := arena.Choose(l.pairs, l.votes[max(0, len(l.votes)-400):], who, today, func(arena.Pair) bool { return false }, source)
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, s)
		if s.Left == arena.SideA {
			left++
		}
		if s.Mirror {
			mirrors++
		}
		shown[s.Pair.A.Model]++
		shown[s.Pair.B.Model]++
		choice := arena.Left
		if l.random.IntN(2) == 0 {
			choice = arena.Right
		}
		l.vote(s.Pair, who, choice, s.Left)
		l.votes[len(l.votes)-1].Mirror = s.Mirror
	}
	if share := 100 * float64(left) / showings; share < 47 || share > 53 {
		t.Errorf("the first take stood on the left in %.1f %% of %d showings, want 50 ± 3", share, showings)
	}
	if share := 100 * float64(mirrors) / showings; share < 3 || share > 7 {
		t.Errorf("%.1f %% of the showings were mirrored repeats, want about 5", share)
	}
	mean := float64(2*showings) / float64(len(l.strengths))
	for m, n := range shown {
		if float64(n) > 2.05*mean {
			t.Errorf("%s was shown %d times, the mean is %.0f; want at most twice that", m, n, mean)
		}
	}
	for _, s := range seen {
		if s.Mirror && s.Pair.ID == "" {
			t.Fatal("a repeat of no pair")
		}
	}
}
