package footage

import (
	"encoding/binary"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/media"
)

// turn is how a coded picture is turned to stand upright.
type turn int

// The eight ways a display matrix can ask for, in clockwise degrees; the
// flipped ones are mirrored left to right after it.
const (
	upright turn = iota
	turn90
	turn180
	turn270
	mirrored
	transposed
	upsideDown
	antiTransposed
)

// swaps says whether width and height change places.
func (t turn) swaps() bool {
	return t == turn90 || t == turn270 || t == transposed || t == antiTransposed
}

// coded is where a place of the upright picture lies in the coded one.
func (t turn) coded(f media.Focus) media.Focus {
	const whole = 1000
	switch t {
	case turn90:
		return media.Focus{X: f.Y, Y: whole - f.X}
	case turn180:
		return media.Focus{X: whole - f.X, Y: whole - f.Y}
	case turn270:
		return media.Focus{X: whole - f.Y, Y: f.X}
	case mirrored:
		return media.Focus{X: whole - f.X, Y: f.Y}
	case transposed:
		return media.Focus{X: f.Y, Y: f.X}
	case upsideDown:
		return media.Focus{X: f.X, Y: whole - f.Y}
	case antiTransposed:
		return media.Focus{X: whole - f.Y, Y: whole - f.X}
	default:
		return f
	}
}

// degrees is the clockwise rotation, mirrors left aside.
func (t turn) degrees() int {
	switch t {
	case turn90, antiTransposed:
		return 90
	case turn180, upsideDown:
		return 180
	case turn270, transposed:
		return 270
	default:
		return 0
	}
}

// filter is the filter that turns, "" for none.
func (t turn) filter() string {
	switch t {
	case turn90:
		return "transpose=clock"
	case turn180:
		return "hflip,vflip"
	case turn270:
		return "transpose=cclock"
	case mirrored:
		return "hflip"
	case transposed:
		return "transpose=cclock_flip"
	case upsideDown:
		return "vflip"
	case antiTransposed:
		return "transpose=clock_flip"
	default:
		return ""
	}
}

// frameTurn reads the display matrix of a picture, or else of its stream.
func frameTurn(f *astiav.Frame, s *astiav.Stream) turn {
	if sd := f.SideData(astiav.FrameSideDataTypeDisplaymatrix); sd != nil {
		return parseTurn(sd.Data())
	}
	return streamTurn(s)
}

// streamTurn reads the display matrix of a stream.
func streamTurn(s *astiav.Stream) turn {
	return parseTurn(s.SideData(astiav.PacketSideDataTypeDisplaymatrix))
}

// parseTurn reads a display matrix: nine 32-bit numbers, a b u c d v x y w,
// where a point (x, y) is shown at (ax+cy, bx+dy). Angles between the right ones
// are taken as the nearest.
func parseTurn(matrix []byte) turn {
	if len(matrix) < 36 {
		return upright
	}
	at := func(i int) int64 { return int64(int32(binary.NativeEndian.Uint32(matrix[4*i:]))) }
	a, b, c, d := at(0), at(1), at(3), at(4)
	if abs64(b)+abs64(c) > abs64(a)+abs64(d) {
		switch {
		case b > 0 && c < 0:
			return turn90
		case b < 0 && c > 0:
			return turn270
		case b > 0:
			return transposed
		default:
			return antiTransposed
		}
	}
	switch {
	case a < 0 && d < 0:
		return turn180
	case a < 0:
		return mirrored
	case d < 0:
		return upsideDown
	default:
		return upright
	}
}

func abs64(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}
