package library

import (
	"context"
	"errors"
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
)

// ErrRate: a price is in a currency that exchange has no rate for.
var ErrRate = errors.New("a price has no rate")

const unknownCost = "put it back from a backup, or settle it with dailies jobs drop, which books nothing for it"

// Spent sums the ledger of an episode, or of the whole show where the number is 0, in
// one currency; a job that has not ended counts with its estimate, because it may be billed. ErrRate; *RecordError where what a job may cost is not known any more.
func Spent(ctx context.Context, l ledger.Ledger, id drama.EpisodeID, rates drama.Exchange, currency string) (drama.Money, error) {
	total := drama.Money{Currency: currency}
	err := l.List(ctx, id.Show, id.Number, func(e ledger.Entry) error {
		price := e.Intent.Estimate
		switch {
		case e.Outcome != nil:
			price = e.Outcome.Price
		case price == (drama.Money{}) && len(e.Damaged) > 0: // its intent is gone, and with it what it may cost
			return &RecordError{e.Damaged[0], unknownCost, errors.New("nobody knows what job " + e.Intent.ID.String() + " may have cost")}
		}
		if price == (drama.Money{}) {
			return nil // given up, of a job that nobody knows the price of
		}
		price, err := rates.Convert(price, currency)
		if err != nil {
			return fmt.Errorf("sum what %s has cost: %w: %w", id, ErrRate, err)
		}
		total, err = total.Add(price)
		return err
	})
	return total, err
}
