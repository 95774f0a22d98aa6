package animatic

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"slices"
	"strconv"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

// Pictures instead of clips: storyboard stills, and the sheets of a look book.

// faces is how many faces one person can be given where the words leave them open.
const faces = 8

// faceOf is which of a person's faces a brief asks for: the one that its picture of a
// face shows. That is told by the picture's own digest, so that who draws a shot needs no
// more than the brief: see sealed. Without such a picture it is the first.
func faceOf(c drama.BriefCast) int {
	i := slices.IndexFunc(c.Refs, func(r drama.Ref) bool { return r.As == drama.RoleFace && len(r.SHA256) >= 2 })
	if i < 0 {
		return 0
	}
	first, err := strconv.ParseUint(c.Refs[i].SHA256[:2], 16, 8)
	if err != nil {
		return 0
	}
	return int(first) % faces
}

// asked is a request as it is drawn: a picture is one frame without sound, and each new
// candidate of a face has the next face.
func asked(r provider.Request) provider.Request {
	if r.Mode != provider.ModeImage {
		return r
	}
	r.Frames, r.Audio, r.Overlay.Off = 1, false, true
	if r.Brief.Sheet == drama.RoleFace && len(r.Brief.Cast) == 1 {
		r.Brief.Cast = slices.Clone(r.Brief.Cast)
		r.Brief.Cast[0].Refs = []drama.Ref{{File: drama.File{SHA256: fmt.Sprintf("%02x", max(r.Take.Number-1, 0)%faces)}, As: drama.RoleFace}}
	}
	return r
}

// drawPicture makes a job's picture, a PNG.
func (p *Provider) drawPicture(ctx context.Context, r provider.Request) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	sh := newShot(r, nil, p.fonts)
	f := newFrame(r.Raster.Width, r.Raster.Height)
	if _, err := sh.drawSafely(f, 0, nil); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, rgba(f)); err != nil {
		return nil, fmt.Errorf("write picture: %w", err)
	}
	if r.Brief.Sheet == drama.RoleFace && len(r.Brief.Cast) == 1 {
		return sealed(b.Bytes(), faceOf(r.Brief.Cast[0])), nil
	}
	return b.Bytes(), nil
}

// sealed is a PNG with a comment by which its digest tells the face that it shows: a
// picture is a reference by its digest and nothing else. A few tries find one.
func sealed(picture []byte, face int) []byte {
	const end = 12 // IEND with length and checksum
	for n := range uint64(1 << 16) {
		chunk := append([]byte("tEXtdailies\x00"), strconv.FormatUint(n, 10)...)
		var all []byte
		all = append(all, picture[:len(picture)-end]...)
		all = binary.BigEndian.AppendUint32(all, uint32(len(chunk)-4)) //nolint:gosec // a few bytes
		all = append(all, chunk...)
		all = binary.BigEndian.AppendUint32(all, crc32.ChecksumIEEE(chunk))
		all = append(all, picture[len(picture)-end:]...)
		if sum := sha256.Sum256(all); int(sum[0])%faces == face {
			return all
		}
	}
	return picture // one in e^8000
}

// rgba is a finished frame as a picture.
func rgba(f *frame) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, f.w, f.h))
	cl := func(v float64) uint8 { return uint8(max(0, min(255, v+0.5))) }
	for y := range f.h {
		for x := range f.w {
			l := (float64(f.y[y*f.w+x]) - 16) * 255 / 219
			i := y/2*(f.w/2) + x/2
			u, v := (float64(f.u[i])-128)*255/224, (float64(f.v[i])-128)*255/224
			o := img.PixOffset(x, y)
			img.Pix[o], img.Pix[o+1], img.Pix[o+2], img.Pix[o+3] = cl(l+1.5748*v), cl(l-0.1873*u-0.4681*v), cl(l+1.8556*u), 255
		}
	}
	return img
}

// plain is the ground of a sheet: nothing that could be taken for a part of what it shows.
func (b *builder) plain() {
	b.sky(func(c *canvas, w, h, _ float64) { c.fill(rect(-w*2, -h*2, w*3, h*3), flat(hex(0xc8c8cb)).lit()) })
}
