package purchase

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/store"
)

// pieces are the takes that the order's clip is cut apart into; nil where it is one shot's.
func (j *job) pieces() (all []ledger.Piece) {
	s := j.order.Shot
	for i, weight := range s.Weights() {
		all = append(all, ledger.Piece{Take: j.order.Pack[i], Digest: s.Members[i].Digest, MS: weight})
	}
	return all
}

// promise marks the numbers of the takes that the clip is cut apart into, before anything is
// bought: no other take is given one of them, and whoever finds a mark without its take
// knows where that was bought.
func (j *job) promise(ctx context.Context) error {
	for _, take := range j.order.Pack {
		if take == j.order.Take {
			continue // the job itself holds its number
		}
		body, err := json.Marshal(ledger.Promise{Job: j.order.Take})
		if err != nil {
			return fmt.Errorf("promise take %s: %w", take, err)
		}
		key := store.Keys{Show: take.Episode.Show}.TakePacked(take)
		if _, err := j.Store.PutNew(ctx, key, body, "application/json"); err != nil && !errors.Is(err, store.ErrExists) {
			return fmt.Errorf("promise take %s: %w", take, err)
		}
	}
	return nil
}
