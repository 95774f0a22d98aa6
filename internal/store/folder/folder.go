// Package folder reads the objects of the embedded S3 where they lie on disk, so
// that a question about what is finished (a plan, a cost, a list of takes) needs
// no server. It reads only: writing goes through the gateway, which keeps what a
// plain file has no room for. Reading while a gateway writes is safe, because the
// gateway puts whole files in place at once.
package folder

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/store"
)

// ErrReadOnly is what every operation that writes, or needs a server, says.
var ErrReadOnly = errors.New("the store is open for reading only: no engine runs")

// hidden is where the gateway keeps uploads in progress, in each bucket.
const hidden = ".sgwtmp"

// unnamed is part of the name of an object that is about to replace another.
const unnamed = ".sgwtmp."

// Store reads one bucket. It holds no file open between calls.
type Store struct {
	dir string // of the bucket, and in it of the prefix
	uri string
}

// New reads the bucket below the folder of all buckets, and of it the keys that
// begin with the prefix and a slash. None of it need exist yet.
func New(objects, bucket, prefix string) *Store {
	at := path.Join(bucket, prefix)
	return &Store{dir: filepath.Join(objects, filepath.FromSlash(at)), uri: "s3://" + at + "/"}
}

// file is where an object lies. A key that would leave the bucket is none.
func (s *Store) file(key string) (string, error) {
	if !filepath.IsLocal(filepath.FromSlash(key)) || strings.HasSuffix(key, "/") || strings.HasPrefix(key, hidden) {
		return "", fmt.Errorf("open %s: %w", s.URI(key), store.ErrNotFound)
	}
	return filepath.Join(s.dir, filepath.FromSlash(key)), nil
}

func (s *Store) open(ctx context.Context, key string) (*os.File, store.Info, error) {
	if err := ctx.Err(); err != nil {
		return nil, store.Info{}, err
	}
	name, err := s.file(key)
	if err != nil {
		return nil, store.Info{}, err
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, store.Info{}, fmt.Errorf("open %s: %w", s.URI(key), store.ErrNotFound)
	}
	if err != nil {
		return nil, store.Info{}, fmt.Errorf("open %s: %w", s.URI(key), err)
	}
	about, err := f.Stat()
	if err != nil || !about.Mode().IsRegular() {
		_ = f.Close()
		if err == nil {
			err = store.ErrNotFound // a folder is only the beginning of other keys
		}
		return nil, store.Info{}, fmt.Errorf("open %s: %w", s.URI(key), err)
	}
	return f, info(key, about), nil
}

// info has neither version nor checksum nor type: a plain file keeps none.
func info(key string, about fs.FileInfo) store.Info {
	return store.Info{Key: key, Bytes: about.Size(), Modified: about.ModTime()}
}

// Get opens an object and checks it against ref while it is read.
func (s *Store) Get(ctx context.Context, ref store.Ref) (io.ReadCloser, error) {
	f, err := s.sized(ctx, ref)
	if err != nil {
		return nil, err
	}
	if ref.SHA256 == "" {
		return f, nil
	}
	return &checked{File: f, ctx: ctx, want: ref.SHA256, sum: sha256.New()}, nil
}

// GetRange opens a part of an object.
func (s *Store) GetRange(ctx context.Context, ref store.Ref, offset, length int64) (io.ReadCloser, error) {
	if err := store.CheckRange(offset, length); err != nil {
		return nil, err
	}
	f, err := s.sized(ctx, ref)
	if err != nil {
		return nil, err
	}
	about, err := f.Stat()
	if err == nil && offset >= about.Size() {
		err = store.ErrRange
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("open %s from byte %d: %w", s.URI(ref.Key), offset, err)
	}
	return &part{SectionReader: io.NewSectionReader(f, offset, length), file: f}, nil
}

type part struct {
	*io.SectionReader
	file *os.File
}

func (p *part) Close() error { return p.file.Close() }

// sized opens an object of the promised size.
func (s *Store) sized(ctx context.Context, ref store.Ref) (*os.File, error) {
	f, about, err := s.open(ctx, ref.Key)
	if err != nil {
		return nil, err
	}
	if ref.Bytes > 0 && ref.Bytes != about.Bytes {
		_ = f.Close()
		return nil, fmt.Errorf("open %s: %d bytes, want %d: %w", s.URI(ref.Key), about.Bytes, ref.Bytes, store.ErrChecksum)
	}
	return f, nil
}

// checked fails at the end if the bytes are not those that were promised.
type checked struct {
	*os.File
	ctx  context.Context
	want string
	sum  hash.Hash
}

func (c *checked) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.File.Read(p)
	c.sum.Write(p[:n])
	if errors.Is(err, io.EOF) && hex.EncodeToString(c.sum.Sum(nil)) != c.want {
		return n, fmt.Errorf("read %s: %w", c.Name(), store.ErrChecksum)
	}
	return n, err
}

// WriteTo hides the file's own, which would pass the checksum by.
func (c *checked) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{c})
}

// Read returns a small object whole.
func (s *Store) Read(ctx context.Context, key string) ([]byte, store.Info, error) {
	f, about, err := s.open(ctx, key)
	if err != nil {
		return nil, store.Info{}, err
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, store.MaxSmall+1))
	if err != nil {
		return nil, store.Info{}, fmt.Errorf("read %s: %w", s.URI(key), err)
	}
	if len(body) > store.MaxSmall {
		return nil, store.Info{}, fmt.Errorf("read %s: %w", s.URI(key), store.ErrTooLarge)
	}
	return body, about, nil
}

// Head describes an object.
func (s *Store) Head(ctx context.Context, key string) (store.Info, error) {
	f, about, err := s.open(ctx, key)
	if err != nil {
		return store.Info{}, err
	}
	return about, f.Close()
}

// URI names an object for people.
func (s *Store) URI(key string) string { return s.uri + key }

func (s *Store) refuse(op, key string) error {
	return fmt.Errorf("%s %s: %w", op, s.URI(key), ErrReadOnly)
}

// Put refuses.
func (s *Store) Put(_ context.Context, key string, _ io.ReadSeeker, _ string) (store.Ref, error) {
	return store.Ref{}, s.refuse("put", key)
}

// PutNew refuses.
func (s *Store) PutNew(_ context.Context, key string, _ []byte, _ string) (store.Ref, error) {
	return store.Ref{}, s.refuse("put", key)
}

// PutIf refuses.
func (s *Store) PutIf(_ context.Context, key string, _ []byte, _, _ string) error {
	return s.refuse("put", key)
}

// Copy refuses.
func (s *Store) Copy(_ context.Context, _ store.Ref, key string) (store.Ref, error) {
	return store.Ref{}, s.refuse("copy", key)
}

// Remove refuses.
func (s *Store) Remove(_ context.Context, key string) error { return s.refuse("remove", key) }

// Presign refuses: no server would answer.
func (s *Store) Presign(_ context.Context, key string, _ time.Duration) (string, error) {
	return "", s.refuse("sign a URL of", key)
}

var _ store.Store = (*Store)(nil)
