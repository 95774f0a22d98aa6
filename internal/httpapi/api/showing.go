package api

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/httpapi/access"
)

// showing is what a blind pair's token holds. It is sealed, so that nothing in a page,
// an address or a header says whose takes are seen: not even which pair it is.
type showing struct {
	Show   string     `json:"s"`
	Pair   string     `json:"p"`
	Left   arena.Side `json:"l"`
	Mirror bool       `json:"m,omitempty"`
	By     string     `json:"b"`
	At     time.Time  `json:"t"`
	Lasts  int64      `json:"d"` // milliseconds
}

// showingFor is how long a showing may be looked at and voted on.
const showingFor = 2 * time.Hour

func (s *Server) sealer() (cipher.AEAD, error) {
	key := sha256.Sum256(append([]byte("showing "), s.seal...))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func (s *Server) sealShowing(v showing) (string, error) {
	gcm, err := s.sealer()
	if err != nil {
		return "", err
	}
	plain, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	// All tokens are of one length, whatever the show is called.
	const size = 384
	if len(plain) > size {
		return "", fmt.Errorf("seal a showing: %d bytes are more than %d", len(plain), size)
	}
	plain = append(plain, bytes.Repeat([]byte{' '}, size-len(plain))...)
	nonce := make([]byte, gcm.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(gcm.Seal(nonce, nonce, plain, nil)), nil
}

// openShowing reads a token of this process that is the actor's own and not too old.
func (s *Server) openShowing(ctx context.Context, token string) (showing, error) {
	var v showing
	gone := ProblemUnknown.With("this showing is over; ask for another pair")
	gcm, err := s.sealer()
	if err != nil {
		return v, err
	}
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(sealed) < gcm.NonceSize() {
		return v, gone
	}
	plain, err := gcm.Open(nil, sealed[:gcm.NonceSize()], sealed[gcm.NonceSize():], nil)
	if err != nil || json.Unmarshal(plain, &v) != nil {
		return v, gone
	}
	if a := access.From(ctx); v.By != a.Name || !a.Sees(v.Show) || s.Now().Sub(v.At) > showingFor {
		return v, gone
	}
	return v, nil
}

// dice is what a person's pair is drawn by: chance that nobody can foresee, and the
// same for as long as they have not voted, so that loading the page again, until
// something nicer comes, draws the same.
func (s *Server) dice(person string, cast int) io.Reader {
	mac := hmac.New(sha256.New, s.seal)
	fmt.Fprintf(mac, "dice/%d/%s", cast, person)
	return &stream{key: mac.Sum(nil)}
}

// stream is HMAC-SHA256 in counter mode.
type stream struct {
	key  []byte
	n    uint64
	rest []byte
}

func (s *stream) Read(p []byte) (int, error) {
	for i := range p {
		if len(s.rest) == 0 {
			mac := hmac.New(sha256.New, s.key)
			_ = binary.Write(mac, binary.BigEndian, s.n) // a hash takes all
			s.n++
			s.rest = mac.Sum(nil)
		}
		p[i], s.rest = s.rest[0], s.rest[1:]
	}
	return len(p), nil
}
