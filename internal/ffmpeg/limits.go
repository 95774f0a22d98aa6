package ffmpeg

import (
	"fmt"
	"time"

	"github.com/dailies/dailies/internal/media"
)

// What a clip may be. Beyond these it is refused before it costs memory.
const (
	maxSide          = 8192             // pixels
	maxPixels        = 64 << 20         // a picture
	maxFPS           = 240              // pictures a second
	maxStreams       = 32               // in a container
	maxClipDuration  = 10 * time.Minute // of footage
	maxClipPictures  = maxFPS * 600     // decoded
	maxDecodeErrors  = 200              // in a row, before a clip is called broken
	maxAudioChannels = 64
	maxAudioRate     = 768_000 // Hz
)

// clipErrorf says that the clip is at fault. The text names no path.
func clipErrorf(format string, args ...any) error {
	return &media.ClipError{Reason: fmt.Sprintf(format, args...)}
}

// checkRaster refuses absurd pictures.
func checkRaster(w, h int) error {
	if w <= 0 || h <= 0 {
		return clipErrorf("the picture has no size (%dx%d)", w, h)
	}
	if w > maxSide || h > maxSide || w*h > maxPixels {
		return clipErrorf("the picture is %dx%d; at most %d a side are taken", w, h, maxSide)
	}
	return nil
}
