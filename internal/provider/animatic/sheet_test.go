package animatic

import (
	"encoding/json"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

// The drawing is judged by eye:
//
//	go test ./internal/provider/animatic -run TestContactSheet -args -sheet sheet.png -briefs briefs.json -width 270 -at 0.5
var (
	sheetPath  = flag.String("sheet", "", "write a contact sheet to this PNG")
	sheetBrief = flag.String("briefs", "", "JSON list of briefs for the sheet; empty: a few of our own")
	sheetWidth = flag.Int("width", 270, "width of a picture on the sheet")
	sheetScale = flag.Int("scale", 1, "draw so many times larger, then shrink")
	sheetWide  = flag.Bool("wide", false, "16:9 instead of 9:16")
	sheetAt    = flag.Float64("at", 0.5, "moment of the shot, 0..1")
	sheetCols  = flag.Int("cols", 6, "pictures a row")
)

func testRequest(b drama.Brief, w, h int) provider.Request {
	b.Show = "sheet"
	return provider.Request{Key: "k", Brief: b, Raster: media.Raster{Width: w, Height: h}, FPS: media.Rational{Num: 24, Den: 1}, Frames: 96, Audio: true, Overlay: provider.Overlay{Slate: "1A"}}
}

func TestContactSheet(t *testing.T) {
	briefs := []drama.Brief{{Size: "WS"}, {Size: "CU", Cast: []drama.BriefCast{{ID: "lin", Name: "Lin"}}}}
	if *sheetBrief != "" {
		raw, err := os.ReadFile(*sheetBrief)
		if err != nil {
			t.Fatal(err)
		}
		briefs = nil
		if err := json.Unmarshal(raw, &briefs); err != nil {
			t.Fatal(err)
		}
	}
	w, h := *sheetWidth&^1, (*sheetWidth*16/9)&^1
	if *sheetPath == "" {
		w, h = 54, 96
	}
	if *sheetWide {
		w, h = *sheetWidth&^1, (*sheetWidth*9/16)&^1
	}
	cols := min(*sheetCols, len(briefs))
	rows := (len(briefs) + cols - 1) / cols
	sheet := image.NewRGBA(image.Rect(0, 0, cols*(w+6), rows*(h+6)))
	p := &Provider{o: Options{}}
	k := *sheetScale
	for i, b := range briefs {
		r := testRequest(b, w*k, h*k)
		spoken, err := p.speak(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		s := newShot(r, spoken, loadFonts())
		built := time.Since(start)
		f := newFrame(w*k, h*k)
		start = time.Now()
		s.draw(f, int(*sheetAt*float64(s.frames-1)), nil)
		if *sheetPath != "" {
			t.Logf("%2d %-10s %-10s %-12s set-up %4d ms, frame %5.1f ms, %d layers", i, b.Size, s.scene.kind, b.Move, built.Milliseconds(), float64(time.Since(start).Microseconds())/1000, len(s.stage.items))
		}
		img := rgba(f)
		for y := range h {
			for x := range w {
				var sum [3]int
				for dy := range k {
					for dx := range k {
						c := img.RGBAAt(x*k+dx, y*k+dy)
						sum[0], sum[1], sum[2] = sum[0]+int(c.R), sum[1]+int(c.G), sum[2]+int(c.B)
					}
				}
				sheet.SetRGBA(i%cols*(w+6)+x, i/cols*(h+6)+y, color.RGBA{uint8(sum[0] / k / k), uint8(sum[1] / k / k), uint8(sum[2] / k / k), 255})
			}
		}
	}
	seen := map[color.RGBA]bool{}
	for y := range sheet.Rect.Dy() {
		for x := range sheet.Rect.Dx() {
			seen[sheet.RGBAAt(x, y)] = true
		}
	}
	if len(seen) < 200 {
		t.Errorf("the sheet has only %d colours", len(seen))
	}
	if *sheetPath == "" {
		return
	}
	out, err := os.Create(*sheetPath)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if err := png.Encode(out, sheet); err != nil {
		t.Fatal(err)
	}
}
