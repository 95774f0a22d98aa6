package footage

// #cgo pkg-config: libavformat libavcodec libavutil
// #include <libavcodec/avcodec.h>
// #include <libavformat/avformat.h>
// #include <libavutil/frame.h>
// #include <libavutil/pixdesc.h>
import "C"

import (
	"unsafe"

	"github.com/asticode/go-astiav"
)

// This file reaches the fields of frames and streams that the binding does not
// show. It is all the cgo of this package.

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

// CodecVersion is libavcodec's, which decides how sound is coded.
func CodecVersion() uint32 { return uint32(C.avcodec_version()) }

// Fields is how the decoder flags a picture.
func Fields(f *astiav.Frame) FieldOrder {
	switch c := cframe(f); {
	case c.interlaced_frame == 0:
		return Whole
	case c.top_field_first != 0:
		return TopFirst
	default:
		return BottomFirst
	}
}

// cstream is the stream behind the binding's, whose only field it is.
func cstream(s *astiav.Stream) *C.AVStream { return *(**C.AVStream)(unsafe.Pointer(s)) }

// role is what a container says a stream is for.
type role struct {
	Default  bool // what a player begins with
	Attached bool // a cover, or another picture that does not move
	Aside    bool // commentary, descriptions, a version for some people
}

func streamRole(s *astiav.Stream) role {
	d := cstream(s).disposition
	const aside = C.AV_DISPOSITION_COMMENT | C.AV_DISPOSITION_HEARING_IMPAIRED | C.AV_DISPOSITION_VISUAL_IMPAIRED |
		C.AV_DISPOSITION_DESCRIPTIONS | C.AV_DISPOSITION_KARAOKE | C.AV_DISPOSITION_DEPENDENT
	const attached = C.AV_DISPOSITION_ATTACHED_PIC | C.AV_DISPOSITION_TIMED_THUMBNAILS | C.AV_DISPOSITION_STILL_IMAGE
	return role{Default: d&C.AV_DISPOSITION_DEFAULT != 0, Attached: d&attached != 0, Aside: d&aside != 0}
}

// dolbyAlone is the profile of a Dolby Vision stream whose pictures make sense to
// Dolby's decoder only (5, and 10 without a base that others know); 0: any other
// stream. The record is AVDOVIDecoderConfigurationRecord, a byte a field: profile is
// the third, and which base others know the eighth.
func dolbyAlone(s *astiav.Stream) int {
	record := s.SideData(astiav.PacketSideDataType(C.AV_PKT_DATA_DOVI_CONF))
	const profile, base = 2, 7
	if len(record) <= base || record[base] != 0 {
		return 0
	}
	return int(record[profile])
}
