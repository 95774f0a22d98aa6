package omni_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/omni"
)

func TestGooglesToken(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	var asked atomic.Int32
	keys := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.Header.Get("x-goog-api-key") != "" {
			t.Error("the studio's key was sent for what is public")
		}
		fmt.Fprintf(w, `{"keys":[{"kty":"EC","x":"AA"},{"kty":"RSA","n":"!","e":"AQAB"},{"kty":"RSA","n":%q,"e":%q}]}`, b64(key.N.Bytes()), b64(big.NewInt(int64(key.E)).Bytes()))
	}))
	t.Cleanup(keys.Close)
	now := time.Unix(1790000000, 0)
	p, err := omni.New(omni.Options{Key: "k", CallbackKeys: keys.URL, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	token := func(method jwt.SigningMethod, with any, claims jwt.RegisteredClaims) string {
		s, err := jwt.NewWithClaims(method, claims).SignedString(with)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	hear := func(token string) error {
		h := http.Header{}
		if token != "" {
			h.Set("Webhook-Signature", token)
		}
		_, err := p.Hear(t.Context(), provider.Call{Method: http.MethodPost, Body: []byte(`{"type":"interaction.completed"}`), Header: h.Get, At: now})
		return err
	}
	at := func(d time.Duration) jwt.RegisteredClaims {
		return jwt.RegisteredClaims{IssuedAt: jwt.NewNumericDate(now.Add(d)), ExpiresAt: jwt.NewNumericDate(now.Add(d + time.Hour))}
	}
	good := token(jwt.SigningMethodRS256, key, at(0))
	for range 3 {
		if err := hear(good); err != nil {
			t.Errorf("as sent: %v", err)
		}
	}
	if err := hear(token(jwt.SigningMethodRS256, key, jwt.RegisteredClaims{})); err != nil {
		t.Errorf("without times: %v", err)
	}
	for name, bad := range map[string]string{
		"none":            "",
		"another's":       token(jwt.SigningMethodRS256, other, at(0)),
		"an hour old":     token(jwt.SigningMethodRS256, key, at(-time.Hour)),
		"expired":         token(jwt.SigningMethodRS256, key, jwt.RegisteredClaims{ExpiresAt: jwt.NewNumericDate(now.Add(-time.Hour))}),
		"the key as word": token(jwt.SigningMethodHS256, key.N.Bytes(), at(0)),
		"unsigned":        token(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, at(0)),
		"cut off":         good[:len(good)-4],
		"endless":         good + strings.Repeat("A", 20<<10),
		"nonsense":        "x.y.z",
	} {
		if hear(bad) == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("the keys were asked for %d times within a moment", n)
	}
}
