package encoder

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"os"
	"path/filepath"
	"sync"
	"unsafe"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
)

// A Kept is a folder of coded parts of sound, by what was encoded: when one shot of
// an episode is made anew, most of its sound is what it was. It is only a shortcut:
// a file of it that is missing or broken means that the part is encoded. The zero
// value keeps nothing.
type Kept struct {
	Dir string // "": nothing is kept

	mu   sync.Mutex
	used map[string]bool
}

// keptMagic names the format and the encoder's settings; change it with either.
const keptMagic = "dailies aac 1"

// maxKept bounds a file that is read: 40 s at 384 kbit/s.
const maxKept = 4 << 20

// key is the digest of samples and of all that decides how they are coded.
func (k *Kept) key(pairs []float32) string {
	if k.Dir == "" || len(pairs) == 0 {
		return ""
	}
	h := sha256.New()
	h.Write([]byte(keptMagic))
	h.Write(binary.LittleEndian.AppendUint32(nil, footage.CodecVersion()))
	h.Write(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(pairs))), 4*len(pairs)))
	return hex.EncodeToString(h.Sum(nil))
}

// load fills p from the file of key; false if there is none that is whole.
func (k *Kept) load(key string, p *aacPart) bool {
	if key == "" {
		return false
	}
	path := filepath.Join(k.Dir, key)
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() || info.Size() > maxKept {
		return false
	}
	b, err := os.ReadFile(path)
	if err != nil || len(b) < sha256.Size {
		return false
	}
	body, sum := b[:len(b)-sha256.Size], b[len(b)-sha256.Size:]
	if own := sha256.Sum256(body); !bytes.Equal(own[:], sum) {
		return false
	}
	fields, ok := split(body)
	if !ok || len(fields) < 4 || string(fields[0]) != keptMagic || len(fields[1]) != 8 {
		return false
	}
	p.priming = int64(binary.LittleEndian.Uint64(fields[1]))
	p.config, p.frames = fields[2], fields[3:]
	k.mark(key)
	return true
}

// save writes p's frames to the file of key.
func (k *Kept) save(key string, p *aacPart) {
	if key == "" || os.MkdirAll(k.Dir, 0o700) != nil {
		return
	}
	var b []byte
	for _, f := range append([][]byte{[]byte(keptMagic), binary.LittleEndian.AppendUint64(nil, uint64(p.priming)), p.config}, p.frames...) {
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
