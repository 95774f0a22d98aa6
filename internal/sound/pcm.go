package sound

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"unsafe"

	"github.com/dailies/dailies/internal/media"
)

// A Decode decodes at most the first most pairs of a sound file to 48 kHz
// stereo 32-bit floats in a file of its own, which whoever closes it removes.
//
// It returns *media.ClipError when the file is no sound.
type Decode func(ctx context.Context, path string, most int64) (f *os.File, pairs int64, err error)

// pcm is sound at rest: 48 kHz stereo in a file, read from any position.
type pcm struct {
	f      *os.File
	off    int64 // of the first pair
	pairs  int64
	float  bool // 32-bit float, else 16-bit integers
	remove bool // the file is ours
}

// pairBytes is the size of one sample pair in the file.
func (p *pcm) pairBytes() int64 {
	if p.float {
		return 8
	}
	return 4
}

// read fills dst, interleaved pairs, from position at; what lies outside the
// file is silence. raw is scratch space and comes back, grown.
func (p *pcm) read(dst []float32, at int64, raw []byte) ([]byte, error) {
	clear(dst)
	if at < 0 {
		skip := min(-at, int64(len(dst)/2))
		dst, at = dst[2*skip:], at+skip
	}
	n := min(int64(len(dst)/2), p.pairs-at)
	if n <= 0 {
		return raw, nil
	}
	dst = dst[:media.Channels*n]
	if p.float { // as decoders write it: in the machine's own order
		return raw, p.bytes(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(dst))), 8*n), at)
	}
	size := n * p.pairBytes()
	if int64(cap(raw)) < size {
		raw = make([]byte, size)
	}
	raw = raw[:size]
	if err := p.bytes(raw, at); err != nil {
		return raw, err
	}
	const unit = 1.0 / (1 << 15)
	for i := range dst {
		dst[i] = float32(int16(binary.LittleEndian.Uint16(raw[2*i:]))) * unit
	}
	return raw, nil
}

// bytes reads the file from a pair on.
func (p *pcm) bytes(dst []byte, at int64) error {
	if _, err := p.f.ReadAt(dst, p.off+at*p.pairBytes()); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read sound: %w", err)
	}
	return nil
}

func (p *pcm) Close() {
	p.f.Close()
	if p.remove {
		os.Remove(p.f.Name())
	}
}

// openSound opens a sound file for mixing. A WAV as conform writes it is read
// in place; anything else is decoded once, at most the first most pairs. The
// caller closes it.
//
// It returns *media.ClipError when the file is no sound.
func openSound(ctx context.Context, path string, most int64, decode Decode) (*pcm, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open sound: %w", err)
	}
	if off, size, ok := plainWAV(f); ok {
		return &pcm{f: f, off: off, pairs: size / 4}, nil
	}
	f.Close()
	f, pairs, err := decode(ctx, path, most)
	if err != nil {
		return nil, err
	}
	return &pcm{f: f, pairs: pairs, float: true, remove: true}, nil
}

// ReadWAV hands the pairs of a file that WAV wrote to each, in order; they are only
// valid during the call.
func ReadWAV(path string, each func(pairs []float32) error) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read sound: %w", err)
	}
	defer f.Close()
	off, size, ok := plainWAV(f)
	if !ok {
		return errors.New("read sound: this is no WAV of 48 kHz stereo in 16 bits")
	}
	p := pcm{f: f, off: off, pairs: size / PairBytes}
	pairs, raw := make([]float32, media.Channels*readStep), []byte(nil)
	for at := int64(0); at < p.pairs; at += readStep {
		part := pairs[:media.Channels*min(readStep, p.pairs-at)]
		if raw, err = p.read(part, at, raw); err != nil {
			return err
		}
		if err := each(part); err != nil {
			return err
		}
	}
	return nil
}

// readStep is how many pairs are read at once.
const readStep = 16 << 10

// plainWAV finds the samples of a RIFF file of 48 kHz stereo 16-bit integers.
func plainWAV(f *os.File) (off, size int64, ok bool) {
	st, err := f.Stat()
	if err != nil || !st.Mode().IsRegular() {
		return 0, 0, false
	}
	var head [12]byte
	if _, err := f.ReadAt(head[:], 0); err != nil || string(head[:4]) != "RIFF" || string(head[8:]) != "WAVE" {
		return 0, 0, false
	}
	plain := false
	const chunks = 64 // more is no WAV that we wrote
	at := int64(len(head))
	for range chunks {
		var chunk [8]byte
		if _, err := f.ReadAt(chunk[:], at); err != nil {
			return 0, 0, false
		}
		n := int64(binary.LittleEndian.Uint32(chunk[4:]))
		at += int64(len(chunk))
		switch string(chunk[:4]) {
		case "fmt ":
			var b [16]byte
			if _, err := f.ReadAt(b[:], at); err != nil {
				return 0, 0, false
			}
			const integers = 1
			plain = binary.LittleEndian.Uint16(b[0:]) == integers && binary.LittleEndian.Uint16(b[2:]) == media.Channels &&
				binary.LittleEndian.Uint32(b[4:]) == media.SampleRate && binary.LittleEndian.Uint16(b[14:]) == 16
		case "data":
			return at, min(n, st.Size()-at), plain
		}
		at += n + n%2
	}
	return 0, 0, false
}
