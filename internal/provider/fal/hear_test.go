package fal_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/fal"
)

func TestFalsSignature(t *testing.T) {
	const body = `{"request_id":"r1","status":"OK"}`
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, theirs, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int32
	keys := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.Header.Get("Authorization") != "" {
			t.Error("fal's key was sent for what is public")
		}
		fmt.Fprintf(w, `{"keys":[{"x":"!"},{"x":%q}]}`, base64.RawURLEncoding.EncodeToString(public))
	}))
	t.Cleanup(keys.Close)
	now := time.Unix(1781080794, 0)
	p, err := fal.New(fal.Options{Key: "k", CallbackKeys: keys.URL, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	hear := func(key ed25519.PrivateKey, at time.Time, signed string) error {
		sum := sha256.Sum256([]byte(signed))
		h := http.Header{}
		h.Set("X-Fal-Webhook-Request-Id", "r1")
		h.Set("X-Fal-Webhook-User-Id", "u1")
		h.Set("X-Fal-Webhook-Timestamp", fmt.Sprint(at.Unix()))
		message := fmt.Sprintf("r1\nu1\n%d\n%s", at.Unix(), hex.EncodeToString(sum[:]))
		h.Set("X-Fal-Webhook-Signature", hex.EncodeToString(ed25519.Sign(key, []byte(message))))
		_, err := p.Hear(t.Context(), provider.Call{Body: []byte(body), Header: h.Get, At: now})
		return err
	}
	for range 3 {
		if err := hear(private, now, body); err != nil {
			t.Errorf("as sent: %v", err)
		}
	}
	for range 3 {
		if hear(theirs, now, body) == nil || hear(private, now, "{}") == nil || hear(private, now.Add(-time.Hour), body) == nil {
			t.Error("a call that fal has not signed was taken")
		}
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("the keys were asked for %d times within a moment", n)
	}
	now = now.Add(2 * time.Minute) // keys that do not fit may be old
	if hear(theirs, now, body) == nil || asked.Load() != 2 {
		t.Errorf("the keys were asked for %d times", asked.Load())
	}
}
