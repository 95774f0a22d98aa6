// Package transfer brings what a store has to another place: into a folder that is a backup of
// it, from there into a store again, and a show from one store into another. It copies objects
// with their types and holds them to their SHA-256 on both sides; what an object means it knows
// of few of them. Whatever it does may be killed and begun again: what is there is not copied
// twice.
package transfer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/store"
)

const (
	// atOnce is how many objects are on their way at a time: a store that answers in 30 ms
	// is asked by all of them.
	atOnce = 16
	// copyTries is how often an object is read again that was written meanwhile.
	copyTries = 5
)

// Totals are what a transfer did.
type Totals struct {
	Objects int   `json:"objects"` // that the place has now
	Bytes   int64 `json:"bytes"`   // of them
	// Copied and CopiedBytes are those that were brought there this time.
	Copied      int   `json:"copied"`
	CopiedBytes int64 `json:"copied_bytes"`
}

// Told is told of what was copied so far, by several goroutines; nil: nobody is.
type Told func(copied Totals)

// ofThisStore says of a key that it means something in the store where it is only: who works on
// it, who may write to it, what was tried out there, and what its own backups are.
func ofThisStore(key string) bool {
	for _, own := range []string{"_roster/", "_workers/", "_proof/", "_studio/called/", "_writer.json", stampKey} {
		if key == own || strings.HasSuffix(own, "/") && strings.HasPrefix(key, own) {
			return true
		}
	}
	return false
}

// count adds up what several goroutines copy.
type count struct {
	mu   sync.Mutex
	sum  Totals
	told Told
}

func (c *count) add(bytes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sum.Copied++
	c.sum.CopiedBytes += bytes
	if c.told != nil {
		c.told(c.sum)
	}
}

// each does work for all of what a few at a time.
func each[T any](ctx context.Context, all []T, work func(context.Context, T) error) error {
	group, working := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, one := range all {
		if working.Err() != nil {
			break
		}
		group.Go(func() error { return work(working, one) })
	}
	return group.Wait()
}

// fetch brings an object into a new file of dir, which is the caller's to move or to remove,
// and says what it is: Bytes, SHA256, Type, and the Version that was read. ErrNotFound.
func fetch(ctx context.Context, from store.Store, key, dir string) (path string, info store.Info, err error) {
	for try := 1; ; try++ {
		path, info, err = fetchOnce(ctx, from, key, dir)
		// It was written between two questions: what is there now is asked for.
		if !errors.Is(err, store.ErrChecksum) || try == copyTries {
			return path, info, err
		}
	}
}

func fetchOnce(ctx context.Context, from store.Store, key, dir string) (_ string, info store.Info, err error) {
	if info, err = from.Head(ctx, key); err != nil {
		return "", info, err
	}
	body, err := from.Get(ctx, store.Ref{Key: key, SHA256: info.SHA256, Bytes: info.Bytes})
	if err != nil {
		return "", info, err
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	f, err := os.CreateTemp(dir, "object.*")
	if err != nil {
		return "", info, fmt.Errorf("keep %s: %w", key, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum), body)
	if err != nil {
		return "", info, errors.Join(fmt.Errorf("copy %s: %w", key, err), f.Close())
	}
	if n != info.Bytes {
		return "", info, errors.Join(fmt.Errorf("copy %s: %d bytes, want %d: %w", key, n, info.Bytes, store.ErrChecksum), f.Close())
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return "", info, fmt.Errorf("keep %s: %w", key, err)
	}
	got := hex.EncodeToString(sum.Sum(nil))
	if info.SHA256 != "" && info.SHA256 != got {
		return "", info, fmt.Errorf("copy %s: %w", key, store.ErrChecksum)
	}
	info.SHA256 = got
	return f.Name(), info, nil
}

// put brings a file into a store as an object and holds the store to it.
func put(ctx context.Context, to store.Store, key string, f io.ReadSeeker, bytes int64, sha256, mediaType string) error {
	ref, err := to.Put(ctx, key, &store.Known{ReadSeeker: f, SHA256: sha256, Bytes: bytes}, mediaType)
	if err != nil {
		return err
	}
	if ref.SHA256 != sha256 || ref.Bytes != bytes {
		return fmt.Errorf("put %s: %w", key, store.ErrChecksum)
	}
	return nil
}

// rank is when an object is written: what others name before those that name it, so that
// whoever is killed in between leaves nothing that points nowhere, and what makes an episode
// known last of all.
func rank(key string) int {
	switch {
	case strings.HasSuffix(key, "/script.json"), strings.HasSuffix(key, "/latest.json"):
		return 3
	case strings.HasSuffix(key, "/manifest.json"), strings.Contains(key, "/circles/"):
		return 2
	case strings.HasSuffix(key, ".json"):
		return 1
	}
	return 0
}

// ranks are how many ranks there are.
const ranks = 4
