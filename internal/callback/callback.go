// Package callback lets a vendor end a wait early: it makes the address that a job's
// vendor may call, knows a good one again, and rings for whoever waits for the job, in
// this process or, by a small object of the store, in another. A call says nothing that
// is believed: who is rung asks the vendor. It serves nothing and knows no vendor.
package callback

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"github.com/dailies/dailies/internal/store"
)

// Prefix is what the path of every address begins with; the instance and the token
// follow.
const Prefix = "/hooks/"

const (
	keyKey   = "_studio/callbacks.json"
	keyBytes = 32
	idBytes  = 16
	idLen    = 22 // of idBytes, as text
	macLen   = 43
	// lookEvery is how often the store is asked whether another process was called, and
	// only while somebody waits here.
	lookEvery = time.Second
)

var text = base64.RawURLEncoding

// Desk makes addresses and rings. Those of all processes over one store have one secret.
// It is safe for concurrent use; a nil Desk makes no addresses and never rings.
type Desk struct {
	Store store.Store
	// Base is where vendors reach Prefix.
	Base *url.URL
	Log  *slog.Logger
	// Every is how often the store is looked at for calls of other processes; 0: once a
	// second.
	Every time.Duration

	mu   sync.Mutex
	key  []byte
	ears map[string]map[string]*Ear // by instance and id
}

// Address is what all addresses begin with; nil: there are none.
func (d *Desk) Address() *url.URL {
	if d == nil || d.Base == nil {
		return nil
	}
	return d.Base.JoinPath(Prefix)
}

// URL is the address at which the vendor of an instance may call about a job, the same
// whenever it is made. It holds a secret: who knows it can end a wait, and nothing else.
// Empty without an error: there is none.
func (d *Desk) URL(ctx context.Context, instance, job string) (string, error) {
	base := d.Address()
	if base == nil {
		return "", nil
	}
	key, err := d.secret(ctx)
	if err != nil {
		return "", err
	}
	id := idOf(job)
	return base.JoinPath(instance, id+seal(key, instance, id)).String(), nil
}

// Open is the job that a token of an instance was made for; false for any other.
func (d *Desk) Open(ctx context.Context, instance, token string) (id string, ok bool, err error) {
	if d == nil || len(token) != idLen+macLen {
		return "", false, nil
	}
	key, err := d.secret(ctx)
	if err != nil {
		return "", false, err
	}
	id = token[:idLen]
	return id, hmac.Equal([]byte(token[idLen:]), []byte(seal(key, instance, id))), nil
}

// idOf names a job without saying which.
func idOf(job string) string {
	sum := sha256.Sum256([]byte(job))
	return text.EncodeToString(sum[:idBytes])
}

func seal(key []byte, instance, id string) string {
	m := hmac.New(sha256.New, key)
	fmt.Fprintf(m, "callback\n%s\n%s", instance, id)
	return text.EncodeToString(m.Sum(nil))
}

type record struct {
	Key []byte `json:"key"`
}

// secret is the key that all processes share: the first that needs it makes it.
func (d *Desk) secret(ctx context.Context) ([]byte, error) {
	d.mu.Lock()
	key := d.key
	d.mu.Unlock()
	if key != nil {
		return key, nil
	}
	key, err := d.readSecret(ctx)
	if errors.Is(err, store.ErrNotFound) {
		made := record{Key: make([]byte, keyBytes)}
		_, _ = rand.Read(made.Key) // never fails
		body, merr := json.Marshal(made)
		if merr != nil {
			return nil, fmt.Errorf("make the secret of callbacks: %w", merr)
		}
		if _, err := d.Store.PutNew(ctx, keyKey, body, "application/json"); err != nil && !errors.Is(err, store.ErrExists) {
			return nil, fmt.Errorf("keep the secret of callbacks: %w", err)
		}
		key, err = d.readSecret(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("read the secret of callbacks: %w", err)
	}
	d.mu.Lock()
	d.key = key
	d.mu.Unlock()
	return key, nil
}

func (d *Desk) readSecret(ctx context.Context) ([]byte, error) {
	body, _, err := d.Store.Read(ctx, keyKey)
	if err != nil {
		return nil, err
	}
	var r record
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, err
	}
	if len(r.Key) != keyBytes {
		return nil, fmt.Errorf("%s has %d bytes, want %d; remove it, and jobs under way are polled only", d.Store.URI(keyKey), len(r.Key), keyBytes)
	}
	return r.Key, nil
}
