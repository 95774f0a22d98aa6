package c2pa

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// until ends a long read with its context.
type until struct {
	ctx context.Context
	r   io.ReaderAt
}

// ReadAt is io.ReaderAt's.
func (u until) ReadAt(p []byte, at int64) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.ReadAt(p, at)
}

// splice reads as one file what lies in several.
type splice []part

type part struct {
	r    io.ReaderAt
	off  int64 // in r
	size int64
}

func bytesPart(b []byte) part { return part{bytes.NewReader(b), 0, int64(len(b))} }

func (s splice) size() (n int64) {
	for _, p := range s {
		n += p.size
	}
	return n
}

// ReadAt is io.ReaderAt's.
func (s splice) ReadAt(b []byte, at int64) (n int, err error) {
	for _, p := range s {
		if at >= p.size {
			at -= p.size
			continue
		}
		want := min(int64(len(b)-n), p.size-at)
		got, err := p.r.ReadAt(b[n:n+int(want)], p.off+at)
		n += got
		if int64(got) < want {
			if err == nil || errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return n, err
		}
		if n == len(b) {
			return n, nil
		}
		at = 0
	}
	return n, io.EOF
}

// moveOffsets adds by to every offset of the file's samples in a moov box that points
// to from or behind it. It errs where a box has offsets that it does not know how to
// move, or one that would no longer fit.
func moveOffsets(moov []byte, from, by int64) error {
	f := open(bytes.NewReader(moov), int64(len(moov)))
	b, err := f.box(0, f.size)
	if err != nil {
		return err
	}
	return f.move(moov, b, from, by, 0)
}

func (f *file) move(raw []byte, b box, from, by int64, depth int) error {
	if depth > maxDepth {
		return errors.New("its boxes lie too deep in each other")
	}
	switch b.name {
	case "stco":
		return moveTable(raw[b.at+b.head:b.end()], 4, from, by)
	case "co64":
		return moveTable(raw[b.at+b.head:b.end()], 8, from, by)
	case "saio", "iloc":
		return fmt.Errorf("its box %s holds offsets that are not moved here", b.name)
	}
	inside, err := f.children(b)
	if err != nil {
		return err
	}
	for _, c := range inside {
		if c.cut {
			return fmt.Errorf("its box %s is longer than the one that it lies in", c.name)
		}
		if err := f.move(raw, c, from, by, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// moveTable moves the entries of stco and co64, which are 4 or 8 bytes wide.
func moveTable(b []byte, wide int, from, by int64) error {
	const head = 8 // version and flags, count
	if len(b) < head || int64(binary.BigEndian.Uint32(b[4:]))*int64(wide) > int64(len(b)-head) {
		return errors.New("its table of chunk offsets is shorter than it says")
	}
	count := int(binary.BigEndian.Uint32(b[4:]))
	for e := b[head : head+count*wide]; len(e) > 0; e = e[wide:] {
		if wide == 8 {
			if v := binary.BigEndian.Uint64(e); v >= uint64(from) {
				binary.BigEndian.PutUint64(e, v+uint64(by))
			}
			continue
		}
		v := int64(binary.BigEndian.Uint32(e))
		if v < from {
			continue
		}
		if v+by > math.MaxUint32 {
			return errors.New("with a manifest it would be larger than its 32-bit offsets reach")
		}
		binary.BigEndian.PutUint32(e, uint32(v+by))
	}
	return nil
}
