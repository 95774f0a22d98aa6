package encoder

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"unsafe"

	"github.com/asticode/go-astiav"
	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/sound"
)

// Encoding sound is the longest part of an assembly and the encoder uses one
// core, so an episode is encoded in parts of 15 s: longer ones would cost less on the
// whole, and each new take more. A frame of AAC overlaps the one
// before it: each part begins early, so that its encoder has settled where it
// takes over, and ends late, so that there are frames of both to choose from.
const (
	aacPartFrames = 15 * media.SampleRate / AACFrame
	aacLead       = 64 // frames before the part
	aacLap        = 48 // frames behind it
)

// aacPart is a stretch of an episode's sound.
type aacPart struct {
	first int64     // number of its first frame in the episode
	pairs []float32 // gone once encoded
	done  chan struct{}
	// Set before done is closed.
	frames  [][]byte
	config  []byte
	priming int64
}

// frame is a frame by its number in the episode; nil if the part has none such.
func (p *aacPart) frame(n int64) []byte {
	if n < p.first || n >= p.first+int64(len(p.frames)) {
		return nil
	}
	return p.frames[n-p.first]
}

// splitAAC reads all sound and has its parts encoded, as many at once as there
// are cores. ordered gets every part, in order, before it is done.
func splitAAC(ctx context.Context, group *errgroup.Group, total int64, read func([]float32) error, kept *Kept, ordered chan<- *aacPart) error {
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var common []float32 // what the next part has in common with this one
	for start, at := int64(0), int64(0); at < total; start += aacPartFrames {
		part := &aacPart{first: max(0, start-aacLead), done: make(chan struct{})}
		end := min(total, (start+aacPartFrames+aacLap)*AACFrame)
		if total-end < aacPartFrames*AACFrame/2 {
			end = total // a stub is not worth a part
		}
		part.pairs = make([]float32, media.Channels*(end-part.first*AACFrame))
		for done := copy(part.pairs, common); done < len(part.pairs); {
			if err := ctx.Err(); err != nil {
				return err
			}
			to := min(len(part.pairs), done+media.Channels*sound.Hop)
			if err := read(part.pairs[done:to]); err != nil {
				return err
			}
			done = to
		}
		at = end
		common = part.pairs[media.Channels*min(end-part.first*AACFrame, (start+aacPartFrames-aacLead-part.first)*AACFrame):]
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
		group.Go(func() error {
			defer func() { <-slots }()
			return part.encode(ctx, kept)
		})
		select {
		case ordered <- part:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// encode makes the part's frames, or takes those that are kept of the same sound.
func (p *aacPart) encode(ctx context.Context, kept *Kept) error {
	key := p.key()
	if fields, ok := kept.Recall(key); ok && p.unpack(fields) {
		p.pairs = nil
		close(p.done)
		return nil
	}
	enc, err := OpenSound()
	if err != nil {
		return err
	}
	defer enc.Close()
	if n := enc.CC.FrameSize(); n != AACFrame {
		return fmt.Errorf("encode sound: AAC frames have %d samples, not %d", n, AACFrame)
	}
	p.config = enc.CC.ExtraData()
	take := func(pkt *astiav.Packet) error {
		if len(p.frames) == 0 {
			p.priming = -pkt.Pts()
			if p.priming != AACFrame {
				return fmt.Errorf("encode sound: the first frame begins at %d", pkt.Pts())
			}
		}
		p.frames = append(p.frames, pkt.Data())
		return ctx.Err()
	}
	const step = media.Channels * AACFrame
	for at := 0; at < len(p.pairs); at += step {
		if err := enc.Add(p.pairs[at:min(len(p.pairs), at+step)], take); err != nil {
			return err
		}
	}
	if err := enc.Finish(take); err != nil {
		return err
	}
	if len(p.frames) == 0 {
		return errors.New("encode sound: nothing came out")
	}
	kept.Remember(key, append([][]byte{p.config, binary.LittleEndian.AppendUint64(nil, uint64(p.priming))}, p.frames...)...)
	p.pairs = nil
	close(p.done)
	return nil
}

// codedMagic names the encoder's settings; change it with them.
const codedMagic = "dailies aac 3"

// key is the digest of the part's sound and of all that decides how it is coded.
func (p *aacPart) key() string {
	h := sha256.New()
	h.Write([]byte(codedMagic))
	h.Write(binary.LittleEndian.AppendUint32(nil, footage.CodecVersion()))
	h.Write(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(p.pairs))), 4*len(p.pairs)))
	return hex.EncodeToString(h.Sum(nil))
}

// unpack takes what was remembered of a part.
func (p *aacPart) unpack(fields [][]byte) bool {
	if len(fields) < 3 || len(fields[1]) != 8 {
		return false
	}
	p.config, p.priming, p.frames = fields[0], int64(binary.LittleEndian.Uint64(fields[1])), fields[2:]
	return true
}

// joinAt is the first frame to take of part b instead of a. What a frame leaves
// behind for the next to cancel depends on its windows, so the frames before the
// join must have the same in both: then b's next frame goes with a's last one as
// it goes with b's own.
func joinAt(a, b *aacPart) int64 {
	from := b.first + aacLead
	for n := from; n < from+aacLap-2; n++ {
		wa, oka := aacWindows(a.frame(n - 1))
		wb, okb := aacWindows(b.frame(n - 1))
		if oka && okb && wa == wb {
			return n
		}
	}
	// The windows follow from the sound, so a second without one pair alike was
	// never seen; it would cost a click of a fiftieth of a second.
	return from
}

// aacWindows is the sequence and shape of the windows of a stereo frame, where
// both channels have the same (ISO/IEC 14496-3, tables 4.4 to 4.6).
func aacWindows(frame []byte) (windows byte, ok bool) {
	const pairElement = 1
	if len(frame) < 2 || frame[0]>>5 != pairElement || frame[0]&1 == 0 {
		return 0, false
	}
	return frame[1] >> 4 & 7, true
}
