package ballots

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
)

// Revealed says who told which model stands behind a code name.
type Revealed struct {
	Code  string    `json:"code"`
	Model string    `json:"model"`
	By    string    `json:"by"`
	At    time.Time `json:"at"`
}

func revealKey(code, model string) string {
	sum := sha256.Sum256([]byte(code + "\x00" + model))
	return root + "revealed/" + hex.EncodeToString(sum[:16]) + ".json"
}

// Names are the code names of configured models that nobody has revealed.
func (b Ballots) Names(ctx context.Context, configured []provider.Facts) (arena.Names, error) {
	names := make(arena.Names)
	for _, f := range configured {
		if f.CodeName == "" {
			continue
		}
		var r Revealed
		err := b.read(ctx, revealKey(f.CodeName, f.Model.ID), &r)
		switch {
		case errors.Is(err, store.ErrNotFound), err != nil && damagedRecord(err):
			names[f.Model.ID] = f.CodeName
		case err != nil:
			return nil, err
		}
	}
	return names, nil
}

// Reveal tells for good which model stands behind a code name. ErrUnknown.
func (b Ballots) Reveal(ctx context.Context, configured []provider.Facts, code, by string) (Revealed, error) {
	for _, f := range configured {
		if f.CodeName != code || code == "" {
			continue
		}
		r := Revealed{Code: code, Model: f.Model.ID, By: by, At: b.now()}
		fresh, err := b.putNew(ctx, revealKey(code, f.Model.ID), r)
		if err == nil && !fresh {
			err = b.read(ctx, revealKey(code, f.Model.ID), &r)
		}
		return r, err
	}
	return Revealed{}, fmt.Errorf("reveal %q: no provider has this code_name: %w", code, ErrCode)
}

// ErrCode: no configured model goes by this code name.
var ErrCode = errors.New("nothing to reveal")
