package access

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

// ErrDay: the token's spend a day would be passed.
var ErrDay = errors.New("is more than this token may still ask for today")

// Purses count what tokens ask for in a day (UTC), in the store: every server that
// reads the same tokens counts alike.
type Purses struct {
	Store    store.Store
	Exchange drama.Exchange
	Now      func() time.Time // nil: time.Now
}

// purse is what a token asked for in a day.
type purse struct {
	Asked drama.Money `json:"asked"`
}

// tries is how often a purse is tried against other requests of the same token.
const tries = 8

// Draw takes the most that an act may cost out of what the actor's token may ask for
// today. ErrDay. Who has no such limit draws nothing.
func (p Purses) Draw(ctx context.Context, a Actor, most drama.Money) error {
	if a.Token == "" || a.Spend.Micros == 0 || most.Micros == 0 {
		return nil
	}
	now := time.Now
	if p.Now != nil {
		now = p.Now
	}
	cost, err := p.Exchange.Convert(most, a.Spend.Currency)
	if err != nil {
		return fmt.Errorf("count what %s spends: %w", a.Name, err)
	}
	key := fmt.Sprintf("_studio/purses/%s/%s.json", a.Token, now().UTC().Format(time.DateOnly))
	for range tries {
		body, info, err := p.Store.Read(ctx, key)
		var had purse
		switch {
		case errors.Is(err, store.ErrNotFound):
		case err != nil:
			return fmt.Errorf("count what %s spends: %w", a.Name, err)
		default:
			if err := json.Unmarshal(body, &had); err != nil {
				return fmt.Errorf("count what %s spends: %s is damaged: %w; remove it", a.Name, p.Store.URI(key), err)
			}
		}
		sum, err := had.Asked.Add(cost)
		if err != nil {
			return fmt.Errorf("count what %s spends: %w", a.Name, err)
		}
		if a.Spend.Less(sum) {
			left := drama.Money{Micros: max(0, a.Spend.Micros-had.Asked.Micros), Currency: a.Spend.Currency}
			return fmt.Errorf("%s %w: %s of %s are left; ask a producer, or wait for tomorrow (UTC)", cost, ErrDay, left, a.Spend)
		}
		body, err = json.Marshal(purse{sum})
		if err != nil {
			return fmt.Errorf("count what %s spends: %w", a.Name, err)
		}
		err = p.Store.PutIf(ctx, key, body, "application/json", info.Version)
		if !errors.Is(err, store.ErrChanged) {
			if err != nil {
				return fmt.Errorf("count what %s spends: %w", a.Name, err)
			}
			return nil
		}
	}
	return fmt.Errorf("count what %s spends: others of this token are always faster; ask again", a.Name)
}
