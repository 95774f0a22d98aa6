package mp4

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"sync"
)

// follower hashes a file while it is written: what is copied into it by the system
// never passes through this process, and reading it again later takes as long as
// writing it.
type follower struct {
	written chan int64 // ends of what is written, rising
	done    chan struct{}
	end     func() (sha256 string, err error) // hashes the rest of what is written
}

// follow begins to hash f, which is told of at most so many times.
func follow(f *os.File, times int) *follower {
	w := &follower{written: make(chan int64, times), done: make(chan struct{})}
	h, at, failed := sha256.New(), int64(0), error(nil)
	go func() {
		defer close(w.done)
		for end := range w.written {
			if failed == nil {
				_, failed = io.Copy(h, io.NewSectionReader(f, at, end-at))
				at = end
			}
		}
	}()
	w.end = sync.OnceValues(func() (string, error) {
		close(w.written)
		<-w.done
		if failed != nil {
			return "", fmt.Errorf("hash master: %w", failed)
		}
		return hex.EncodeToString(h.Sum(nil)), nil
	})
	return w
}

// upTo says that the file's first end bytes are there.
func (w *follower) upTo(end int64) { w.written <- end }
