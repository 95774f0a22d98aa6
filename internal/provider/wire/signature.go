package wire

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/provider"
)

// window is how far a signature's time may be from ours, either way.
const window = 5 * time.Minute

// maxSignatures is how many signatures of a call are looked at; while a secret is
// exchanged for another there are two.
const maxSignatures = 8

// Fresh says whether a signature's time is of now.
func Fresh(signed, now time.Time) bool { return now.Sub(signed).Abs() <= window }

// Signed checks a call by Standard Webhooks, with the secret as the vendor shows it
// (whsec_…): https://www.standardwebhooks.com
func Signed(secret string, c provider.Call) error {
	key, err := secretKey(secret)
	if err != nil {
		return fmt.Errorf("check a signature: the secret of callbacks %w, as the vendor's console shows it", err)
	}
	id, at := c.Header("webhook-id"), c.Header("webhook-timestamp")
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil || !Fresh(time.Unix(seconds, 0), c.At) {
		return errors.New("check a signature: its time is missing, or not of now")
	}
	want := mac(key, id, at, c.Body)
	given := strings.Fields(c.Header("webhook-signature"))
	for _, s := range given[:min(len(given), maxSignatures)] {
		mac, ok := strings.CutPrefix(s, "v1,")
		if raw, err := base64.StdEncoding.DecodeString(mac); ok && err == nil && hmac.Equal(raw, want) {
			return nil
		}
	}
	return errors.New("check a signature: it is not of the secret that is configured")
}

// Signature signs a call of ours by Standard Webhooks: a value of webhook-signature.
func Signature(secret, id string, at time.Time, body []byte) (string, error) {
	key, err := secretKey(secret)
	if err != nil {
		return "", fmt.Errorf("sign a call: the secret %w", err)
	}
	return "v1," + base64.StdEncoding.EncodeToString(mac(key, id, strconv.FormatInt(at.Unix(), 10), body)), nil
}

// secretKey reads a secret. Its error says nothing of it.
func secretKey(secret string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) == 0 {
		return nil, errors.New("is not one: want whsec_ and base64")
	}
	return key, nil
}

func mac(key []byte, id, at string, body []byte) []byte {
	m := hmac.New(sha256.New, key)
	fmt.Fprintf(m, "%s.%s.", id, at)
	m.Write(body)
	return m.Sum(nil)
}
