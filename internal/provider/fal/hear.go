package fal

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// DefaultCallbackKeys are fal's public keys: https://fal.ai/docs/model-endpoints/webhooks
const DefaultCallbackKeys = "https://rest.alpha.fal.ai/.well-known/jwks.json"

const (
	keysLife = 24 * time.Hour // the longest that fal's page allows to keep them
	// keysAgain is how long keys that could not be read, or that did not fit, are not
	// asked for again: anybody may call.
	keysAgain = time.Minute
	maxKeys   = 64
)

// Hear checks the signature: one of fal's keys has signed the request's id, the
// account's, the time and the hash of the body.
// https://fal.ai/docs/model-endpoints/webhooks
func (p *Provider) Hear(ctx context.Context, c provider.Call) ([]byte, error) {
	at := c.Header("X-Fal-Webhook-Timestamp")
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil || !wire.Fresh(time.Unix(seconds, 0), c.At) {
		return nil, errors.New("hear fal: the signature's time is missing, or not of now")
	}
	given, err := hex.DecodeString(c.Header("X-Fal-Webhook-Signature"))
	if err != nil || len(given) != ed25519.SignatureSize {
		return nil, errors.New("hear fal: there is no signature")
	}
	sum := sha256.Sum256(c.Body)
	message := strings.Join([]string{c.Header("X-Fal-Webhook-Request-Id"), c.Header("X-Fal-Webhook-User-Id"), at, hex.EncodeToString(sum[:])}, "\n")
	ok, err := p.calls.signed([]byte(message), given, func() ([]ed25519.PublicKey, error) { return p.calls.read(ctx) })
	if err != nil {
		return nil, fmt.Errorf("hear fal: read its keys: %w", err)
	}
	if !ok {
		return nil, errors.New("hear fal: none of its keys has signed this")
	}
	return nil, nil
}

// keyring keeps fal's keys. Its mutex is held while they are read: one call asks.
type keyring struct {
	client *wire.Client
	now    func() time.Time

	mu    sync.Mutex
	keys  []ed25519.PublicKey
	asked time.Time // keys, with or without an answer
}

// signed says whether one of the keys has signed; keys that do not fit may be old.
func (k *keyring) signed(message, signature []byte, read func() ([]ed25519.PublicKey, error)) (bool, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	age := k.now().Sub(k.asked)
	if age < keysLife && fits(k.keys, message, signature) {
		return true, nil
	}
	if age < keysAgain {
		return false, nil
	}
	k.asked = k.now()
	keys, err := read()
	if err != nil {
		return false, err
	}
	k.keys = keys
	return fits(keys, message, signature), nil
}

func fits(keys []ed25519.PublicKey, message, signature []byte) bool {
	for _, key := range keys {
		if ed25519.Verify(key, message, signature) {
			return true
		}
	}
	return false
}

// read asks for the keys. fal's own key is not sent: they are public.
func (k *keyring) read(ctx context.Context) ([]ed25519.PublicKey, error) {
	var set struct {
		Keys []struct {
			X string `json:"x"`
		} `json:"keys"`
	}
	if err := k.client.JSON(ctx, wire.Request{Op: wire.Poll, Method: http.MethodGet}, &set); err != nil {
		return nil, err
	}
	var keys []ed25519.PublicKey
	for _, one := range set.Keys[:min(len(set.Keys), maxKeys)] {
		if x, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(one.X, "=")); err == nil && len(x) == ed25519.PublicKeySize {
			keys = append(keys, x)
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("there are none")
	}
	return keys, nil
}
