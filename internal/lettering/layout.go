package lettering

import (
	"github.com/dailies/dailies/internal/media"
)

// Layout is how a text stands in a raster, in pixels.
type Layout struct {
	Size       int // of the type, an em
	Lines      []string
	SideMargin int
	EdgeMargin int  // to top or bottom
	Small      bool // the type had to be made so small that it is hard to read
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
// vertical picture. What needs too many lines gets smaller type.
func Set(text, style, language string, r media.Raster) Layout {
	share := 55 // thousandths of the short side
	switch style {
	case "title":
		share = 90
	case Cover:
		share = 125
	}
	scale := max(100, ownFace(text).Scale)
	share = share * scale / 100
	l := Layout{Size: max(minSize, r.ShortSide()*share/1000), SideMargin: r.Width * 7 / 100}
	l.EdgeMargin = r.Height * 7 / 100
	if r.Height > r.Width {
		// Players put captions and buttons over the lowest part of a vertical
		// picture and their tabs over the top.
		l.EdgeMargin = r.Height * 16 / 100
	}
	measure := Ems(0, 0).Measure
	for ; ; l.Size = l.Size * 9 / 10 {
		room := Ems((r.Width-2*l.SideMargin)*10*scale/l.Size, maxTextLines)
		var worst Break
		l.Lines, worst = Lay(text, language, room)
		torn := worst == Torn
		if cue := Lines(text, language, Cue(r)); style == "subtitle" && len(cue) <= CueLines && fit(cue, measure, room.Limit) {
			l.Lines, torn = cue, false // the lines of the subtitle files
		}
		l.Small = l.Size*1000 < smallestShare*r.ShortSide()
		high := len(l.Lines) * l.Size * lineHeight / 10
		if len(l.Lines) <= maxTextLines && !torn || high <= r.Height/2 && l.Small || l.Size*9/10 < minSize {
			return l
		}
	}
}

func fit(lines []string, measure func(string) int, limit int) bool {
	for _, l := range lines {
		if measure(l) > limit {
			return false
		}
	}
	return true
}
