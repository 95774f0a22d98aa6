package access

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// A session is a token that a browser need not keep: a sealed cookie that says which
// one logged in and when. Nothing of it is stored; the token must still be good.
const (
	// SessionCookie has the prefix that keeps it to this host, over TLS, on every path
	// (draft-ietf-httpbis-rfc6265bis, 4.1.3.2). On a machine's own loopback there is no
	// TLS, and browsers differ in what they think of the prefix there: PlainCookie.
	SessionCookie = "__Host-dailies"
	PlainCookie   = "dailies-session"
	// SessionIdle is how long a session lasts without a request, SessionLife how long at most.
	SessionIdle = 12 * time.Hour
	SessionLife = 7 * 24 * time.Hour

	sealBytes = 32 // AES-256
	// sessionSteps is how much older a session may look than it is: it is not sealed
	// again with every picture that a page asks for.
	sessionSteps = 5 * time.Minute
	maxCookie    = 1 << 10
)

// session is what the cookie holds.
type session struct {
	Token string `json:"t"`
	Born  int64  `json:"b"` // Unix seconds
	Seen  int64  `json:"s"`
}

// errNoSession: there is no cookie, or nobody here made it, or it is over.
var errNoSession = errors.New("the session is over: log in again")

// sealer makes cookies for one purpose: a cookie of another is none.
type sealer struct {
	aead    cipher.AEAD
	purpose []byte
}

func newSealer(key []byte, purpose string) (sealer, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return sealer{}, fmt.Errorf("seal a session: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return sealer{}, fmt.Errorf("seal a session: %w", err)
	}
	return sealer{aead, []byte(purpose)}, nil
}

func (s sealer) seal(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("seal a session: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nil, nil, b, s.purpose)), nil
}

func (s sealer) open(text string, v any) error {
	if len(text) > maxCookie {
		return errNoSession
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		b, err = s.aead.Open(nil, nil, b, s.purpose)
	}
	if err == nil {
		err = json.Unmarshal(b, v)
	}
	if err != nil {
		return errNoSession
	}
	return nil
}

const sessionPurpose = "dailies session 1"

// begin logs a token in.
func (f tokenFile) begin(w http.ResponseWriter, r *http.Request, t Token, now time.Time) error {
	return f.put(w, r, session{Token: t.ID(), Born: now.Unix(), Seen: now.Unix()}, now)
}

func (f tokenFile) put(w http.ResponseWriter, r *http.Request, s session, now time.Time) error {
	seal, err := newSealer(f.Seal, sessionPurpose)
	if err != nil {
		return err
	}
	text, err := seal.seal(s)
	if err != nil {
		return err
	}
	left := min(SessionIdle, time.Unix(s.Born, 0).Add(SessionLife).Sub(now))
	setCookie(w, r, text, int(left/time.Second))
	return nil
}

// Secure says whether the request came over TLS, to us or to a proxy that we trust.
func Secure(r *http.Request) bool { return originOf(r.Context()).https }

func cookieName(r *http.Request) string {
	if Secure(r) {
		return SessionCookie
	}
	return PlainCookie
}

// setCookie sets the session's cookie; a negative age takes it away.
func setCookie(w http.ResponseWriter, r *http.Request, value string, age int) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName(r), Value: value, Path: "/", MaxAge: age, Secure: Secure(r), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// resume is the token of a request's session, which it keeps alive. errNoSession,
// ErrNoToken.
func (f tokenFile) resume(w http.ResponseWriter, r *http.Request, now time.Time) (Token, error) {
	c, err := r.Cookie(cookieName(r))
	if err != nil {
		return Token{}, errNoSession
	}
	seal, err := newSealer(f.Seal, sessionPurpose)
	if err != nil {
		return Token{}, err
	}
	var s session
	if err := seal.open(c.Value, &s); err != nil {
		return Token{}, err
	}
	born, seen := time.Unix(s.Born, 0), time.Unix(s.Seen, 0)
	if now.Sub(seen) > SessionIdle || now.Sub(born) > SessionLife || now.Before(born.Add(-sessionSteps)) {
		return Token{}, errNoSession
	}
	t, err := f.byID(s.Token, now)
	if err != nil {
		return Token{}, err
	}
	if now.Sub(seen) > sessionSteps {
		s.Seen = now.Unix()
		return t, f.put(w, r, s, now)
	}
	return t, nil
}

// Seal makes a cookie's text of v for one purpose: nobody reads or makes it without the
// key, of 32 bytes.
func Seal(key []byte, purpose string, v any) (string, error) {
	s, err := newSealer(key, purpose)
	if err != nil {
		return "", err
	}
	return s.seal(v)
}

// Unseal reads what Seal made with the same key for the same purpose.
func Unseal(key []byte, purpose, text string, v any) error {
	s, err := newSealer(key, purpose)
	if err != nil {
		return err
	}
	return s.open(text, v)
}
