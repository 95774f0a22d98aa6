package verify

import (
	"context"
	"strings"
	"unsafe"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/sound"
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
	in, err := footage.Open(ctx, path, footage.Clips)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	track := in.Audio()
	if track == nil {
		return nil, nil
	}
	dec, err := footage.OpenDecoder(track)
	if err != nil {
		return nil, err
	}
	defer dec.Close()
	p, meter := &programme{}, sound.NewMeter()
	l := &listener{hear: func(pairs []float32) {
		meter.Add(pairs)
		p.pairs += int64(len(pairs) / media.Channels)
	}}
	defer l.Close()
	begun := false
	err = footage.DecodeAll(in, track, dec, func(f *astiav.Frame) error {
		if !begun {
			begun = true
			p.first = footage.NearestSample(dec.Time(f.Pts()))
		}
		return l.frame(f)
	})
	if err == nil {
		err = l.flush()
	}
	p.integrated, p.truePeak, p.errors = meter.Integrated(), meter.TruePeak(), dec.Errors
	return p, err
}

// listener turns decoded frames into 48 kHz stereo.
type listener struct {
	hear  func(pairs []float32)
	pairs []float32
	g     *footage.Graph // nil while the sound is what a master's should be
	from  footage.AudioSource
}

func (l *listener) frame(f *astiav.Frame) error {
	if f.NbSamples() <= 0 || f.SampleRate() <= 0 || f.SampleRate() > footage.MaxAudioRate {
		return media.ClipErrorf("the sound has %d samples at %d Hz in a frame", f.NbSamples(), f.SampleRate())
	}
	layout, err := footage.SoundLayout(f)
	if err != nil {
		return err
	}
	from := footage.AudioSource{
		Rate: f.SampleRate(), Format: f.SampleFormat(), Layout: strings.TrimRight(layout.String(), "\x00"),
		TimeBase: astiav.NewRational(1, f.SampleRate()),
	}
	if from.Rate == media.SampleRate && from.Format == astiav.SampleFormatFltp && from.Layout == "stereo" {
		if need := media.Channels * f.NbSamples(); cap(l.pairs) < need {
			l.pairs = make([]float32, need)
		}
		n := encoder.Interleave(l.pairs[:cap(l.pairs)], f)
		l.hear(l.pairs[:media.Channels*n])
		return nil
	}
	if from != l.from {
		if err := l.flush(); err != nil {
			return err
		}
		l.Close()
		if l.g, err = footage.NewAudioGraph(from, "aresample=48000,aformat=sample_fmts=flt:sample_rates=48000:channel_layouts=stereo"); err != nil {
			return media.ClipErrorf("the sound cannot be made stereo: %v", err)
		}
		l.from = from
	}
	return l.g.Push(f, l.out)
}

func (l *listener) out(f *astiav.Frame) error {
	b, _ := footage.FramePlane(f, 0, 1)
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
