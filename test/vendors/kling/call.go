package kling

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"

	"github.com/dailies/dailies/test/vendors"
)

// Call tells the client how a job is doing, at the address that it was submitted with:
// the task as a query says it, signed with the secret of the account's console
// (whsec_…), unless that is empty. It returns the client's answer.
func (v *Vendor) Call(ctx context.Context, id, secret string) (*http.Response, error) {
	j, ok := v.house.Get(id)
	if !ok || j.Callback == "" {
		return nil, fmt.Errorf("call about %s: there is no address", id)
	}
	task := v.task
	if strings.HasPrefix(j.Kind, legacy) {
		task = v.taskLegacy
	}
	return vendors.Call(ctx, j.Callback, task(&http.Request{Host: "emulator"}, j), func(h http.Header, body []byte) {
		if secret != "" {
			sign(h, secret, v.id(), fmt.Sprint(v.house.Now().Unix()), body)
		}
	})
}

// sign is Standard Webhooks.
func sign(h http.Header, secret, id, at string, body []byte) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		panic("vendors: a secret of callbacks is whsec_ and base64")
	}
	m := hmac.New(sha256.New, key)
	fmt.Fprintf(m, "%s.%s.%s", id, at, body)
	h.Set("webhook-id", id)
	h.Set("webhook-timestamp", at)
	h.Set("webhook-signature", "v1,"+base64.StdEncoding.EncodeToString(m.Sum(nil)))
}
