package encoder

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"unsafe"

	"github.com/asticode/go-astiav"
	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/mp4"
	"github.com/dailies/dailies/internal/sound"
)

// AACFrame is the length of an AAC frame in pairs.
const AACFrame = 1024

// AAC is an episode's sound as AAC.
type AAC struct {
	Frames  []mp4.Encoded
	Priming int64  // pairs to leave out at the beginning
	Config  []byte // AudioSpecificConfig
	// What a player will hear, measured on the decoded frames.
	Integrated, TruePeak float64
}

// EncodeAAC encodes total pairs that read delivers in rising order, into sp, and
// measures what comes out of the encoding. The parts of it (aac_part.go) are
// encoded side by side and come out the same on every machine; those whose sound
// is kept are not encoded again, nor listened to.
func EncodeAAC(ctx context.Context, total int64, read func(dst []float32) error, sp *mp4.Spool, kept *Kept) (*AAC, error) {
	t := &AAC{}
	group, ctx := errgroup.WithContext(ctx)
	ordered := make(chan *aacPart, runtime.GOMAXPROCS(0))
	group.Go(func() error {
		defer close(ordered)
		return splitAAC(ctx, group, total, read, kept, ordered)
	})
	listen := make(chan *heard, runtime.GOMAXPROCS(0))
	group.Go(func() error {
		defer close(listen)
		return t.join(ctx, ordered, sp, listen)
	})
	var all []*heard
	group.Go(func() error {
		slots := make(chan struct{}, runtime.GOMAXPROCS(0))
		for h := range listen {
			all = append(all, h)
			slots <- struct{}{} // given back in any case
			group.Go(func() error {
				defer func() { <-slots }()
				return h.measure(ctx, t.Config, total, kept)
			})
		}
		return nil
	})
	if err := group.Wait(); err != nil {
		return nil, err
	}
	if have := int64(len(t.Frames))*AACFrame - t.Priming; have < total {
		return nil, fmt.Errorf("encode sound: %d of %d samples came out", have, total)
	}
	meter := sound.NewMeter()
	for _, h := range all {
		meter.Join(h.found)
	}
	t.Integrated, t.TruePeak = meter.Integrated(), meter.TruePeak()
	return t, nil
}

// join strings the parts together and hands what is taken of each to the listener.
func (t *AAC) join(ctx context.Context, ordered <-chan *aacPart, sp *mp4.Spool, listen chan<- *heard) error {
	var before *aacPart
	var last [][]byte // frames, for the next to be heard after
	from := int64(0)
	emit := func(to int64) error {
		h := &heard{first: from, lead: last}
		for ; from < to; from++ {
			b := before.frame(from)
			off, err := sp.Add(b)
			if err != nil {
				return err
			}
			t.Frames = append(t.Frames, mp4.Encoded{File: sp.File, Sample: mp4.Sample{Off: off, Size: uint32(len(b)), Key: true}})
			h.frames = append(h.frames, b)
		}
		last = h.frames[max(0, len(h.frames)-heardLead):]
		select {
		case listen <- h:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for part := range ordered {
		select {
		case <-part.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if before == nil {
			t.Config, t.Priming = part.config, part.priming
		} else if err := emit(joinAt(before, part)); err != nil {
			return err
		}
		before = part
	}
	if before == nil {
		return errors.New("encode sound: there is none")
	}
	return emit(before.first + int64(len(before.frames)))
}

// decodeAAC decodes the frames that next gives, until it gives nil. The pairs
// that hear gets are only valid during the call.
func decodeAAC(config []byte, next func() []byte, hear func(pairs []float32)) error {
	codec := astiav.FindDecoder(astiav.CodecIDAac)
	if codec == nil {
		return errors.New("listen to sound: FFmpeg has no AAC decoder")
	}
	cc := astiav.AllocCodecContext(codec)
	if cc == nil {
		return errors.New("listen to sound: out of memory")
	}
	defer cc.Free()
	if err := cc.SetExtraData(config); err != nil {
		return fmt.Errorf("listen to sound: %w", err)
	}
	if err := cc.Open(codec, nil); err != nil {
		return fmt.Errorf("listen to sound: %w", err)
	}
	pkt, f := astiav.AllocPacket(), astiav.AllocFrame()
	if pkt == nil || f == nil {
		return errors.New("listen to sound: out of memory")
	}
	defer pkt.Free()
	defer f.Free()
	pairs := make([]float32, media.Channels*AACFrame)
	for b := next(); b != nil; b = next() {
		if err := pkt.FromData(append(slices.Clip(b), make([]byte, footage.PacketPadding)...)); err != nil {
			return fmt.Errorf("listen to sound: %w", err)
		}
		pkt.SetSize(len(b))
		err := cc.SendPacket(pkt)
		pkt.Unref()
		if err != nil {
			return fmt.Errorf("listen to sound: %w", err)
		}
		for cc.ReceiveFrame(f) == nil {
			hear(pairs[:media.Channels*Interleave(pairs, f)])
			f.Unref()
		}
	}
	return nil
}

// Interleave copies a planar stereo frame of floats to dst and returns its
// pairs.
func Interleave(dst []float32, f *astiav.Frame) int {
	n := min(f.NbSamples(), len(dst)/media.Channels)
	for c := range media.Channels {
		plane, size := footage.FramePlaneOf(f, c)
		n = min(n, size/4)
		if plane == nil || n <= 0 {
			return 0
		}
		for i, v := range unsafe.Slice((*float32)(plane), n) {
			dst[media.Channels*i+c] = v
		}
	}
	return n
}
