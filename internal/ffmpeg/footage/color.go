package footage

import (
	"fmt"
	"strings"

	"github.com/asticode/go-astiav"
)

// scale resizes a picture and turns its colour into bt.709 limited yuv420p.
//
// HDR is tone-mapped: linear light with 100 cd/m² as white, Hable's curve up to
// the mastering display's peak (1200 cd/m² where none is named), no
// desaturation; what shines brighter is clipped. Wide-gamut SDR is mapped to bt.709 primaries. bt.601 changes its
// matrix only: its primaries differ too little to be seen and are often wrong.
func (p Picture) scale(w, h int) string {
	switch {
	case p.hdr():
		return fmt.Sprintf("zscale=w=%d:h=%d:f=bicubic:%s:t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,"+
			"tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,format=yuv420p,limiter=min=16:max=235:planes=1", w, h, p.zscaleInput())
	case p.wideGamut():
		return fmt.Sprintf("zscale=w=%d:h=%d:f=bicubic:%s:p=bt709:m=bt709:t=bt709:r=tv,format=yuv420p", w, h, p.zscaleInput())
	case p.Width == w && p.Height == h && p.Format == astiav.PixelFormatYuv420P && p.matrixName() == "bt709" && !p.full():
		return "null"
	}
	in := ""
	if !p.rgb() {
		rng := "tv"
		if p.full() {
			rng = "pc"
		}
		in = fmt.Sprintf(":in_color_matrix=%s:in_range=%s", p.matrixName(), rng)
	}
	return fmt.Sprintf("scale=%d:%d:flags=bicubic%s:out_color_matrix=bt709:out_range=tv,format=yuv420p", w, h, in)
}

// Luma resizes to w x h for measuring: limited-range Luma, not turned.
func (p Picture) Luma(w, h int) string {
	switch {
	case p.hdr(), p.wideGamut():
		// Small first: mapping tones is the dear part.
		return fmt.Sprintf("scale=%d:%d:flags=area,%s,format=gray", w, h, p.scale(w, h))
	case p.rgb():
		return fmt.Sprintf("scale=%d:%d:flags=area:out_color_matrix=bt709:out_range=tv,format=yuv420p,format=gray", w, h)
	case p.full():
		return fmt.Sprintf("scale=%d:%d:flags=area:in_range=pc:out_range=tv,format=gray", w, h)
	default:
		return fmt.Sprintf("scale=%d:%d:flags=area:in_range=tv:out_range=tv,format=gray", w, h)
	}
}

// Notes say in words what Chain does to p's colour that is seen.
func (p Picture) Notes() []string {
	var notes []string
	switch {
	case p.Dolby != 0:
		notes = append(notes, fmt.Sprintf("Dolby Vision profile %d: its colours are for Dolby's decoder alone and come out wrong (green and purple); export it as HDR10, HLG or SDR", p.Dolby))
	case p.Transfer == transferPQ:
		notes = append(notes, "HDR (PQ) was tone-mapped to SDR")
	case p.Transfer == transferHLG:
		notes = append(notes, "HDR (HLG) was tone-mapped to SDR")
	case p.wideGamut():
		notes = append(notes, "bt.2020 colours were mapped to bt.709")
	}
	if p.alpha() && !p.Palette {
		notes = append(notes, "transparent parts were laid over black")
	}
	if p.Palette {
		notes = append(notes, "its pictures have at most 256 colours (GIF)")
	}
	return notes
}

// alpha says whether the pictures carry transparency. Palettes always could, and
// hardly ever do.
func (p Picture) alpha() bool {
	n := p.Format.Name()
	for _, prefix := range []string{"yuva", "rgba", "bgra", "argb", "abgr", "gbrap", "ya8", "ya16"} {
		if strings.HasPrefix(n, prefix) {
			return true
		}
	}
	return false
}

// flat lays p over black: the filters that do, and what they make of p.
func (p Picture) flat() (string, Picture) {
	if !p.alpha() {
		return "", p
	}
	n := p.Format.Name()
	deep := strings.HasSuffix(n, "le") || strings.HasSuffix(n, "be")
	with, without := "yuva444p", astiav.PixelFormatYuv444P
	switch {
	case p.rgb() && deep:
		with, without = "gbrap16le", astiav.PixelFormatGbrp16Le
	case p.rgb():
		with, without = "gbrap", astiav.PixelFormatGbrp
	case deep:
		with, without = "yuva444p16le", astiav.PixelFormatYuv444P16Le
	}
	p.Format = without
	return "format=" + with + ",premultiply=inplace=1,format=" + without.Name() + ",", p
}

func (p Picture) hdr() bool {
	return p.Transfer == transferPQ || p.Transfer == transferHLG
}

func (p Picture) wideGamut() bool {
	return !p.rgb() && p.Primaries == astiav.ColorPrimariesBt2020
}

func (p Picture) full() bool { return p.Range == astiav.ColorRangeJpeg }

// rgb says whether a picture has no colour matrix at all.
func (p Picture) rgb() bool {
	n := p.Format.Name()
	for _, prefix := range []string{"rgb", "bgr", "gbr", "argb", "abgr", "0rgb", "0bgr", "pal8", "mono", "x2rgb", "x2bgr"} {
		if strings.HasPrefix(n, prefix) {
			return true
		}
	}
	return false
}

// matrixName is the colour matrix in the scale filter's words; untagged SD is
// bt.601, untagged HD bt.709.
func (p Picture) matrixName() string {
	switch p.Matrix {
	case astiav.ColorSpaceBt709:
		return "bt709"
	case astiav.ColorSpaceBt470Bg, astiav.ColorSpaceSmpte170M:
		return "bt601"
	case astiav.ColorSpaceFcc:
		return "fcc"
	case astiav.ColorSpaceSmpte240M:
		return "smpte240m"
	case astiav.ColorSpaceBt2020Ncl, astiav.ColorSpaceBt2020Cl:
		return "bt2020"
	}
	if min(p.Width, p.Height) < sdLines {
		return "bt601"
	}
	return "bt709"
}

// zscaleInput tells zscale what comes in; it refuses to guess.
func (p Picture) zscaleInput() string {
	matrix, transfer, primaries, rng := "bt2020nc", "bt709", "bt2020", "tv"
	switch p.matrixName() {
	case "bt709":
		matrix = "bt709"
	case "bt601":
		matrix = "smpte170m"
	}
	if p.Matrix == astiav.ColorSpaceUnspecified && p.Primaries == astiav.ColorPrimariesBt2020 {
		matrix = "bt2020nc"
	}
	switch p.Transfer {
	case transferPQ:
		transfer = "smpte2084"
	case transferHLG:
		transfer = "arib-std-b67"
	}
	if p.Primaries == astiav.ColorPrimariesBt709 {
		primaries = "bt709"
	}
	if p.full() {
		rng = "pc"
	}
	s := fmt.Sprintf("tin=%s:pin=%s:rin=%s", transfer, primaries, rng)
	if p.rgb() {
		return s + ":min=gbr"
	}
	return s + ":min=" + matrix
}

// Transfer characteristics of ITU-T H.273 that the binding does not name.
const (
	transferPQ  astiav.ColorTransferCharacteristic = 16
	transferHLG astiav.ColorTransferCharacteristic = 18
)
