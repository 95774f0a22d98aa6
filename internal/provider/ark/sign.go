package ark

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// credentials sign requests to the management API, which takes no API key.
type credentials struct {
	access, secret string
	token          string // of keys that expire; empty: they do not
	region         string
}

const (
	signing   = "HMAC-SHA256"
	service   = "ark"
	stampForm = "20060102T150405Z"
)

// sign adds the signature of Volcengine's OpenAPI, which is BytePlus' too:
// https://www.volcengine.com/docs/6369/67269
func (c credentials) sign(r *http.Request, now time.Time) error {
	if r.GetBody == nil {
		return errors.New("sign a request: its body cannot be read twice")
	}
	body, err := r.GetBody()
	if err != nil {
		return err
	}
	defer body.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, body); err != nil {
		return err
	}
	digest := hex.EncodeToString(hash.Sum(nil))
	stamp := now.UTC().Format(stampForm)
	r.Header.Set("X-Date", stamp)
	r.Header.Set("X-Content-Sha256", digest)
	headers := []string{"content-type:" + r.Header.Get("Content-Type"), "host:" + r.URL.Host, "x-content-sha256:" + digest, "x-date:" + stamp}
	if c.token != "" {
		r.Header.Set("X-Security-Token", c.token)
		headers = append(headers, "x-security-token:"+c.token)
	}
	var names []string
	for _, h := range headers {
		name, _, _ := strings.Cut(h, ":")
		names = append(names, name)
	}
	signed := strings.Join(names, ";")
	canonical := strings.Join([]string{r.Method, "/", r.URL.Query().Encode(), strings.Join(headers, "\n") + "\n", signed, digest}, "\n")
	sum := sha256.Sum256([]byte(canonical))
	scope := strings.Join([]string{stamp[:8], c.region, service, "request"}, "/")
	key := []byte(c.secret)
	for part := range strings.SplitSeq(scope, "/") {
		key = mac(key, part)
	}
	signature := hex.EncodeToString(mac(key, strings.Join([]string{signing, stamp, scope, hex.EncodeToString(sum[:])}, "\n")))
	r.Header.Set("Authorization", signing+" Credential="+c.access+"/"+scope+", SignedHeaders="+signed+", Signature="+signature)
	return nil
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
