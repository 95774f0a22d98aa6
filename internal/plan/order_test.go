package plan

import (
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

// A route may say that the cheapest comes first; who names providers for a shot
// has ranked them.
func TestOrderByPrice(t *testing.T) {
	for _, c := range []struct {
		order, first string
		use          []string
	}{{"", "dear", nil}, {"listed", "dear", nil}, {"price", "cheap", nil}, {"price", "dear", []string{"dear", "cheap"}}} {
		in := input(shot("1A"))
		in.Production.Season.Routing = []drama.Route{{Name: "default", Use: []string{"dear", "cheap"}, Order: c.order}}
		in.Production.Episode.Scenes[0].Shots[0].Use = c.use
		in.Providers = nil
		for name, micros := range map[string]int64{"dear": 900_000, "cheap": 300_000} {
			in.Providers = append(in.Providers, provider.Facts{Instance: name, Model: provider.Model{
				ID: name, Modes: []provider.Mode{provider.ModeText, provider.ModeReferences, provider.ModeFirstFrame}, MaxMS: 60_000, Audio: true, Speech: true,
				PricePerSecond: drama.Money{Micros: micros, Currency: "CNY"},
			}})
		}
		p, err := Build(in)
		if err != nil {
			t.Fatal(err)
		}
		if s := p.Shots[0]; s.Provider != c.first || len(s.Routes) != 2 || s.PriceLow != s.Routes[0].Price {
			t.Errorf("order %q, use %v: %s first of %d, low %s; %v", c.order, c.use, s.Provider, len(s.Routes), s.PriceLow, p.Problems)
		}
	}
}
