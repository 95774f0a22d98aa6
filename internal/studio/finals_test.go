package studio

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
)

// What can be bought and what cannot, with why, is told of each draft; what is no draft
// is not spoken of.
func TestOffers(t *testing.T) {
	four := drama.Money{Micros: 4_000_000, Currency: "CNY"}
	take := func(slate string, n int) drama.TakeID { return drama.TakeID{Slate: slate, Number: n} }
	old, reused := &drama.Draft{ID: "old"}, take("1B", 3)
	whole := take("1C", 1)
	offered := offers(plan.Plan{
		Shots: []plan.Shot{
			{Slate: "1A", Provider: "v", Model: "m", PriceLow: four, Final: &plan.Final{Of: take("1A", 2), Draft: drama.Draft{ID: "new"}}},
			{Slate: "1B", PriceLow: drama.Money{Currency: "CNY"}, Reuse: &reused, Draft: old},
			{Slate: "1C", Reuse: &whole},
			{Slate: "1D", PriceLow: drama.Money{Currency: "CNY"}},
		},
		Problems: []plan.Problem{{Slate: "1B", Message: "expired"}, {Slate: "1D", Message: "no take"}},
	})
	want := []Offer{
		{Slate: "1A", Take: 2, Provider: "v", Model: "m", Price: four, Draft: &drama.Draft{ID: "new"}},
		{Slate: "1B", Take: 3, Price: drama.Money{Currency: "CNY"}, Draft: old, Why: "expired"},
		{Slate: "1D", Price: drama.Money{Currency: "CNY"}, Why: "no take"},
	}
	if d := cmp.Diff(want, offered); d != "" {
		t.Error(d)
	}
	if slates, total := Buyable(offered); len(slates) != 1 || slates[0] != "1A" || total != four {
		t.Errorf("%v for %s", slates, total)
	}
}
