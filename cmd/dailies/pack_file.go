package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/dailies/dailies/internal/private"
	"github.com/dailies/dailies/internal/zipped"
)

// packFile is a pack on disk. Until it is whole it is called FILE.part, beside which
// FILE.part.json remembers what was verified; so the same command goes on with both.
type packFile struct {
	path string
	part *os.File // locked

	mu     sync.Mutex
	checks map[string]json.RawMessage
}

const (
	partSuffix   = ".part"
	checksSuffix = ".part.json"
	maxChecks    = 256 << 20 // bytes of what was verified
)

// zipStart is what every ZIP of ours begins with.
var zipStart = []byte("PK\x03\x04")

// openPack begins or goes on with a pack at a path. What lies there and is no ZIP is not
// written over.
func openPack(path string) (*packFile, error) {
	if err := replaceable(path); err != nil {
		return nil, err
	}
	f := &packFile{path: path, checks: map[string]json.RawMessage{}}
	var err error
	if f.part, err = os.OpenFile(path+partSuffix, os.O_RDWR|os.O_CREATE|unix.O_NOFOLLOW, 0o666); err != nil {
		return nil, usagef("write %s: %w", path, err)
	}
	if err := unix.Flock(int(f.part.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(usagef("write %s: another dailies pack is writing it", path), f.part.Close())
	}
	if body, err := remembered(path + checksSuffix); err == nil && json.Unmarshal(body, &f.checks) != nil || f.checks == nil {
		f.checks = map[string]json.RawMessage{} // cut off: verified anew
	}
	return f, nil
}

// remembered reads what was verified, if it is ours and nobody else can have written it: it
// says that cuts are right.
func remembered(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var info unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &info); err != nil {
		return nil, err
	}
	if info.Mode&unix.S_IFMT != unix.S_IFREG || info.Mode&0o077 != 0 || int(info.Uid) != os.Getuid() || info.Size > maxChecks {
		return nil, fs.ErrPermission
	}
	return io.ReadAll(io.LimitReader(f, maxChecks))
}

// replaceable says whether a pack may be written to a path.
func replaceable(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return usagef("write %s: %w", path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if !info.Mode().IsRegular() {
		return usagef("write %s: it is no file", path)
	}
	start := make([]byte, len(zipStart))
	if n, _ := io.ReadFull(f, start); n > 0 && !bytes.Equal(start, zipStart) {
		return usagef("write %s: there is a file already that is no ZIP; name another with --out", path)
	}
	return nil
}

// Load is studio.Checks'.
func (f *packFile) Load(key string) ([]byte, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	body, ok := f.checks[key]
	return body, ok
}

// Save is studio.Checks'. What cannot be kept is verified anew.
func (f *packFile) Save(key string, record []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.checks[key] = record
	body, err := json.Marshal(f.checks)
	if err != nil {
		return
	}
	_ = private.Write(f.path+checksSuffix, body)
}

// write makes the pack whole, and gives it its name.
func (f *packFile) write(ctx context.Context, l *zipped.Layout, open zipped.Open, tell func(int64)) (*packedAs, error) {
	out := &packedAs{Path: f.path, Bytes: l.Bytes()}
	done, err := f.same(ctx, l, open)
	if err != nil {
		return nil, err
	}
	if done == nil {
		if done, err = f.complete(ctx, l, open, tell); err != nil {
			return nil, fmt.Errorf("write %s: %w", f.path, err)
		}
	}
	out.SHA256, out.Kept = done.SHA256, done.Kept
	return out, nil
}

func (f *packFile) complete(ctx context.Context, l *zipped.Layout, open zipped.Open, tell func(int64)) (*zipped.Done, error) {
	info, err := f.part.Stat()
	if err != nil {
		return nil, err
	}
	done, err := l.Complete(ctx, f.part, info.Size(), open, tell)
	if err != nil {
		return nil, err
	}
	if err := f.part.Sync(); err != nil {
		return nil, err
	}
	return &done, os.Rename(f.path+partSuffix, f.path)
}

// errDiffers: what lies there is another pack.
var errDiffers = errors.New("it is another pack")

// finished is a pack that may only be looked at.
type finished struct {
	*os.File
	bytes int64
}

// WriteAt is zipped.Partial's.
func (finished) WriteAt([]byte, int64) (int, error) { return 0, errDiffers }

// Truncate is zipped.Partial's.
func (f finished) Truncate(n int64) error {
	if n != f.bytes {
		return errDiffers
	}
	return nil
}

// same says whether the very pack lies there already; nil: it does not.
func (f *packFile) same(ctx context.Context, l *zipped.Layout, open zipped.Open) (*zipped.Done, error) {
	old, err := os.Open(f.path)
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // there is none
	}
	defer old.Close()
	info, err := old.Stat()
	if err != nil || info.Size() != l.Bytes() {
		return nil, err
	}
	done, err := l.Complete(ctx, finished{old, info.Size()}, info.Size(), open, nil)
	if errors.Is(err, errDiffers) {
		return nil, nil //nolint:nilnil // another lies there
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", f.path, err)
	}
	return &done, nil
}

// close gives the file back; what is not needed any more is removed.
func (f *packFile) close() error {
	info, err := f.part.Stat()
	if _, gone := os.Stat(f.path + partSuffix); gone == nil && err == nil && info.Size() == 0 {
		err = os.Remove(f.path + partSuffix) // nothing was begun
	}
	if _, there := os.Stat(f.path + partSuffix); there != nil && f.whole() {
		_ = os.Remove(f.path + checksSuffix) // it is small, and harms nobody
	}
	return errors.Join(err, f.part.Close())
}

// whole says whether there is a pack of the name.
func (f *packFile) whole() bool {
	_, err := os.Stat(f.path)
	return err == nil
}
