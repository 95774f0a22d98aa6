package zipped

import (
	"errors"
	"fmt"
	"io"
	"sort"
)

// Reader reads a ZIP from any byte on. It holds one file open at most.
type Reader struct {
	layout *Layout
	open   Open
	at     int64
	file   io.ReadCloser // of the part that at lies in, from at on; nil: not opened
}

// Reader is the ZIP's bytes; files are opened as they are come to.
func (l *Layout) Reader(open Open) *Reader { return &Reader{layout: l, open: open} }

// partAt is the part that a byte lies in.
func (l *Layout) partAt(at int64) part {
	return l.parts[sort.Search(len(l.parts), func(i int) bool { return l.parts[i].end() > at })]
}

// Read is io.Reader's. A file of another length than was promised is an error.
func (r *Reader) Read(b []byte) (int, error) {
	if r.at >= r.layout.bytes {
		return 0, io.EOF
	}
	if len(b) == 0 {
		return 0, nil
	}
	p := r.layout.partAt(r.at)
	if p.file < 0 {
		n := copy(b, p.own[r.at-p.at:])
		r.at += int64(n)
		return n, nil
	}
	if r.file == nil {
		f, err := r.open(p.file, r.at-p.at)
		if err != nil {
			return 0, fmt.Errorf("open %s: %w", p.Name, err)
		}
		r.file = f
	}
	if left := p.end() - r.at; int64(len(b)) > left {
		b = b[:left]
	}
	n, err := r.file.Read(b)
	r.at += int64(n)
	switch {
	case r.at < p.end() && errors.Is(err, io.EOF):
		return n, fmt.Errorf("read %s: %d bytes of %d are missing: %w", p.Name, p.end()-r.at, p.bytes, io.ErrUnexpectedEOF)
	case err != nil && !errors.Is(err, io.EOF):
		return n, fmt.Errorf("read %s: %w", p.Name, err)
	case r.at < p.end():
		return n, nil
	}
	// Its reader has the last word: only at the end is it known whether the bytes were right.
	if err := last(r.file, err); err != nil {
		return n, fmt.Errorf("read %s: %w", p.Name, err)
	}
	return n, r.Close()
}

// last reads on to a file's end, where it says whether it was right.
func last(f io.Reader, err error) error {
	if err == nil {
		var more [1]byte
		var n int
		if n, err = f.Read(more[:]); n > 0 {
			return errors.New("it has more bytes than were promised")
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// Seek is io.Seeker's.
func (r *Reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.layout.bytes
	}
	if offset < 0 {
		return r.at, errors.New("seek before the beginning")
	}
	if offset == r.at {
		return r.at, nil
	}
	r.at = offset
	return r.at, r.Close()
}

// Close gives up the file that is open. The reader goes on where it is, if it is read again.
func (r *Reader) Close() error {
	if r.file == nil {
		return nil
	}
	err := r.file.Close()
	r.file = nil
	return err
}
