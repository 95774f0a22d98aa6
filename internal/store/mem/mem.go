// Package mem is a store.Store in memory, for tests of packages that keep
// objects. It promises what the contract promises, and can be told to fail. It
// is not for work: nothing outlives the process.
package mem

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dailies/dailies/internal/store"
)

const bucket = "mem"

// Store keeps objects in a map. The zero Store is ready for use.
type Store struct {
	// Fail, if set, is asked before every operation ("put", "get", "head",
	// "list", "copy", "remove", "presign"); its error becomes the operation's.
	Fail func(op, key string) error

	mu      sync.Mutex
	objects map[string]object
	writes  int
}

type object struct {
	body []byte
	info store.Info
}

// New makes an empty store.
func New() *Store { return &Store{} }

// Put writes an object, replacing any.
func (s *Store) Put(ctx context.Context, key string, body io.ReadSeeker, mediaType string) (store.Ref, error) {
	if err := s.begin(ctx, "put", key); err != nil {
		return store.Ref{}, err
	}
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return store.Ref{}, fmt.Errorf("put %s: read body: %w", key, err)
	}
	b, err := io.ReadAll(body)
	if err != nil {
		return store.Ref{}, fmt.Errorf("put %s: read body: %w", key, err)
	}
	if k, ok := body.(*store.Known); ok && (k.SHA256 != sum(b) || k.Bytes != int64(len(b))) {
		return store.Ref{}, fmt.Errorf("put %s: %w", key, store.ErrChecksum)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if old, ok := s.objects[key]; ok && old.info.SHA256 == sum(b) && old.info.Type == mediaType {
		return ref(old.info), nil
	}
	return s.write(key, b, mediaType), nil
}

// PutNew writes a small object only if none has the key.
func (s *Store) PutNew(ctx context.Context, key string, body []byte, mediaType string) (store.Ref, error) {
	if err := s.beginSmall(ctx, key, body); err != nil {
		return store.Ref{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.objects[key]; ok {
		return store.Ref{}, fmt.Errorf("put %s: %w", key, store.ErrExists)
	}
	return s.write(key, bytes.Clone(body), mediaType), nil
}

// PutIf replaces a small object only if its version is still the given one.
func (s *Store) PutIf(ctx context.Context, key string, body []byte, mediaType, version string) error {
	if err := s.beginSmall(ctx, key, body); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.objects[key].info.Version != version {
		return fmt.Errorf("put %s: %w", key, store.ErrChanged)
	}
	s.write(key, bytes.Clone(body), mediaType)
	return nil
}

// Get opens an object.
func (s *Store) Get(ctx context.Context, r store.Ref) (io.ReadCloser, error) {
	o, err := s.open(ctx, r)
	if err != nil {
		return nil, err
	}
	at := io.EOF
	if r.SHA256 != "" && r.SHA256 != o.info.SHA256 {
		at = fmt.Errorf("get %s: %w", r.Key, store.ErrChecksum)
	}
	return &reader{ctx: ctx, Reader: bytes.NewReader(o.body), end: at}, nil
}

// GetRange opens a part of an object.
func (s *Store) GetRange(ctx context.Context, r store.Ref, offset, length int64) (io.ReadCloser, error) {
	if err := store.CheckRange(offset, length); err != nil {
		return nil, err
	}
	o, err := s.open(ctx, r)
	if err != nil {
		return nil, err
	}
	size := int64(len(o.body))
	if offset >= size {
		return nil, fmt.Errorf("get %s from byte %d: %w", r.Key, offset, store.ErrRange)
	}
	return &reader{ctx: ctx, Reader: bytes.NewReader(o.body[offset : offset+min(length, size-offset)]), end: io.EOF}, nil
}

// open finds an object of the promised size.
func (s *Store) open(ctx context.Context, r store.Ref) (object, error) {
	if err := s.begin(ctx, "get", r.Key); err != nil {
		return object{}, err
	}
	o, err := s.find("get", r.Key)
	if err == nil && r.Bytes > 0 && r.Bytes != int64(len(o.body)) {
		err = fmt.Errorf("get %s: it has %d bytes, want %d: %w", r.Key, len(o.body), r.Bytes, store.ErrChecksum)
	}
	return o, err
}

// Read returns a small object whole, with its version.
func (s *Store) Read(ctx context.Context, key string) ([]byte, store.Info, error) {
	if err := s.begin(ctx, "get", key); err != nil {
		return nil, store.Info{}, err
	}
	o, err := s.find("read", key)
	if err != nil {
		return nil, store.Info{}, err
	}
	if len(o.body) > store.MaxSmall {
		return nil, store.Info{}, fmt.Errorf("read %s: %w", key, store.ErrTooLarge)
	}
	return bytes.Clone(o.body), o.info, nil
}

// Head describes an object.
func (s *Store) Head(ctx context.Context, key string) (store.Info, error) {
	if err := s.begin(ctx, "head", key); err != nil {
		return store.Info{}, err
	}
	o, err := s.find("head", key)
	return o.info, err
}

// List calls each for every object whose key begins with prefix, in key order.
// As in S3, what each sees may be older than what it does.
func (s *Store) List(ctx context.Context, prefix string, each func(store.Info) error) error {
	if err := s.fails(ctx, "list", prefix); err != nil {
		return err
	}
	s.mu.Lock()
	var found []store.Info
	for key, o := range s.objects {
		if strings.HasPrefix(key, prefix) {
			info := o.info
			info.SHA256, info.Type = "", "" // S3 does not list them either
			found = append(found, info)
		}
	}
	s.mu.Unlock()
	slices.SortFunc(found, func(a, b store.Info) int { return strings.Compare(a.Key, b.Key) })
	for _, info := range found {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("list %s: %w", prefix, err)
		}
		if err := each(info); err != nil {
			return err
		}
	}
	return nil
}

// ListLevel lists what lies directly below prefix, and the folders there.
func (s *Store) ListLevel(ctx context.Context, prefix string, each func(store.Info) error) error {
	last := ""
	return s.List(ctx, prefix, func(i store.Info) error {
		name, _, deeper := strings.Cut(strings.TrimPrefix(i.Key, prefix), "/")
		if !deeper {
			return each(i)
		}
		folder := prefix + name + "/"
		if folder == last {
			return nil
		}
		last = folder
		return each(store.Info{Key: folder})
	})
}

// Copy copies an object inside the store.
func (s *Store) Copy(ctx context.Context, from store.Ref, key string) (store.Ref, error) {
	if err := errors.Join(s.begin(ctx, "copy", key), store.CheckKey(from.Key)); err != nil {
		return store.Ref{}, err
	}
	o, err := s.find("copy", from.Key)
	if err != nil {
		return store.Ref{}, err
	}
	if from.SHA256 != "" && from.SHA256 != o.info.SHA256 {
		return store.Ref{}, fmt.Errorf("copy %s: %w", from.Key, store.ErrChecksum)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.write(key, o.body, o.info.Type), nil
}

// Remove removes an object for good.
func (s *Store) Remove(ctx context.Context, key string) error {
	if err := s.begin(ctx, "remove", key); err != nil {
		return err
	}
	s.Lose(key)
	return nil
}

// Presign gives the object itself as a data: URL, since nothing serves this
// store over a network.
func (s *Store) Presign(ctx context.Context, key string, ttl time.Duration) (string, error) {
	if err := s.begin(ctx, "presign", key); err != nil {
		return "", err
	}
	if ttl < time.Second || ttl > 7*24*time.Hour {
		return "", fmt.Errorf("presign %s: %v is not between a second and a week", key, ttl)
	}
	o, err := s.find("presign", key)
	if err != nil {
		return "", err
	}
	return "data:" + o.info.Type + ";base64," + base64.StdEncoding.EncodeToString(o.body), nil
}

// URI names an object for people.
func (s *Store) URI(key string) string { return "s3://" + bucket + "/" + key }

// Lose removes an object behind everybody's back, as a clumsy hand would.
func (s *Store) Lose(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.objects, key)
}

func (s *Store) fails(ctx context.Context, op, key string) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s %s: %w", op, key, err)
	}
	if s.Fail != nil {
		return s.Fail(op, key)
	}
	return nil
}

func (s *Store) begin(ctx context.Context, op, key string) error {
	if err := store.CheckKey(key); err != nil {
		return err
	}
	return s.fails(ctx, op, key)
}

func (s *Store) beginSmall(ctx context.Context, key string, body []byte) error {
	if len(body) > store.MaxSmall {
		return fmt.Errorf("put %s: %w", key, store.ErrTooLarge)
	}
	return s.begin(ctx, "put", key)
}

func (s *Store) find(op, key string) (object, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok := s.objects[key]
	if !ok {
		return object{}, fmt.Errorf("%s %s: %w", op, key, store.ErrNotFound)
	}
	return o, nil
}

// write needs the lock held.
func (s *Store) write(key string, b []byte, mediaType string) store.Ref {
	if s.objects == nil {
		s.objects = make(map[string]object)
	}
	s.writes++
	info := store.Info{
		Key: key, Bytes: int64(len(b)), Version: strconv.Itoa(s.writes), SHA256: sum(b), Type: mediaType, Modified: time.Now().UTC(),
	}
	s.objects[key] = object{body: b, info: info}
	return ref(info)
}

func ref(i store.Info) store.Ref {
	return store.Ref{Bucket: bucket, Key: i.Key, SHA256: i.SHA256, Bytes: i.Bytes, Type: i.Type}
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

type reader struct {
	*bytes.Reader

	ctx context.Context
	end error
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.Reader.Read(p)
	if err == io.EOF {
		err = r.end
	}
	return n, err
}

// WriteTo is not to be had: it would pass the checks of Read by.
func (r *reader) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{r})
}

func (r *reader) Close() error { return nil }

var _ store.Store = (*Store)(nil)
