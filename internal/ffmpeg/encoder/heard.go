package encoder

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/sound"
)

// heard is a run of an episode's frames of sound, and what a player hears of it.
type heard struct {
	first  int64    // number of the first frame
	lead   [][]byte // the frames before it
	frames [][]byte
	found  sound.Stretch
}

// heardLead is how many frames the decoder and the meter hear before a run: one for
// the overlap of AAC's windows, one for good measure, and what the meter settles in.
const heardLead = 2 + (sound.Settle+AACFrame-1)/AACFrame

// heardMagic names how frames are heard; change it with the decoder's or the meter's
// settings.
const heardMagic = "dailies heard 1"

// measure decodes the frames and measures what lies among an episode's total pairs.
// What comes out follows from the frames and their place alone.
func (h *heard) measure(ctx context.Context, config []byte, total int64, kept *Kept) (err error) {
	h.found, err = sound.Measured(kept, h.key(config, total), func() (sound.Stretch, error) {
		at := h.place(h.first - int64(len(h.lead)))
		from, to := max(0, h.place(h.first)), min(total, h.place(h.first+int64(len(h.frames))))
		all, n := slices.Concat(h.lead, h.frames), 0
		lead, pairs := make([]float32, 0, media.Channels*AACFrame*len(h.lead)), make([]float32, 0, media.Channels*AACFrame*len(h.frames))
		err := decodeAAC(config, func() []byte {
			if n == len(all) || ctx.Err() != nil {
				return nil
			}
			n++
			return all[n-1]
		}, func(part []float32) {
			end := at + int64(len(part)/media.Channels)
			lead = append(lead, between(part, at, 0, from)...)
			pairs = append(pairs, between(part, at, from, to)...)
			at = end
		})
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return sound.Stretch{}, err
		}
		return sound.MeasureStretch(from, lead[max(0, len(lead)-media.Channels*sound.Settle):], pairs), nil
	})
	return err
}

// place is where in the episode a frame's decoded pairs begin: AAC begins a frame early.
func (h *heard) place(frame int64) int64 { return (frame - 1) * AACFrame }

// between is what of pairs that begin at position at lies in [from, to).
func between(pairs []float32, at, from, to int64) []float32 {
	n := int64(len(pairs) / media.Channels)
	a, b := max(from-at, 0), min(to-at, n)
	if a >= b {
		return nil
	}
	return pairs[media.Channels*a : media.Channels*b]
}

// key is the digest of all that what is heard follows from.
func (h *heard) key(config []byte, total int64) string {
	sum := sha256.New()
	_, _ = fmt.Fprintln(sum, heardMagic, footage.CodecVersion(), len(config), len(h.lead), len(h.frames),
		h.first*AACFrame%sound.Hop, h.first == 0, max(0, h.place(h.first+int64(len(h.frames)))-total))
	sum.Write(config)
	for _, frames := range [][][]byte{h.lead, h.frames} {
		for _, f := range frames {
			_, _ = fmt.Fprintln(sum, len(f))
			sum.Write(f)
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}
