package mp4

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/xmp"
)

// Kinds of marks of origin.
const (
	MarkAIGC = "AIGC"
	MarkC2PA = "C2PA"
)

// User types of uuid boxes: a C2PA manifest store (C2PA 2.x, "Embedding manifests into
// BMFF-based assets") and an XMP packet (ISO 16684-3).
var (
	c2paBox = []byte{0xd8, 0xfe, 0xc3, 0xd6, 0x1b, 0x0e, 0x48, 0x3c, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7e, 0xc4, 0x81}
	xmpBox  = []byte{0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8, 0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf, 0xac}
)

// MaxMark is how many bytes of an implicit label are kept.
const MaxMark = 4 << 10

// Limits of what is read for marks.
const (
	maxTopBoxes = 100_000
	maxXMP      = 1 << 20
	maxMoov     = 256 << 20
	maxMarks    = 64
)

// Marks lists what an MP4's or MOV's maker wrote into it about its origin: implicit
// labels under the key AIGC and in XMP, and C2PA manifest stores. Each is listed as
// often as it is there, up to maxMarks. A file that is no MP4 has none; only reading can err.
func Marks(f *os.File) ([]media.Mark, error) {
	st, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("read marks: %w", err)
	}
	out, err := marksIn(f, st.Size())
	return out[:min(len(out), maxMarks)], err
}

// marksIn are the marks in so many bytes, and perhaps some more of them than are told.
func marksIn(f io.ReaderAt, end int64) ([]media.Mark, error) {
	var out []media.Mark
	at := int64(0)
	for range maxTopBoxes {
		if len(out) >= maxMarks {
			break
		}
		name, head, size, err := boxAt(f, at, end)
		if err != nil || size == 0 {
			return out, err
		}
		body := io.NewSectionReader(f, at+head, size-head)
		switch name {
		case "uuid":
			marks, err := ofUUID(body)
			if err != nil {
				return out, err
			}
			out = append(out, marks...)
		case "moov":
			if size > maxMoov {
				return out, nil
			}
			raw := make([]byte, size-head)
			if _, err := body.ReadAt(raw, 0); err != nil && !errors.Is(err, io.EOF) {
				return out, fmt.Errorf("read marks: %w", err)
			}
			out = append(out, ofMoov(raw, 0)...)
		case "meta", "udta": // the file's own
			if size > maxXMP {
				break
			}
			raw := make([]byte, size)
			if _, err := f.ReadAt(raw, at); err != nil {
				return out, fmt.Errorf("read marks: %w", err)
			}
			out = append(out, ofMoov(raw, 0)...)
		}
		at += size
	}
	return out, nil
}

// boxAt reads the head of the box at a place; size is 0 where there is none.
func boxAt(f io.ReaderAt, at, end int64) (name string, head, size int64, err error) {
	var b [16]byte
	if at+8 > end {
		return "", 0, 0, nil
	}
	if _, err := f.ReadAt(b[:8], at); err != nil {
		return "", 0, 0, fmt.Errorf("read boxes: %w", err)
	}
	head, size = 8, int64(binary.BigEndian.Uint32(b[:]))
	switch size {
	case 0:
		size = end - at // to the file's end
	case 1:
		if at+16 > end {
			return "", 0, 0, nil
		}
		if _, err := f.ReadAt(b[8:], at+8); err != nil {
			return "", 0, 0, fmt.Errorf("read boxes: %w", err)
		}
		head, size = 16, int64(binary.BigEndian.Uint64(b[8:]))
	}
	if size < head || size > end-at {
		return "", 0, 0, nil
	}
	return string(b[4:8]), head, size, nil
}

// ofUUID is what a uuid box says, whose content body is.
func ofUUID(body *io.SectionReader) ([]media.Mark, error) {
	user := make([]byte, 16)
	if _, err := io.ReadFull(body, user); err != nil {
		return nil, nil //nolint:nilerr // too short for one
	}
	switch {
	case bytes.Equal(user, c2paBox):
		sum := sha256.New()
		n, err := io.Copy(sum, body)
		if err != nil {
			return nil, fmt.Errorf("read the C2PA manifest: %w", err)
		}
		return []media.Mark{{Kind: MarkC2PA, Place: "uuid", SHA256: hex.EncodeToString(sum.Sum(nil)), Bytes: n}}, nil
	case bytes.Equal(user, xmpBox):
		packet, err := io.ReadAll(io.LimitReader(body, maxXMP))
		if err != nil {
			return nil, fmt.Errorf("read the XMP packet: %w", err)
		}
		return ofXMP(packet), nil
	}
	return nil, nil
}

func ofXMP(packet []byte) []media.Mark {
	var out []media.Mark
	for _, v := range xmp.Labels(packet) {
		out = append(out, aigcMark("xmp", v))
	}
	return out
}

func aigcMark(place, value string) media.Mark {
	m := media.Mark{Kind: MarkAIGC, Place: place, Value: value, Bytes: int64(len(value))}
	if len(value) > MaxMark {
		sum := sha256.Sum256([]byte(value))
		m.Value, m.SHA256 = value[:MaxMark], hex.EncodeToString(sum[:])
	}
	return m
}

// maxDeep bounds boxes in boxes.
const maxDeep = 8

// ofMoov walks the boxes that hold metadata, in b, which a moov, udta or meta holds.
func ofMoov(b []byte, deep int) []media.Mark {
	var out []media.Mark
	var keys []string
	for len(b) >= 8 && deep < maxDeep && len(out) < maxMarks {
		n := int64(binary.BigEndian.Uint32(b))
		if n == 0 {
			n = int64(len(b))
		}
		if n < 8 || n > int64(len(b)) {
			return out
		}
		body := b[8:n]
		switch string(b[4:8]) {
		case "udta", "trak":
			out = append(out, ofMoov(body, deep+1)...)
		case "meta":
			// A full box in MP4; in QuickTime's form its children follow at once.
			if len(body) >= 8 && string(body[4:8]) != "hdlr" {
				body = body[4:]
			}
			out = append(out, ofMoov(body, deep+1)...)
		case "keys":
			keys = readKeys(body)
		case "ilst":
			out = append(out, labelsIn(body, keys)...)
		case "uuid":
			if len(body) >= 16 && bytes.Equal(body[:16], xmpBox) {
				out = append(out, ofXMP(body[16:])...)
			}
		case "XMP_": // QuickTime's place for it (Adobe, XMP specification part 3, 1.2.4)
			out = append(out, ofXMP(body)...)
		}
		b = b[n:]
	}
	return out
}

// labelsIn are the values under the key AIGC, and under the free-form item that iTunes'
// kind of metadata keeps other names in.
func labelsIn(b []byte, keys []string) []media.Mark {
	var out []media.Mark
	for len(b) >= 8 && len(out) < maxMarks {
		n := int(binary.BigEndian.Uint32(b))
		if n < 8 || n > len(b) {
			return out
		}
		item, name := b[8:n], ""
		if i := int(binary.BigEndian.Uint32(b[4:])); i >= 1 && i <= len(keys) {
			name = keys[i-1]
		} else if string(b[4:8]) == "----" {
			name = string(inside(item, "name", 4))
		}
		if name == MarkAIGC {
			out = append(out, aigcMark("keys", string(inside(item, "data", 8))))
		}
		b = b[n:]
	}
	return out
}

// inside is the content of the first box of a name, skip bytes of it left out.
func inside(b []byte, name string, skip int) []byte {
	for len(b) >= 8 {
		n := int(binary.BigEndian.Uint32(b))
		if n < 8 || n > len(b) {
			return nil
		}
		if string(b[4:8]) == name {
			return b[min(8+skip, n):n]
		}
		b = b[n:]
	}
	return nil
}
