package purchase

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

// errCut is a file that ends before it says that it does.
var errCut = errors.New("cut off: the file ends before its end")

// whole says of a clip or picture whether all of it is there, by what its container
// says of its own length: a connection that is cut without a Content-Length ends
// like one that is done. nil also for what says nothing of its length.
func whole(f io.ReaderAt, size int64) error {
	head := make([]byte, 64)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	head = head[:n]
	switch {
	case n >= 12 && isMP4(head[4:8]):
		return wholeMP4(f, size)
	case bytes.HasPrefix(head, []byte{0x1a, 0x45, 0xdf, 0xa3}):
		return wholeMatroska(f, size)
	case bytes.HasPrefix(head, []byte("RIFF")) && n >= 12:
		if 8+int64(binary.LittleEndian.Uint32(head[4:])) > size {
			return errCut
		}
	case isTransport(f, 188, 0) && size%188 != 0, isTransport(f, 192, 4) && size%192 != 0:
		return errCut // in the middle of a packet; at the end of one nobody can tell
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return endsWith(f, size, []byte("IEND\xae\x42\x60\x82"), 64)
	case bytes.HasPrefix(head, []byte("GIF8")):
		return endsWith(f, size, []byte{0x3b}, 64)
	case bytes.HasPrefix(head, []byte{0xff, 0xd8, 0xff}):
		return endsWith(f, size, []byte{0xff, 0xd9}, 64<<10) // cameras write their own things after it
	}
	return nil
}

// isTransport says whether packets of an MPEG transport stream begin every so many
// bytes: ISO/IEC 13818-1, 2.4.3; with four bytes of time stamp before each, BDAV.
func isTransport(f io.ReaderAt, packet, sync int64) bool {
	one := make([]byte, 1)
	for n := range int64(4) {
		if _, err := f.ReadAt(one, n*packet+sync); err != nil || one[0] != 0x47 {
			return false
		}
	}
	return true
}

func isMP4(kind []byte) bool {
	switch string(kind) {
	case "ftyp", "moov", "mdat", "free", "skip", "wide", "pnot", "styp":
		return true
	}
	return false
}

// wholeMP4 walks the top-level boxes: ISO/IEC 14496-12, 4.2. All must end within
// the file, and a movie box must be among them.
func wholeMP4(f io.ReaderAt, size int64) error {
	movie := false
	head := make([]byte, 16)
	for at := int64(0); at < size; {
		if size-at < 8 {
			if movie {
				return nil // bytes that some muxers leave behind
			}
			return errCut
		}
		n, err := f.ReadAt(head, at)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		length := int64(binary.BigEndian.Uint32(head))
		switch {
		case length == 0: // to the end of the file
			length = size - at
		case length == 1 && n >= 16:
			length = int64(binary.BigEndian.Uint64(head[8:]))
		}
		if length < 8 {
			return nil // no box: what it is, the decoder says
		}
		movie = movie || string(head[4:8]) == "moov"
		if length > size-at {
			return errCut
		}
		at += length
	}
	if !movie {
		return errCut
	}
	return nil
}

// wholeMatroska compares the segment's length with the file's, and where the
// segment's is unknown, walks its elements: RFC 8794, 6.2, RFC 9559.
func wholeMatroska(f io.ReaderAt, size int64) error {
	const segment = 0x18538067
	at := int64(0)
	for at < size {
		id, length, data, ok := element(f, at)
		switch {
		case !ok:
			return errCut
		case length >= 0 && length > size-data:
			return errCut
		case id == segment && length < 0:
			at = data // a live recording's: its elements follow
		case length < 0:
			return nil // a cluster of unknown length: nobody can tell
		default:
			at = data + length
		}
	}
	return nil
}

// element reads an EBML element's head. length is -1 where it is unknown.
func element(f io.ReaderAt, at int64) (id uint64, length, data int64, ok bool) {
	head := make([]byte, 12)
	n, _ := f.ReadAt(head, at)
	head = head[:n]
	id, idBytes, ok := vint(head, 4, false)
	if !ok {
		return 0, 0, 0, false
	}
	value, lenBytes, ok := vint(head[idBytes:], 8, true)
	if !ok {
		return 0, 0, 0, false
	}
	length = int64(value)
	if value == 1<<(7*lenBytes)-1 {
		length = -1
	}
	return id, length, at + int64(idBytes+lenBytes), true
}

// vint reads a variable-length integer, with or without its marker.
func vint(b []byte, most int, strip bool) (v uint64, n int, ok bool) {
	if len(b) == 0 {
		return 0, 0, false
	}
	n = 1
	for mask := byte(0x80); n <= most && b[0]&mask == 0; mask >>= 1 {
		n++
	}
	if n > most || n > len(b) {
		return 0, 0, false
	}
	v = uint64(b[0])
	if strip {
		v &= 1<<(8-n) - 1
	}
	for _, c := range b[1:n] {
		v = v<<8 | uint64(c)
	}
	return v, n, true
}

// endsWith looks for an end mark in the last bytes.
func endsWith(f io.ReaderAt, size int64, mark []byte, within int64) error {
	tail := make([]byte, min(size, within))
	if _, err := f.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !bytes.Contains(tail, mark) {
		return errCut
	}
	return nil
}
