package vendors

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // sizes of pictures
	_ "image/png"
	"slices"
	"strings"
	"unicode"
)

// PictureForms are the ways in which a vendor takes a picture besides a URL.
type PictureForms struct {
	Data    bool     // data:image/png;base64,…
	Raw     bool     // base64 and nothing else
	Schemes []string // "asset://"
	Types   []string // "png", "jpeg" …; empty: png, jpeg, webp
}

// Picture is what an emulator knows of a picture. URLs are not fetched, so their
// pictures have no size.
type Picture struct {
	Inline        bool
	Type          string
	Width, Height int
}

var magics = []struct{ kind, begins string }{
	{"png", "\x89PNG\r\n\x1a\n"}, {"jpeg", "\xff\xd8\xff"}, {"webp", "RIFF"}, {"bmp", "BM"}, {"gif", "GIF8"}, {"tiff", "II*\x00"}, {"tiff", "MM\x00*"},
}

// CheckPicture looks at a picture as a vendor's gateway would.
func CheckPicture(s string, f PictureForms) (Picture, error) {
	if isURL(s) {
		return Picture{}, nil
	}
	for _, scheme := range f.Schemes {
		if rest, ok := strings.CutPrefix(s, scheme); ok && rest != "" {
			return Picture{}, nil
		}
	}
	said, text := "", s
	head, body, isData := strings.Cut(s, ",")
	isData = isData && strings.HasPrefix(head, "data:")
	switch {
	case isData && !f.Data:
		return Picture{}, errors.New("no data: prefix is allowed before base64")
	case isData:
		kind, ok := strings.CutSuffix(strings.TrimPrefix(head, "data:image/"), ";base64")
		if !ok || !strings.HasPrefix(head, "data:image/") {
			return Picture{}, fmt.Errorf("%q is not data:image/…;base64", head)
		}
		said, text = kind, body
	case !f.Raw:
		return Picture{}, errors.New("neither a URL nor an inline picture")
	}
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || strings.ContainsAny(text, "\r\n") {
		return Picture{}, errors.New("not base64")
	}
	p := Picture{Inline: true}
	for _, m := range magics {
		if bytes.HasPrefix(data, []byte(m.begins)) {
			p.Type = m.kind
			break
		}
	}
	types := f.Types
	if types == nil {
		types = []string{"png", "jpeg", "webp"}
	}
	if p.Type == "" || !slices.Contains(types, p.Type) {
		return Picture{}, fmt.Errorf("the bytes are no picture of %s", strings.Join(types, ", "))
	}
	if said == "jpg" {
		said = "jpeg"
	}
	if said != "" && said != p.Type {
		return Picture{}, fmt.Errorf("said to be %s but is %s", said, p.Type)
	}
	if c, _, err := image.DecodeConfig(bytes.NewReader(data)); err == nil {
		p.Width, p.Height = c.Width, c.Height
	}
	return p, nil
}

// Ratio is which of the ratios ("16:9") is nearest to the picture's; the first
// when its size is not known.
func (p Picture) Ratio(of ...string) string {
	if p.Width == 0 || p.Height == 0 {
		return of[0]
	}
	best, distance := of[0], 0.0
	for i, r := range of {
		w, h := Sides(r)
		d := float64(p.Width) * float64(h) / (float64(p.Height) * float64(w))
		if d < 1 {
			d = 1 / d
		}
		if i == 0 || d < distance {
			best, distance = r, d
		}
	}
	return best
}

// Sides are the two numbers of a ratio.
func Sides(ratio string) (w, h int) {
	if n, err := fmt.Sscanf(ratio, "%d:%d", &w, &h); n != 2 || err != nil || w <= 0 || h <= 0 {
		return 16, 9
	}
	return w, h
}

// Size is a raster of a ratio whose short side is given, in even numbers; for
// vendors that do not document theirs.
func Size(short int, ratio string) (w, h int) {
	a, b := Sides(ratio)
	long := short * max(a, b) / min(a, b) / 2 * 2
	if a >= b {
		return long, short
	}
	return short, long
}

// Weight is a text's length where a Chinese character counts for han.
func Weight(s string, han int) int {
	n := 0
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			n += han
		} else {
			n++
		}
	}
	return n
}
