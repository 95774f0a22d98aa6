package assets_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/dailies/dailies/test/browser"
)

// A clip whose pictures carry their own number: eight bars, black 0 and white 1, the lowest bit at the left.
const (
	coded  = 240
	width  = 128
	height = 72
)

func codedClip(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "coded.mp4")
	cmd := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error",
		"-f", "rawvideo", "-pix_fmt", "gray", "-s", fmt.Sprintf("%dx%d", width, height), "-r", "24", "-i", "-",
		"-f", "lavfi", "-i", "sine=440:r=48000:d=10",
		"-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-g", "48", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest",
		"-movflags", "+faststart", path)
	var raw bytes.Buffer
	for n := range coded {
		for range height {
			for x := range width {
				if n>>(x*8/width)&1 == 1 {
					raw.WriteByte(235)
				} else {
					raw.WriteByte(16)
				}
			}
		}
	}
	cmd.Stdin = &raw
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("make a coded clip: %v: %s", err, out)
	}
	return path
}

const desk = `<!doctype html><meta charset="utf-8"><title>player</title><script id="words" type="application/json">{}</script>
<take-player fps="24/1"></take-player><script type="module" src="/js/player.js"></script><script type="module" src="/desk.js"></script>`

// deskJS reads back from the pixels which picture a deck shows.
const deskJS = `
const player = document.querySelector("take-player");
const canvas = Object.assign(document.createElement("canvas"), {width: 128, height: 72});
const paint = canvas.getContext("2d", {willReadFrequently: true});
function number(side) {
  paint.drawImage(player.deck(side).video, 0, 0, 128, 72);
  let n = 0;
  for (let bit = 0; bit < 8; bit++) if (paint.getImageData(bit * 16 + 8, 36, 1, 1).data[0] > 127) n |= 1 << bit;
  return n;
}
const next = (name, ok = () => true) => new Promise((done) => {
  const look = (e) => { if (ok(e)) { player.removeEventListener(name, look); done(e.detail); } };
  player.addEventListener(name, look);
});
const c = (name) => ({url: "/coded.mp4", frames: 240, name});
// come waits for a B that is late: the player does not, on a machine that has other things to do. It tells that they are apart.
const come = async (n) => { for (let i = 0; player.shown.b !== n && i < 600; i++) await new Promise(requestAnimationFrame); };
globalThis.tests = {
  async load() { await player.show("a", c("A")); await player.show("b", c("B")); return player.shown; },
  // walk steps through all pictures from one end and tells those that are another than asked for.
  async walk(by) {
    const wrong = [];
    let n = by > 0 ? 0 : 239;
    await player.seek(n);
    for (;;) {
      await come(n);
      for (const side of ["a", "b"]) if (number(side) !== n || player.shown[side] !== n) wrong.push([side, n, number(side), player.shown[side]]);
      n += by;
      if (n < 0 || n > 239) return wrong;
      await player.step(by);
    }
  },
  // shuttle plays with J or L for a while, rests, and tells where.
  async shuttle(from, dir, times, passed) {
    await player.seek(from);
    for (let i = 0; i < times; i++) player.shuttle(dir);
    const arrived = next("frame", (e) => dir > 0 ? e.detail >= passed : e.detail <= passed);
    await arrived;
    await player.toggle();
    await come(player.frame);
    return {frame: player.frame, a: number("a"), b: number("b")};
  },
  // loop tells the pictures with which a loop began anew, three times.
  async loop(from, to) {
    await player.seek(from); player.mark("in");
    await player.seek(to); player.mark("out");
    await player.seek(from);
    const begins = [];
    let before = -1;
    player.play(1);
    await next("frame", (e) => {
      if (e.detail < before) begins.push(e.detail);
      before = e.detail;
      return begins.length === 3;
    });
    player.pause(); player.mark("clear");
    return begins;
  },
  async flip(n) {
    await player.seek(n);
    player.flip();
    await come(n);
    return {front: player.front, seen: getComputedStyle(player).display !== "none", a: number("a"), b: number("b")};
  },
  // late has a B that begins only when the player has stopped waiting for it.
  async late(n) {
    const b = player.deck("b");
    b.show = async (k) => { await new Promise((r) => setTimeout(r, 600)); return Object.getPrototypeOf(b).show.call(b, k); };
    const apart = next("apart");
    await player.seek(n);
    const told = await apart;
    await come(n);
    delete b.show;
    return {frame: told.b === n ? -1 : player.frame, a: number("a"), b: number("b")};
  },
  // rush asks for many pictures at once, as a held key does: the last wish is what is shown.
  async rush() {
    const asked = [];
    for (let n = 0; n < 200; n += 7) asked.push(player.seek(n));
    await Promise.all(asked);
    await player.seek(123);
    await come(123);
    return {a: number("a"), b: number("b"), frame: player.frame};
  },
  // hasty marks a loop, and plays, before the pictures are there that were asked for.
  async hasty() {
    await player.seek(0);
    player.seek(150); player.mark("in");
    player.seek(180); player.mark("out");
    const {in: from, out: to} = player.range;
    player.mark("clear");
    player.seek(200); player.toggle();
    const playing = player.playing;
    await next("frame", (e) => e.detail >= 200);
    player.pause();
    player.seek(50); player.toggle(); player.toggle();
    return [from, to, playing, player.playing];
  },
  // loading asks for two other clips and steps on before they are there.
  async loading() {
    await player.seek(100);
    const both = [player.show("a", c("A2")), player.show("b", c("B2"))];
    player.step(1);
    await Promise.all(both);
    await come(player.frame);
    return {frame: player.frame, a: number("a"), b: number("b")};
  },
  async sound() {
    const heard = () => ["a", "b"].filter((s) => !player.deck(s).video.muted).join("");
    const seen = [];
    player.play(1); seen.push(heard());
    player.swapSound(); seen.push(heard());
    player.mute(); seen.push(heard());
    player.mute(); player.swapSound(); player.pause();
    await player.show("b", null); seen.push(heard());
    return seen;
  },
  async broken() {
    await player.show("a", {url: "/nothing.mp4", frames: 9, name: "2B/9"});
    return player.querySelector(".fault").textContent;
  },
};
`

func TestPlayerCountsInFrames(t *testing.T) {
	clip := codedClip(t)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(desk)) })
	mux.HandleFunc("GET /desk.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write([]byte(deskJS))
	})
	mux.Handle("GET /js/", http.StripPrefix("/js/", http.FileServer(http.Dir("js"))))
	mux.HandleFunc("GET /coded.mp4", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, clip) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	ctx := browser.Open(t, server.URL)

	type numbers struct {
		Frame, A, B int
	}
	browser.Tell[any](ctx, t, `tests.load()`)
	for _, by := range []int{1, -1} {
		if wrong := browser.Tell[[][]any](ctx, t, fmt.Sprintf(`tests.walk(%d)`, by)); len(wrong) > 0 {
			t.Errorf("stepping by %d shows %d wrong pictures of 2 x 240, the first (side, asked, pixels, told): %v", by, len(wrong), wrong[0])
		}
	}
	for _, s := range []struct{ from, dir, times, passed int }{
		{0, 1, 1, 20}, {0, 1, 2, 60}, {0, 1, 3, 120}, {239, -1, 1, 215}, {200, -1, 2, 150}, {230, -1, 3, 100},
	} {
		got := browser.Tell[numbers](ctx, t, fmt.Sprintf(`tests.shuttle(%d, %d, %d, %d)`, s.from, s.dir, s.times, s.passed))
		if got.A != got.Frame || got.B != got.Frame {
			t.Errorf("shuttle %+v rests on %+v: pixels and count differ", s, got)
		}
	}
	if got := browser.Tell[[]int](ctx, t, `tests.loop(100, 124)`); fmt.Sprint(got) != "[100 100 100]" {
		t.Errorf("a loop of 100 to 124 begins anew at %v", got)
	}
	if got := browser.Tell[struct {
		Front string
		A, B  int
	}](ctx, t, `tests.flip(77)`); got.Front != "b" || got.A != 77 || got.B != 77 {
		t.Errorf("flipped at 77: %+v", got)
	}
	if got := browser.Tell[numbers](ctx, t, `tests.late(31)`); got != (numbers{31, 31, 31}) {
		t.Errorf("with a B that is late: %+v, want that it is told, and then 31 everywhere", got)
	}
	if got := browser.Tell[numbers](ctx, t, `tests.rush()`); got != (numbers{123, 123, 123}) {
		t.Errorf("after a rush of seeks: %+v, want 123 everywhere", got)
	}
	if got := browser.Tell[[]any](ctx, t, `tests.hasty()`); fmt.Sprint(got) != "[150 180 true false]" {
		t.Errorf("in haste the loop and whether it plays are %v, want 150, 180, true, and false when it was stopped again", got)
	}
	if got := browser.Tell[numbers](ctx, t, `tests.loading()`); got != (numbers{101, 101, 101}) {
		t.Errorf("stepped on from 100 while two other clips came: %+v, want 101 everywhere", got)
	}
	if got := browser.Tell[[]string](ctx, t, `tests.sound()`); fmt.Sprint(got) != "[a b  a]" {
		t.Errorf("heard in turn: %q, want one sound at a time", got)
	}
	if got := browser.Tell[string](ctx, t, `tests.broken()`); got == "" {
		t.Error("a clip that cannot be read is shown without a word")
	}
}
