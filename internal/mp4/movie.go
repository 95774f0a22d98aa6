package mp4

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/dailies/dailies/internal/media"
)

// A master is written here and not by FFmpeg's muxer: the binding cannot set
// metadata, and everything is known before the first byte is written, so the
// Header can stand in front without moving the media afterwards.

// Track is one track of a master.
type Track struct {
	Samples []Encoded // in decode order
	chunks  []chunk
	Scale   uint32   // units a second
	Lasts   []uint32 // units each sample lasts; one entry stands for all
	Shift   []int32  // presentation after decoding, in units; nil: none
	Skip    int64    // units left out at the beginning
	Length  int64    // units shown
	Stsd    mp4.Box
	Header  []mp4.Box // media header boxes of minf
	Handler string
	Name    string
	Lang    string // ISO 639-2
	tag     string // BCP 47, "" if lang says it all
	Raster  media.Raster
	hidden  bool // not played unless it is asked for
	group   int16
	Refs    *mp4.TrefBox
	Extra   []mp4.Box // further boxes of stbl
	noEdits bool      // it has no edit list
}

// chunk is a run of a track's samples that lies in one piece.
type chunk struct {
	first, count int
	off          int64
}

// size is how many bytes the chunk of t has.
func (c *chunk) size(t *Track) (bytes int64) {
	for _, s := range t.Samples[c.first : c.first+c.count] {
		bytes += int64(s.Size)
	}
	return bytes
}

// Movie is a master about to be written.
type Movie struct {
	Tracks   []*Track
	Scale    uint32 // units a second of the movie
	Length   int64  // units
	Metadata map[string]string
	Chapters []media.Chapter
	FPS      media.Rational
	// Front is a box that stands before all that players look at; empty: none.
	Front []byte
	order []piece // of media data
}

// piece is one chunk in the order of the file.
type piece struct{ track, chunk int }

// VideoClock is the finest usual clock that holds fps exactly: units a second
// and units a frame.
func VideoClock(fps media.Rational) (scale, step int64) {
	scale, step = fps.Num, fps.Den
	for scale < 10_000 {
		scale, step = 2*scale, 2*step
	}
	return scale, step
}

// MovieClock is a clock that holds both frames and samples exactly, where there
// is one of reasonable size.
func MovieClock(fps media.Rational) int64 {
	const most = 1_000_000
	if l := fps.Num / gcd(fps.Num, media.SampleRate) * media.SampleRate; l <= most {
		return l
	}
	scale, _ := VideoClock(fps)
	return scale
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// interleave cuts the tracks into chunks of about a second, side by side; text,
// which is small, comes first in one chunk.
func (m *Movie) interleave() {
	next := make([]int, len(m.Tracks)) // sample
	at := make([]float64, len(m.Tracks))
	for i, t := range m.Tracks {
		if t.Raster.Width == 0 && t.Handler != "soun" || t.hidden {
			t.chunks = []chunk{{count: len(t.Samples)}}
			m.order = append(m.order, piece{track: i})
			next[i] = len(t.Samples)
		}
	}
	for second, left := 1.0, true; left; second++ {
		left = false
		for i, t := range m.Tracks {
			first := next[i]
			for next[i] < len(t.Samples) && at[i] < second {
				at[i] += float64(t.last(next[i])) / float64(t.Scale)
				next[i]++
			}
			if next[i] > first {
				m.order = append(m.order, piece{track: i, chunk: len(t.chunks)})
				t.chunks = append(t.chunks, chunk{first: first, count: next[i] - first})
			}
			left = left || next[i] < len(t.Samples)
		}
	}
}

// last is how long sample i lasts.
func (t *Track) last(i int) uint32 {
	if len(t.Lasts) == 1 {
		return t.Lasts[0]
	}
	return t.Lasts[i]
}

// Written is a master in its file.
type Written struct {
	Bytes  int64
	SHA256 string // hex
}

// Write writes the master to path. What is left behind on an error is no master; the
// caller removes it.
func (m *Movie) Write(ctx context.Context, path string) (_ Written, err error) {
	var none Written
	m.interleave()
	var payload int64
	for _, t := range m.Tracks {
		for _, s := range t.Samples {
			payload += int64(s.Size)
		}
	}
	ftyp := mp4.NewFtyp("isom", 512, []string{"isom", "iso2", "avc1", "mp41"})
	const header = 16 // of mdat, with a 64-bit size
	wide := payload > math.MaxUint32-(64<<20)
	moov := m.moov(wide)
	base := int64(ftyp.Size()) + int64(len(m.Front)) + int64(moov.Size()) + header
	m.place(base)
	moov = m.moov(wide)

	f, err := os.Create(path)
	if err != nil {
		return none, fmt.Errorf("create master: %w", err)
	}
	defer func() {
		if cerr := f.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("write master: %w", cerr)
		}
	}()
	w := bufio.NewWriter(f)
	mdat := append([]byte{0, 0, 0, 1}, "mdat"...)
	err0 := ftyp.Encode(w)
	_, err1 := w.Write(m.Front)
	err2 := moov.Encode(w)
	_, err3 := w.Write(append(mdat, be64(uint64(payload+header))...))
	if err := errors.Join(err0, err1, err2, err3, w.Flush()); err != nil {
		return none, fmt.Errorf("write master: %w", err)
	}
	at := base
	sum := follow(f, len(m.order))
	defer func() { _, _ = sum.end() }() // it reads f
	for _, p := range m.order {
		if err := ctx.Err(); err != nil {
			return none, err
		}
		t := m.Tracks[p.track]
		c := &t.chunks[p.chunk]
		if err := copySamples(f, t.Samples[c.first:c.first+c.count]); err != nil {
			return none, err
		}
		at += c.size(t)
		sum.upTo(at)
	}
	end, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return none, fmt.Errorf("write master: %w", err)
	}
	if end != base+payload {
		return none, errors.New("write master: its header promises another length than was written")
	}
	digest, err := sum.end()
	return Written{Bytes: end, SHA256: digest}, err
}

// place gives each chunk its offset.
func (m *Movie) place(base int64) {
	for _, p := range m.order {
		t := m.Tracks[p.track]
		c := &t.chunks[p.chunk]
		c.off = base
		base += c.size(t)
	}
}

// copySamples appends samples to w, neighbours in one piece, without passing
// through this process where the system can.
func copySamples(w *os.File, samples []Encoded) error {
	for i := 0; i < len(samples); {
		src, off, n := samples[i].File, samples[i].Off, int64(samples[i].Size)
		for i++; i < len(samples) && samples[i].File == src && samples[i].Off == off+n; i++ {
			n += int64(samples[i].Size)
		}
		if _, err := src.Seek(off, io.SeekStart); err != nil {
			return fmt.Errorf("copy pictures: %w", err)
		}
		got, err := w.ReadFrom(&io.LimitedReader{R: src, N: n})
		if err != nil {
			return fmt.Errorf("copy pictures: %w", err)
		}
		if got != n {
			return media.ClipErrorf("a segment ended while it was copied")
		}
	}
	return nil
}
