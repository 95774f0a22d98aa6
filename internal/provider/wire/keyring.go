package wire

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

const (
	keysLife = 24 * time.Hour // vendors' pages allow no longer
	// keysAgain is how long keys that could not be read, or that did not fit, are not
	// asked for again: anybody may call.
	keysAgain = time.Minute
	// MaxKeys bounds a set of keys.
	MaxKeys = 64
)

// Keyring keeps the public keys that a vendor signs its calls with. Its mutex is held
// while they are read: one call asks.
type Keyring[K any] struct {
	Now  func() time.Time
	Read func(context.Context) ([]K, error) // asks the vendor for them

	mu    sync.Mutex
	keys  []K
	asked time.Time // with or without an answer
}

// Any says whether a key fits; keys of which none does may be old. An error: the keys
// cannot be read.
func (k *Keyring[K]) Any(ctx context.Context, fits func(K) bool) (bool, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	age := k.Now().Sub(k.asked)
	if age < keysLife && slices.ContainsFunc(k.keys, fits) {
		return true, nil
	}
	if age < keysAgain {
		return false, nil
	}
	k.asked = k.Now()
	keys, err := k.Read(ctx)
	if err == nil && len(keys) == 0 {
		err = errors.New("there are none")
	}
	if err != nil {
		return false, err
	}
	k.keys = keys
	return slices.ContainsFunc(keys, fits), nil
}
