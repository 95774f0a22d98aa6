package encoder

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"sync"

	"github.com/dailies/dailies/internal/sound"
)

// A Kept is a folder of coded parts of sound, by what was encoded, and of what was
// measured, by what was heard: when one shot of an episode is made anew, most of its
// sound is what it was. It is only a shortcut: a file of it that is missing or broken
// means that the work is done. The zero value keeps nothing.
type Kept struct {
	Dir string // "": nothing is kept

	mu   sync.Mutex
	used map[string]bool
}

// keptMagic names the format of a file.
const keptMagic = "dailies kept 2"

// maxKept bounds a file that is read: 40 s at 384 kbit/s.
const maxKept = 4 << 20

// Recall is what was remembered of key; false if there is no file of it that is whole.
func (k *Kept) Recall(key string) (fields [][]byte, ok bool) {
	if k.Dir == "" {
		return nil, false
	}
	path := filepath.Join(k.Dir, key)
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() || info.Size() > maxKept {
		return nil, false
	}
	b, err := os.ReadFile(path)
	if err != nil || len(b) < sha256.Size {
		return nil, false
	}
	body, sum := b[:len(b)-sha256.Size], b[len(b)-sha256.Size:]
	if own := sha256.Sum256(body); !bytes.Equal(own[:], sum) {
		return nil, false
	}
	fields, ok = split(body)
	if !ok || len(fields) == 0 || string(fields[0]) != keptMagic {
		return nil, false
	}
	k.mark(key)
	return fields[1:], true
}

// Remember writes what follows from key, its digest in hex.
func (k *Kept) Remember(key string, fields ...[]byte) {
	if k.Dir == "" || os.MkdirAll(k.Dir, 0o700) != nil {
		return
	}
	var b []byte
	for _, f := range append([][]byte{[]byte(keptMagic)}, fields...) {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(f)))
		b = append(b, f...)
	}
	sum := sha256.Sum256(b)
	path := filepath.Join(k.Dir, key)
	_ = os.Remove(path) // it may be a link to a file of another run
	if os.WriteFile(path, append(b, sum[:]...), 0o600) == nil {
		k.mark(key)
	}
}

func (k *Kept) mark(key string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.used == nil {
		k.used = map[string]bool{}
	}
	k.used[key] = true
}

// Trim removes what this run had no use for.
func (k *Kept) Trim() {
	if k.Dir == "" {
		return
	}
	entries, err := os.ReadDir(k.Dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !k.used[e.Name()] {
			_ = os.Remove(filepath.Join(k.Dir, e.Name()))
		}
	}
}

// split takes fields apart, each with its length in front.
func split(b []byte) (fields [][]byte, ok bool) {
	for len(b) > 0 {
		if len(b) < 4 {
			return nil, false
		}
		n := binary.LittleEndian.Uint32(b)
		if b = b[4:]; n > math.MaxInt32 || int(n) > len(b) {
			return nil, false
		}
		fields = append(fields, b[:n:n])
		b = b[n:]
	}
	return fields, true
}

var _ sound.Memory = (*Kept)(nil)
