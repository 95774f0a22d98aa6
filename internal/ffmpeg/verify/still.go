package verify

import (
	"time"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
)

// A stillness finds what stands still on the first pictures of a file while the rest
// moves: a text that somebody else's program lettered, perhaps. It reads nothing.
type stillness struct {
	until  media.Frames
	step   int
	w, h   int    // of the grid
	edges  []int8 // sign of each upright edge that every picture so far had; 0: none
	before int    // edges of the first picture
	raster media.Raster
}

// Limits of what counts.
const (
	stillFor   = 2 * time.Second // as long as a label stays at least
	stillEvery = 6               // frames
	edgeLuma   = 48              // of an edge, at least
	cellSide   = 8               // grid points
	cellEdges  = 5               // of a cell that holds letters
	wholeShare = 0.35            // of the edges: more, and the whole picture stands still
)

func newStillness(r media.Raster, fps media.Rational) *stillness {
	step := max(1, r.ShortSide()/360)
	return &stillness{until: media.FramesIn(stillFor, fps), step: step, w: r.Width / step, h: r.Height / step, raster: r}
}

func (s *stillness) look(n media.Frames, luma footage.Plane) {
	if s == nil || n > s.until || n%stillEvery != 0 || luma.Width != s.raster.Width || luma.Height != s.raster.Height {
		return
	}
	first := s.edges == nil
	if first {
		s.edges = make([]int8, s.w*s.h)
	}
	for y := range s.h {
		row := luma.Row(y * s.step)
		for x := 1; x+1 < s.w; x++ {
			sign := int8(0)
			switch d := int(row[(x+1)*s.step]) - int(row[(x-1)*s.step]); {
			case d > edgeLuma:
				sign = 1
			case d < -edgeLuma:
				sign = -1
			}
			at := &s.edges[y*s.w+x]
			switch {
			case first && sign != 0:
				*at = sign
				s.before++
			case *at != sign:
				*at = 0
			}
		}
	}
}

// found is the largest part at an edge of the picture that letters may fill; empty: there
// is none, or the whole picture stands still, so that nothing can be told.
func (s *stillness) found() media.Box {
	if s == nil || s.edges == nil {
		return media.Box{}
	}
	cells, still := s.cells()
	if float64(still) > wholeShare*float64(s.before) {
		return media.Box{}
	}
	var best media.Box
	area := func(b media.Box) int { return (b.X1 - b.X0) * (b.Y1 - b.Y0) }
	for _, b := range islands(cells, s.w/cellSide, s.h/cellSide) {
		scale := cellSide * s.step
		b = media.Box{X0: b.X0 * scale, Y0: b.Y0 * scale, X1: b.X1 * scale, Y1: b.Y1 * scale}
		if high := b.Y1 - b.Y0; high*20 >= s.raster.ShortSide() && b.X1-b.X0 >= high && area(b) > area(best) {
			best = b
		}
	}
	return best
}

// cells are the parts of the grid with as many edges as letters have, and how many edges
// stood still in all.
func (s *stillness) cells() (cells []bool, still int) {
	across, down := s.w/cellSide, s.h/cellSide
	cells = make([]bool, across*down)
	for cy := range down {
		for cx := range across {
			n := 0
			for y := range cellSide {
				for x := range cellSide {
					if s.edges[(cy*cellSide+y)*s.w+cx*cellSide+x] != 0 {
						n++
					}
				}
			}
			still += n
			cells[cy*across+cx] = n >= cellEdges
		}
	}
	return cells, still
}

// islands are the boxes around cells that touch.
func islands(cells []bool, across, down int) []media.Box {
	seen := make([]bool, len(cells))
	var out []media.Box
	for i := range cells {
		if !cells[i] || seen[i] {
			continue
		}
		seen[i] = true
		var box media.Box
		for open := []int{i}; len(open) > 0; {
			at := open[len(open)-1]
			open = open[:len(open)-1]
			x, y := at%across, at/across
			box = box.With(media.Box{X0: x, Y0: y, X1: x + 1, Y1: y + 1})
			for dy := -1; dy <= 1; dy++ {
				for dx := -2; dx <= 2; dx++ { // letters of a line have gaps
					if nx, ny := x+dx, y+dy; nx >= 0 && nx < across && ny >= 0 && ny < down && cells[ny*across+nx] && !seen[ny*across+nx] {
						seen[ny*across+nx] = true
						open = append(open, ny*across+nx)
					}
				}
			}
		}
		out = append(out, box)
	}
	return out
}
