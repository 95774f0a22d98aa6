package lettering

import "github.com/dailies/dailies/internal/media"

// The AI-content label, in parts of the picture's shortest side. GB 45438-2025, 5.4,
// asks for letters of at least 5 %.
const (
	LabelInk    = 0.05  // height of a capital
	LabelMargin = 0.04  // to the picture's edge
	LabelPad    = 0.012 // between text and the edge of its box
	CardInk     = 0.03  // height of a capital of the opening card; no law says one
)

// capital is how high a capital of Noto Sans CJK is, in parts of an em.
const capital = 0.733

// LabelHeight estimates, on the safe side, how much of a picture's height the label's
// box takes, in parts of it. Its letters cannot be made smaller, so a text that takes
// more than 1 has no room.
func LabelHeight(text, language string, r media.Raster) float64 {
	if r.Width <= 0 || r.Height <= 0 {
		return 0
	}
	short := float64(r.ShortSide())
	em := short * LabelInk / capital
	room := float64(r.Width) - 2*short*(LabelMargin+LabelPad)
	lines := len(Lines(text, language, Ems(int(1000*room/em), 0)))
	return short * (LabelInk*(1+1.5*float64(lines-1)) + 2*LabelPad) / float64(r.Height)
}
