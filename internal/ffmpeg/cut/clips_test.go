package cut

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"testing"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/sound"
)

// testShot describes a segment to make: a grey that drifts, a white flash and a
// beep at its first frame.
type testShot struct {
	frames media.Frames
	luma   byte
	head   media.Frames // keyframe here, beside the first
	tail   media.Frames // and so many before the end
	loud   float64      // dBFS of a tone under everything; 0: none
	mute   bool         // no beep either
	noise  bool         // moving pictures that cost bits
	still  bool         // the same picture throughout
}

// flashLuma is what only a flash reaches.
const flashLuma = 220

// makeShot makes a conformed shot with the package's own encoder.
func makeShot(t testing.TB, spec media.Spec, s testShot, out media.Transition) media.Segment {
	t.Helper()
	dir := t.TempDir()
	seg := media.Segment{Video: filepath.Join(dir, "s.mp4"), Audio: filepath.Join(dir, "s.wav"), Frames: s.frames, Out: out}
	enc, err := encoder.OpenVideo(spec)
	if err != nil {
		t.Fatal(err)
	}
	defer enc.Close()
	w, err := encoder.CreateClip(seg.Video, enc.CC)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	emit := func(p *astiav.Packet) error { return w.Write(0, p, 1) }
	for n := range s.frames {
		f, err := footage.NewPicture(spec.Raster)
		if err != nil {
			t.Fatal(err)
		}
		planes, err := footage.Planes(f)
		if err != nil {
			t.Fatal(err)
		}
		paint(planes, s, n)
		f.SetPts(int64(n))
		key := n == 0 || s.head > 0 && n == s.head || s.tail > 0 && n == s.frames-s.tail
		err = enc.Encode(f, key, emit)
		f.Free()
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := enc.Encode(nil, false, emit); err != nil {
		t.Fatal(err)
	}
	if err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	writeShotSound(t, spec, s, seg.Audio)
	return seg
}

func paint(planes [3]footage.Plane, s testShot, n media.Frames) {
	luma := int(s.luma)
	if !s.still {
		luma += int(n % 8)
	}
	if n == 0 && !s.mute {
		luma = 235
	}
	for i, p := range planes {
		for y := range p.Height {
			row := p.Row(y)
			for x := range row {
				switch {
				case i > 0:
					row[x] = 128
				case s.noise && n > 0:
					row[x] = byte(luma + (x*7+y*13+int(n)*31)%17 - 8)
				default:
					row[x] = byte(luma)
				}
			}
		}
	}
}

// beepPairs is the length of a beep.
const beepPairs = 20 * media.SampleRate / 1000

func writeShotSound(t testing.TB, spec media.Spec, s testShot, path string) {
	t.Helper()
	p, err := sound.CreateWAV(path)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	n := s.frames.Samples(spec.FPS, media.SampleRate)
	pairs := make([]float32, 2*n)
	for i := range n {
		var v float64
		if s.loud != 0 {
			v = sound.Ratio(s.loud) * math.Sin(2*math.Pi*220*float64(i)/media.SampleRate)
		}
		if i < beepPairs && !s.mute {
			v += 0.5 * math.Sin(2*math.Pi*3000*float64(i)/media.SampleRate)
		}
		pairs[2*i], pairs[2*i+1] = float32(v), float32(v)
	}
	if err := p.WriteAt(pairs, 0); err != nil {
		t.Fatal(err)
	}
	if err := p.Finish(n); err != nil {
		t.Fatal(err)
	}
}

// seen is a finished file decoded whole.
type seen struct {
	luma  []float64 // mean of each picture
	pts   []int64   // of each picture, in frames
	keys  []bool
	pairs []float32 // sound from the file's time 0 on
}

// watch decodes every picture and sample of a file the way a player does.
func watch(t testing.TB, path string, fps media.Rational) seen {
	t.Helper()
	out := watchPictures(t, path, fps)
	out.pairs = hear(t.Context(), t, path)
	return out
}

// watchPictures is watch for a file that may have no sound.
func watchPictures(t testing.TB, path string, fps media.Rational) seen {
	t.Helper()
	var out seen
	in, err := footage.Open(t.Context(), path, footage.Clips)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	video := in.Video()
	dec, err := footage.OpenDecoder(video)
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	err = footage.DecodeAll(in, video, dec, func(f *astiav.Frame) error {
		planes, err := footage.Planes(f)
		if err != nil {
			return err
		}
		var sum float64
		for y := range planes[0].Height {
			for _, v := range planes[0].Row(y) {
				sum += float64(v)
			}
		}
		out.luma = append(out.luma, sum/float64(planes[0].Width*planes[0].Height))
		base := video.TimeBase()
		num, den := f.Pts()*int64(base.Num())*fps.Num, int64(base.Den())*fps.Den
		if num%den != 0 {
			return fmt.Errorf("picture %d lies between frames", len(out.pts))
		}
		out.pts = append(out.pts, num/den)
		out.keys = append(out.keys, f.KeyFrame())
		return nil
	})
	if err != nil {
		t.Fatalf("decode %s: %v", filepath.Base(path), err)
	}
	if dec.Errors > 0 {
		t.Errorf("decode %s: %d corrupt packets", filepath.Base(path), dec.Errors)
	}
	return out
}

func hear(ctx context.Context, t testing.TB, path string) []float32 {
	t.Helper()
	var pairs []float32
	_, err := footage.ReadSound(ctx, path, footage.Clips, 0, func(part []float32, at int64) error {
		if at < 0 {
			return fmt.Errorf("sound begins %d samples early", -at)
		}
		if need := int(at)*2 + len(part); need > len(pairs) {
			pairs = append(pairs, make([]float32, need-len(pairs))...)
		}
		copy(pairs[2*at:], part)
		return nil
	})
	if err != nil && !errors.Is(err, io.EOF) {
		t.Fatalf("hear %s: %v", filepath.Base(path), err)
	}
	return pairs
}

// onset is where a beep begins nearest to pair want: where a 3 kHz filter of
// 1 ms first passes half of what it reaches there.
func onset(pairs []float32, want int64) int64 {
	const reach, win = media.SampleRate / 50, 48
	energy := func(at int64) float64 {
		var re, im float64
		for i := range int64(win) {
			if k := 2 * (at + i); k >= 0 && k < int64(len(pairs)) {
				s, c := math.Sincos(2 * math.Pi * 3000 * float64(i) / media.SampleRate)
				re += float64(pairs[k]) * c
				im += float64(pairs[k]) * s
			}
		}
		return re*re + im*im
	}
	var top float64
	for at := want - reach; at < want+reach; at += 4 {
		top = max(top, energy(at))
	}
	if top < 1e-2 {
		return -1 << 40 // no beep at all
	}
	for at := want - reach; at < want+reach; at++ {
		if energy(at) > top/4 { // half the amplitude
			return at + win/2
		}
	}
	return -1
}
