package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/browser"
)

// playbackScript has joins of several kinds, sound and a subtitle track.
const playbackScript = `season:
  show: tiny
  language: en
  format: {raster: 180x320, fps: 24}
  routing: {default: [fake]}
  subtitles: {sidecar: [en]}
episode: 1
scenes:
- scene: 1
  shots:
  - {shot: 1A, duration: 1s, action: a door opens, lines: [{who: narrator, say: Yes.}]}
  - {shot: 1B, duration: 1s, action: a lamp, cut: dissolve 6f}
  - {shot: 1C, duration: 1s, action: the street, cut: fade 8f}
- scene: 2
  shots:
  - {shot: 2A, duration: 1s, action: the sea}
`

// player is a page that plays what lies beside it, and tells of it in promises:
// each ends with the event it waits for, or with the player's error.
const player = `<!doctype html><title>dailies</title><video id="v" muted playsinline preload="auto"></video><script>
const v = document.getElementById("v");
const failed = () => new Error("the player says " + (v.error ? v.error.code + " " + v.error.message : "nothing"));
const event = (name) => new Promise((done, fail) => {
  v.addEventListener(name, done, {once: true});
  v.addEventListener("error", () => fail(failed()), {once: true});
});
async function load(url) {
  const playable = event("canplaythrough");
  v.src = url;
  v.load();
  await playable;
  return {width: v.videoWidth, height: v.videoHeight, duration: v.duration};
}
async function seek(to) {
  const arrived = event("seeked");
  v.currentTime = to;
  await arrived;
  return {at: v.currentTime, data: v.readyState >= 2};
}
async function play(until) {
  const reached = new Promise((done, fail) => {
    v.addEventListener("timeupdate", () => { if (v.currentTime >= until) done(); });
    v.addEventListener("ended", done);
    v.addEventListener("error", () => fail(failed()), {once: true});
  });
  const from = v.currentTime;
  await v.play();
  await reached;
  v.pause();
  const q = v.getVideoPlaybackQuality();
  return {from, to: v.currentTime, decoded: q.totalVideoFrames, corrupted: q.corruptedVideoFrames, sound: v.webkitAudioDecodedByteCount};
}
</script>`

// TestMasterPlaysInABrowser: Chromium opens the master over HTTP with ranges, sees
// its size and length, goes to every join, and plays it with its sound.
func TestMasterPlaysInABrowser(t *testing.T) {
	h := newHouse(t, playbackScript)
	out := filepath.Join(h.dir, "out")
	h.must(exitDone, "render", h.script, "--out", out)
	man := manifestIn(t, out)

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte(player)) // a browser that goes away is what the test ends with
		case "/master.mp4":
			http.ServeFile(w, r, filepath.Join(out, "master.mp4"))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	ctx := browser.Open(t, server.URL)

	loaded := browser.Tell[struct{ Width, Height, Duration float64 }](ctx, t, `load("/master.mp4")`)
	want := man.Frames.Duration(media.Rational{Num: 24, Den: 1}).Seconds()
	if loaded.Width != 180 || loaded.Height != 320 || abs(loaded.Duration-want) > 0.03 {
		t.Errorf("the browser sees %+v, want 180x320 and %.3f s", loaded, want)
	}
	for _, s := range man.Shots[1:] {
		to := s.Start.Duration(media.Rational{Num: 24, Den: 1}).Seconds()
		got := browser.Tell[struct {
			At   float64
			Data bool
		}](ctx, t, fmt.Sprintf("seek(%.6f)", to))
		if abs(got.At-to) > 0.001 || !got.Data {
			t.Errorf("the join into %s: %+v, want a picture at %.3f s", s.Slate, got, to)
		}
	}
	browser.Tell[struct{ At float64 }](ctx, t, "seek(0)")
	played := browser.Tell[struct{ From, To, Decoded, Corrupted, Sound float64 }](ctx, t, "play(2)")
	if played.To-played.From < 1 || played.Decoded == 0 || played.Corrupted != 0 || played.Sound == 0 {
		t.Errorf("played: %+v, want a second or more, pictures and sound decoded", played)
	}
}

func abs(v float64) float64 { return max(v, -v) }
