package c2pa

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

// file is an MP4 file that is read by its boxes.
type file struct {
	r    io.ReaderAt
	size int64
	left int // boxes that may still be read

	boxes []box // the top ones, once they are read
	rest  int64
	err   error
}

func open(r io.ReaderAt, size int64) *file { return &file{r: r, size: size, left: maxBoxes} }

// box is where a box lies in a file.
type box struct {
	name string
	at   int64   // of its header
	head int64   // bytes of its header
	size int64   // with the header
	user boxType // of a box named uuid
	cut  bool    // the file ends before it does
	rest bool    // it has no length of its own: the rest of the file is in it
}

func (b box) end() int64 { return b.at + b.size }

// errNoBox says that no box begins at a place.
var errNoBox = errors.New("no box begins there")

// box reads the header at a place inside of what ends at end.
func (f *file) box(at, end int64) (box, error) {
	if f.left--; f.left < 0 {
		return box{}, fmt.Errorf("it has more than %d boxes", maxBoxes)
	}
	var h [32]byte
	n, err := f.r.ReadAt(h[:min(int64(len(h)), end-at)], at)
	if n < 8 {
		if err != nil && !errors.Is(err, io.EOF) {
			return box{}, err
		}
		return box{}, errNoBox
	}
	b := box{name: string(h[4:8]), at: at, head: 8, size: int64(binary.BigEndian.Uint32(h[:]))}
	switch b.size {
	case 0:
		b.size, b.rest = end-at, true
	case 1:
		large := binary.BigEndian.Uint64(h[8:])
		if n < 16 || large > 1<<62 {
			return box{}, errNoBox
		}
		b.head, b.size = 16, int64(large)
	}
	if b.size < b.head {
		return box{}, errNoBox
	}
	if b.name == "uuid" {
		if int64(n) < b.head+16 || b.size < b.head+16 {
			return box{}, errNoBox
		}
		copy(b.user[:], h[b.head:])
	}
	if b.size > end-at {
		b.size, b.cut = end-at, true
	}
	return b, nil
}

// top are the boxes of the file, in order. rest are the bytes behind them that are no
// box. It errs where there are too many, or the file cannot be read.
func (f *file) top() (all []box, rest int64, err error) {
	if f.boxes == nil && f.err == nil {
		f.boxes, f.rest, f.err = f.walk()
	}
	return f.boxes, f.rest, f.err
}

func (f *file) walk() (all []box, rest int64, err error) {
	for at := int64(0); at < f.size; {
		b, err := f.box(at, f.size)
		if errors.Is(err, errNoBox) {
			return all, f.size - at, nil
		}
		if err != nil {
			return nil, 0, err
		}
		all = append(all, b)
		at = b.end()
	}
	return all, 0, nil
}

// holders are the boxes whose content is boxes.
var holders = map[string]bool{
	"moov": true, "trak": true, "mdia": true, "minf": true, "stbl": true, "moof": true, "traf": true, "edts": true,
	"udta": true, "dinf": true, "tref": true, "mvex": true, "mfra": true, "meta": true, "schi": true,
}

// children are the boxes in a box; none where it does not hold any.
func (f *file) children(b box) ([]box, error) {
	if !holders[b.name] {
		return nil, nil
	}
	at := b.at + b.head
	if b.name == "meta" {
		// A full box, but where it was written as QuickTime has it.
		var peek [8]byte
		if _, err := f.r.ReadAt(peek[:], at); err == nil && string(peek[4:]) != "hdlr" {
			at += 4
		}
	}
	var all []box
	for at < b.end() {
		c, err := f.box(at, b.end())
		if errors.Is(err, errNoBox) {
			break
		}
		if err != nil {
			return nil, err
		}
		all = append(all, c)
		at = c.end()
	}
	return all, nil
}

// find are the boxes of a path such as /moov/trak/mdia, in order.
func (f *file) find(path string) ([]box, error) {
	names := strings.Split(strings.TrimPrefix(path, "/"), "/")
	if len(names) > maxDepth || !strings.HasPrefix(path, "/") {
		return nil, fmt.Errorf("%.80q is no path of a box", path)
	}
	all, _, err := f.top()
	for i, name := range names {
		var next []box
		for _, b := range all {
			if b.name != name {
				continue
			}
			if i == len(names)-1 {
				next = append(next, b)
				continue
			}
			inside, err := f.children(b)
			if err != nil {
				return nil, err
			}
			next = append(next, inside...)
		}
		all = next
	}
	return all, err
}

// held are the C2PA boxes of a file, with their purposes, in order.
func (f *file) held() (boxes []box, purposes []string, err error) {
	all, _, err := f.top()
	if err != nil {
		return nil, nil, err
	}
	for _, b := range all {
		if b.name == "uuid" && b.user == userType {
			purpose, _, err := f.purpose(b)
			if err != nil {
				return nil, nil, err
			}
			boxes, purposes = append(boxes, b), append(purposes, purpose)
		}
	}
	return boxes, purposes, nil
}

// purpose is what a C2PA box is for, and where its payload begins.
func (f *file) purpose(b box) (string, int64, error) {
	const longest = 32
	at := b.at + b.head + 16 + 4 // its type, its version and flags
	text := make([]byte, min(longest, max(0, b.end()-at)))
	if _, err := f.r.ReadAt(text, at); err != nil && !errors.Is(err, io.EOF) {
		return "", 0, err
	}
	name, _, ended := strings.Cut(string(text), "\x00")
	if !ended {
		return "", 0, errors.New("its C2PA box has no purpose")
	}
	return name, at + int64(len(name)) + 1, nil
}

// read reads a part of the file that may be no longer than most.
func (f *file) read(at, n, most int64) ([]byte, error) {
	if n < 0 || n > most {
		return nil, fmt.Errorf("%d bytes are more than the %d that are read", n, most)
	}
	b := make([]byte, n)
	if _, err := f.r.ReadAt(b, at); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b, nil
}

func be32(v uint32) []byte { return binary.BigEndian.AppendUint32(nil, v) }
func be64(v uint64) []byte { return binary.BigEndian.AppendUint64(nil, v) }
