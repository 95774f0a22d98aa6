package kling

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// legacyHost answers the legacy paths only.
const legacyHost = "api.klingai.com"

func hostOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// keyed says what credential is missing.
func (p *Provider) keyed(op wire.Op) error {
	if p.options.Key != "" || p.options.AccessKey != "" && p.options.SecretKey != "" {
		return nil
	}
	return &provider.Error{Kind: provider.KindAuth, Op: string(op), Message: "there is no API key, nor both an access key and a secret key"}
}

// sign authorises a request. A pair is signed anew every time: a signature lasts
// half an hour, a render may take longer.
func (p *Provider) sign(r *http.Request) error {
	bearer := p.options.Key
	if bearer == "" {
		t, err := token(p.options.AccessKey, p.options.SecretKey, p.options.Now())
		if err != nil {
			return err
		}
		bearer = t
	}
	r.Header.Set("Authorization", "Bearer "+bearer)
	return nil
}

const (
	tokenLife = 30 * time.Minute
	tokenSkew = 5 * time.Second // that our clock may be ahead of Kling's
)

// token is a JSON Web Token as of
// https://klingai.com/document-api/api/get-started/authentication.
func token(accessKey, secretKey string, now time.Time) (string, error) {
	claims, err := json.Marshal(struct {
		Issuer    string `json:"iss"`
		Expires   int64  `json:"exp"`
		NotBefore int64  `json:"nbf"`
	}{accessKey, now.Add(tokenLife).Unix(), now.Add(-tokenSkew).Unix()})
	if err != nil {
		return "", err
	}
	signing := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString(claims)
	mac := hmac.New(sha256.New, []byte(secretKey))
	mac.Write([]byte(signing))
	return signing + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), nil
}
