package judge

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"strings"
	"time"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

const (
	// SheetSide is the longest side of a contact sheet, in pixels: models cut what is larger
	// down themselves, and a small hand is lost.
	SheetSide = 1664
	// maxTile bounds a picture that is put on a sheet, pixels: what decodes to more was not
	// made by us.
	maxTile = 4096 * 4096
	// label is the height of the strip under a picture, and gap what parts two.
	label, gap  = 32, 8
	zoom        = 2 // of the label's letters
	jpegQuality = 88
)

// tile is a picture with what is written under it.
type tile struct {
	jpeg []byte
	text string
}

// Sheets are the contact sheets of a request, as JPEG: first one with the references,
// R1, R2 …, if there are any, then the take's pictures in order, each with its number and
// its time under it. A sheet holds as many as fit SheetSide at their own size. It errs on
// what is no JPEG.
func Sheets(r Request) ([][]byte, error) { return layAll(refTiles(r), frameTiles(r, "#")) }

// DuelSheets are those of a duel: the references, then the sheets of the first take, A1,
// A2 …, then those of the second.
func DuelSheets(d Duel) ([][]byte, error) {
	return layAll(refTiles(d.First), frameTiles(d.First, "A"), frameTiles(d.Second, "B"))
}

func refTiles(r Request) (all []tile) {
	for i, p := range r.References {
		all = append(all, tile{p.JPEG, refName(i)})
	}
	return all
}

func frameTiles(r Request, mark string) (all []tile) {
	for i, p := range r.Frames {
		all = append(all, tile{p.JPEG, fmt.Sprintf("%s%d  %s", mark, i+1, clock(p.At))})
	}
	return all
}

func layAll(groups ...[]tile) (all [][]byte, err error) {
	for _, of := range groups {
		sheets, err := lay(of)
		if err != nil {
			return nil, err
		}
		all = append(all, sheets...)
	}
	return all, nil
}

func refName(i int) string { return fmt.Sprintf("R%d", i+1) }

// clock is a moment of a take as it is drawn: 2.50 s.
func clock(at time.Duration) string { return fmt.Sprintf("%.2f s", at.Seconds()) }

// lay puts tiles on sheets, row by row, in cells as large as the largest.
func lay(tiles []tile) ([][]byte, error) {
	var pictures []image.Image
	var cell image.Point
	for i, t := range tiles {
		img, err := decode(t.jpeg)
		if err != nil {
			return nil, fmt.Errorf("lay picture %d on a sheet: %w", i+1, err)
		}
		pictures = append(pictures, img)
		cell.X, cell.Y = max(cell.X, img.Bounds().Dx()), max(cell.Y, img.Bounds().Dy())
	}
	if len(tiles) == 0 {
		return nil, nil
	}
	step := image.Pt(cell.X+gap, cell.Y+label+gap)
	columns, rows := max((SheetSide+gap)/step.X, 1), max((SheetSide+gap)/step.Y, 1)
	var all [][]byte
	for begin := 0; begin < len(tiles); begin += columns * rows {
		end := min(begin+columns*rows, len(tiles))
		wide, high := min(columns, end-begin), (end-begin+columns-1)/columns
		sheet := image.NewRGBA(image.Rect(0, 0, wide*step.X-gap, high*step.Y-gap))
		draw.Draw(sheet, sheet.Bounds(), image.White, image.Point{}, draw.Src)
		for i := begin; i < end; i++ {
			at := image.Pt((i-begin)%columns*step.X, (i-begin)/columns*step.Y)
			b := pictures[i].Bounds()
			draw.Draw(sheet, image.Rectangle{Min: at, Max: at.Add(b.Size())}, pictures[i], b.Min, draw.Src)
			write(sheet, at.Add(image.Pt(4, b.Dy()+3)), tiles[i].text)
		}
		var out bytes.Buffer
		if err := jpeg.Encode(&out, sheet, &jpeg.Options{Quality: jpegQuality}); err != nil {
			return nil, fmt.Errorf("encode a contact sheet: %w", err)
		}
		all = append(all, out.Bytes())
	}
	return all, nil
}

func decode(body []byte) (image.Image, error) {
	c, err := jpeg.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("it is no JPEG: %w", err)
	}
	if c.Width < 1 || c.Height < 1 || c.Width*c.Height > maxTile {
		return nil, errors.New("it is too large")
	}
	return jpeg.Decode(bytes.NewReader(body))
}

// write draws a line of ASCII in black, its letters zoomed.
func write(on *image.RGBA, at image.Point, text string) {
	face := basicfont.Face7x13
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
	small := image.NewAlpha(image.Rect(0, 0, face.Advance*len(text), face.Height))
	d := font.Drawer{Dst: small, Src: image.Opaque, Face: face, Dot: fixed.P(0, face.Ascent)}
	d.DrawString(text)
	for y := range small.Rect.Dy() * zoom {
		for x := range small.Rect.Dx() * zoom {
			if small.AlphaAt(x/zoom, y/zoom).A > 127 {
				on.Set(at.X+x, at.Y+y, color.Black)
			}
		}
	}
}
