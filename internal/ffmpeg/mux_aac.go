package ffmpeg

import (
	"context"
	"errors"
	"fmt"
	"unsafe"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/media"
)

// aacFrame is the length of an AAC frame in pairs.
const aacFrame = 1024

// aacTrack is an episode's sound as AAC.
type aacTrack struct {
	frames  []encodedSample
	priming int64  // pairs to leave out at the beginning
	config  []byte // AudioSpecificConfig
	// What a player will hear, measured on the decoded frames.
	integrated, truePeak float64
}

// encodeAAC encodes total pairs that read delivers in rising order, into sp, and
// measures what comes out of the encoding.
func encodeAAC(ctx context.Context, total int64, read func(dst []float32) error, sp *spool) (*aacTrack, error) {
	enc, err := openSoundEncoder()
	if err != nil {
		return nil, err
	}
	defer enc.Close()
	if n := enc.cc.FrameSize(); n != aacFrame {
		return nil, fmt.Errorf("encode sound: AAC frames have %d samples, not %d", n, aacFrame)
	}
	listen := make(chan []byte, 64)
	heard := make(chan error, 1)
	t := &aacTrack{config: enc.cc.ExtraData()}
	w := &aacWriter{sp: sp, out: func(b []byte) error {
		select {
		case listen <- b:
			return nil
		case err := <-heard: // nobody listens any more
			heard <- err
			return err
		}
	}}
	go func() { heard <- t.listen(listen, total) }()

	err = w.encode(ctx, enc, total, read)
	close(listen)
	if herr := <-heard; err == nil {
		err = herr
	}
	if err != nil {
		return nil, err
	}
	t.frames, t.priming = w.frames, w.priming
	if have := int64(len(t.frames))*aacFrame - t.priming; have < total {
		return nil, fmt.Errorf("encode sound: %d of %d samples came out", have, total)
	}
	return t, nil
}

// aacWriter takes the encoder's frames.
type aacWriter struct {
	sp      *spool
	out     func([]byte) error
	frames  []encodedSample
	priming int64
}

// encode reads and encodes total pairs.
func (w *aacWriter) encode(ctx context.Context, enc *soundEncoder, total int64, read func([]float32) error) error {
	pairs := make([]float32, media.Channels*aacFrame)
	for at := int64(0); at < total; at += aacFrame {
		if err := ctx.Err(); err != nil {
			return err
		}
		part := pairs[:media.Channels*min(aacFrame, total-at)]
		if err := read(part); err != nil {
			return err
		}
		if err := enc.Add(part, w.take); err != nil {
			return err
		}
	}
	return enc.Finish(w.take)
}

func (w *aacWriter) take(pkt *astiav.Packet) error {
	if len(w.frames) == 0 {
		w.priming = -pkt.Pts()
		if w.priming < 0 {
			return fmt.Errorf("encode sound: the first frame begins at %d", pkt.Pts())
		}
	}
	b := pkt.Data()
	off, err := w.sp.add(b)
	if err != nil {
		return err
	}
	w.frames = append(w.frames, encodedSample{src: w.sp.f, sample: sample{off: off, size: uint32(len(b)), key: true}})
	return w.out(b)
}

// listen decodes frames until the channel closes and measures total pairs behind
// the priming.
func (t *aacTrack) listen(frames <-chan []byte, total int64) error {
	codec := astiav.FindDecoder(astiav.CodecIDAac)
	if codec == nil {
		return errors.New("listen to sound: FFmpeg has no AAC decoder")
	}
	cc := astiav.AllocCodecContext(codec)
	if cc == nil {
		return errors.New("listen to sound: out of memory")
	}
	defer cc.Free()
	if err := cc.SetExtraData(t.config); err != nil {
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

	meter := newLoudnessMeter()
	at, pairs := int64(-aacFrame), make([]float32, 2*aacFrame)
	for b := range frames {
		if err := pkt.FromData(append(b, make([]byte, packetPadding)...)); err != nil {
			return fmt.Errorf("listen to sound: %w", err)
		}
		pkt.SetSize(len(b))
		err := cc.SendPacket(pkt)
		pkt.Unref()
		if err != nil {
			return fmt.Errorf("listen to sound: %w", err)
		}
		for cc.ReceiveFrame(f) == nil {
			n := interleave(pairs, f)
			if from, to := max(0, -at), min(int64(n), total-at); from < to {
				meter.add(pairs[2*from : 2*to])
			}
			at += int64(n)
			f.Unref()
		}
	}
	t.integrated, t.truePeak = meter.integrated(), meter.truePeak()
	return nil
}

// interleave copies a planar stereo frame of floats to dst and returns its
// pairs.
func interleave(dst []float32, f *astiav.Frame) int {
	n := min(f.NbSamples(), len(dst)/media.Channels)
	for c := range media.Channels {
		plane, size := framePlaneOf(f, c)
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
