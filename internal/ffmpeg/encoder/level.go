package encoder

import (
	"github.com/dailies/dailies/internal/media"
)

// h264Levels is table A-1 of ITU-T H.264: what a level allows, in macroblocks a
// second, macroblocks a picture and macroblocks of decoded pictures kept.
var h264Levels = []struct {
	name            string
	mbps, size, dpb int64
}{
	{"1.0", 1485, 99, 396},
	{"1.1", 3000, 396, 900},
	{"1.2", 6000, 396, 2376},
	{"2.0", 11880, 396, 2376},
	{"2.1", 19800, 792, 4752},
	{"2.2", 20250, 1620, 8100},
	{"3.0", 40500, 1620, 8100},
	{"3.1", 108000, 3600, 18000},
	{"3.2", 216000, 5120, 20480},
	{"4.0", 245760, 8192, 32768},
	{"4.2", 522240, 8704, 34816},
	{"5.0", 589824, 22080, 110400},
	{"5.1", 983040, 36864, 184320},
	{"5.2", 2073600, 36864, 184320},
	{"6.0", 4177920, 139264, 696320},
	{"6.1", 8355840, 139264, 696320},
	{"6.2", 16711680, 139264, 696320},
}

// decodedPictures is how many pictures a decoder of our streams keeps: the
// references and the ones B-pyramids hold back.
const decodedPictures = 4

// h264Level is the lowest level that carries the raster at the rate. Bit rate
// plays no part: a mezzanine's is not bounded.
func h264Level(spec media.Spec) string {
	w, h := int64(spec.Raster.Width+15)/16, int64(spec.Raster.Height+15)/16
	size := w * h
	rate := (size*spec.FPS.Num + spec.FPS.Den - 1) / spec.FPS.Den
	for _, l := range h264Levels {
		// A side may not be longer than sqrt(8 * size) macroblocks.
		if rate <= l.mbps && size <= l.size && decodedPictures*size <= l.dpb && w*w <= 8*l.size && h*h <= 8*l.size {
			return l.name
		}
	}
	return h264Levels[len(h264Levels)-1].name
}
