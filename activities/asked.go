package activities

import (
	"context"
	"time"

	"github.com/dailies/dailies/internal/beat"
	"github.com/dailies/dailies/internal/drama"
)

// question is what somebody is asked about a take, for money.
type question[T any] struct {
	booked        drama.TakeID // the id that the asking is booked under
	seller, model string
	price         drama.Money
	ask           func() (T, error)
	write         func(T) (T, error) // writes the answer down, once, and returns what is recorded
}

// asked asks, and writes the answer down before the books are closed: an answer that was
// paid for is lost neither to a ledger nor to a store that is away for a moment. Errors
// are noOpinion where the asked one has none, or the store's.
func asked[T any](ctx context.Context, m *Media, q question[T]) (T, error) {
	var out T
	err := m.Prices.aside(ctx, q.booked, q.seller, q.model, q.price, m.now, func() error {
		answer, err := beat.While(ctx, q.ask)
		if err != nil {
			return noOpinion{err}
		}
		return lasting(kept(ctx, func() (err error) {
			out, err = q.write(answer)
			return err
		}))
	})
	return out, err
}

// kept writes down what was paid for, again where the store does not take it at once.
func kept(ctx context.Context, write func() error) error {
	for try := time.Duration(1); ; try++ {
		err := write()
		if err == nil || try == keepTries {
			return err
		}
		if beat.Wait(ctx, try*keepPause) != nil {
			return err
		}
	}
}

// What was paid for is written this often, with longer and longer pauses.
const (
	keepTries = 4
	keepPause = 200 * time.Millisecond
)
