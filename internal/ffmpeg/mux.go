package ffmpeg

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
// header can stand in front without moving the media afterwards.

// muxTrack is one track of a master.
type muxTrack struct {
	samples []encodedSample // in decode order
	chunks  []muxChunk
	scale   uint32   // units a second
	lasts   []uint32 // units each sample lasts; one entry stands for all
	shift   []int32  // presentation after decoding, in units; nil: none
	skip    int64    // units left out at the beginning
	length  int64    // units shown
	stsd    mp4.Box
	header  []mp4.Box // media header boxes of minf
	handler string
	name    string
	lang    string // ISO 639-2
	tag     string // BCP 47, "" if lang says it all
	raster  media.Raster
	hidden  bool // not played unless it is asked for
	group   int16
	refs    *mp4.TrefBox
	extra   []mp4.Box // further boxes of stbl
}

// muxChunk is a run of a track's samples that lies in one piece.
type muxChunk struct {
	first, count int
	off          int64
}

// muxMovie is a master about to be written.
type muxMovie struct {
	tracks   []*muxTrack
	scale    uint32 // units a second of the movie
	length   int64  // units
	metadata map[string]string
	chapters []media.Chapter
	fps      media.Rational
	order    []muxPiece // of media data
}

// muxPiece is one chunk in the order of the file.
type muxPiece struct{ track, chunk int }

// videoClock is the finest usual clock that holds fps exactly: units a second
// and units a frame.
func videoClock(fps media.Rational) (scale, step int64) {
	scale, step = fps.Num, fps.Den
	for scale < 10_000 {
		scale, step = 2*scale, 2*step
	}
	return scale, step
}

// movieClock is a clock that holds both frames and samples exactly, where there
// is one of reasonable size.
func movieClock(fps media.Rational) int64 {
	const most = 1_000_000
	if l := fps.Num / gcd(fps.Num, media.SampleRate) * media.SampleRate; l <= most {
		return l
	}
	scale, _ := videoClock(fps)
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
func (m *muxMovie) interleave() {
	next := make([]int, len(m.tracks)) // sample
	at := make([]float64, len(m.tracks))
	for i, t := range m.tracks {
		if t.raster.Width == 0 && t.handler != "soun" || t.hidden {
			t.chunks = []muxChunk{{count: len(t.samples)}}
			m.order = append(m.order, muxPiece{track: i})
			next[i] = len(t.samples)
		}
	}
	for second, left := 1.0, true; left; second++ {
		left = false
		for i, t := range m.tracks {
			first := next[i]
			for next[i] < len(t.samples) && at[i] < second {
				at[i] += float64(t.last(next[i])) / float64(t.scale)
				next[i]++
			}
			if next[i] > first {
				m.order = append(m.order, muxPiece{track: i, chunk: len(t.chunks)})
				t.chunks = append(t.chunks, muxChunk{first: first, count: next[i] - first})
			}
			left = left || next[i] < len(t.samples)
		}
	}
}

// last is how long sample i lasts.
func (t *muxTrack) last(i int) uint32 {
	if len(t.lasts) == 1 {
		return t.lasts[0]
	}
	return t.lasts[i]
}

// write writes the master to path and returns its size. What is left behind on
// an error is no master; the caller removes it.
func (m *muxMovie) write(ctx context.Context, path string) (bytes int64, err error) {
	m.interleave()
	var payload int64
	for _, t := range m.tracks {
		for _, s := range t.samples {
			payload += int64(s.size)
		}
	}
	ftyp := mp4.NewFtyp("isom", 512, []string{"isom", "iso2", "avc1", "mp41"})
	const header = 16 // of mdat, with a 64-bit size
	wide := payload > math.MaxUint32-(64<<20)
	moov := m.moov(wide)
	base := int64(ftyp.Size()) + int64(moov.Size()) + header
	m.place(base)
	moov = m.moov(wide)

	f, err := os.Create(path)
	if err != nil {
		return 0, fmt.Errorf("create master: %w", err)
	}
	defer func() {
		if cerr := f.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("write master: %w", cerr)
		}
	}()
	w := bufio.NewWriter(f)
	mdat := append([]byte{0, 0, 0, 1}, "mdat"...)
	for _, b := range []interface{ Encode(io.Writer) error }{ftyp, moov} {
		if err := b.Encode(w); err != nil {
			return 0, fmt.Errorf("write master: %w", err)
		}
	}
	_, err1 := w.Write(append(mdat, be64(uint64(payload+header))...))
	if err := errors.Join(err1, w.Flush()); err != nil {
		return 0, fmt.Errorf("write master: %w", err)
	}
	for _, p := range m.order {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		t := m.tracks[p.track]
		c := t.chunks[p.chunk]
		if err := copySamples(f, t.samples[c.first:c.first+c.count]); err != nil {
			return 0, err
		}
	}
	end, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0, fmt.Errorf("write master: %w", err)
	}
	if end != base+payload {
		return 0, errors.New("write master: its header promises another length than was written")
	}
	return end, nil
}

// place gives each chunk its offset.
func (m *muxMovie) place(base int64) {
	for _, p := range m.order {
		t := m.tracks[p.track]
		c := &t.chunks[p.chunk]
		c.off = base
		for _, s := range t.samples[c.first : c.first+c.count] {
			base += int64(s.size)
		}
	}
}

// copySamples appends samples to w, neighbours in one piece, without passing
// through this process where the system can.
func copySamples(w *os.File, samples []encodedSample) error {
	for i := 0; i < len(samples); {
		src, off, n := samples[i].src, samples[i].off, int64(samples[i].size)
		for i++; i < len(samples) && samples[i].src == src && samples[i].off == off+n; i++ {
			n += int64(samples[i].size)
		}
		if _, err := src.Seek(off, io.SeekStart); err != nil {
			return fmt.Errorf("copy pictures: %w", err)
		}
		got, err := w.ReadFrom(&io.LimitedReader{R: src, N: n})
		if err != nil {
			return fmt.Errorf("copy pictures: %w", err)
		}
		if got != n {
			return clipErrorf("a segment ended while it was copied")
		}
	}
	return nil
}
