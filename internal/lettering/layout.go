package lettering

import (
	"strings"
	"unicode"

	"github.com/dailies/dailies/internal/media"
)

// Layout is how a text stands in a raster, in pixels.
type Layout struct {
	Size   int // of the type, an em
	Lines  []string
	Left   int // margins
	Right  int
	Top    int
	Bottom int
	Small  bool // the type had to be made so small that it is hard to read
}

// Edge is the margin that counts for a text at a position.
func (l Layout) Edge(position string) int {
	if strings.HasPrefix(position, "top") {
		return l.Top
	}
	return l.Bottom
}

// Limits of a layout.
const (
	maxTextLines  = 3  // before the type is made smaller
	minSize       = 8  // pixels
	lineHeight    = 13 // tenths of the type's size
	smallestShare = 35 // thousandths of the short side: below, nobody reads it on a telephone
)

// Cover is the style of a title on a picture for a shop window.
const Cover = "cover"

// Set sets a text of a style ("subtitle" or "title"): type relative to the short
// side, lines broken by width, margins that keep clear of what players lay over a
// vertical picture, or that keep to a part of it, where one is given. What needs too many
// lines gets smaller type.
func Set(text, style, language string, r media.Raster, safe media.Box) Layout {
	return SetAs(nil, text, style, language, r, safe)
}

// SetAs is Set in a show's own look; nil: Set. Its margins count where they keep further
// from the edges than the part of the picture that is kept to.
func SetAs(look *media.TextStyle, text, style, language string, r media.Raster, safe media.Box) Layout {
	share := 55 // thousandths of the short side
	switch style {
	case "title":
		share = 90
	case Cover:
		share = 125
	}
	if look != nil {
		share = look.Size
	}
	scale := max(100, ownFace(text).Scale)
	share = share * scale / 100
	edges := margins(r, safe)
	if look != nil && safe.Empty() {
		edges = Layout{}
	}
	l := Layout{Size: max(minSize, r.ShortSide()*share/1000)}
	measure := Ems(0, 0).Measure
	for ; ; l.Size = l.Size * 9 / 10 {
		l.Left, l.Right, l.Top, l.Bottom = edges.Left, edges.Right, edges.Top, edges.Bottom
		if !safe.Empty() { // the outline and shadow of letters keep to it too
			over := l.Size/10 + 1
			if look != nil {
				over = (look.Outline+look.Shadow)*r.ShortSide()/1000 + 1
			}
			l.Left, l.Right, l.Top, l.Bottom = l.Left+over, l.Right+over, l.Top+over, l.Bottom+over
		}
		if look != nil {
			l.Left, l.Right = max(l.Left, look.Left*r.Width/1000), max(l.Right, look.Right*r.Width/1000)
			l.Top, l.Bottom = max(l.Top, look.Vertical*r.Height/1000), max(l.Bottom, look.Vertical*r.Height/1000)
		}
		room := Ems((r.Width-l.Left-l.Right)*10*scale/l.Size, maxTextLines)
		var worst Break
		l.Lines, worst = Lay(text, language, room)
		torn := worst == Torn
		if cue := Lines(text, language, Cue(r)); style == "subtitle" && len(cue) <= CueLines && fit(cue, measure, room.Limit) {
			l.Lines, torn = cue, false // the lines of the subtitle files
		}
		l.Small = l.Size*1000 < smallestShare*r.ShortSide()
		high := len(l.Lines) * l.Size * lineHeight / 10
		if len(l.Lines) <= maxTextLines && !torn && (look == nil || high <= r.Height-l.Top-l.Bottom) || high <= r.Height/2 && l.Small || l.Size*9/10 < minSize {
			return l
		}
	}
}

// margins are those of a picture.
func margins(r media.Raster, safe media.Box) Layout {
	if !safe.Empty() {
		return Layout{Left: max(safe.X0, 0), Right: max(r.Width-safe.X1, 0), Top: max(safe.Y0, 0), Bottom: max(r.Height-safe.Y1, 0)}
	}
	side, edge := r.Width*7/100, r.Height*7/100
	if r.Height > r.Width {
		// Players put captions and buttons over the lowest part of a vertical
		// picture and their tabs over the top.
		edge = r.Height * 16 / 100
	}
	return Layout{Left: side, Right: side, Top: edge, Bottom: edge}
}

func fit(lines []string, measure func(string) int, limit int) bool {
	for _, l := range lines {
		if measure(l) > limit {
			return false
		}
	}
	return true
}

// Owners says of which paragraph each line is that Set or Lines made of them, by counting
// the letters of both: a line never holds parts of two.
func Owners(lines, paragraphs []string) []int {
	letters := func(text string) int {
		n := 0
		for _, c := range text {
			if !unicode.IsSpace(c) && !strings.ContainsRune(toLeft+toRight, c) {
				n++
			}
		}
		return n
	}
	var upTo []int
	sum := 0
	for _, p := range paragraphs {
		sum += letters(p)
		upTo = append(upTo, sum)
	}
	owners, at := make([]int, len(lines)), 0
	for i, line := range lines {
		for o := range upTo {
			if owners[i] = o; upTo[o] > at {
				break
			}
		}
		at += letters(line)
	}
	return owners
}
