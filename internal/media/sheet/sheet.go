// Package sheet is the contact sheet of a take: the few small pictures by which a
// person finds it again. They travel as a box in front of the take's review clip,
// which players skip: one object in the store instead of three, and one read of its
// beginning gives both pictures. It holds bytes only: no codec, no file.
package sheet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/dailies/dailies/internal/media"
)

// Tiles is how many pictures a strip shows, side by side and evenly spaced.
const Tiles = 10

// ThumbSide and TileSide are the longer side, in pixels, of the thumb and of one
// picture of the strip.
const (
	ThumbSide = 320
	TileSide  = 160
)

// MaxBytes is within how many bytes of a review clip its sheet ends: that many are
// asked of a store.
const MaxBytes = 512 << 10

// maxPicture bounds one picture, so that two of them and their frame fit MaxBytes.
const maxPicture = 250 << 10

// ErrNone: the clip carries no sheet.
var ErrNone = errors.New("the clip carries no contact sheet")

// Sheet is a take's pictures, each a whole JPEG.
type Sheet struct {
	Thumb []byte // the picture in the middle, inside ThumbSide x ThumbSide
	Strip []byte // Tiles pictures in a row, each inside TileSide x TileSide
}

// At is the frame of a clip of so many frames that tile i shows: the middle of the
// i-th part.
func At(i int, frames media.Frames) media.Frames {
	return min(media.Frames(2*i+1)*frames/(2*Tiles), max(0, frames-1))
}

// id names the box among all that a file may hold (ISO/IEC 14496-12, "uuid").
var id = [16]byte{0x6f, 0x1d, 0x0a, 0x52, 0x9c, 0x3e, 0x4b, 0x77, 0x8a, 0x15, 0xd4, 0x20, 0x61, 0x7e, 0x53, 0x01}

const (
	boxHeader = 8                                                   // size and type
	ownHeader = boxHeader + 16 + 4 + 4                              // the name, and how long each picture is
	maxFtyp   = 1 << 10                                             // the box before ours
	_         = uint(MaxBytes - maxFtyp - ownHeader - 2*maxPicture) // it fits
)

// Box is the sheet as a box of an MP4.
func (s Sheet) Box() ([]byte, error) {
	if len(s.Thumb) == 0 || len(s.Strip) == 0 || len(s.Thumb) > maxPicture || len(s.Strip) > maxPicture {
		return nil, fmt.Errorf("make contact sheet: pictures of %d and %d bytes; each has 1 to %d", len(s.Thumb), len(s.Strip), maxPicture)
	}
	b := make([]byte, 0, ownHeader+len(s.Thumb)+len(s.Strip))
	b = binary.BigEndian.AppendUint32(b, uint32(cap(b)))
	b = append(append(b, "uuid"...), id[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(s.Thumb)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(s.Strip)))
	return append(append(b, s.Thumb...), s.Strip...), nil
}

// Read reads the sheet at the beginning of a review clip, and nothing behind it.
// ErrNone.
func Read(r io.Reader) (Sheet, error) {
	r = io.LimitReader(r, MaxBytes)
	head := make([]byte, ownHeader)
	if _, err := io.ReadFull(r, head[:boxHeader]); err != nil {
		return Sheet{}, short(err)
	}
	skip := int64(binary.BigEndian.Uint32(head)) - boxHeader
	if string(head[4:boxHeader]) != "ftyp" || skip < 0 || skip > maxFtyp-boxHeader {
		return Sheet{}, ErrNone
	}
	if _, err := io.CopyN(io.Discard, r, skip); err != nil {
		return Sheet{}, short(err)
	}
	if _, err := io.ReadFull(r, head); err != nil {
		return Sheet{}, short(err)
	}
	thumb, strip := binary.BigEndian.Uint32(head[24:]), binary.BigEndian.Uint32(head[28:])
	if string(head[4:boxHeader]) != "uuid" || !bytes.Equal(head[boxHeader:24], id[:]) ||
		thumb == 0 || strip == 0 || thumb > maxPicture || strip > maxPicture || binary.BigEndian.Uint32(head) != ownHeader+thumb+strip {
		return Sheet{}, ErrNone
	}
	body := make([]byte, thumb+strip)
	if _, err := io.ReadFull(r, body); err != nil {
		return Sheet{}, short(err)
	}
	return Sheet{Thumb: body[:thumb:thumb], Strip: body[thumb:]}, nil
}

// short says of a file that ends early that it has no sheet; a store's error stays.
func short(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrNone
	}
	return fmt.Errorf("read contact sheet: %w", err)
}
