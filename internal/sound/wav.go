package sound

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"

	"github.com/dailies/dailies/internal/media"
)

// HeaderBytes is the length of the plainest WAV header, the one WAV
// writes.
const HeaderBytes = 44

// PairBytes is one sample of both channels.
const PairBytes = media.Channels * 2

// maxPCMSamples bounds a WAV: nothing is written beyond it.
const maxPCMSamples = int64(media.MaxClipDuration/1e9) * media.SampleRate

// WAV is a 48 kHz stereo 16-bit WAV file being written in any order: what
// is not written is silence.
type WAV struct {
	f   *os.File
	buf []byte
}

// CreateWAV creates path.
func CreateWAV(path string) (*WAV, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create sound: %w", err)
	}
	return &WAV{f: f}, nil
}

// WriteAt writes interleaved pairs, full scale 1, so that the first lies at
// sample at. What lies before 0 or beyond the limit is left out.
func (p *WAV) WriteAt(pairs []float32, at int64) error {
	n := int64(len(pairs) / media.Channels)
	if skip := -at; skip > 0 {
		if skip >= n {
			return nil
		}
		pairs, at, n = pairs[skip*media.Channels:], 0, n-skip
	}
	if at >= maxPCMSamples {
		return nil
	}
	n = min(n, maxPCMSamples-at)
	p.buf = p.buf[:0]
	for _, v := range pairs[:n*media.Channels] {
		p.buf = binary.LittleEndian.AppendUint16(p.buf, uint16(sample16(v)))
	}
	if _, err := p.f.WriteAt(p.buf, HeaderBytes+at*PairBytes); err != nil {
		return fmt.Errorf("write sound: %w", err)
	}
	return nil
}

// Finish makes the file exactly samples long and closes it.
func (p *WAV) Finish(samples int64) error {
	if err := p.f.Truncate(HeaderBytes + samples*PairBytes); err != nil {
		return fmt.Errorf("finish sound: %w", err)
	}
	if _, err := p.f.WriteAt(wavHeader(samples), 0); err != nil {
		return fmt.Errorf("finish sound: %w", err)
	}
	f := p.f
	p.f = nil
	if err := f.Close(); err != nil {
		return fmt.Errorf("finish sound: %w", err)
	}
	return nil
}

// Close closes the file; without Finish it is no sound.
func (p *WAV) Close() {
	if p.f != nil {
		_ = p.f.Close() // an error is already on its way
	}
}

// wavHeader is the header of samples pairs of PCM.
func wavHeader(samples int64) []byte {
	size := uint32(min(samples*PairBytes, math.MaxUint32-HeaderBytes))
	h := make([]byte, 0, HeaderBytes)
	h = append(h, "RIFF"...)
	h = binary.LittleEndian.AppendUint32(h, size+HeaderBytes-8)
	h = append(h, "WAVEfmt "...)
	h = binary.LittleEndian.AppendUint32(h, 16)
	h = binary.LittleEndian.AppendUint16(h, 1) // PCM
	h = binary.LittleEndian.AppendUint16(h, media.Channels)
	h = binary.LittleEndian.AppendUint32(h, media.SampleRate)
	h = binary.LittleEndian.AppendUint32(h, media.SampleRate*PairBytes)
	h = binary.LittleEndian.AppendUint16(h, PairBytes)
	h = binary.LittleEndian.AppendUint16(h, 16)
	h = append(h, "data"...)
	return binary.LittleEndian.AppendUint32(h, size)
}

// sample16 rounds a sample to 16 bits; what came from 16 bits comes out the
// same.
func sample16(v float32) int16 {
	s := math.RoundToEven(float64(v) * 32768)
	if s != s { // not a number
		return 0
	}
	return int16(max(math.MinInt16, min(math.MaxInt16, s)))
}
