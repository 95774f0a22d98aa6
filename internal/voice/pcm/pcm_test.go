package pcm

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// wav is a file of our own making, changed at some places.
func wav(samples []int16, change func(b []byte) []byte) []byte {
	return change(EncodeWAV(samples, 24000))
}

func put16(at int, v uint16) func([]byte) []byte {
	return func(b []byte) []byte { binary.LittleEndian.PutUint16(b[at:], v); return b }
}

func put32(at int, v uint32) func([]byte) []byte {
	return func(b []byte) []byte { binary.LittleEndian.PutUint32(b[at:], v); return b }
}

func TestReadWAV(t *testing.T) {
	sound := []int16{1, -2, 300, -32768}
	for _, c := range []struct {
		name   string
		change func([]byte) []byte
		want   []int16
		err    string
	}{
		{"as it is", func(b []byte) []byte { return b }, sound, ""},
		{"size of a pipe", put32(40, 0xffffffff), sound, ""},
		{"size of espeak-ng", put32(40, 0x7ffff000), sound, ""},
		{"sizes never written", func(b []byte) []byte { return put32(4, 0)(put32(40, 0)(b)) }, sound, ""},
		{"empty", put32(40, 0), []int16{}, ""},
		{"two channels", put16(22, 2), []int16{0, -16234}, ""},
		{"cut short", func(b []byte) []byte { return b[:len(b)-3] }, nil, "cut short: 5 bytes of 8"},
		{"half a sample", put32(40, 7), nil, "within a sample"},
		{"floats", put16(20, 3), nil, "format 3"},
		{"24 bits", put16(34, 24), nil, "24 bits"},
		{"six channels", put16(22, 6), nil, "6 channels"},
		{"no rate", put32(24, 0), nil, "0 Hz"},
		{"no data", func(b []byte) []byte { return b[:36] }, nil, "no data chunk"},
		{"long fmt", put32(16, 1<<20), nil, "short fmt"},
		{"a page", func([]byte) []byte { return []byte("<html>RIFF") }, nil, "not a WAV"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, rate, err := ReadWAV(wav(sound, c.change))
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Errorf("got %v, want %q", err, c.err)
				}
				return
			}
			if d := cmp.Diff(c.want, got); err != nil || rate != 24000 || d != "" {
				t.Errorf("rate %d, err %v: %s", rate, err, d)
			}
		})
	}
}

func TestTrim(t *testing.T) {
	sound := make([]int16, 1000)
	sound[500], sound[600] = 1000, -1000
	got, cut := Trim(sound, 8000)
	if len(got) != 101+2*64 || cut != 500-64 {
		t.Errorf("%d samples from %d", len(got), cut)
	}
	if got, cut := Trim(make([]int16, 50), 8000); got != nil || cut != 0 {
		t.Errorf("silence: %d samples from %d", len(got), cut)
	}
}

func FuzzReadWAV(f *testing.F) {
	f.Add([]byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x22\x56\x00\x00\x44\xac\x00\x00\x02\x00\x10\x00data\xff\xff\xff\x7f\x01\x00"))
	f.Add(wav([]int16{1, 2, 3, 4}, put16(22, 2)))
	f.Fuzz(func(t *testing.T, b []byte) {
		samples, rate, err := ReadWAV(b)
		if err == nil && (rate < minRate || rate > maxRate || len(samples)*2 > len(b)) {
			t.Errorf("%d samples at %d of %d bytes", len(samples), rate, len(b))
		}
	})
}
