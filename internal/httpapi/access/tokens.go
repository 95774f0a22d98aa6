package access

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/dailies/dailies/internal/private"

	"github.com/gofrs/flock"
)

// Errors about tokens, matched with errors.Is.
var (
	// ErrNoToken: nobody has the token, or it is over.
	ErrNoToken = errors.New("this token is not known here, or it is over")
	// ErrNotAToken: the text is none, as when a letter is missing.
	ErrNotAToken = errors.New("this is no token of dailies: copy the whole line that `dailies token new` printed")
	// ErrSameName: a good token has the name already.
	ErrSameName = errors.New("a token of this name is there already")
)

// maxTokenFile bounds the file, bytes: thousands of tokens.
const maxTokenFile = 4 << 20

// tokenFile is what the file holds, as JSON.
type tokenFile struct {
	Form int `json:"form"`
	// Seal is the key of sessions' cookies: with it every process that reads the file
	// knows them, and none who does not.
	Seal   []byte  `json:"seal"`
	Tokens []Token `json:"tokens"`
}

const tokenForm = 1

// Tokens are those of a file that only its owner may read. The file is looked at
// again before each answer, so a revoked token is refused from then on, in every
// process. It is safe for concurrent use.
type Tokens struct {
	path string

	mu   sync.Mutex
	seen fs.FileInfo // of what was read
	file tokenFile
}

// OpenTokens reads a file that is there. One that others may read is refused: what it
// holds are hashes, but it also holds the key of sessions.
func OpenTokens(path string) (*Tokens, error) {
	t := &Tokens{path: path}
	if _, err := t.now(); err != nil {
		return nil, err
	}
	return t, nil
}

// now is the file as it is now.
func (t *Tokens) now() (tokenFile, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	info, err := os.Stat(t.path)
	if err != nil {
		return tokenFile{}, fmt.Errorf("read the tokens: %w; `dailies token new NAME --role ROLE` makes the file", err)
	}
	if t.seen != nil && os.SameFile(t.seen, info) && t.seen.ModTime().Equal(info.ModTime()) && t.seen.Size() == info.Size() {
		return t.file, nil
	}
	f, info, err := readTokens(t.path)
	if err != nil {
		return tokenFile{}, err
	}
	t.file, t.seen = f, info
	return f, nil
}

func readTokens(path string) (tokenFile, fs.FileInfo, error) {
	var f tokenFile
	in, err := os.Open(path)
	if err != nil {
		return f, nil, fmt.Errorf("read the tokens: %w", err)
	}
	defer in.Close()
	info, err := in.Stat()
	switch {
	case err != nil:
		return f, nil, fmt.Errorf("read the tokens: %w", err)
	case !info.Mode().IsRegular():
		return f, nil, fmt.Errorf("read the tokens from %s: it is no file", path)
	case info.Mode().Perm()&0o077 != 0:
		return f, nil, fmt.Errorf("read the tokens from %s: others may read it (%v); chmod 600 it", path, info.Mode().Perm())
	case info.Size() > maxTokenFile:
		return f, nil, fmt.Errorf("read the tokens from %s: it has %d bytes, the limit is %d", path, info.Size(), maxTokenFile)
	}
	body, err := io.ReadAll(io.LimitReader(in, maxTokenFile+1))
	if err != nil {
		return f, nil, fmt.Errorf("read the tokens: %w", err)
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return f, nil, fmt.Errorf("read the tokens from %s: it is damaged: %w; put it back from a backup, or remove it and make new tokens", path, err)
	}
	if f.Form != tokenForm || len(f.Seal) != sealBytes {
		return f, nil, fmt.Errorf("read the tokens from %s: its form is %d and its key has %d bytes, this dailies knows form %d with %d", path, f.Form, len(f.Seal), tokenForm, sealBytes)
	}
	for _, tok := range f.Tokens {
		if err := tok.check(); err != nil {
			return f, nil, fmt.Errorf("read the tokens from %s: %w", path, err)
		}
	}
	return f, info, nil
}

// Find is the good token of a secret. ErrNotAToken, ErrNoToken.
func (t *Tokens) Find(secret string, now time.Time) (Token, error) {
	hash, ok := hashOf(secret)
	if !ok {
		return Token{}, ErrNotAToken
	}
	f, err := t.now()
	if err != nil {
		return Token{}, err
	}
	found := -1
	for i, tok := range f.Tokens { // all of them, whichever it is
		if tok.is(hash) {
			found = i
		}
	}
	if found < 0 || !f.Tokens[found].Good(now) {
		return Token{}, ErrNoToken
	}
	return f.Tokens[found], nil
}

// byID is the good token that a session names. ErrNoToken.
func (f tokenFile) byID(id string, now time.Time) (Token, error) {
	for _, tok := range f.Tokens {
		if tok.ID() == id && tok.Good(now) {
			return tok, nil
		}
	}
	return Token{}, ErrNoToken
}

// List is all tokens, by name.
func (t *Tokens) List() ([]Token, error) {
	f, err := t.now()
	if err != nil {
		return nil, err
	}
	all := slices.Clone(f.Tokens)
	slices.SortFunc(all, func(a, b Token) int { return cmp.Or(cmp.Compare(a.Name, b.Name), a.Made.Compare(b.Made)) })
	return all, nil
}

// AddToken makes a token in the file, which it makes if there is none, and returns the
// secret: it is told once and kept nowhere. ErrSameName.
func AddToken(path string, tok Token, now time.Time) (secret string, err error) {
	secret = NewSecret()
	hash, _ := hashOf(secret)
	tok.SHA256, tok.Made = hex.EncodeToString(hash[:]), now.UTC().Truncate(time.Second)
	if err := tok.check(); err != nil {
		return "", err
	}
	return secret, changeTokens(path, true, func(f *tokenFile) error {
		for _, other := range f.Tokens {
			if other.Name == tok.Name && other.Good(now) {
				return fmt.Errorf("%s: %w; revoke it first, or choose another name", tok.Name, ErrSameName)
			}
		}
		f.Tokens = append(f.Tokens, tok)
		return nil
	})
}

// RevokeToken takes all tokens of a name out of the file, and says how many those were.
func RevokeToken(path, name string) (n int, err error) {
	err = changeTokens(path, false, func(f *tokenFile) error {
		before := len(f.Tokens)
		f.Tokens = slices.DeleteFunc(f.Tokens, func(t Token) bool { return t.Name == name })
		n = before - len(f.Tokens)
		return nil
	})
	return n, err
}

// changeTokens changes the file in one step: two commands at once lose nothing, and a
// reader sees the old file or the new.
func changeTokens(path string, fresh bool, change func(*tokenFile) error) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("write the tokens: %w", err)
	}
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	if err := lock.Lock(); err != nil {
		return fmt.Errorf("write the tokens: lock them: %w", err)
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	f, _, err := readTokens(path)
	if fresh && errors.Is(err, fs.ErrNotExist) {
		f, err = tokenFile{Form: tokenForm, Seal: make([]byte, sealBytes)}, nil
		_, _ = rand.Read(f.Seal) // never fails
	}
	if err != nil {
		return err
	}
	if err := change(&f); err != nil {
		return err
	}
	body, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return fmt.Errorf("write the tokens: %w", err)
	}
	if err := private.Write(path, append(body, '\n')); err != nil {
		return fmt.Errorf("write the tokens: %w", err)
	}
	return nil
}
