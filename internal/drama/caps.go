package drama

import "fmt"

// CapName is which of the three caps: every message says it.
type CapName string

// The caps. A run's counts what the run spends (of a season's run: all of its
// episodes); the others count all that was ever spent, by whatever run.
const (
	CapRun     CapName = "run"     // --max-cost
	CapEpisode CapName = "episode" // budget.episode
	CapSeason  CapName = "season"  // budget.season
)

// Words names the cap in messages.
func (c CapName) Words() string {
	switch c {
	case CapRun:
		return "this run's cap"
	case CapEpisode:
		return "the episode's cap"
	case CapSeason:
		return "the season's cap"
	}
	return "the cap"
}

// CapState is one cap and what became of it.
type CapState struct {
	Name     CapName `json:"name"`
	Limit    Money   `json:"limit"`
	Spent    Money   `json:"spent"`
	Reserved Money   `json:"reserved"` // for takes in flight, of whatever run
}

// Left is what may still be spent; negative when the cap was lowered too late.
func (c CapState) Left() Money {
	return Money{Micros: c.Limit.Micros - c.Spent.Micros - c.Reserved.Micros, Currency: c.Limit.Currency}
}

// Missing is what has to be added for a price to fit; nothing when it fits.
func (c CapState) Missing(price Money) Money {
	return Money{Micros: max(price.Micros-c.Left().Micros, 0), Currency: c.Limit.Currency}
}

// Never says that the price does not fit even if all that is reserved came back.
func (c CapState) Never(price Money) bool {
	return price.Micros > c.Limit.Micros-c.Spent.Micros
}

// Why says in words what stands in the way of a take of a slate at a price.
func (c CapState) Why(slate string, price Money) string {
	return fmt.Sprintf("%s is %s: spent %s, reserved %s; a take of %s at %s does not fit, %s is missing",
		c.Name.Words(), c.Limit, c.Spent, c.Reserved, slate, price, c.Missing(price))
}
