package judge

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"testing"
	"time"
)

func picture(t *testing.T, w, h int, c color.Color) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Bounds(), image.NewUniform(c), image.Point{}, draw.Src)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sheet(t *testing.T, body []byte) image.Image {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// ink counts the dark points of a part of a sheet.
func ink(img image.Image, r image.Rectangle) (n int) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y < 64 {
				n++
			}
		}
	}
	return n
}

// TestSheets: pictures stand in order at their own size, each over its label; references
// come first, on a sheet of their own.
func TestSheets(t *testing.T) {
	red, blue := color.RGBA{R: 200, A: 255}, color.RGBA{B: 200, A: 255}
	r := Request{References: []Reference{{JPEG: picture(t, 300, 300, blue)}}}
	one := picture(t, 432, 768, red)
	for i := range 8 {
		r.Frames = append(r.Frames, Picture{one, time.Duration(i) * time.Second / 2})
	}
	all, err := Sheets(r)
	if err != nil || len(all) != 3 { // 3 columns of 2 rows: 6, then 2
		t.Fatalf("%d sheets, %v", len(all), err)
	}
	refs, first, second := sheet(t, all[0]), sheet(t, all[1]), sheet(t, all[2])
	if b := refs.Bounds().Size(); b != image.Pt(300, 300+label) {
		t.Errorf("the references' sheet is %v", b)
	}
	if b := first.Bounds().Size(); b != image.Pt(3*432+2*gap, 2*(768+label)+gap) || b.X > SheetSide || b.Y > SheetSide {
		t.Errorf("the first sheet is %v", b)
	}
	if b := second.Bounds().Size(); b != image.Pt(2*432+gap, 768+label) {
		t.Errorf("the second sheet is %v", b)
	}
	for _, at := range []image.Point{{216, 384}, {432 + gap + 216, 384}, {216, 768 + label + gap + 384}} {
		if r, _, b, _ := first.At(at.X, at.Y).RGBA(); r < 0x9000 || b > 0x4000 {
			t.Errorf("at %v is no picture", at)
		}
	}
	if n := ink(first, image.Rect(0, 770, 200, 768+label)); n < 100 {
		t.Errorf("the label has %d dark points", n)
	}
	if n := ink(first, image.Rect(300, 770, 432, 768+label)); n > 0 {
		t.Errorf("beside the label are %d dark points", n)
	}
	few := Request{References: r.References, Frames: r.Frames[:1]}
	duel, err := DuelSheets(Duel{few, few})
	if err != nil || len(duel) != 3 {
		t.Errorf("a duel: %d sheets, %v", len(duel), err)
	}
}

func TestWhatIsNoPicture(t *testing.T) {
	for _, body := range [][]byte{nil, []byte("still 12"), {0xff, 0xd8}} {
		if all, err := Sheets(Request{Frames: []Picture{{JPEG: body}}}); err == nil {
			t.Errorf("%q made %d sheets", body, len(all))
		}
	}
	if all, err := Sheets(Request{}); err != nil || all != nil {
		t.Errorf("nothing made %d sheets, %v", len(all), err)
	}
}
