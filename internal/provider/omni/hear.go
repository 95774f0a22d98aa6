package omni

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// DefaultCallbackKeys are the keys that sign calls to the address of a request:
// https://ai.google.dev/gemini-api/docs/webhooks
const DefaultCallbackKeys = "https://generativelanguage.googleapis.com/.well-known/jwks.json"

// The form of a call's token. The page names the algorithm and says that calls older than
// five minutes are to be refused; it does not name the claims, so none but the times are
// read, and those only where they are.
const (
	callHeader = "Webhook-Signature"
	callSkew   = 5 * time.Minute
	maxToken   = 16 << 10
	minKeyBits = 2048
)

// Hear checks the token that a call brings: it is signed by one of Google's keys, and of
// now.
func (p *Provider) Hear(ctx context.Context, c provider.Call) ([]byte, error) {
	token := c.Header(callHeader)
	if token == "" || len(token) > maxToken {
		return nil, errors.New("hear omni: there is no signature")
	}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}), jwt.WithLeeway(callSkew), jwt.WithTimeFunc(func() time.Time { return c.At }))
	var wrong error
	ok, err := p.calls.Any(ctx, func(k *rsa.PublicKey) bool {
		var claims jwt.RegisteredClaims
		_, err := parser.ParseWithClaims(token, &claims, func(*jwt.Token) (any, error) { return k, nil })
		if err == nil && claims.IssuedAt != nil && !wire.Fresh(claims.IssuedAt.Time, c.At) {
			err = errors.New("it was issued too long ago")
		}
		wrong = err
		return err == nil
	})
	switch {
	case err != nil:
		return nil, fmt.Errorf("hear omni: read Google's keys: %w", err)
	case !ok && wrong != nil:
		return nil, fmt.Errorf("hear omni: the signature does not hold: %w", wrong)
	case !ok:
		return nil, errors.New("hear omni: the signature does not hold")
	}
	return nil, nil
}

// readKeys asks for the keys; the studio's own key is not sent: they are public.
func readKeys(ctx context.Context, c *wire.Client) ([]*rsa.PublicKey, error) {
	var set struct {
		Keys []struct {
			Kind string `json:"kty"`
			N    string `json:"n"`
			E    string `json:"e"`
		} `json:"keys"`
	}
	if err := c.JSON(ctx, wire.Request{Op: wire.Poll, Method: http.MethodGet}, &set); err != nil {
		return nil, err
	}
	var keys []*rsa.PublicKey
	for _, one := range set.Keys[:min(len(set.Keys), wire.MaxKeys)] {
		n, errN := base64.RawURLEncoding.DecodeString(one.N)
		e, errE := base64.RawURLEncoding.DecodeString(one.E)
		if one.Kind != "RSA" || errN != nil || errE != nil || len(e) > 4 {
			continue
		}
		key := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
		if key.N.BitLen() >= minKeyBits && key.E > 2 {
			keys = append(keys, key)
		}
	}
	return keys, nil
}
