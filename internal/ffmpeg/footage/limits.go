package footage

import (
	"github.com/dailies/dailies/internal/media"
)

// What a clip may be. Beyond these it is refused before it costs memory.
const (
	MaxSide          = 8192         // pixels
	maxPixels        = 64 << 20     // a picture
	MaxFPS           = 240          // pictures a second
	maxStreams       = 32           // in a container
	MaxClipPictures  = MaxFPS * 600 // decoded
	maxDecodeErrors  = 200          // in a row, before a clip is called broken
	maxAudioChannels = 64
	MaxAudioRate     = 768_000 // Hz
)

// checkRaster refuses absurd pictures.
func checkRaster(w, h int) error {
	if w <= 0 || h <= 0 {
		return media.ClipErrorf("the picture has no size (%dx%d)", w, h)
	}
	if w > MaxSide || h > MaxSide || w*h > maxPixels {
		return media.ClipErrorf("the picture is %dx%d; at most %d a side are taken", w, h, MaxSide)
	}
	return nil
}

// PacketPadding is AV_INPUT_BUFFER_PADDING_SIZE: decoders read a little past the
// end of a packet.
const PacketPadding = 64
