package review

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"

	"golang.org/x/crypto/argon2"
)

// What a guess at a passphrase costs: 19 MiB and two passes
// (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html).
const (
	argonMemory = 19 << 10 // KiB
	argonPasses = 2
	argonLanes  = 1
	argonSalt   = 16
	argonKey    = 32
)

// guessing lets few guesses at once: each takes memory, and anybody may guess.
var guessing = make(chan struct{}, 2)

// derive is the key of a passphrase. It waits while others guess.
func derive(ctx context.Context, passphrase string, salt []byte) ([]byte, error) {
	select {
	case guessing <- struct{}{}:
		defer func() { <-guessing }()
		return argon2.IDKey([]byte(passphrase), salt, argonPasses, argonMemory, argonLanes, argonKey), nil
	case <-ctx.Done():
		return nil, fmt.Errorf("look at a passphrase: %w", ctx.Err())
	}
}

// form is how a passphrase is kept (PHC string format).
const form = "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"

// hash is what is kept of a passphrase.
func hash(ctx context.Context, passphrase string) (string, error) {
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt) // never fails
	key, err := derive(ctx, passphrase, salt)
	if err != nil {
		return "", err
	}
	enc := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf(form, argonMemory, argonPasses, argonLanes, enc(salt), enc(key)), nil
}

// matches says whether a passphrase is the one of a hash. Without a hash, or with one
// of another form, it works as long and says no.
func matches(ctx context.Context, hash, passphrase string) (bool, error) {
	if len(passphrase) > 4*maxPassphrase {
		passphrase = ""
	}
	salt, key := make([]byte, argonSalt), make([]byte, argonKey)
	prefix := fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$", argonMemory, argonPasses, argonLanes)
	known := len(hash) == len(prefix)+base64.RawStdEncoding.EncodedLen(argonSalt)+1+base64.RawStdEncoding.EncodedLen(argonKey) && hash[:len(prefix)] == prefix
	if known {
		at := len(prefix) + base64.RawStdEncoding.EncodedLen(argonSalt)
		_, err1 := base64.RawStdEncoding.Decode(salt, []byte(hash[len(prefix):at]))
		_, err2 := base64.RawStdEncoding.Decode(key, []byte(hash[at+1:]))
		known = err1 == nil && err2 == nil
	}
	got, err := derive(ctx, passphrase, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, key) == 1 && known && passphrase != "", nil
}
