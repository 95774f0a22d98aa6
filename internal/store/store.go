// Package store is the contract for the object store that everything finished
// lies in: media, takes, cuts and money. It names the operations, their promises
// and errors, and the keys (keys.go). It is not a client: see store/s3 and, for
// tests, store/mem.
package store

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/drama"
)

// Ref is a claim check: where an object lies and what its bytes must be. It is
// what travels through workflows in place of media.
type Ref = drama.Object

// Errors of every Store. They are matched with errors.Is.
var (
	// ErrNotFound: no object has this key.
	ErrNotFound = errors.New("no such object")
	// ErrExists: PutNew found an object under the key.
	ErrExists = errors.New("object exists")
	// ErrChanged: PutIf found another version than the one expected.
	ErrChanged = errors.New("object was changed by someone else")
	// ErrChecksum: the bytes are not those that were promised.
	ErrChecksum = errors.New("checksum does not match")
	// ErrTooLarge: an object read whole is over the limit.
	ErrTooLarge = errors.New("object is too large")
	// ErrRange: no byte of the object lies in the part that was asked for.
	ErrRange = errors.New("the object has no such part")
)

// MaxSmall is the size limit in bytes of objects that are read or written whole
// or conditionally (JSON records).
const MaxSmall = 16 << 20

// Info describes an object without its bytes.
type Info struct {
	Key      string
	Bytes    int64
	Version  string // opaque, for PutIf; an ETag
	SHA256   string // hex, if it was put by a Store; else empty
	Type     string
	Modified time.Time
}

// IsFolder says that this is no object but what the keys of several begin with: see
// ListLevel.
func (i Info) IsFolder() bool { return strings.HasSuffix(i.Key, "/") }

// Known is a body of Put whose maker has hashed it.
type Known struct {
	io.ReadSeeker
	SHA256 string // hex
	Bytes  int64
}

// Store keeps objects by key. All methods honour ctx and are safe for
// concurrent use. Reading your own write MUST work at once. An answer that will be
// the same when it is asked again MUST be a *RefusedError.
//
// PutNew and PutIf decide between writers, and money hangs on it. A store of a
// service that may not do so (see Abilities) MUST be proven before several
// processes write to it.
type Store interface {
	// Put writes an object, replacing any. It computes the SHA-256 while
	// reading and returns the claim check. If body is large and an object with
	// its checksum, size and type already lies there, nothing is sent. body is
	// read from its start; it is read again on a retry, hence the Seeker. Of a *Known
	// the checksum need not be computed first, but other bytes than it promises MUST NOT
	// become an object: ErrChecksum.
	Put(ctx context.Context, key string, body io.ReadSeeker, mediaType string) (Ref, error)
	// PutNew writes a small object only if none has the key: ErrExists.
	PutNew(ctx context.Context, key string, body []byte, mediaType string) (Ref, error)
	// PutIf replaces a small object only if its version is still the given one:
	// ErrChanged. An empty version means that there must be none.
	PutIf(ctx context.Context, key string, body []byte, mediaType, version string) error
	// Get opens an object. The reader fails with ErrChecksum at its end if
	// ref.SHA256 is set and does not match. ErrNotFound.
	Get(ctx context.Context, ref Ref) (io.ReadCloser, error)
	// GetRange opens length bytes of an object from offset on, fewer where it ends
	// before; both count bytes, offset is not negative and length is positive. A part
	// is not checked against ref.SHA256, the object's size is against ref.Bytes, if
	// set: ErrChecksum. ErrNotFound, ErrRange.
	GetRange(ctx context.Context, ref Ref, offset, length int64) (io.ReadCloser, error)
	// Read returns a small object whole, with its version. ErrNotFound, ErrTooLarge.
	Read(ctx context.Context, key string) ([]byte, Info, error)
	// Head describes an object. ErrNotFound.
	Head(ctx context.Context, key string) (Info, error)
	// List calls each for every object whose key begins with prefix, in key
	// order, until it returns an error, which List returns.
	List(ctx context.Context, prefix string, each func(Info) error) error
	// ListLevel is List of one level only: where a key goes on past prefix with a slash,
	// each is called once for all keys with the same beginning up to and with that
	// slash. Such an Info IsFolder and has nothing but its Key. It costs what the level
	// has, not what lies below. A folder MAY be empty, where objects were removed.
	ListLevel(ctx context.Context, prefix string, each func(Info) error) error
	// Copy copies an object inside the store, keeping its checksum and type.
	Copy(ctx context.Context, from Ref, key string) (Ref, error)
	// Remove removes an object for good. One that is not there is removed already.
	Remove(ctx context.Context, key string) error
	// Presign makes a URL that lets anyone read the object for a while.
	Presign(ctx context.Context, key string, ttl time.Duration) (string, error)
	// URI names an object for people: s3://bucket/prefix/key.
	URI(key string) string
}
