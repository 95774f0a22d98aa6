package animatic

import (
	"image"
	"image/color"
	"os"
	"strings"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"github.com/dailies/dailies/internal/lettering"
)

// fonts are the faces of the strip: the system's Noto for Han, else what is
// there, else the Go fonts, which are always there.
type fonts struct {
	regular, bold         *opentype.Font
	wideRegular, wideBold *opentype.Font // Han; nil if the system has none
}

const maxFontBytes = 64 << 20

func loadFonts() *fonts {
	f := &fonts{}
	f.regular, _ = opentype.Parse(goregular.TTF)
	f.bold, _ = opentype.Parse(gobold.TTF)
	f.wideRegular = openFont("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", "/usr/share/fonts/truetype/noto/NotoSansCJK-Regular.ttc")
	f.wideBold = openFont("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc", "/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc", "/usr/share/fonts/truetype/noto/NotoSansCJK-Bold.ttc")
	return f
}

// openFont reads the first font that is there. Collections hold one face per
// region; the simplified Chinese one is the third.
func openFont(paths ...string) *opentype.Font {
	for _, p := range paths {
		file, err := os.Open(p)
		if err != nil {
			continue
		}
		fi, err := file.Stat()
		if err != nil || fi.Size() > maxFontBytes {
			file.Close()
			continue
		}
		c, err := opentype.ParseCollectionReaderAt(file)
		if err != nil || c.NumFonts() == 0 {
			file.Close()
			continue
		}
		fnt, err := c.Font(min(2, c.NumFonts()-1))
		if err != nil {
			file.Close()
			continue
		}
		return fnt // the file stays open for as long as the font is used
	}
	return nil
}

// face picks a face for a text.
func (f *fonts) face(text string, size float64, bold bool) font.Face {
	fnt := f.regular
	if bold {
		fnt = f.bold
	}
	if wide := strings.IndexFunc(text, func(r rune) bool { return r >= 0x2e80 && !unicode.Is(unicode.Latin, r) }) >= 0; wide && f.wideRegular != nil {
		fnt = f.wideRegular
		if bold {
			fnt = f.wideBold
		}
	}
	if fnt == nil {
		return nil
	}
	face, err := opentype.NewFace(fnt, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil
	}
	return face
}

// write draws one line with its left end at x and its baseline at y; it returns
// where it ends. Text that does not fit in width is cut with an ellipsis.
func (f *fonts) write(c *canvas, text string, x, y, size, width float64, bold bool, col rgb, alpha float64) float64 {
	face := f.face(text, size, bold)
	if face == nil {
		return x
	}
	defer face.Close()
	text = fit(face, text, width)
	a := uint8(clamp01(alpha) * 255)
	src := image.NewUniform(color.NRGBA{uint8(col.r * 255), uint8(col.g * 255), uint8(col.b * 255), a})
	d := font.Drawer{
		Dst: &image.RGBA{Pix: c.pix, Stride: 4 * c.w, Rect: image.Rect(0, 0, c.w, c.h)}, Src: src, Face: face,
		Dot: fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(y * 64)},
	}
	d.DrawString(text)
	return float64(d.Dot.X) / 64
}

// width is how wide a text would be.
func (f *fonts) width(text string, size float64, bold bool) float64 {
	face := f.face(text, size, bold)
	if face == nil {
		return 0
	}
	defer face.Close()
	return float64(font.MeasureString(face, text)) / 64
}

func fit(face font.Face, text string, width float64) string {
	if float64(font.MeasureString(face, text))/64 <= width {
		return text
	}
	r := []rune(text)
	lo, hi := 0, len(r)
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if float64(font.MeasureString(face, string(r[:mid])+"…"))/64 <= width {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return strings.TrimRight(string(r[:lo]), " ,;，、") + "…"
}

// wrap breaks a text into at most n lines, where subtitles would break too. worst is
// the worst place at which one of them ends: lettering.Torn inside a word, and where
// the end of the text had to be left out.
func (f *fonts) wrap(text, language string, size, width float64, n int) (lines []string, worst lettering.Break) {
	face := f.face(text, size, false)
	if face == nil {
		return nil, lettering.Torn
	}
	defer face.Close()
	laid, worst := lettering.Lay(text, language, lettering.Room{
		Limit: int(width * 64), Lines: n, Measure: func(s string) int { return int(font.MeasureString(face, s)) },
	})
	rest := text
	for _, l := range laid {
		if len(lines) == n-1 && plain(l, len(text)) != rest {
			return append(lines, fit(face, rest, width)), lettering.Torn
		}
		lines = append(lines, plain(l, len(text))) // without marks of direction, which would be drawn as boxes
		_, after, _ := strings.Cut(rest, lines[len(lines)-1])
		rest = strings.TrimSpace(after)
	}
	return lines, worst
}

// plain makes a text of the script fit for one line: no control characters.
func plain(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(short(s, n*2), ""))
	return short(strings.Join(strings.Fields(s), " "), n)
}
