package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

// mode is what the take starts from. A frame to go on from carries the looks of cast
// and place: the faces of its people are sent beside it where the model takes both, for
// a head that turns is no more in the frame.
func mode(p Shot, m provider.Model) (provider.Mode, string) {
	can := func(mode provider.Mode) bool { return slices.Contains(m.Modes, mode) }
	framed := provider.ModeFirstFrame
	if can(provider.ModeFrameReferences) && slices.ContainsFunc(p.References, func(r Reference) bool { return r.Kind == "cast" }) {
		framed = provider.ModeFrameReferences
	}
	switch {
	case m.Pictures():
		return "", "makes pictures, not takes"
	case m.Lips():
		return "", "changes the lips of dubs, and makes no takes"
	case p.Still != nil && can(provider.ModeFirstFrame):
		return framed, ""
	case p.To != nil:
		if !can(provider.ModeFirstLast) {
			return "", "cannot end on a frame of another shot"
		}
		return provider.ModeFirstLast, ""
	case p.From != nil:
		if !can(provider.ModeFirstFrame) {
			return "", "cannot start from a frame of another shot"
		}
		return framed, ""
	case len(p.References) > 0:
		if !can(provider.ModeReferences) {
			return "", "takes no reference pictures"
		}
		return provider.ModeReferences, ""
	case !can(provider.ModeText):
		return "", "needs a picture to start from"
	}
	return provider.ModeText, ""
}

// held is how many pictures of a shot may be the last one held, so that a shot of
// 4.004 s (96 pictures at 24000/1001) is bought as 4 s and not as 5. QC lets two
// pass: the other is for a vendor whose 4 s are a picture short.
const held media.Frames = 1

// length is how long the take is made, in milliseconds: the shortest length that
// the model makes and the shot fits in; the rest is cut off. Models with a range
// are asked for whole seconds where they cost money, for that is what is billed.
func length(p Shot, m provider.Model) (int64, string) {
	exact := milliseconds(p.Frames, p.Brief.FPS)
	return lengthOf(exact, min(exact, max(milliseconds(p.Frames-held, p.Brief.FPS), 1)), m)
}

// lengthOf is the length that the model makes for what lasts exact, of which need has to
// be there.
func lengthOf(exact, need int64, m provider.Model) (int64, string) {
	var longest int64
	if len(m.DurationsMS) > 0 {
		best := int64(0)
		for _, d := range m.DurationsMS {
			longest = max(longest, d)
			if d >= need && (best == 0 || d < best) {
				best = d
			}
		}
		if best > 0 {
			return best, ""
		}
	} else {
		longest = m.MaxMS
		made := max(exact, m.MinMS)
		if m.Currency() != "" {
			made = max((need+999)/1000*1000, m.MinMS)
		}
		if longest > 0 && need <= longest {
			made = min(made, longest)
		}
		if longest == 0 || made <= longest {
			return made, ""
		}
	}
	return 0, fmt.Sprintf("makes at most %s, this shot is %s", seconds(longest), seconds(exact))
}

// milliseconds is how long pictures are seen, rounded up.
func milliseconds(n media.Frames, fps media.Rational) int64 {
	return (n.Duration(fps) + time.Millisecond - 1).Milliseconds()
}

// raster is what the model makes for the season's format: the same shape, as
// large as needed or else as large as it can. With fit: fill or blur a shape that
// is a little off is cropped or padded at conform.
func raster(format drama.Format, m provider.Model) (media.Raster, string) {
	want := format.Raster
	if len(m.Rasters) == 0 {
		long := max(want.Width, want.Height)
		if m.MaxSide <= 0 || long <= m.MaxSide {
			return want, ""
		}
		scale := func(n int) int { return max(n*m.MaxSide/long/2*2, 2) }
		return media.Raster{Width: scale(want.Width), Height: scale(want.Height)}, ""
	}
	var best media.Raster
	for _, r := range m.Rasters {
		if !sameShape(r, want) {
			continue
		}
		enough := r.Width >= want.Width && r.Height >= want.Height
		had := best.Width >= want.Width && best.Height >= want.Height && best.Width > 0
		switch {
		case best.Width == 0, enough && !had, enough && had && r.Width < best.Width, !enough && !had && r.Width > best.Width:
			best = r
		}
	}
	if best.Width > 0 {
		return best, ""
	}
	nearest := slices.MinFunc(m.Rasters, func(x, y media.Raster) int {
		return int(1000*off(x, want)) - int(1000*off(y, want))
	})
	return best, fmt.Sprintf("makes no %s picture; the nearest shape is %s", want, nearest)
}

// sameShape allows 6 %: models round their sizes to multiples of 16 or 32
// (832x480 is called 16:9), and conform crops or pads so much without harm.
func sameShape(a, b media.Raster) bool { return off(a, b) <= 0.06 }

// off is how far two shapes are apart: 0 the same, 1 twice as wide.
func off(a, b media.Raster) float64 {
	if a.Width <= 0 || a.Height <= 0 || b.Width <= 0 || b.Height <= 0 {
		return 1e6
	}
	x := float64(a.Width) * float64(b.Height) / (float64(a.Height) * float64(b.Width))
	return max(x, 1/x) - 1
}

func seconds(ms int64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%d.%03d", ms/1000, ms%1000), "0"), ".") + "s"
}
