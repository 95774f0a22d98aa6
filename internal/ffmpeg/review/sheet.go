package review

import (
	"errors"
	"fmt"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/sheet"
)

// SheetMaker keeps small copies of the pictures that a contact sheet shows, taken
// from the mezzanine's pictures as they go by: no picture is decoded for it.
type SheetMaker struct {
	spec   media.Spec
	frames media.Frames // of the whole shot; 0: not known before its end
	// stride is how many pictures lie between two that are kept while the length is
	// not known. It doubles when there are enough, so a film costs what a shot does.
	stride media.Frames

	small media.Raster
	g     *footage.Graph
	kept  []keptPicture
}

type keptPicture struct {
	n media.Frames
	f *astiav.Frame
}

// maxKept bounds the pictures that wait for their clip to end: twice what is shown.
const maxKept = 4 * sheet.Tiles

// NewSheetMaker makes one for a job; nil if it wants no review.
func NewSheetMaker(job media.ConformJob) (*SheetMaker, error) {
	if job.OutReview == "" {
		return nil, nil
	}
	m := &SheetMaker{spec: job.Spec, frames: job.Frames, stride: 1}
	whole := footage.Conformed(job.Spec.Raster)
	w, h := whole.Inside(media.Raster{Width: sheet.ThumbSide, Height: sheet.ThumbSide})
	m.small = media.Raster{Width: w, Height: h}
	g, err := footage.NewVideoGraph(whole.Source(), fmt.Sprintf("scale=%d:%d:flags=area", w, h))
	if err != nil {
		return nil, fmt.Errorf("make contact sheet: %w", err)
	}
	m.g = g
	return m, nil
}

// See is shown every frame in order and keeps those that may be wanted.
func (m *SheetMaker) See(n media.Frames, f *astiav.Frame) error {
	if m == nil || !m.wants(n) {
		return nil
	}
	f.SetPts(int64(n))
	err := m.g.Push(f, func(f *astiav.Frame) error {
		c := f.Clone()
		if c == nil {
			return errors.New("make contact sheet: out of memory")
		}
		m.kept = append(m.kept, keptPicture{n, c})
		return nil
	})
	if err == nil && m.frames == 0 && len(m.kept) == maxKept {
		m.thin()
	}
	return err
}

func (m *SheetMaker) wants(n media.Frames) bool {
	if m.frames == 0 {
		return n%m.stride == 0
	}
	for i := range sheet.Tiles {
		if sheet.At(i, m.frames) == n {
			return true
		}
	}
	return false
}

// thin lets every other picture go.
func (m *SheetMaker) thin() {
	m.stride *= 2
	kept := m.kept[:0]
	for _, k := range m.kept {
		if k.n%m.stride == 0 {
			kept = append(kept, k)
		} else {
			k.f.Free()
		}
	}
	m.kept = kept
}

// nearest is the kept picture nearest to frame n.
func (m *SheetMaker) nearest(n media.Frames) *astiav.Frame {
	best := m.kept[0]
	for _, k := range m.kept[1:] {
		if max(k.n-n, n-k.n) < max(best.n-n, n-best.n) {
			best = k
		}
	}
	return best.f
}

// Sheet makes the contact sheet of a shot that turned out to have so many frames.
func (m *SheetMaker) Sheet(frames media.Frames) (sheet.Sheet, error) {
	if len(m.kept) == 0 {
		return sheet.Sheet{}, errors.New("make contact sheet: no picture went by")
	}
	thumb, err := encoder.JPEG(m.nearest(frames/2), footage.Conformed(m.small), m.small)
	if err != nil {
		return sheet.Sheet{}, err
	}
	strip, err := m.strip(frames)
	if err != nil {
		return sheet.Sheet{}, err
	}
	return sheet.Sheet{Thumb: thumb, Strip: strip}, nil
}

// strip lays the tiles side by side.
func (m *SheetMaker) strip(frames media.Frames) ([]byte, error) {
	w, h := footage.Conformed(m.small).Inside(media.Raster{Width: sheet.TileSide, Height: sheet.TileSide})
	g, err := footage.NewVideoGraph(footage.Conformed(m.small).Source(), fmt.Sprintf("scale=%d:%d:flags=area", w, h))
	if err != nil {
		return nil, fmt.Errorf("make contact sheet: %w", err)
	}
	defer g.Close()
	all := media.Raster{Width: sheet.Tiles * w, Height: h}
	row, err := footage.NewPicture(all)
	if err != nil {
		return nil, err
	}
	defer row.Free()
	for i := range sheet.Tiles {
		f := m.nearest(sheet.At(i, frames))
		f.SetPts(int64(i))
		if err := g.Push(f, func(tile *astiav.Frame) error { return lay(row, tile, i) }); err != nil {
			return nil, err
		}
	}
	return encoder.JPEG(row, footage.Conformed(all), all)
}

// lay copies a tile to its place in the row.
func lay(row, tile *astiav.Frame, place int) error {
	to, err := footage.Planes(row)
	if err != nil {
		return err
	}
	from, err := footage.Planes(tile)
	if err != nil {
		return err
	}
	for i := range to {
		for y := range min(to[i].Height, from[i].Height) {
			copy(to[i].Row(y)[place*from[i].Width:], from[i].Row(y))
		}
	}
	return nil
}

func (m *SheetMaker) Close() {
	if m == nil {
		return
	}
	for _, k := range m.kept {
		k.f.Free()
	}
	m.g.Close()
}
