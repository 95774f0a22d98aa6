// Package pcm reads and trims the sound of voices: 16-bit linear PCM, bare or in
// a WAV file, made mono. It does not resample, and decodes nothing that is
// compressed.
package pcm

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// Longest is how long a spoken line may last.
const Longest = 10 * time.Minute

// Sample rates that a voice may have, Hz.
const (
	minRate = 8000
	maxRate = 192000
)

// unknownSize is where data sizes begin that only say "to the end": espeak-ng
// writes 0x7ffff000 to a pipe, others -1.
const unknownSize = 0x7ffff000

// ReadWAV reads 16-bit PCM from a WAV file, made mono if it has two channels. A
// size that was not known when the file was begun means to its end; a file that
// is shorter than it says errs.
func ReadWAV(b []byte) (samples []int16, rate int, err error) {
	if len(b) < 12 || string(b[:4]) != "RIFF" || string(b[8:12]) != "WAVE" {
		return nil, 0, errors.New("not a WAV file")
	}
	streamed := binary.LittleEndian.Uint32(b[4:]) == 0 // nobody came back to write the sizes
	channels := 0
	for at := 12; at+8 <= len(b); {
		size := int64(binary.LittleEndian.Uint32(b[at+4:]))
		body := b[at+8:]
		switch string(b[at : at+4]) {
		case "fmt ":
			if size < 16 || size > int64(len(body)) {
				return nil, 0, errors.New("short fmt chunk")
			}
			if rate, channels, err = readFormat(body[:size]); err != nil {
				return nil, 0, err
			}
		case "data":
			switch {
			case rate == 0:
				return nil, 0, errors.New("data before fmt")
			case size >= unknownSize, size == 0 && streamed:
				body = body[:len(body)-len(body)%(2*channels)] // a header's size is all that was missing
			case size > int64(len(body)):
				return nil, 0, fmt.Errorf("cut short: %d bytes of %d", len(body), size)
			default:
				body = body[:size]
			}
			samples, err = read(body, channels)
			return samples, rate, err
		}
		if size > int64(len(body)) {
			break
		}
		at += 8 + int(size+size&1)
	}
	return nil, 0, errors.New("no data chunk")
}

// readFormat reads a fmt chunk, plain or extensible.
func readFormat(b []byte) (rate, channels int, err error) {
	const linear, extensible = 1, 0xfffe
	le := binary.LittleEndian
	format := le.Uint16(b)
	if format == extensible && len(b) >= 26 {
		format = le.Uint16(b[24:])
	}
	channels, rate = int(le.Uint16(b[2:])), int(le.Uint32(b[4:]))
	if bits := le.Uint16(b[14:]); format != linear || bits != 16 || channels < 1 || channels > 2 {
		return 0, 0, fmt.Errorf("format %d with %d bits and %d channels, not 16-bit PCM of one or two", format, bits, channels)
	}
	if rate < minRate || rate > maxRate {
		return 0, 0, fmt.Errorf("%d Hz, not %d to %d", rate, minRate, maxRate)
	}
	return rate, channels, nil
}

// Read reads bare little-endian mono PCM.
func Read(b []byte) ([]int16, error) { return read(b, 1) }

func read(b []byte, channels int) ([]int16, error) {
	frame := 2 * channels
	if len(b)%frame != 0 {
		return nil, fmt.Errorf("cut short: %d bytes end within a sample", len(b))
	}
	samples := make([]int16, len(b)/frame)
	for i := range samples {
		sum := 0
		for c := range channels {
			sum += int(int16(binary.LittleEndian.Uint16(b[i*frame+2*c:])))
		}
		samples[i] = int16(sum / channels)
	}
	return samples, nil
}

// Trim drops what is quieter than -50 dBFS at either end, leaving 8 ms so that
// no onset is cut, and says how many samples went from the beginning. Silence
// becomes nil.
func Trim(s []int16, rate int) (trimmed []int16, cut int) {
	const floor = 104
	loud := func(v int16) bool { return v > floor || v < -floor }
	from, to := 0, len(s)
	for from < to && !loud(s[from]) {
		from++
	}
	for to > from && !loud(s[to-1]) {
		to--
	}
	if from == to {
		return nil, 0
	}
	keep := rate * 8 / 1000
	cut = max(0, from-keep)
	return s[cut:min(len(s), to+keep)], cut
}

// Length is how long so many samples last.
func Length(samples, rate int) time.Duration {
	if rate <= 0 {
		return 0
	}
	return time.Duration(float64(samples) / float64(rate) * float64(time.Second))
}

// EncodeWAV is mono 16-bit PCM in its plainest container.
func EncodeWAV(samples []int16, rate int) []byte {
	le := binary.LittleEndian
	size := uint32(2 * len(samples))
	b := make([]byte, 0, 44+int(size))
	b = append(b, "RIFF"...)
	b = le.AppendUint32(b, 36+size)
	b = append(b, "WAVEfmt "...)
	b = le.AppendUint32(b, 16)
	b = le.AppendUint16(b, 1)
	b = le.AppendUint16(b, 1)
	b = le.AppendUint32(b, uint32(rate))
	b = le.AppendUint32(b, uint32(rate)*2)
	b = le.AppendUint16(b, 2)
	b = le.AppendUint16(b, 16)
	b = append(b, "data"...)
	b = le.AppendUint32(b, size)
	return append(b, Encode(samples)...)
}

// Encode is bare little-endian PCM.
func Encode(samples []int16) []byte {
	b := make([]byte, 0, 2*len(samples))
	for _, v := range samples {
		b = binary.LittleEndian.AppendUint16(b, uint16(v))
	}
	return b
}
