package access

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/drama"
)

// A token is "dly_", 32 random bytes and their checksum, in small base32: a scanner that
// finds one in a log or a repository knows it for what it is, and a mistyped one is told
// from a wrong one.
const (
	tokenMark   = "dly_"
	secretBytes = 32
)

var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewSecret makes a token's text: what its owner keeps, and nobody else.
func NewSecret() string {
	var b [secretBytes]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead
	return tokenMark + letters.EncodeToString(b[:]) + tokenSum(b[:])
}

func tokenSum(b []byte) string {
	sum := crc32.ChecksumIEEE(b)
	return letters.EncodeToString([]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)})
}

// hashOf is what is kept of a token. Its bytes are random, so a plain hash cannot be
// guessed backwards. It says whether the text is a token at all.
func hashOf(secret string) (hash [sha256.Size]byte, ok bool) {
	body, ok := strings.CutPrefix(secret, tokenMark)
	at := letters.EncodedLen(secretBytes)
	if !ok || len(body) != at+letters.EncodedLen(4) {
		return hash, false
	}
	b, err := letters.DecodeString(body[:at])
	if err != nil || tokenSum(b) != body[at:] {
		return hash, false
	}
	return sha256.Sum256([]byte(secret)), true
}

// Token is who may do what, without the secret that proves it.
type Token struct {
	// Name is of the person or the program; it is written into what they do.
	Name string `json:"name"`
	Role Role   `json:"role"`
	// Shows are what they may see; empty: all.
	Shows []string `json:"shows,omitempty"`
	// Expires is when it stops being good; zero: never.
	Expires time.Time `json:"expires,omitzero"`
	// Spend is the most that they may ask for in a day (UTC), by its quotes; zero micros:
	// what the caps of show, episode and run leave.
	Spend drama.Money `json:"spend_a_day,omitzero"`
	Made  time.Time   `json:"made"`
	// SHA256 is of the secret, in hex.
	SHA256 string `json:"sha256"`
}

// ID names the token in records and sealed cookies: two tokens of one name are two.
func (t Token) ID() string { return t.SHA256[:min(16, len(t.SHA256))] }

// Shown is a token as it may be listed.
type Shown struct {
	ID      string      `json:"id"`
	Name    string      `json:"name"`
	Role    Role        `json:"role"`
	Shows   []string    `json:"shows,omitempty"`
	Expires time.Time   `json:"expires,omitzero"`
	Spend   drama.Money `json:"spend_a_day,omitzero"`
	Made    time.Time   `json:"made"`
}

// Shown leaves out what is kept of the secret.
func (t Token) Shown() Shown {
	return Shown{ID: t.ID(), Name: t.Name, Role: t.Role, Shows: t.Shows, Expires: t.Expires, Spend: t.Spend, Made: t.Made}
}

// Good says whether it may be used at a time.
func (t Token) Good(now time.Time) bool { return t.Expires.IsZero() || now.Before(t.Expires) }

// Actor is who acts with the token.
func (t Token) Actor() Actor {
	return Actor{Name: t.Name, Role: t.Role, Shows: slices.Clone(t.Shows), Token: t.ID(), Spend: t.Spend}
}

// is compares without telling by its time how much was right.
func (t Token) is(hash [sha256.Size]byte) bool {
	own, err := hex.DecodeString(t.SHA256)
	return err == nil && subtle.ConstantTimeCompare(own, hash[:]) == 1
}

// Limits of what a token says of itself.
const (
	maxNameBytes = 64
	maxShows     = 1000
)

// check finds what cannot be a token.
func (t Token) check() error {
	switch {
	case t.Name == "" || len(t.Name) > maxNameBytes || !printable(t.Name):
		return fmt.Errorf("name %q: want 1 to %d printable characters", t.Name, maxNameBytes)
	case t.Role < Viewer || t.Role > Admin:
		return fmt.Errorf("role of %s: want viewer, editor, producer or admin", t.Name)
	case len(t.Shows) > maxShows:
		return fmt.Errorf("shows of %s: more than %d; leave them out for all", t.Name, maxShows)
	case t.Spend.Micros < 0 || t.Spend.Micros > 0 && t.Spend.Currency == "":
		return fmt.Errorf("spend a day of %s: want an amount and its currency", t.Name)
	case len(t.SHA256) != 2*sha256.Size:
		return fmt.Errorf("token of %s: it has no SHA-256", t.Name)
	}
	for _, show := range t.Shows {
		if !drama.ValidID(show) {
			return fmt.Errorf("shows of %s: %q is no show's id", t.Name, show)
		}
	}
	return nil
}

// printable keeps what writes elsewhere on a terminal or turns a line around out of
// names that are shown beside what was done.
func printable(s string) bool {
	for _, r := range s {
		if r < ' ' || r == 0x7f || r == '\ufffd' || r >= 0x80 && r < 0xa0 || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == '\ufeff' {
			return false
		}
	}
	return true
}
