package vidu

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

const (
	signature  = "X-HMAC-SIGNATURE"
	signedList = "X-HMAC-SIGNED-HEADERS"
	// maxSigned is how many headers a signature may name; Vidu's names two.
	maxSigned = 8
)

// Hear checks the signature, which is made with the key that made the task. It is over
// the address and the headers only: the body is not signed, and not read.
// https://platform.vidu.com/docs (callback signature)
func (p *Provider) Hear(_ context.Context, c provider.Call) ([]byte, error) {
	if p.key == "" {
		return nil, errors.New("hear Vidu: there is no API key to check the signature with")
	}
	sent, err := http.ParseTime(c.Header("Date"))
	if err != nil || !wire.Fresh(sent, c.At) {
		return nil, errors.New("hear Vidu: the signature's date is missing, or not of now")
	}
	names := strings.Split(c.Header(signedList), ";")
	if len(names) > maxSigned || !strings.Contains(strings.ToLower(c.Header(signedList)), "date") {
		return nil, errors.New("hear Vidu: the signature does not cover the date")
	}
	given, err := base64.StdEncoding.DecodeString(c.Header(signature))
	if err != nil || !hmac.Equal(given, signCall(p.key, c, names)) {
		return nil, errors.New("hear Vidu: the signature is not of this account's key")
	}
	return nil, nil
}

// signCall is the signature of a call that names the headers it covers.
func signCall(key string, c provider.Call, names []string) []byte {
	var b strings.Builder
	for _, line := range []string{c.Method, c.Path, c.Query, "vidu", c.Header("Date")} {
		b.WriteString(line + "\n")
	}
	for _, name := range names {
		b.WriteString(name + ":" + c.Header(name) + "\n")
	}
	m := hmac.New(sha256.New, []byte(key))
	m.Write([]byte(b.String()))
	return m.Sum(nil)
}
