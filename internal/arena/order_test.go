package arena_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/arena"
)

func three() []arena.Candidate {
	return []arena.Candidate{{Instance: "one", Model: model(0)}, {Instance: "two", Model: model(1)}, {Instance: "three", Model: model(2)}}
}

// won makes a table in which model 2 beats all and model 0 loses to all.
func won(l *league, shots, people int) arena.Table {
	for i := range shots {
		a, b := i%3, (i+1)%3
		p := l.shot(model(max(a, b)), model(min(a, b)))
		for person := range people {
			l.prefer(p, string(rune('a'+person)), arena.SideA)
		}
	}
	return arena.Rank(l.pairs, l.votes, today, nil)
}

func TestOrder(t *testing.T) {
	price := func(micros int64, circled int) arena.Aside {
		return arena.Aside{Circled: circled, PerSecond: &micros}
	}
	for _, test := range []struct {
		name  string
		table arena.Table
		want  []int
		says  string
	}{
		{"no votes", arena.Rank(nil, nil, today, nil), []int{0, 1, 2}, "there are no votes"},
		{"enough of all", won(newLeague(1, 0, 0, 0), 90, 3), []int{2, 1, 0}, "three is seen above one"},
		{"too few votes", won(newLeague(1, 0, 0, 0), 33, 3), []int{0, 1, 2}, "too few"},
		{"too few shots", won(newLeague(1, 0, 0, 0), 30, 8), []int{0, 1, 2}, "too few"},
		{"all who vote are one", won(newLeague(1, 0, 0, 0), 300, 1), []int{2, 1, 0}, "three is seen above one"},
		{"prices of enough takes", arena.Table{Aside: map[string]arena.Aside{model(0): price(9, 30), model(1): price(7, 30), model(2): price(8, 29)}}, []int{1, 0, 2}, "two costs less than one"},
		{"prices of few takes", arena.Table{Aside: map[string]arena.Aside{model(0): price(9, 29), model(1): price(7, 29)}}, []int{0, 1, 2}, "as listed"},
	} {
		got, why := test.table.Order(arena.Close, three())
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
		if !strings.Contains(why, test.says) || !strings.Contains(why, test.table.Digest()[:8]) {
			t.Errorf("%s: %q does not say %q and the table", test.name, why, test.says)
		}
	}
}

func TestOrderByFewPeopleOfMany(t *testing.T) {
	l := newLeague(1, 0, 0, 0)
	won(l, 200, 2)
	// A third person votes, on other shots, and once.
	l.vote(l.shot(model(0), model(1)), "z", arena.Equal, arena.SideA)
	table := arena.Rank(l.pairs, l.votes, today, nil)
	// Of the two models that the third has seen there is enough, of the last is not.
	if got, why := table.Order(arena.Close, three()); !cmp.Equal(got, []int{1, 0, 2}) {
		t.Errorf("two of three people put them %v: %s", got, why)
	}
}

// TestRetakesNeverReorder: a model that is called where another has failed wins every
// time, and that says nothing.
func TestRetakesNeverReorder(t *testing.T) {
	l := newLeague(1, 0, 0, 0)
	won(l, 200, 3)
	for i := range l.pairs {
		l.pairs[i].Origin = arena.Retake
	}
	table := arena.Rank(l.pairs, l.votes, today, nil)
	if got, why := table.Order(arena.Close, three()); !cmp.Equal(got, []int{0, 1, 2}) || table.Votes != 0 || len(table.Rows) != 0 {
		t.Errorf("votes on retakes put them %v: %s", got, why)
	}
	want := []arena.Tally{{A: model(0), B: model(1), WonB: 201}, {A: model(0), B: model(2), WonB: 198}, {A: model(1), B: model(2), WonB: 201}}
	if diff := cmp.Diff(want, table.Retakes); diff != "" {
		t.Error(diff)
	}
}

// TestAKindDecidesWhereItKnows: at talk the models stand the other way round.
func TestAKindDecidesWhereItKnows(t *testing.T) {
	l := newLeague(1, 0, 0, 0)
	won(l, 900, 1)
	for range 400 {
		p := l.shot(model(0), model(2))
		l.pairs[len(l.pairs)-1].Kind = arena.Talk
		l.prefer(p, "a", arena.SideA)
	}
	table := arena.Rank(l.pairs, l.votes, today, nil)
	pair := []arena.Candidate{{Instance: "three", Model: model(2)}, {Instance: "one", Model: model(0)}}
	if got, why := table.Order(arena.Talk, pair); !cmp.Equal(got, []int{1, 0}) || !strings.Contains(why, "on talk") {
		t.Errorf("at talk they are %v: %s", got, why)
	}
	if got, why := table.Order(arena.Close, pair); !cmp.Equal(got, []int{0, 1}) {
		t.Errorf("else they are %v: %s", got, why)
	}
}
