package kling

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Token signs a token of the older credentials as the documentation says, good
// for 30 minutes.
func Token(accessKey, secretKey string, now time.Time) string {
	b64 := base64.RawURLEncoding.EncodeToString
	text := b64([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." +
		b64(fmt.Appendf(nil, `{"iss":%q,"exp":%d,"nbf":%d}`, accessKey, now.Unix()+1800, now.Unix()-5))
	m := hmac.New(sha256.New, []byte(secretKey))
	m.Write([]byte(text))
	return text + "." + b64(m.Sum(nil))
}

// authorise takes the static key, or a token signed with the older credentials.
func (v *Vendor) authorise(header string) (code int, message string) {
	o := v.house.Options()
	token, ok := strings.CutPrefix(header, "Bearer ")
	switch {
	case header == "":
		return 1001, "Authorization is empty"
	case !ok:
		return 1002, "Authorization is invalid"
	case token == o.Key && o.Key != "":
		return 0, ""
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 || o.AccessKey == "" {
		return 1002, "Authorization is invalid"
	}
	var head struct{ Alg, Typ string }
	var claims map[string]any
	for i, into := range []any{&head, &claims} {
		b, err := base64.RawURLEncoding.Strict().DecodeString(parts[i])
		if err != nil || json.Unmarshal(b, into) != nil {
			return 1002, "Authorization is invalid"
		}
	}
	m := hmac.New(sha256.New, []byte(o.SecretKey))
	m.Write([]byte(parts[0] + "." + parts[1]))
	signature, err := base64.RawURLEncoding.Strict().DecodeString(parts[2])
	if err != nil || !hmac.Equal(m.Sum(nil), signature) || head.Alg != "HS256" || claims["iss"] != o.AccessKey {
		return 1000, "authentication failed"
	}
	now := float64(v.house.Now().UnixMilli()) / 1000
	exp, _ := claims["exp"].(float64)
	switch nbf, _ := claims["nbf"].(float64); {
	case nbf > now:
		return 1003, "Authorization is not yet valid"
	case exp <= now:
		return 1004, "Authorization has expired"
	case exp > now+1800+60:
		v.house.Warn("", "a token is good for more than 30 minutes")
	}
	return 0, ""
}
