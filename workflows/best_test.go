package workflows_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/judge"
	"github.com/dailies/dailies/test/rehearsal"
)

// taster likes the later take of a pair, and grades all alike.
type taster struct {
	mu    sync.Mutex
	looks int
	duels int
}

func (c *taster) Look(context.Context, judge.Request) (judge.Opinion, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.looks++
	return judge.Opinion{Score: 0.75}, nil
}

func (c *taster) Compare(_ context.Context, d judge.Duel) (judge.Choice, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.duels++
	if string(d.First.Frames[0].JPEG) > string(d.Second.Frames[0].JPEG) {
		return judge.First, nil
	}
	return judge.Second, nil
}

// tasted is a show of two shots of which the best of n takes is used.
func tasted(t *testing.T, n, most int, shots ...drama.Shot) (*rehearsal.Stage, *taster, drama.Production) {
	t.Helper()
	s := rehearsal.New(t, rehearsal.Options{Price: yuan(1)})
	c := &taster{}
	look := drama.Money{Micros: 10_000, Currency: "CNY"}
	s.Media.Judge, s.Media.Prices, s.Planner.Look = c, activities.Prices{Ledger: s.Ledger, Look: look}, look
	p := rehearsal.Production([]string{"fake"}, shots...)
	p.Season.Takes = drama.TakePolicy{Max: most, BestOf: n}
	p.Season.Budget = &drama.Budget{Currency: "CNY", OnExceed: "pause"}
	return s, c, p
}

// TestTheBestTakeIsUsed: as many takes as are asked for, the judge's pairs in both orders,
// all of it in the books; and the same again makes nothing.
func TestTheBestTakeIsUsed(t *testing.T) {
	s, c, p := tasted(t, 3, 4, rehearsal.Shots(2)...)
	d := run(t, env(t, s), s.Submit(t, p))
	if d.State != drama.StateDelivered || s.Bought(t) != 6 || c.looks != 6 || c.duels != 8 {
		t.Fatalf("%s, %d bought, %d looks, %d duels, %v", d.State, s.Bought(t), c.looks, c.duels, d.Problems)
	}
	for _, shot := range d.Shots {
		if shot.Attempts != 3 || !strings.Contains(strings.Join(shot.Reasons, " "), "the best of 3") {
			t.Errorf("shot: %+v", shot)
		}
	}
	if want := int64(6*4*drama.Micro + (6+8)*10_000); d.Spent.Micros != want {
		t.Errorf("spent %s, want %d micros", d.Spent, want)
	}
	again := run(t, env(t, s), s.Submit(t, p))
	if again.Cut != 1 || s.Bought(t) != 6 || c.duels != 8 {
		t.Errorf("again: cut %d, %d bought, %d duels", again.Cut, s.Bought(t), c.duels)
	}
	for i := range again.Shots {
		if again.Shots[i].Take != d.Shots[i].Take {
			t.Errorf("%s was %s and is %s", again.Shots[i].Slate, d.Shots[i].Take, again.Shots[i].Take)
		}
	}
}

// TestFewerThanAskedFor: NG takes count for the most, and a cap that pays for one take a
// shot holds nothing up.
func TestFewerThanAskedFor(t *testing.T) {
	s, c, p := tasted(t, 3, 2, rehearsal.Shot("1A", "She waits. [fake: black*1]"))
	if d := run(t, env(t, s), s.Submit(t, p)); d.State != drama.StateDelivered || s.Bought(t) != 2 || c.duels != 0 || !strings.HasSuffix(d.Shots[0].Take, "/2") {
		t.Errorf("one NG of two: %s, %d bought, %d duels, %+v", d.State, s.Bought(t), c.duels, d.Shots)
	}
	s, c, p = tasted(t, 3, 3, rehearsal.Shots(2)...)
	in := s.Submit(t, p)
	limit := drama.Money{Micros: 9 * drama.Micro, Currency: "CNY"}
	in.MaxCost = &limit
	if d := run(t, env(t, s), in); d.State != drama.StateDelivered || s.Bought(t) != 2 || c.duels != 0 {
		t.Errorf("a cap for one each: %s, %d bought, %d duels, %v", d.State, s.Bought(t), c.duels, d.Problems)
	}
}
