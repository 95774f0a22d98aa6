package animatic

import (
	"bufio"
	"context"
	"encoding/binary"
	"math"
	"os"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

// stereo is a mix at 48 kHz, -1..1.
type stereo struct{ l, r []float32 }

func newStereo(n int) stereo { return stereo{make([]float32, n), make([]float32, n)} }

// mixSound is the shot's whole sound: lines over ambience.
func mixSound(r provider.Request, spoken []spokenLine) stereo {
	n := int(r.Frames.Samples(r.FPS, media.SampleRate))
	mix := newStereo(n)
	ambience(mix, r.Brief)
	for _, l := range spoken {
		pan := float32(0)
		for i, c := range r.Brief.Cast {
			if c.ID == l.who && l.kind == drama.LineDialogue && len(r.Brief.Cast) > 1 {
				pan = float32(i)*0.24 - 0.12
			}
		}
		for i, v := range l.samples {
			if j := l.from + i; j < n {
				mix.l[j] += v * (1 - pan)
				mix.r[j] += v * (1 + pan)
			}
		}
		if l.kind == drama.LineOS || l.kind == drama.LineInner {
			echo(mix, l, n)
		}
	}
	// short ramps so that a cut never clicks; a soft ceiling
	ramp := min(240, n/4)
	for i := range n {
		g := float32(1)
		if i < ramp {
			g = float32(i) / float32(ramp)
		} else if n-i < ramp {
			g = float32(n-i) / float32(ramp)
		}
		mix.l[i], mix.r[i] = ceiling(mix.l[i]*g), ceiling(mix.r[i]*g)
	}
	return mix
}

func ceiling(v float32) float32 {
	a := float32(math.Abs(float64(v)))
	if a <= 0.7 {
		return v
	}
	return float32(math.Copysign(0.7+0.2*math.Tanh(float64(a-0.7)/0.2), float64(v)))
}

// colourVoice gives a line its distance: voice-over close and warm, off-screen
// muffled behind a wall, inner voice soft.
func colourVoice(s []float32, kind drama.LineKind) []float32 {
	switch kind {
	case drama.LineDialogue:
	case drama.LineVO, drama.LineNarration:
		lowShelf(s, 260, 1.35)
	case drama.LineOS:
		lowPass(s, 1500)
		gain(s, 0.75)
	case drama.LineInner:
		lowPass(s, 3400)
		gain(s, 0.85)
	}
	return s
}

func gain(s []float32, g float32) {
	for i := range s {
		s[i] *= g
	}
}

// lowPass is one pole, twice.
func lowPass(s []float32, hz float64) {
	a := float32(1 - math.Exp(-2*math.Pi*hz/media.SampleRate))
	var y1, y2 float32
	for i, v := range s {
		y1 += a * (v - y1)
		y2 += a * (y1 - y2)
		s[i] = y2
	}
}

func highPass(s []float32, hz float64) {
	a := float32(1 - math.Exp(-2*math.Pi*hz/media.SampleRate))
	var y float32
	for i, v := range s {
		y += a * (v - y)
		s[i] = v - y
	}
}

// lowShelf lifts what lies under hz by a factor.
func lowShelf(s []float32, hz, k float64) {
	a := float32(1 - math.Exp(-2*math.Pi*hz/media.SampleRate))
	var y float32
	for i, v := range s {
		y += a * (v - y)
		s[i] = (v + float32(k-1)*y) * 0.92
	}
}

// echo adds a small room after a line: six taps.
func echo(mix stereo, l spokenLine, n int) {
	taps := []struct {
		ms   int
		gain float32
		pan  float32
	}{{23, 0.28, -0.4}, {37, 0.24, 0.5}, {59, 0.19, -0.2}, {83, 0.15, 0.3}, {127, 0.11, -0.5}, {181, 0.07, 0.4}}
	for _, t := range taps {
		d := t.ms * media.SampleRate / 1000
		for i, v := range l.samples {
			if j := l.from + i + d; j < n {
				mix.l[j] += v * t.gain * (1 - t.pan)
				mix.r[j] += v * t.gain * (1 + t.pan)
			}
		}
	}
}

// writeWAV writes a mix as 48 kHz stereo s16.
func writeWAV(ctx context.Context, path string, s stereo) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}()
	w := bufio.NewWriterSize(f, 1<<16)
	size := uint32(len(s.l) * 4)
	head := make([]byte, 0, 44)
	head = append(head, "RIFF"...)
	head = binary.LittleEndian.AppendUint32(head, 36+size)
	head = append(head, "WAVEfmt "...)
	head = binary.LittleEndian.AppendUint32(head, 16)
	head = binary.LittleEndian.AppendUint16(head, 1)
	head = binary.LittleEndian.AppendUint16(head, 2)
	head = binary.LittleEndian.AppendUint32(head, media.SampleRate)
	head = binary.LittleEndian.AppendUint32(head, media.SampleRate*4)
	head = binary.LittleEndian.AppendUint16(head, 4)
	head = binary.LittleEndian.AppendUint16(head, 16)
	head = append(head, "data"...)
	head = binary.LittleEndian.AppendUint32(head, size)
	if _, err := w.Write(head); err != nil {
		return err
	}
	var b [4]byte
	for i := range s.l {
		if i%(1<<18) == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		binary.LittleEndian.PutUint16(b[:], uint16(pcm(s.l[i])))
		binary.LittleEndian.PutUint16(b[2:], uint16(pcm(s.r[i])))
		if _, err := w.Write(b[:]); err != nil {
			return err
		}
	}
	return w.Flush()
}

func pcm(v float32) int16 {
	return int16(math.Round(float64(max(min(v, 1), -1)) * 32767))
}
