package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dailies/dailies/internal/beat"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store"
)

// turn is whose it is to make what several runs want at once, in any process: a season's
// first episodes all need the voice of the lead. It is a record beside what is made.
type turn struct {
	By    drama.TakeID `json:"by"`
	Until time.Time    `json:"until"` // then whoever has it is taken for dead
}

const (
	turnLasts = 3 * time.Minute // far over what it takes to speak a line
	turnPause = 250 * time.Millisecond
)

// takeTurn waits for the turn to make what is kept under key. mine is false where it is there
// meanwhile. give gives the turn back, so that nobody waits for what could not be made.
func (m *Media) takeTurn(ctx context.Context, key string, by drama.TakeID) (mine bool, give func(), err error) {
	at := key + ".turn"
	give = func() { _ = m.writeTurn(context.WithoutCancel(ctx), at, turn{By: by}) } // else it runs out
	for {
		err := m.claimTurn(ctx, at, by)
		if err == nil {
			// Who had it before may have made it.
			_, err := m.Store.Head(ctx, key)
			if errors.Is(err, store.ErrNotFound) {
				return true, give, nil
			}
			give()
			return false, nil, err
		}
		if !errors.Is(err, store.ErrExists) && !errors.Is(err, store.ErrChanged) {
			return false, nil, fmt.Errorf("claim %s: %w", at, err)
		}
		if err := beat.Wait(ctx, turnPause); err != nil {
			return false, nil, err
		}
		if _, err := m.Store.Head(ctx, key); err == nil || !errors.Is(err, store.ErrNotFound) {
			return false, nil, err
		}
	}
}

// claimTurn takes the turn if nobody has it. store.ErrExists, store.ErrChanged.
func (m *Media) claimTurn(ctx context.Context, at string, by drama.TakeID) error {
	mine := turn{By: by, Until: m.now().Add(turnLasts)}
	body, err := json.Marshal(mine)
	if err != nil {
		return err
	}
	if _, err := m.Store.PutNew(ctx, at, body, "application/json"); !errors.Is(err, store.ErrExists) {
		return err
	}
	was, info, err := m.Store.Read(ctx, at)
	if err != nil {
		return err
	}
	var had turn
	if json.Unmarshal(was, &had) == nil && had.By != by && m.now().Before(had.Until) {
		return store.ErrExists
	}
	return m.Store.PutIf(ctx, at, body, "application/json", info.Version)
}

func (m *Media) writeTurn(ctx context.Context, at string, t turn) error {
	_, info, err := m.Store.Read(ctx, at)
	if err != nil {
		return err
	}
	body, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return m.Store.PutIf(ctx, at, body, "application/json", info.Version)
}
