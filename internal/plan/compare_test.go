package plan

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

// rival is a vendor of another model, dearer.
func rival(name string, perSecond int64) provider.Facts {
	f := vendor(func(m *provider.Model) {
		m.ID = "model-" + name
		m.PricePerSecond = drama.Money{Micros: perSecond * drama.Micro, Currency: "CNY"}
	})
	f.Instance = name
	return f
}

// compared is an input of n shots by vendor of which a share is compared.
func compared(n, share int, with ...string) Input {
	var shots []drama.Shot
	for i := range n {
		shots = append(shots, shot(fmt.Sprintf("%dA", i+1), func(s *drama.Shot) { s.Action = fmt.Sprintf("She waits, %d.", i) }))
	}
	in := input(shots...)
	in.Production.Season.Compare = &drama.Compare{Share: share, With: with}
	in.Production.Season.Routing[0].Use = []string{"vendor"}
	in.Providers = append(in.Providers, rival("kling", 2), rival("wan", 3))
	return in
}

func TestAShareIsDrawn(t *testing.T) {
	in := compared(1000, 50_000, "kling", "wan")
	p := build(t, in)
	if len(p.Problems) > 0 {
		t.Fatal(p.Problems)
	}
	n := 0
	first := make(map[string]int)
	for _, s := range p.Shots {
		if s.Compare == nil {
			continue
		}
		n++
		first[s.Compare.Routes[0].Instance]++
		if len(s.Compare.Routes) != 2 || s.Compare.Pair != arena.BakeoffID("s", s.Digest) || s.Compare.Kind != arena.Place {
			t.Fatalf("%+v", s.Compare)
		}
		// 5 s of the vendor's at 1, and one take of the rivals' at 2 or 3.
		if s.PriceLow.Micros != 15*drama.Micro || s.PriceHigh.Micros != (3*5+15)*drama.Micro || !strings.Contains(s.Reason, "drawn to be compared with") {
			t.Fatalf("%s costs %s to %s: %s", s.Slate, s.PriceLow, s.PriceHigh, s.Reason)
		}
	}
	if n < 30 || n > 70 || first["kling"] < n/4 || first["wan"] < n/4 {
		t.Errorf("of 1,000 shots %d are compared, first with %v; want about 50, evenly", n, first)
	}
	if want := int64(1000*5+n*10) * drama.Micro; p.TotalLow.Micros != want {
		t.Errorf("in all at least %s, want %d micros", p.TotalLow, want)
	}
	if diff := cmp.Diff(p, build(t, in)); diff != "" {
		t.Errorf("another plan draws otherwise: %s", diff)
	}
}

func TestWhatIsCompared(t *testing.T) {
	all := func(change func(*Input)) *Compare {
		in := compared(1, drawnOf, "kling")
		change(&in)
		return build(t, in).Shots[0].Compare
	}
	digest := build(t, compared(1, 0)).Shots[0].Digest
	reuse := func(in *Input) {
		in.Circles = map[string]drama.Circle{digest: {Digest: digest, Take: drama.TakeID{Episode: in.Production.ID(), Slate: "1A", Number: 1}}}
	}
	for name, c := range map[string]struct {
		change func(*Input)
		want   bool
	}{
		"a shot that is made":       {func(*Input) {}, true},
		"a shot that is used again": {reuse, true},
		"a share of nothing":        {func(in *Input) { in.Production.Season.Compare.Share = 0 }, false},
		"no compare":                {func(in *Input) { in.Production.Season.Compare = nil }, false},
		"one that is on file":       {func(in *Input) { in.Compared = map[string]bool{arena.BakeoffID("s", digest): true} }, false},
		"a retake":                  {func(in *Input) { in.Retake = &drama.Retake{Slates: []string{"1A"}} }, false},
		"the model that makes it":   {func(in *Input) { in.Production.Season.Compare.With = []string{"vendor"} }, false},
		"footage": {func(in *Input) {
			f := file("clip.mp4")
			in.Production.Episode.Scenes[0].Shots[0].Footage = &f
		}, false},
		"a model that cannot make it": {func(in *Input) { in.Providers[2].Model.DurationsMS = []int64{1000} }, false},
		"a model that is parked":      {func(in *Input) { in.Providers[2].Parked = "no key" }, false},
		"a choice that is NG": {func(in *Input) {
			reuse(in)
			in.Chosen = map[string]drama.Take{digest: {ID: in.Circles[digest].Take, Digest: digest}}
		}, false},
		"a choice of another shot's take": {func(in *Input) {
			reuse(in)
			in.Chosen = map[string]drama.Take{digest: {ID: in.Circles[digest].Take, Digest: "other", Verdict: drama.Verdict{Pass: true}}}
		}, false},
	} {
		if got := all(c.change); (got != nil) != c.want {
			t.Errorf("%s: %+v, want compared: %v", name, got, c.want)
		}
	}
}

func TestNobodyToCompareWith(t *testing.T) {
	in := compared(1, drawnOf, "klign")
	p := build(t, in)
	if len(p.Problems) != 1 || !strings.Contains(p.Problems[0].Message, `compare names the provider "klign"`) || !strings.Contains(p.Problems[0].Message, "kling") {
		t.Errorf("problems: %+v", p.Problems)
	}
	in = compared(1, drawnOf, "kling")
	in.Providers[2].Parked = "no key"
	if p := build(t, in); len(p.Problems) != 0 || len(p.Warnings) == 0 || !strings.Contains(p.Warnings[0].Message, "cannot be: kling is parked") {
		t.Errorf("warnings: %+v, problems %+v", p.Warnings, p.Problems)
	}
}

// voted is a table in which kling beats the vendor every time.
func voted(votes int) *arena.Table {
	var pairs []arena.Pair
	var all []arena.Vote
	at := time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)
	for i := range votes {
		p := arena.Pair{
			ID: arena.BakeoffID("s", fmt.Sprint(i)), Digest: fmt.Sprint(i), Origin: arena.Bakeoff, Kind: arena.Place,
			A: arena.Entrant{Model: "v-2"}, B: arena.Entrant{Model: "model-kling"},
		}
		v := arena.Vote{ID: arena.VoteID(at, fmt.Sprintf("%08d", i)), Pair: p.ID, By: fmt.Sprint(i % 3), Left: arena.SideA, Choice: arena.Right, At: at}
		if i%2 == 0 {
			v.Left, v.Choice = arena.SideB, arena.Left
		}
		pairs, all = append(pairs, p), append(all, v)
	}
	t := arena.Rank(pairs, all, at, nil)
	return &t
}

func TestOrderOfTheLeaderboard(t *testing.T) {
	in := compared(2, 0)
	in.Production.Season.Routing[0].Use, in.Production.Season.Routing[0].Order = []string{"vendor", "wan", "kling"}, "leaderboard"
	in.Production.Episode.Scenes[1].Shots[0].Use = []string{"vendor", "kling"}
	names := func(s Shot) (all []string) {
		for _, r := range s.Routes {
			all = append(all, r.Instance)
		}
		return all
	}
	in.Table = voted(20)
	thin := build(t, in)
	if got := names(thin.Shots[0]); !cmp.Equal(got, []string{"vendor", "wan", "kling"}) || !strings.Contains(thin.Shots[0].Ordered, "too few") || thin.Table != in.Table.Digest() {
		t.Errorf("a thin table puts them %v: %s", got, thin.Shots[0].Ordered)
	}
	in.Table = voted(120)
	p := build(t, in)
	// wan has no votes: it does not come before anybody.
	if got := names(p.Shots[0]); !cmp.Equal(got, []string{"kling", "vendor", "wan"}) || p.Shots[0].Provider != "kling" {
		t.Errorf("the table puts them %v", got)
	}
	if why := p.Shots[0].Reason; !strings.Contains(why, "kling is seen above vendor") || !strings.Contains(why, p.Table[:8]) {
		t.Errorf("the plan does not say why: %s", why)
	}
	if got := names(p.Shots[1]); !cmp.Equal(got, []string{"vendor", "kling"}) || p.Shots[1].Ordered != "" {
		t.Errorf("a shot with its own use is put %v: %s", got, p.Shots[1].Ordered)
	}
	in.Table = nil
	if p := build(t, in); !cmp.Equal(names(p.Shots[0]), []string{"vendor", "wan", "kling"}) || p.Table != "" {
		t.Errorf("without a table they stand %v", names(p.Shots[0]))
	}
}
