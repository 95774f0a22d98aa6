package cut

import (
	"math"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
)

// dissolve mixes b over a into out; at is 0 for a alone and 1 for b alone.
func dissolve(out, a, b [3]footage.Plane, at float64) {
	wb := uint32(math.Round(at * 256))
	wa := 256 - wb
	for i := range out {
		for y := range out[i].Height {
			o, pa, pb := out[i].Row(y), a[i].Row(y), b[i].Row(y)
			pa, pb = pa[:len(o)], pb[:len(o)]
			for x := range o {
				o[x] = byte((uint32(pa[x])*wa + uint32(pb[x])*wb + 128) >> 8)
			}
		}
	}
}

// softEdge is the width of a wipe's edge in parts of the picture's width.
const softEdge = 0.04

// wipe lets b come in over a from the left, behind a soft edge.
func wipe(out, a, b [3]footage.Plane, at float64) {
	for i := range out {
		w := out[i].Width
		weight := make([]uint32, w) // of b, in 256ths
		soft := max(1, softEdge*float64(w))
		edge := at*(float64(w)+soft) - soft // b is whole left of it
		for x := range weight {
			weight[x] = uint32(256 * min(1, max(0, 1-(float64(x)+0.5-edge)/soft)))
		}
		for y := range out[i].Height {
			o, pa, pb := out[i].Row(y), a[i].Row(y), b[i].Row(y)
			pa, pb = pa[:w], pb[:w]
			for x := range o {
				o[x] = byte((uint32(pa[x])*(256-weight[x]) + uint32(pb[x])*weight[x] + 128) >> 8)
			}
		}
	}
}

// dim draws a towards black; light is 1 for a as it is and 0 for black.
func dim(out, a [3]footage.Plane, light float64) {
	for i := range out {
		var table [256]byte
		for v := range table {
			table[v] = byte(math.Round(float64(a[i].Neutral) + float64(v-a[i].Neutral)*light))
		}
		for y := range out[i].Height {
			o, pa := out[i].Row(y), a[i].Row(y)
			pa = pa[:len(o)]
			for x := range o {
				o[x] = table[pa[x]]
			}
		}
	}
}
