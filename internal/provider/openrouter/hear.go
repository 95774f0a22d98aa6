package openrouter

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// Hear checks the signature, where the account has a secret for it: "t=SECONDS,v1=HEX",
// over "SECONDS,BODY".
// https://openrouter.ai/docs/cookbook/video-generation/video-generation-webhooks
func (p *Provider) Hear(_ context.Context, c provider.Call) ([]byte, error) {
	if p.secret == "" {
		return nil, nil
	}
	var at, given string
	for part := range strings.SplitSeq(c.Header("X-OpenRouter-Signature"), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "t":
			at = value
		case "v1":
			given = value
		}
	}
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil || !wire.Fresh(time.Unix(seconds, 0), c.At) {
		return nil, errors.New("hear OpenRouter: the signature's time is missing, or not of now")
	}
	m := hmac.New(sha256.New, []byte(p.secret))
	m.Write([]byte(at + ","))
	m.Write(c.Body)
	if mac, err := hex.DecodeString(given); err != nil || !hmac.Equal(mac, m.Sum(nil)) {
		return nil, errors.New("hear OpenRouter: the signature is not of this account's secret")
	}
	return nil, nil
}
