package label

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"io/fs"
	"math"
	"os"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/lettering"
	"github.com/dailies/dailies/internal/media"
)

// The visible AI-content label; lettering has its sizes.
const (
	// Ground is how dark the box is.
	Ground     = 0.45
	labelWhite = 235.0 // luma of the text
	labelBlack = 16.0  // luma of the box
	maxLabel   = 200   // characters

	maxCardLines = 12
)

// labelFonts is where distributions keep Noto Sans CJK, whose faces lie in the
// order of labelFace.
func labelFonts() []string {
	const file = "NotoSansCJK-Bold.ttc"
	return []string{
		"/usr/share/fonts/opentype/noto/" + file,              // Debian, Ubuntu
		"/usr/share/fonts/noto-cjk/" + file,                   // Arch
		"/usr/share/fonts/noto/" + file,                       // Alpine
		"/usr/share/fonts/google-noto-sans-cjk-fonts/" + file, // Fedora
	}
}

// labelFace is the face of the collection that draws a language's shapes.
func labelFace(language string) int {
	l := strings.ToLower(language)
	switch {
	case strings.HasPrefix(l, "ja"):
		return 0
	case strings.HasPrefix(l, "ko"):
		return 1
	case strings.HasPrefix(l, "zh-hk"), strings.HasPrefix(l, "zh-hant-hk"), strings.HasPrefix(l, "yue"):
		return 4
	case strings.HasPrefix(l, "zh-hant"), strings.HasPrefix(l, "zh-tw"), strings.HasPrefix(l, "zh-mo"):
		return 3
	default:
		return 2
	}
}

// Stamp is a label drawn once, ready to be laid over pictures.
type Stamp struct {
	Box     image.Rectangle // even, inside the picture
	Opacity []float32       // per pixel of the box
	Frames  media.Frames    // from frame 0
	luma    []float32       // times opacity
}

// Wording is a text to draw: its paragraphs, how high its capitals are in parts of the
// shortest side, and where it stands.
type Wording struct {
	Text, Language, Position string
	Ink                      float64
	Safe                     media.Box // empty: a margin's width from the picture's edges
	Below                    int       // pixels of that part's top that something else takes
}

// Of is how a label is worded and drawn.
func Of(mark media.LabelMark) Wording {
	return Wording{Text: mark.Text, Language: mark.Language, Position: mark.Position, Ink: lettering.LabelInk, Safe: mark.Safe}
}

// New draws mark for a picture of raster r.
func New(mark media.LabelMark, r media.Raster) (*Stamp, error) {
	if len([]rune(strings.TrimSpace(mark.Text))) > maxLabel {
		return nil, fmt.Errorf("draw label: its text must have 1 to %d characters", maxLabel)
	}
	s, err := Of(mark).Draw(r)
	if err != nil {
		return nil, fmt.Errorf("draw label: %w", err)
	}
	s.Frames = mark.Frames
	return s, nil
}

// newCardStamp draws the opening card for a picture of raster r, under a label that is
// at the top.
func newCardStamp(card media.CardMark, label *Stamp, at string, r media.Raster) (*Stamp, error) {
	text := strings.Join(card.Lines, "\n")
	if len(card.Lines) > maxCardLines || len([]rune(text)) > maxCardLines*maxLabel {
		return nil, fmt.Errorf("draw opening card: more than %d lines of %d characters", maxCardLines, maxLabel)
	}
	w := Wording{Text: text, Language: card.Language, Position: "top-left", Ink: lettering.CardInk, Safe: card.Safe}
	if label != nil && strings.HasPrefix(at, "top") {
		w.Below = label.Box.Dy() + int(float64(r.ShortSide())*lettering.LabelPad)
	}
	s, err := w.Draw(r)
	if err != nil {
		return nil, fmt.Errorf("draw opening card: %w", err)
	}
	s.Frames = card.Frames
	return s, nil
}

// Opening draws what lies over the opening of a cut: the label, and the card.
func Opening(label *media.LabelMark, card *media.CardMark, r media.Raster) ([]*Stamp, error) {
	var out []*Stamp
	var over *Stamp
	at := ""
	if label != nil && label.Frames > 0 {
		s, err := New(*label, r)
		if err != nil {
			return nil, err
		}
		out, over, at = append(out, s), s, label.Position
	}
	if card != nil && card.Frames > 0 {
		s, err := newCardStamp(*card, over, at, r)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// Draw draws the text for a picture of raster r.
func (w Wording) Draw(r media.Raster) (*Stamp, error) {
	text := strings.TrimSpace(w.Text)
	if text == "" {
		return nil, errors.New("it has no text")
	}
	fnt, closer, err := OpenFont(w.Language)
	if err != nil {
		return nil, err
	}
	defer closer.Close()
	if missing := missingGlyphs(fnt, text); missing != "" {
		return nil, fmt.Errorf("draw %q: Noto Sans CJK has no shapes for it; word it in another script", missing)
	}
	short := float64(r.ShortSide())
	face, err := labelSize(fnt, text, int(math.Ceil(short*w.Ink)))
	if err != nil {
		return nil, err
	}
	defer face.Close()

	area, pad := w.area(r), int(math.Ceil(short*lettering.LabelPad))
	lines := lettering.Lines(text, w.Language, lettering.Room{
		Limit:   area.Dx() - 2*pad,
		Measure: func(s string) int { return font.MeasureString(face, s).Ceil() },
	})
	mask := drawLines(face, lines, pad)
	size := mask.Bounds().Size()
	if size.X > r.Width || size.Y > r.Height {
		return nil, fmt.Errorf("%q does not fit a picture of %s; shorten it", text, r)
	}
	return blendLabel(mask, labelCorner(w.Position, area, r, size)), nil
}

// area is the part of the picture that the text stands in.
func (w Wording) area(r media.Raster) image.Rectangle {
	margin := int(float64(r.ShortSide()) * lettering.LabelMargin)
	all := image.Rect(margin, margin, r.Width-margin, r.Height-margin)
	if s := image.Rect(w.Safe.X0, w.Safe.Y0, w.Safe.X1, w.Safe.Y1); !s.Empty() {
		all = s.Intersect(image.Rect(0, 0, r.Width, r.Height))
	}
	all.Min.Y += w.Below
	return all
}

// OpenFont opens the face for a language. The font reads its file while it
// draws, so the file stays open until the caller closes it.
func OpenFont(language string) (*opentype.Font, *os.File, error) {
	for _, path := range labelFonts() {
		f, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, nil, fmt.Errorf("open label font: %w", err)
		}
		c, err := opentype.ParseCollectionReaderAt(f)
		if err == nil {
			var fnt *opentype.Font
			if fnt, err = c.Font(min(labelFace(language), c.NumFonts()-1)); err == nil {
				return fnt, f, nil
			}
		}
		f.Close()
		return nil, nil, fmt.Errorf("read label font %s: %w", path, err)
	}
	return nil, nil, errors.New("open label font: Noto Sans CJK Bold is not installed: install fonts-noto-cjk")
}

func missingGlyphs(fnt *opentype.Font, text string) string {
	var out strings.Builder
	var buf sfnt.Buffer
	for _, c := range text {
		if i, err := fnt.GlyphIndex(&buf, c); (err != nil || i == 0) && c != ' ' && c != '\n' {
			out.WriteRune(c)
		}
	}
	return out.String()
}

// labelSize is the smallest face whose capitals, and whose text as a whole, have
// at least ink pixels of height.
func labelSize(fnt *opentype.Font, text string, ink int) (font.Face, error) {
	for size := float64(ink); size < 8*float64(ink)+64; size++ {
		face, err := opentype.NewFace(fnt, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			return nil, err
		}
		capital, _ := font.BoundString(face, "H")
		whole, _ := font.BoundString(face, text)
		want := fixed.I(ink)
		if capital.Max.Y-capital.Min.Y >= want && whole.Max.Y-whole.Min.Y >= want {
			return face, nil
		}
		face.Close()
	}
	return nil, fmt.Errorf("%q has no ink", text)
}

// drawLines draws white text; the mask is as large as its box.
func drawLines(face font.Face, lines []string, pad int) *image.Alpha {
	m := face.Metrics()
	var width int
	for _, l := range lines {
		width = max(width, font.MeasureString(face, l).Ceil())
	}
	ascent, step := m.CapHeight.Ceil(), (m.CapHeight * 3 / 2).Ceil()
	top, bottom := 0, 0 // ink that reaches over capitals and under the line
	for _, l := range lines {
		b, _ := font.BoundString(face, l)
		top, bottom = max(top, -b.Min.Y.Floor()-ascent), max(bottom, b.Max.Y.Ceil())
	}
	height := top + ascent + (len(lines)-1)*step + bottom
	mask := image.NewAlpha(image.Rect(0, 0, width+2*pad, height+2*pad))
	d := font.Drawer{Dst: mask, Src: image.NewUniform(color.White), Face: face}
	for i, l := range lines {
		d.Dot = fixed.P(pad, pad+top+ascent+i*step)
		d.DrawString(l)
	}
	return mask
}

// labelCorner is where the box's top left lies: in the middle of what the position's
// words leave open.
func labelCorner(position string, area image.Rectangle, r media.Raster, size image.Point) image.Point {
	at := image.Pt((area.Min.X+area.Max.X-size.X)/2, (area.Min.Y+area.Max.Y-size.Y)/2)
	switch {
	case strings.HasSuffix(position, "left"):
		at.X = area.Min.X
	case strings.HasSuffix(position, "right"):
		at.X = area.Max.X - size.X
	}
	switch {
	case strings.HasPrefix(position, "top"):
		at.Y = area.Min.Y
	case strings.HasPrefix(position, "bottom"):
		at.Y = area.Max.Y - size.Y
	}
	// Chroma has half the resolution: an even corner keeps it aligned.
	return image.Pt(min(max(0, at.X), r.Width-size.X)&^1, min(max(0, at.Y), r.Height-size.Y)&^1)
}

func blendLabel(mask *image.Alpha, at image.Point) *Stamp {
	size := mask.Bounds().Size()
	w, h := size.X&^1, size.Y&^1
	s := &Stamp{
		Box:     image.Rect(at.X, at.Y, at.X+w, at.Y+h),
		Opacity: make([]float32, w*h),
		luma:    make([]float32, w*h),
	}
	for y := range h {
		for x := range w {
			ink := float64(mask.AlphaAt(x, y).A) / 255
			box := (1 - ink) * Ground
			s.Opacity[y*w+x] = float32(ink + box)
			s.luma[y*w+x] = float32(ink*labelWhite + box*labelBlack)
		}
	}
	return s
}

// Lay lays the label over a picture.
func (s *Stamp) Lay(pic [3]footage.Plane) {
	w := s.Box.Dx()
	for y := range s.Box.Dy() {
		row := pic[0].Row(s.Box.Min.Y + y)[s.Box.Min.X:]
		for x := range w {
			i := y*w + x
			row[x] = byte(float32(row[x])*(1-s.Opacity[i]) + s.luma[i] + 0.5)
		}
	}
	for _, p := range pic[1:] {
		for y := 0; y < s.Box.Dy()/2; y++ {
			row := p.Row(s.Box.Min.Y/2 + y)[s.Box.Min.X/2:]
			for x := range w / 2 {
				i := 2*y*w + 2*x
				o := (s.Opacity[i] + s.Opacity[i+1] + s.Opacity[i+w] + s.Opacity[i+w+1]) / 4
				row[x] = byte(float32(row[x])*(1-o) + 128*o + 0.5)
			}
		}
	}
}
