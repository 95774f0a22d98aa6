// Package zipped lays out ZIP files of which every byte is known before any of their
// files is opened: stored, not compressed, each with its size and CRC-32 in front of it, and
// with ZIP64 records where PKWARE's APPNOTE 6.3 wants them. The same files give the same
// bytes, so that a ZIP can be read from any byte on, and one that was cut off goes on where
// it ended. It opens nothing: whoever reads brings the files' bytes.
package zipped

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// File is a file of a ZIP, before it is opened.
type File struct {
	Name   string // slash-separated, relative, UTF-8
	Bytes  int64
	CRC32  uint32 // IEEE
	SHA256 string // hex; what its bytes are held to
}

// Limits, so that no list makes a program run out of memory.
const (
	maxFiles = 1 << 20
	maxName  = 1 << 10 // bytes
)

// ErrName: a file's name would leave the folder that a ZIP is unpacked to, or is there
// twice, also where letters' case is not told apart.
var ErrName = errors.New("is no name for a file of a ZIP")

// Layout is a ZIP by its bytes. It is read-only, and safe for concurrent use.
type Layout struct {
	parts []part
	bytes int64
}

// part is a run of bytes: written here (file is -1), or a file's.
type part struct {
	at    int64 // in the ZIP
	bytes int64
	own   []byte
	file  int
	File
}

func (p part) end() int64 { return p.at + p.bytes }

// Lay lays out files, in their order, as last changed at a time, which a ZIP keeps to two
// seconds and without a zone: it is written in UTC. ErrName.
func Lay(files []File, at time.Time) (*Layout, error) {
	if len(files) > maxFiles {
		return nil, fmt.Errorf("lay out a ZIP: it has %d files, at most %d are written", len(files), maxFiles)
	}
	l := &Layout{}
	seen := map[string]bool{}
	stamp := dosTime(at)
	var central []byte
	for i, f := range files {
		if !good(f.Name) || seen[strings.ToLower(f.Name)] {
			return nil, fmt.Errorf("lay out a ZIP: %.80q %w", f.Name, ErrName)
		}
		if f.Bytes < 0 {
			return nil, fmt.Errorf("lay out a ZIP: %s has %d bytes", f.Name, f.Bytes)
		}
		seen[strings.ToLower(f.Name)] = true
		central = append(central, centralHeader(f, stamp, l.bytes)...)
		l.add(part{own: localHeader(f, stamp), file: -1})
		l.add(part{bytes: f.Bytes, file: i, File: f})
	}
	l.add(part{own: append(central, end(len(files), int64(len(central)), l.bytes)...), file: -1})
	return l, nil
}

func (l *Layout) add(p part) {
	if p.own != nil {
		p.bytes = int64(len(p.own))
	}
	if p.at = l.bytes; p.bytes > 0 {
		l.parts = append(l.parts, p)
	}
	l.bytes += p.bytes
}

// Bytes is how long the ZIP is.
func (l *Layout) Bytes() int64 { return l.bytes }

// good says whether a name stays where a ZIP is unpacked, on any system.
func good(name string) bool {
	if name == "" || len(name) > maxName || !utf8.ValidString(name) || strings.ContainsAny(name, "\\:\x00") {
		return false
	}
	for p := range strings.SplitSeq(name, "/") {
		if p == "" || p == "." || p == ".." {
			return false
		}
	}
	return true
}

// Signatures and fixed values of the records.
const (
	sigLocal     = 0x04034b50
	sigCentral   = 0x02014b50
	sigEnd       = 0x06054b50
	sigEnd64     = 0x06064b50
	sigLocator64 = 0x07064b50

	version20 = 20        // stored files
	version45 = 45        // ZIP64
	madeBy    = 3<<8 | 45 // Unix, as modes are
	utf8Name  = 1 << 11
	extra64   = 1
	mode      = 0o100644 << 16
	most16    = math.MaxUint16
	most32    = math.MaxUint32
)

var le = binary.LittleEndian

func localHeader(f File, stamp uint32) []byte {
	version, size, extra := uint16(version20), uint32(f.Bytes), []byte(nil)
	if f.Bytes >= most32 {
		version, size = version45, most32
		extra = le.AppendUint16(extra, extra64)
		extra = le.AppendUint16(extra, 16)
		extra = le.AppendUint64(extra, uint64(f.Bytes))
		extra = le.AppendUint64(extra, uint64(f.Bytes))
	}
	b := le.AppendUint32(nil, sigLocal)
	b = le.AppendUint16(b, version)
	b = common(b, f, stamp, size, len(extra))
	return append(append(b, f.Name...), extra...)
}

// common are the fields that both headers of a file have, from the flags to the lengths.
func common(b []byte, f File, stamp, size uint32, extra int) []byte {
	b = le.AppendUint16(b, utf8Name)
	b = le.AppendUint16(b, 0) // stored
	b = le.AppendUint32(b, stamp)
	b = le.AppendUint32(b, f.CRC32)
	b = le.AppendUint32(b, size)
	b = le.AppendUint32(b, size)
	b = le.AppendUint16(b, uint16(len(f.Name)))
	return le.AppendUint16(b, uint16(extra))
}

func centralHeader(f File, stamp uint32, at int64) []byte {
	version, size, offset := uint16(version20), uint32(f.Bytes), uint32(at)
	var long []byte
	if f.Bytes >= most32 {
		size = most32
		long = le.AppendUint64(long, uint64(f.Bytes))
		long = le.AppendUint64(long, uint64(f.Bytes))
	}
	if at >= most32 {
		offset = most32
		long = le.AppendUint64(long, uint64(at))
	}
	var extra []byte
	if long != nil {
		version = version45
		extra = le.AppendUint16(extra, extra64)
		extra = le.AppendUint16(extra, uint16(len(long)))
		extra = append(extra, long...)
	}
	b := le.AppendUint32(nil, sigCentral)
	b = le.AppendUint16(b, madeBy)
	b = le.AppendUint16(b, version)
	b = common(b, f, stamp, size, len(extra))
	b = append(b, 0, 0, 0, 0, 0, 0) // comment, disk, kind
	b = le.AppendUint32(b, mode)
	b = le.AppendUint32(b, offset)
	return append(append(b, f.Name...), extra...)
}

// end are the records behind the central directory, which is bytes long and begins at at.
func end(files int, bytes, at int64) []byte {
	var b []byte
	if files >= most16 || bytes >= most32 || at >= most32 {
		b = le.AppendUint32(b, sigEnd64)
		b = le.AppendUint64(b, 44) // of what follows
		b = le.AppendUint16(b, madeBy)
		b = le.AppendUint16(b, version45)
		b = append(b, 0, 0, 0, 0, 0, 0, 0, 0) // disks
		b = le.AppendUint64(b, uint64(files))
		b = le.AppendUint64(b, uint64(files))
		b = le.AppendUint64(b, uint64(bytes))
		b = le.AppendUint64(b, uint64(at))
		b = le.AppendUint32(b, sigLocator64)
		b = le.AppendUint32(b, 0)
		b = le.AppendUint64(b, uint64(at+bytes))
		b = le.AppendUint32(b, 1)
	}
	n := uint16(min(files, most16))
	b = le.AppendUint32(b, sigEnd)
	b = append(b, 0, 0, 0, 0)
	b = le.AppendUint16(b, n)
	b = le.AppendUint16(b, n)
	b = le.AppendUint32(b, uint32(min(bytes, most32)))
	b = le.AppendUint32(b, uint32(min(at, most32)))
	return le.AppendUint16(b, 0)
}

// dosTime is a time as ZIPs have it, date above time; what they cannot tell is their first
// day.
func dosTime(at time.Time) uint32 {
	at = at.UTC()
	if y := at.Year(); y < 1980 || y > 2107 {
		at = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	date := (at.Year()-1980)<<9 | int(at.Month())<<5 | at.Day()
	return uint32(date<<16 | at.Hour()<<11 | at.Minute()<<5 | at.Second()/2)
}

// Open opens a file of the ZIP, by its place in the list, from a byte on. A reader from the
// first byte on SHOULD err at its end if the bytes are not those that were promised.
type Open func(file int, from int64) (io.ReadCloser, error)
