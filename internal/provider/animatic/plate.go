package animatic

import (
	"image"

	"golang.org/x/image/draw"
)

// plateOf turns a given picture into a sprite that fills the frame.
func plateOf(img image.Image, w, h int) *sprite {
	// A pixel of margin all round keeps the edge of the frame covered.
	c := newCanvas(w+4, h+4, xf{a: 1, d: 1}, nil)
	b := img.Bounds()
	k := max(float64(c.w)/float64(b.Dx()), float64(c.h)/float64(b.Dy()))
	cw, ch := int(float64(c.w)/k), int(float64(c.h)/k)
	src := image.Rect(0, 0, max(cw, 1), max(ch, 1)).Add(b.Min).Add(image.Pt((b.Dx()-cw)/2, (b.Dy()-ch)/2))
	dst := &image.RGBA{Pix: c.pix, Stride: 4 * c.w, Rect: image.Rect(0, 0, c.w, c.h)}
	draw.CatmullRom.Scale(dst, dst.Rect, img, src, draw.Src, nil)
	return newSprite(c)
}
