package openrouter_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/openrouter"
)

func TestOpenRoutersSignature(t *testing.T) {
	const secret, body = "callbacks-are-mine", `{"type":"video.generation.completed"}`
	now := time.Unix(1781080794, 0)
	sign := func(key, at, body string) string {
		m := hmac.New(sha256.New, []byte(key))
		fmt.Fprintf(m, "%s,%s", at, body)
		return "t=" + at + ",v1=" + hex.EncodeToString(m.Sum(nil))
	}
	hear := func(configured, signature string) error {
		p, err := openrouter.New(openrouter.Options{Key: "k", CallbackSecret: configured})
		if err != nil {
			t.Fatal(err)
		}
		h := http.Header{}
		h.Set("X-OpenRouter-Signature", signature)
		_, err = p.Hear(t.Context(), provider.Call{Body: []byte(body), Header: h.Get, At: now})
		return err
	}
	if err := hear(secret, sign(secret, "1781080794", body)); err != nil {
		t.Errorf("as sent: %v", err)
	}
	if err := hear("", ""); err != nil {
		t.Errorf("an account without a secret: %v", err)
	}
	for name, signature := range map[string]string{
		"without a signature": "", "of another secret": sign("theirs", "1781080794", body), "of another body": sign(secret, "1781080794", "{}"),
		"of an hour ago": sign(secret, "1781077194", body), "that is none": "t=1781080794,v1=zz",
	} {
		if hear(secret, signature) == nil {
			t.Errorf("a call %s was taken", name)
		}
	}
}
