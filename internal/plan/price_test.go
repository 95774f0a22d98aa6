package plan

import (
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

func TestMoney(t *testing.T) {
	cny := func(n int64) *drama.Money { return &drama.Money{Micros: n * drama.Micro, Currency: "CNY"} }
	for name, c := range map[string]struct {
		budget             *drama.Budget
		cap                *drama.Money
		problems, warnings int
	}{
		"enough":        {&drama.Budget{Currency: "CNY", Episode: cny(15), Season: cny(100)}, nil, 0, 0},
		"may pause":     {&drama.Budget{Currency: "CNY", Episode: cny(5)}, nil, 0, 1},
		"too little":    {&drama.Budget{Currency: "CNY", Episode: cny(4)}, nil, 1, 0},
		"season":        {&drama.Budget{Currency: "CNY", Season: cny(4)}, nil, 1, 0},
		"no budget":     {nil, nil, 0, 1},
		"capped":        {nil, cny(20), 0, 0},
		"cap":           {nil, cny(4), 1, 0},
		"zero, no free": {&drama.Budget{Currency: "CNY", Episode: cny(0)}, nil, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(shot("1A"))
			in.Production.Season.Routing[0].Use = []string{"vendor"}
			in.Production.Season.Budget, in.MaxCost = c.budget, c.cap
			p := build(t, in)
			if len(p.Problems) != c.problems || len(p.Warnings) != c.warnings {
				t.Errorf("problems %v, warnings %v; want %d, %d", p.Problems, p.Warnings, c.problems, c.warnings)
			}
		})
	}
	in := input(shot("1A"))
	in.Production.Season.Budget.Episode = cny(0)
	if p := build(t, in); p.Shots[0].Provider != "animatic" || len(p.Problems) > 0 {
		t.Errorf("budget 0 goes to %q with problems %v, want the free one", p.Shots[0].Provider, p.Problems)
	}
}

func TestMoneyIsConverted(t *testing.T) {
	in := input(shot("1A"))
	in.Providers = []provider.Facts{free(), vendor(func(m *provider.Model) {
		m.DurationsMS, m.MinMS, m.MaxMS = nil, 2000, 15_000
		m.PricePerSecond = drama.Money{Micros: 100_000, Currency: "USD"}
	})}
	p := build(t, in)
	if got := p.TotalLow.String(); got != "2.84 CNY" {
		t.Errorf("4 s at 0.10 USD is %s, want 2.84 CNY", got)
	}
	in.Production.Season.Budget = nil
	if p := build(t, in); p.TotalLow.String() != "0.40 USD" {
		t.Errorf("without a budget: %s, want the vendor's currency", p.TotalLow)
	}
}

func TestPriceHighIsTheDearestRoute(t *testing.T) {
	in := input(shot("1A"))
	in.Production.Season.Routing[0].Use = []string{"animatic", "vendor"}
	p := build(t, in)
	if p.TotalLow.Micros != 0 || p.TotalHigh.String() != "15.00 CNY" {
		t.Errorf("total %s to %s", p.TotalLow, p.TotalHigh)
	}
}

// Pictures that are charged apart are in the price of who sends them, and in no other.
func TestPicturesInThePrice(t *testing.T) {
	in := input(shot("1A", func(s *drama.Shot) { s.Cast = []string{"lin"} }))
	in.Providers[1] = vendor(func(m *provider.Model) {
		m.PerPicture, m.FreePictures = &drama.Money{Micros: drama.Micro / 2, Currency: "CNY"}, 1
	})
	p := build(t, in)
	if got := p.Shots[0].Routes[0]; got.Instance != "vendor" || got.Price.Micros != 5*drama.Micro+drama.Micro/2 {
		t.Errorf("a take with two pictures: %s for %s", got.Instance, got.Price)
	}
	if p = build(t, input(shot("1A"))); p.Shots[0].Routes[0].Price.Micros != 5*drama.Micro {
		t.Errorf("a take without pictures is %s", p.Shots[0].Routes[0].Price)
	}
}
