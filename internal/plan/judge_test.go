package plan

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/drama"
)

// TestTheBestOfIsPriced: all takes and looks are in the sums, and no cap is in the way of
// what is bought from what it leaves.
func TestTheBestOfIsPriced(t *testing.T) {
	in := compared(1, 0)
	in.Production.Season.Takes, in.Look = drama.TakePolicy{Max: 4, BestOf: 3}, drama.Money{Micros: 1000, Currency: "CNY"}
	in.MaxCost = &drama.Money{Micros: 6 * drama.Micro, Currency: "CNY"}
	p := build(t, in)
	// Takes of 5 s at 1; a look at each take, and two for each of two pairs.
	if s := p.Shots[0]; s.BestOf != 3 || p.TotalLow.Micros != 15*drama.Micro+7*1000 || p.TotalHigh.Micros != 20*drama.Micro+8*1000 || len(p.Problems) > 0 {
		t.Errorf("best of %d: %s to %s, %+v", s.BestOf, p.TotalLow, p.TotalHigh, p.Problems)
	}
	if words := p.Warnings[0].Message; !strings.Contains(words, "nobody judges") {
		t.Errorf("nobody judges: %+v", p.Warnings)
	}
	in.Production.Season.Takes.BestOf = 9
	if s := build(t, in).Shots[0]; s.BestOf != 4 {
		t.Errorf("best of %d, of 4 takes at most", s.BestOf)
	}
}

// TestATryPlansNothingElse: no other shot, and the shot itself once.
func TestATryPlansNothingElse(t *testing.T) {
	in := compared(3, 0)
	digest := build(t, in).Shots[0].Digest
	in.Circles = map[string]drama.Circle{digest: {Digest: digest, Take: drama.TakeID{Episode: in.Production.ID(), Slate: "1A", Number: 1}}}
	facts := in.Providers[len(in.Providers)-1]
	facts.Model.ID = "brand-new"
	in.Try = &Try{Facts: facts, Slates: []string{"1A"}}
	p := build(t, in)
	c := p.Shots[0].Compare
	if len(p.Problems) > 0 || c == nil || c.Origin != arena.Try || c.Routes[0].Model != "brand-new" || p.Shots[1].Action != Skip || p.TotalHigh.Micros != 15*drama.Micro {
		t.Errorf("%+v, %+v, %s", p.Shots[0], p.Problems, p.TotalHigh)
	}
	in.Compared = map[string]bool{c.Pair: true}
	if p := build(t, in); p.Shots[0].Compare != nil || p.TotalHigh.Micros != 0 || len(p.Problems) > 0 {
		t.Errorf("it is on file: %+v", p.Shots[0])
	}
	in.Try.Slates = []string{"2A"}
	if p := build(t, in); len(p.Problems) != 1 || !strings.Contains(p.Problems[0].Message, "no circled take") {
		t.Errorf("nothing is circled: %+v", p.Problems)
	}
	in.Try.Slates, in.Compared, in.Try.Facts.Model.DurationsMS = []string{"1A"}, nil, []int64{1000}
	if p := build(t, in); len(p.Problems) != 1 || !strings.Contains(p.Problems[0].Message, "cannot make shot 1A") {
		t.Errorf("it cannot make the shot: %+v", p.Problems)
	}
}
