package sound

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/dailies/dailies/internal/media"
)

// A sound is made faster or slower by laying pieces of it over each other closer or farther
// apart, each taken from where it goes on best with the one before: its pitch is kept
// (WSOLA: W. Verhelst and M. Roelands 1993, "An overlap-add technique based on waveform
// similarity (WSOLA) for high quality time-scale modification of speech").
const (
	tempoHop    = 12 * media.SampleRate / 1000 // pairs from one piece to the next; a piece is two of them
	tempoSeek   = 8 * media.SampleRate / 1000  // pairs before and after its place in which a piece is looked for
	tempoCoarse = 6                            // of them every so many is tried first
	tempoLong   = 10 * 60                      // seconds; a line is shorter

	slowest, fastest = 0.5, 2.0
)

// Tempo is pairs rate times as fast, 1/rate as long, rounded up to a pair.
func Tempo(pairs []float32, rate float64) []float32 {
	n := len(pairs) / media.Channels
	total := int(math.Ceil(float64(n)/rate - 1e-9))
	out := make([]float32, media.Channels*total)
	mono := make([]float32, n)
	for i := range mono {
		mono[i] = pairs[2*i] + pairs[2*i+1]
	}
	window := make([]float32, 2*tempoHop)
	for i := range window {
		window[i] = float32(0.5 - 0.5*math.Cos(2*math.Pi*(float64(i)+0.5)/float64(len(window))))
	}
	from := 0 // of the piece that was laid last
	for k := 0; (k-1)*tempoHop < total; k++ {
		at := (k - 1) * tempoHop // a piece begins half before its middle
		place := int(math.Round(float64(at) * rate))
		if k > 0 {
			place = nearest(mono, place, from+tempoHop)
		}
		from = place
		for i, w := range window {
			o, s := at+i, place+i
			if o < 0 || o >= total || s < 0 || s >= n {
				continue
			}
			if k == 0 || k == 1 && o < tempoHop && at < 0 {
				w = 1 // nothing comes before the first piece
			}
			out[2*o] += pairs[2*s] * w
			out[2*o+1] += pairs[2*s+1] * w
		}
	}
	return out
}

// nearest is where, around place, the sound goes on most like it does at after.
func nearest(mono []float32, place, after int) int {
	best, most := place, math.Inf(-1)
	try := func(at, stride int) {
		dot, power := 0.0, 1e-9
		for i := 0; i < tempoHop; i += stride {
			a, b := after+i, at+i
			if a < 0 || b < 0 || a >= len(mono) || b >= len(mono) {
				continue
			}
			dot += float64(mono[a]) * float64(mono[b])
			power += float64(mono[b]) * float64(mono[b])
		}
		if alike := dot / math.Sqrt(power); alike > most {
			best, most = at, alike
		}
	}
	for d := 0; d <= tempoSeek; d += tempoCoarse { // the nearer one of two that are alike
		try(place+d, tempoCoarse)
		try(place-d, tempoCoarse)
	}
	middle := best
	most = math.Inf(-1)
	for d := range tempoCoarse {
		try(middle+d, 2)
		try(middle-d, 2)
	}
	return best
}

// atRate is p, which it closes, rate times as fast, in a file beside out.
func atRate(ctx context.Context, p *pcm, rate float64, out string) (_ *pcm, err error) {
	defer p.Close()
	switch {
	case !(rate >= slowest && rate <= fastest):
		return nil, fmt.Errorf("hear it %.2f times as fast: out of range", rate)
	case p.pairs > tempoLong*media.SampleRate:
		return nil, media.ClipErrorf("the sound is too long to be made faster or slower")
	}
	pairs := make([]float32, media.Channels*p.pairs)
	if _, err := p.read(pairs, 0, nil); err != nil {
		return nil, err
	}
	pairs = Tempo(pairs, rate)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(filepath.Dir(out), ".tempo-*")
	if err != nil {
		return nil, fmt.Errorf("make spool: %w", err)
	}
	made := &pcm{f: f, pairs: int64(len(pairs) / media.Channels), float: true, remove: true}
	raw := make([]byte, 0, 4*len(pairs))
	for _, v := range pairs {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	if _, err := f.Write(raw); err != nil {
		made.Close()
		return nil, fmt.Errorf("write spool: %w", err)
	}
	return made, nil
}
