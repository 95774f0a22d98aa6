package plan

import (
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

// Listening to takes whose model speaks is in the sums, once for the least and with
// every take for the most, and in the season's currency.
func TestHearing(t *testing.T) {
	speaking := func(change func(*Input)) Input {
		says := shot("1B")
		says.Lines = []drama.Line{{Who: "lin", Kind: drama.LineDialogue, Say: "We are closed."}}
		beat := shot("1C")
		beat.Lines = []drama.Line{{Who: "lin", Kind: drama.LineDialogue, Say: "……"}}
		in := input(shot("1A"), says, beat)
		in.Production.Season.Routing[0].Use = []string{"vendor"}
		in.Production.Season.Takes.Max = 3
		in.Providers = []provider.Facts{free(), vendor(func(m *provider.Model) { m.Audio, m.Speech = true, true })}
		change(&in)
		return in
	}
	before := build(t, speaking(func(*Input) {}))
	if len(before.Problems) > 0 || !before.Shots[1].Speaks(before.Shots[1].Routes[0]) || before.Shots[0].Speaks(before.Shots[0].Routes[0]) || before.Shots[2].Speaks(before.Shots[2].Routes[0]) {
		t.Fatalf("%v, %+v", before.Problems, before.Shots)
	}
	for name, c := range map[string]struct {
		change   func(*Input)
		each     int64 // micro-units a take
		warnings int   // more than without
		problems int
	}{
		"for nothing":          {func(in *Input) { in.Listener = &Listener{} }, 0, 0, 0},
		"fifteen a minute":     {func(in *Input) { in.Listener = &Listener{Minute: drama.Money{Micros: 15_000_000, Currency: "CNY"}} }, 1_000_000, 0, 0},
		"in dollars":           {func(in *Input) { in.Listener = &Listener{Minute: drama.Money{Micros: 6000, Currency: "USD"}} }, 2840, 0, 0},
		"in no known money":    {func(in *Input) { in.Listener = &Listener{Minute: drama.Money{Micros: 6000, Currency: "JPY"}} }, 0, 0, 1},
		"asked for, by nobody": {func(in *Input) { in.Production.Season.Listen = drama.ListenRetake }, 0, 1, 0},
		"asked for": {func(in *Input) {
			in.Production.Season.Listen, in.Listener = drama.ListenRetake, &Listener{}
		}, 0, 0, 0},
	} {
		p := build(t, speaking(c.change))
		if p.TotalLow.Micros-before.TotalLow.Micros != c.each || p.TotalHigh.Micros-before.TotalHigh.Micros != 3*c.each || p.Shots[1].Hear.Micros != c.each || p.Shots[0].Hear.Micros != 0 {
			t.Errorf("%s: %s to %s, before %s to %s, hear %s", name, p.TotalLow, p.TotalHigh, before.TotalLow, before.TotalHigh, p.Shots[1].Hear)
		}
		if len(p.Warnings) != len(before.Warnings)+c.warnings || len(p.Problems) != c.problems {
			t.Errorf("%s: warnings %v, problems %v", name, p.Warnings, p.Problems)
		}
	}
}
