package footage

// #cgo pkg-config: libavutil
// #include <libavutil/frame.h>
// #include <libavutil/pixdesc.h>
import "C"

import (
	"unsafe"

	"github.com/asticode/go-astiav"
)

// This file reaches the fields of a frame that the binding does not show. It is
// all the cgo of this package.

// cframe is the frame behind the binding's.
func cframe(f *astiav.Frame) *C.AVFrame { return (*C.AVFrame)(f.UnsafePointer()) }

// bestPts is a frame's time stamp, guessed from its packet's where the
// container gives none (AVI); astiav.NoPtsValue if unknown.
func bestPts(f *astiav.Frame) int64 { return int64(cframe(f).best_effort_timestamp) }

// frameDuration is how long the frame's packet claims it lasts, in the
// stream's time base; 0 if unknown.
func frameDuration(f *astiav.Frame) int64 { return int64(cframe(f).pkt_duration) }

// FramePlane is plane i of a picture as FFmpeg holds it, rows of stride bytes.
// It is only valid while f holds its buffer, and only writable if nobody else
// holds it. rows is the plane's height.
func FramePlane(f *astiav.Frame, i, rows int) (data []byte, stride int) {
	c := cframe(f)
	stride = int(c.linesize[i])
	if c.data[i] == nil || stride <= 0 || rows <= 0 {
		return nil, 0
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(c.data[i])), stride*rows), stride
}

// frameColor is what the decoder says of a picture's colour.
func frameColor(f *astiav.Frame) (matrix astiav.ColorSpace, trc astiav.ColorTransferCharacteristic, primaries astiav.ColorPrimaries, rng astiav.ColorRange) {
	c := cframe(f)
	return astiav.ColorSpace(c.colorspace), astiav.ColorTransferCharacteristic(c.color_trc),
		astiav.ColorPrimaries(c.color_primaries), astiav.ColorRange(c.color_range)
}

// colorSpaceName is FFmpeg's name of a colour matrix, "unknown" if none.
func colorSpaceName(c astiav.ColorSpace) string {
	return C.GoString(C.av_color_space_name(C.enum_AVColorSpace(c)))
}

// transferName is FFmpeg's name of a transfer characteristic, "unknown" if none.
func transferName(t astiav.ColorTransferCharacteristic) string {
	return C.GoString(C.av_color_transfer_name(C.enum_AVColorTransferCharacteristic(t)))
}

// FramePlaneOf is channel i of planar sound, which unlike a picture's planes
// has its size on the first alone.
func FramePlaneOf(f *astiav.Frame, i int) (plane unsafe.Pointer, bytes int) {
	c := cframe(f)
	if c.data[i] == nil {
		return nil, 0
	}
	return unsafe.Pointer(c.data[i]), int(c.linesize[0])
}

// Damaged says whether the decoder filled in for missing or broken data.
func Damaged(f *astiav.Frame) bool {
	c := cframe(f)
	return c.flags&C.AV_FRAME_FLAG_CORRUPT != 0 || c.decode_error_flags != 0
}
