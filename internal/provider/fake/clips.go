package fake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

// Normal is the look of a clip that is as it was asked for.
const Normal Behaviour = ""

// Clips makes what the fake vendor delivers.
type Clips interface {
	Open(ctx context.Context, r provider.Request, look Behaviour) (io.ReadCloser, error)
}

// Null delivers a few bytes that no decoder has to like: for runs with a null
// media runner.
type Null struct{}

// Open returns bytes that differ by request.
func (Null) Open(_ context.Context, r provider.Request, look Behaviour) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader([]byte("null clip of " + r.Key + " " + string(look)))), nil
}

// Encoded delivers real clips, made with a media runner: a field that moves,
// coloured by the seed, with a tone.
type Encoded struct {
	Runner media.Runner
	Dir    string // scratch
}

// Open encodes the clip. The same request and look give the same pictures.
func (e Encoded) Open(ctx context.Context, r provider.Request, look Behaviour) (io.ReadCloser, error) {
	if look == Garbage {
		return io.NopCloser(bytes.NewReader(noise(r, 64<<10))), nil
	}
	frames := length(r)
	if look == Short {
		frames = max(frames/2, 1)
	}
	body, err := e.encode(ctx, r, look, frames)
	if err != nil {
		return nil, &provider.Error{Kind: provider.KindTransient, Op: "fetch", Message: "make the fake clip", Err: err}
	}
	if look == Truncated {
		body = body[:len(body)/2]
	}
	return io.NopCloser(bytes.NewReader(body)), nil
}

func (e Encoded) encode(ctx context.Context, r provider.Request, look Behaviour, frames media.Frames) (_ []byte, err error) {
	dir, err := os.MkdirTemp(e.Dir, "fake-*")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	wav := filepath.Join(dir, "tone.wav")
	if err := os.WriteFile(wav, tone(frames.Samples(r.FPS, media.SampleRate), look == Silent), 0o600); err != nil {
		return nil, err
	}
	out := filepath.Join(dir, "clip.mp4")
	crf := 26
	if look == Frozen {
		// In the small rasters of tests the encoder's own noise would be motion.
		crf = 6
	}
	job := media.Job{Encode: &media.EncodeJob{
		Out: out, Raster: r.Raster, FPS: r.FPS, Frames: frames, Audio: wav,
		Encoder: media.Encoder{Preset: "ultrafast", CRF: crf},
	}}
	pictures := &field{r: r, look: look, left: frames}
	if _, err := e.Runner.Run(ctx, job, pictures, nil); err != nil {
		return nil, fmt.Errorf("encode fake clip: %w", err)
	}
	return os.ReadFile(out)
}

// page is what a host says when it is not well.
func page() io.ReadCloser {
	return io.NopCloser(strings.NewReader("<!doctype html><title>Sorry</title><p>We will be back soon.</p>"))
}

// picture is a still: one colour, by the seed, in the wanted raster.
func picture(r provider.Request, look Behaviour) (io.ReadCloser, error) {
	if look == Garbage {
		return io.NopCloser(bytes.NewReader(noise(r, 64<<10))), nil
	}
	shade := uint8(90)
	if r.Seed != nil {
		shade += uint8(*r.Seed % 97) //nolint:gosec // under 97
	}
	pic := image.NewPaletted(image.Rect(0, 0, r.Raster.Width, r.Raster.Height), color.Palette{color.Gray{Y: shade}})
	var b bytes.Buffer
	if err := png.Encode(&b, pic); err != nil {
		return nil, &provider.Error{Kind: provider.KindTransient, Op: "fetch", Message: "make the fake picture", Err: err}
	}
	return io.NopCloser(&b), nil
}

// field streams yuv420p pictures of two gradients that slide across each other.
type field struct {
	r    provider.Request
	look Behaviour
	left media.Frames
	n    int
	buf  []byte
}

func (f *field) Read(p []byte) (int, error) {
	if len(f.buf) == 0 {
		if f.left == 0 {
			return 0, io.EOF
		}
		f.left--
		f.buf = f.picture()
		f.n++
	}
	n := copy(p, f.buf)
	f.buf = f.buf[n:]
	return n, nil
}

// shot is which of several the picture is of, from 0.
func (f *field) shot() int {
	at := media.Frames(f.n).Duration(f.r.FPS).Milliseconds()
	shot := 0
	for i, ms := range f.r.ShotsMS {
		if at -= ms; at < 0 {
			break
		}
		if shot = i + 1; i == 0 && f.look == Uncut {
			shot = 0
		}
	}
	return min(shot, max(len(f.r.ShotsMS)-1, 0))
}

func (f *field) picture() []byte {
	w, h := f.r.Raster.Width, f.r.Raster.Height
	seed := 0
	if f.r.Seed != nil {
		seed = int(*f.r.Seed % 97)
	}
	shift := f.n * 3
	if f.look == Frozen {
		shift = 0
	}
	shot := f.shot()
	pic := make([]byte, 0, w*h*3/2)
	for y := range h {
		for x := range w {
			luma := 60 + (x*5+y*3+shift*4+seed)%120
			if len(f.r.ShotsMS) > 0 { // no two of them look alike, and each moves little
				luma = 40 + 70*(shot%3) + (x/8+y/(3+shot)+shift)%40
			}
			if f.look == Black {
				luma = 16
			}
			pic = append(pic, byte(luma))
		}
	}
	for plane := range 2 {
		for y := range h / 2 {
			for x := range w / 2 {
				chroma := 100 + (x+y*2+seed*(plane+1)+shift)%56
				if f.look == Black {
					chroma = 128
				}
				pic = append(pic, byte(chroma))
			}
		}
	}
	return pic
}

// tone is a WAV of a quiet 440 Hz sine, or of silence.
func tone(samples int64, silent bool) []byte {
	const bytesPerFrame = 2 * media.Channels
	size := uint32(samples * bytesPerFrame) //nolint:gosec // test clips are short
	var b bytes.Buffer
	le := binary.LittleEndian
	b.WriteString("RIFF")
	b.Write(le.AppendUint32(nil, 36+size))
	b.WriteString("WAVEfmt ")
	b.Write(le.AppendUint32(nil, 16))
	b.Write(le.AppendUint16(nil, 1))
	b.Write(le.AppendUint16(nil, media.Channels))
	b.Write(le.AppendUint32(nil, media.SampleRate))
	b.Write(le.AppendUint32(nil, media.SampleRate*bytesPerFrame))
	b.Write(le.AppendUint16(nil, bytesPerFrame))
	b.Write(le.AppendUint16(nil, 16))
	b.WriteString("data")
	b.Write(le.AppendUint32(nil, size))
	for i := range samples {
		v := int16(0)
		if !silent {
			v = int16(4000 * math.Sin(2*math.Pi*440*float64(i)/media.SampleRate))
		}
		for range media.Channels {
			b.Write(le.AppendUint16(nil, uint16(v))) //nolint:gosec // two's complement is the format
		}
	}
	return b.Bytes()
}

// noise is bytes that depend on the request only.
func noise(r provider.Request, n int) []byte {
	out := make([]byte, 0, n)
	block := sha256.Sum256([]byte(r.Key))
	for len(out) < n {
		out = append(out, block[:]...)
		block = sha256.Sum256(block[:])
	}
	return out[:n]
}
