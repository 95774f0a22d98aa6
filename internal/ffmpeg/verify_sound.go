package ffmpeg

import (
	"context"
	"strings"
	"unsafe"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/media"
)

// programme is what a decode of a master's sound found.
type programme struct {
	first                int64 // pair the sound begins at, from the file's zero
	pairs                int64
	integrated, truePeak float64
	errors               int
}

// listenTo decodes and measures a file's sound; nil if it has none.
func listenTo(ctx context.Context, path string) (*programme, error) {
	in, err := openInput(ctx, path, clipDemuxers)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	track := in.Audio()
	if track == nil {
		return nil, nil
	}
	dec, err := openDecoder(track)
	if err != nil {
		return nil, err
	}
	defer dec.Close()
	p, meter := &programme{}, newLoudnessMeter()
	l := &listener{hear: func(pairs []float32) {
		meter.add(pairs)
		p.pairs += int64(len(pairs) / media.Channels)
	}}
	defer l.Close()
	begun := false
	err = decodeAll(in, track, dec, func(f *astiav.Frame) error {
		if !begun {
			begun = true
			p.first = nearestSample(dec.Time(f.Pts()))
		}
		return l.frame(f)
	})
	if err == nil {
		err = l.flush()
	}
	p.integrated, p.truePeak, p.errors = meter.integrated(), meter.truePeak(), dec.Errors
	return p, err
}

// listener turns decoded frames into 48 kHz stereo.
type listener struct {
	hear  func(pairs []float32)
	pairs []float32
	g     *graph // nil while the sound is what a master's should be
	from  audioSource
}

func (l *listener) frame(f *astiav.Frame) error {
	if f.NbSamples() <= 0 || f.SampleRate() <= 0 || f.SampleRate() > maxAudioRate {
		return clipErrorf("the sound has %d samples at %d Hz in a frame", f.NbSamples(), f.SampleRate())
	}
	layout, err := soundLayout(f)
	if err != nil {
		return err
	}
	from := audioSource{
		Rate: f.SampleRate(), Format: f.SampleFormat(), Layout: strings.TrimRight(layout.String(), "\x00"),
		TimeBase: astiav.NewRational(1, f.SampleRate()),
	}
	if from.Rate == media.SampleRate && from.Format == astiav.SampleFormatFltp && from.Layout == "stereo" {
		if need := media.Channels * f.NbSamples(); cap(l.pairs) < need {
			l.pairs = make([]float32, need)
		}
		n := interleave(l.pairs[:cap(l.pairs)], f)
		l.hear(l.pairs[:media.Channels*n])
		return nil
	}
	if from != l.from {
		if err := l.flush(); err != nil {
			return err
		}
		l.Close()
		if l.g, err = newAudioGraph(from, "aresample=48000,aformat=sample_fmts=flt:sample_rates=48000:channel_layouts=stereo"); err != nil {
			return clipErrorf("the sound cannot be made stereo: %v", err)
		}
		l.from = from
	}
	return l.g.Push(f, l.out)
}

func (l *listener) out(f *astiav.Frame) error {
	b, _ := framePlane(f, 0, 1)
	n := media.Channels * f.NbSamples()
	if n == 0 || len(b) < 4*n {
		return nil
	}
	l.hear(unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(b))), n))
	return nil
}

func (l *listener) flush() error {
	if l.g == nil {
		return nil
	}
	return l.g.Push(nil, l.out)
}

func (l *listener) Close() {
	if l.g != nil {
		l.g.Close()
		l.g = nil
	}
}
