//go:build pictures

package main

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	_ "image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dailies/dailies/test/browser"
)

// TestPictures takes the Studio's pictures for the documents, of the example show as the
// pages show it: make pictures.
func TestPictures(t *testing.T) {
	h := newHouse(t, "")
	h.script = filepath.Join("..", "..", "scripts", "lost-property", "ep01.yaml")
	h.must(exitDone, "render", h.script)
	h.must(exitDone, "retake", "lost-property/ep01", "1C", "--note", "eyes lower, slower")
	url, up := studioOf(t, h, "lost-property")
	root, _, _ := strings.Cut(url, "/s/")
	ctx := browser.Open(t, url)
	look{theme: "dark", width: 1280}.set(ctx, t) // as the Studio is where the system asks for nothing
	show := func(name, address, ready string) {
		t.Helper()
		goTo(ctx, t, root+address)
		browser.Wait(ctx, t, name, ready)
		// A busy machine's screen is later than what the video says of itself.
		browser.Tell[bool](ctx, t, `new Promise((done) => setTimeout(done, 2000, true))`)
		picture(ctx, t, filepath.Join("..", "..", "docs", "studio-"+name+".jpg"))
	}
	show("board", "/s/lost-property/?zoom=big", `document.querySelectorAll("#board a.cell").length > 0`)
	show("episode", "/s/lost-property/ep01?f=700", `document.querySelector("take-player")?.shown?.a === 700`)
	show("takes", "/s/lost-property/ep01/1C?take=2&b=1&mode=side&f=40", `(({a, b}) => a === 40 && b === 40)(document.querySelector("take-player")?.shown ?? {})`)
	if r := up.interrupt(); r.code != exitDone {
		t.Errorf("up: %+v", r)
	}
}

// picture writes what the page looks like now.
func picture(ctx context.Context, t *testing.T, path string) {
	t.Helper()
	shot, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := image.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 82}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
