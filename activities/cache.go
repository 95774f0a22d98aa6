package activities

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/dailies/dailies/internal/store"
)

// DefaultCacheBytes is enough for the mezzanines of a long episode.
const DefaultCacheBytes = 4 << 30

// cache keeps files by checksum in the scratch folder, so that a cut does not
// download what this worker conformed a moment ago. It is only ever a shortcut:
// every failure of it means a download.
type cache struct {
	dir   string
	bytes int64
	*held
}

// held is how full the cache is, as far as this worker knows: looking through a
// folder of thousands of files for every file that is added costs more than all
// else that a shot needs. Other workers of the folder only make it an estimate.
type held struct {
	mu    sync.Mutex
	known bool
	total int64 // bytes
}

func (m *Media) cache() cache {
	c := cache{bytes: m.CacheBytes, held: &m.held}
	if m.Scratch != "" {
		c.dir = filepath.Join(m.Scratch, "mezzanines")
	}
	if c.bytes == 0 {
		c.bytes = DefaultCacheBytes
	}
	return c
}

// keep adds a finished file without copying it.
func (c cache) keep(path, sum string) {
	if c.dir == "" || sum == "" || os.MkdirAll(c.dir, 0o700) != nil {
		return
	}
	info, err := os.Stat(path)
	if err != nil || os.Link(path, filepath.Join(c.dir, sum)) != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.total += info.Size()
	if !c.known || c.total > c.bytes {
		c.trim()
	}
}

// take links the file with the checksum to path, if it is there and whole.
func (c cache) take(path, sum string) bool {
	if c.dir == "" || sum == "" {
		return false
	}
	kept := filepath.Join(c.dir, sum)
	if os.Link(kept, path) != nil {
		return false
	}
	if checksum(path) != sum {
		_ = os.Remove(path)
		_ = os.Remove(kept)
		return false
	}
	now := time.Now()
	_ = os.Chtimes(kept, now, now)
	return true
}

// give is take for what is needed once: it is not kept any longer.
func (c cache) give(path, sum string) bool {
	if c.dir == "" || sum == "" || os.Rename(filepath.Join(c.dir, sum), path) != nil {
		return false
	}
	if info, err := os.Stat(path); err == nil {
		c.mu.Lock()
		c.total = max(0, c.total-info.Size())
		c.mu.Unlock()
	}
	if checksum(path) != sum {
		_ = os.Remove(path)
		return false
	}
	return true
}

// KeepClip keeps the file of a clip that is in the store now until it is conformed,
// which is most likely here and next. path may be removed meanwhile.
func (m *Media) KeepClip(path, sha256 string) { m.cache().keep(path, sha256) }

// trim removes what was used longest ago until the rest fits, with some room, so
// that the next file does not call for it again. The caller holds mu.
func (c cache) trim() {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return
	}
	var files []os.FileInfo
	total := int64(0)
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			files = append(files, info)
			total += info.Size()
		}
	}
	if total > c.bytes {
		slices.SortFunc(files, func(a, b os.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
		for _, f := range files {
			if total <= c.bytes-c.bytes/8 {
				break
			}
			if os.Remove(filepath.Join(c.dir, f.Name())) == nil {
				total -= f.Size()
			}
		}
	}
	c.known, c.total = true, total
}

func checksum(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}

// file brings an object to path, from the cache where it can.
func (m *Media) file(ctx context.Context, ref store.Ref, path string) error {
	c := m.cache()
	if c.take(path, ref.SHA256) {
		return nil
	}
	if err := m.download(ctx, ref, path); err != nil {
		return err
	}
	c.keep(path, ref.SHA256)
	return nil
}

// filesAtOnce is how many files a step brings to its folder at once: each waits
// for the store, then for its checksum.
const filesAtOnce = 4

// fetching brings files to a step's folder, a few at once. The first that fails
// ends the rest.
type fetching struct {
	ctx     context.Context
	slots   chan struct{}
	running sync.WaitGroup

	mu  sync.Mutex
	err error
}

func (f *fetching) get(how func(context.Context, store.Ref, string) error, ref store.Ref, path string) {
	f.slots <- struct{}{}
	f.running.Go(func() {
		defer func() { <-f.slots }()
		if f.failed() != nil {
			return
		}
		if err := how(f.ctx, ref, path); err != nil {
			f.mu.Lock()
			defer f.mu.Unlock()
			if f.err == nil {
				f.err = err
			}
		}
	})
}

func (f *fetching) failed() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

func (f *fetching) wait() error {
	f.running.Wait()
	return f.failed()
}
