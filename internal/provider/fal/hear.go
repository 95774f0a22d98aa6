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
	"time"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// DefaultCallbackKeys are fal's public keys: https://fal.ai/docs/model-endpoints/webhooks
const DefaultCallbackKeys = "https://rest.alpha.fal.ai/.well-known/jwks.json"

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
	message := []byte(strings.Join([]string{c.Header("X-Fal-Webhook-Request-Id"), c.Header("X-Fal-Webhook-User-Id"), at, hex.EncodeToString(sum[:])}, "\n"))
	ok, err := p.calls.Any(ctx, func(k ed25519.PublicKey) bool { return ed25519.Verify(k, message, given) })
	if err != nil {
		return nil, fmt.Errorf("hear fal: read its keys: %w", err)
	}
	if !ok {
		return nil, errors.New("hear fal: none of its keys has signed this")
	}
	return nil, nil
}

// readKeys asks for the keys. fal's own key is not sent: they are public.
func readKeys(ctx context.Context, c *wire.Client) ([]ed25519.PublicKey, error) {
	var set struct {
		Keys []struct {
			X string `json:"x"`
		} `json:"keys"`
	}
	if err := c.JSON(ctx, wire.Request{Op: wire.Poll, Method: http.MethodGet}, &set); err != nil {
		return nil, err
	}
	var keys []ed25519.PublicKey
	for _, one := range set.Keys[:min(len(set.Keys), wire.MaxKeys)] {
		if x, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(one.X, "=")); err == nil && len(x) == ed25519.PublicKeySize {
			keys = append(keys, x)
		}
	}
	return keys, nil
}
