package sound

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"unsafe"

	"github.com/dailies/dailies/internal/media"
)

// Memory remembers what was worked out before, by a key that names all it follows
// from. It is only a shortcut: it may forget.
type Memory interface {
	Recall(key string) (fields [][]byte, ok bool)
	Remember(key string, fields ...[]byte)
}

// Measured is a stretch as mem remembers it by the key, or as it is measured now.
func Measured(mem Memory, key string, measure func() (Stretch, error)) (Stretch, error) {
	if fields, ok := mem.Recall(key); ok && len(fields) == 1 {
		if s, ok := readStretch(fields[0]); ok {
			return s, nil
		}
	}
	s, err := measure()
	if err == nil {
		mem.Remember(key, s.bytes())
	}
	return s, err
}

// ownStretch is how many pairs of the mix are measured at once: about two shots', so
// that a new take of one leaves most of an episode measured.
const ownStretch = 100 * Hop

// ownMagic names how the mix is measured; change it with the meter.
const ownMagic = "dailies loudness 1"

// measureOwn reads the mix as it is and measures its stretches side by side.
func (m *Mixer) measureOwn(ctx context.Context, mem Memory) (integrated, truePeak float64, err error) {
	found := make([]Stretch, (m.Total+ownStretch-1)/ownStretch)
	read, lead := m.Stream(Plan{Alone: true}), []float32(nil)
	free := make(chan []float32, runtime.GOMAXPROCS(0)+1) // one is read while the others are measured
	for range cap(free) {
		free <- nil
	}
	var measuring sync.WaitGroup
	defer measuring.Wait()
	for i := range found {
		at := int64(i) * ownStretch
		buf := append((<-free)[:0], lead...)
		skip := len(buf)
		for end := skip + media.Channels*int(min(ownStretch, m.Total-at)); len(buf) < end; {
			if err := ctx.Err(); err != nil {
				return 0, 0, err
			}
			from := len(buf)
			buf = append(buf, make([]float32, min(media.Channels*Hop, end-from))...)
			if err := read(buf[from:]); err != nil {
				return 0, 0, err
			}
		}
		lead = slices.Clone(buf[max(0, len(buf)-media.Channels*Settle):])
		measuring.Go(func() {
			found[i], _ = Measured(mem, ownKey(buf, skip), func() (Stretch, error) {
				return MeasureStretch(at, buf[:skip], buf[skip:]), nil
			})
			free <- buf
		})
	}
	measuring.Wait()
	meter := NewMeter()
	for _, s := range found {
		meter.Join(s)
	}
	return meter.Integrated(), meter.TruePeak(), nil
}

// ownKey is the digest of a stretch with its lead. Stretches begin where a hop does, so
// their place does not matter.
func ownKey(pairs []float32, lead int) string {
	h := sha256.New()
	_, _ = fmt.Fprintln(h, ownMagic, lead)
	h.Write(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(pairs))), 4*len(pairs)))
	return hex.EncodeToString(h.Sum(nil))
}
