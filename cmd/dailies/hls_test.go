package main

import (
	"fmt"
	"image/jpeg"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/browser"
)

// deliveryScript asks for all that can lie beside a master.
var deliveryScript = strings.Replace(playbackScript, "  subtitles: {sidecar: [en]}\n", `  title: {en: The Door}
  subtitles: {sidecar: [en], burn: en}
  hls: {rungs: [180x320, 90x160], av1: true}
  versions:
  - {name: wide, raster: 320x180, hls: {rungs: [320x180, 160x90]}}
  - {name: textless, texts: false}
  covers: [3:4, 1:1]
`, 1)

// hlsPlayer plays HLS through Media Source Extensions, which Chromium has, as it has no
// HLS of its own: all is taken from the playlists.
const hlsPlayer = `<!doctype html><title>dailies</title><video id="v" muted playsinline></video><script>
const v = document.getElementById("v");
const text = async (url) => { const r = await fetch(url); if (!r.ok) throw new Error(url + ": " + r.status); return r.text(); };
const attributes = (s) => Object.fromEntries([...s.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^,]*)/g)].map((m) => [m[1], m[2].replace(/^"|"$/g, "")]));
async function playlist(url) {
  const out = {segments: [], map: null};
  let range = null, seconds = 0;
  for (const line of (await text(url)).split("\n")) {
    if (line.startsWith("#EXT-X-MAP:")) {
      const a = attributes(line.slice(11)), [n, o] = a.BYTERANGE.split("@").map(Number);
      out.map = {url: a.URI, from: o, bytes: n};
    } else if (line.startsWith("#EXTINF:")) seconds = parseFloat(line.slice(8));
    else if (line.startsWith("#EXT-X-BYTERANGE:")) { const [n, o] = line.slice(17).split("@").map(Number); range = {from: o, bytes: n}; }
    else if (line && !line.startsWith("#")) { out.segments.push({url: line, seconds, ...(range ?? {})}); range = null; }
  }
  return out;
}
async function bytes(base, s) {
  const r = await fetch(base + s.url, {headers: {Range: "bytes=" + s.from + "-" + (s.from + s.bytes - 1)}});
  if (r.status !== 206) throw new Error(s.url + ": " + r.status);
  return r.arrayBuffer();
}
async function append(buffer, data) {
  const done = new Promise((ok, no) => {
    buffer.addEventListener("updateend", ok, {once: true});
    buffer.addEventListener("error", () => no(new Error("a segment is refused")), {once: true});
  });
  buffer.appendBuffer(data);
  await done;
}
// load takes the variant of a number, and all of it.
async function load(base, which) {
  const lines = (await text(base + "index.m3u8")).split("\n"), variants = [], media = [];
  lines.forEach((line, i) => {
    if (line.startsWith("#EXT-X-STREAM-INF:")) variants.push({...attributes(line.slice(18)), uri: lines[i + 1]});
    if (line.startsWith("#EXT-X-MEDIA:")) media.push(attributes(line.slice(13)));
  });
  const variant = variants[which], source = new MediaSource();
  v.src = URL.createObjectURL(source);
  await new Promise((ok) => source.addEventListener("sourceopen", ok, {once: true}));
  const [picture, sound] = variant.CODECS.split(",");
  const streams = [];
  let length = 0;
  for (const [codec, kind, uri] of [[picture, "video", variant.uri], [sound, "audio", media.find((m) => m.TYPE === "AUDIO").URI]]) {
    const type = kind + "/mp4; codecs=\"" + codec + "\"";
    if (!MediaSource.isTypeSupported(type)) throw new Error("it does not play " + type);
    streams.push({buffer: source.addSourceBuffer(type), list: await playlist(base + uri)});
  }
  for (const {buffer, list} of streams) {
    await append(buffer, await bytes(base, list.map));
    for (const s of list.segments) await append(buffer, await bytes(base, s));
    length = Math.max(length, list.segments.reduce((a, s) => a + s.seconds, 0));
  }
  source.endOfStream();
  const cues = [];
  for (const m of media.filter((m) => m.TYPE === "SUBTITLES")) {
    for (const s of (await playlist(base + m.URI)).segments) {
      const track = document.createElement("track");
      track.kind = "subtitles"; track.srclang = m.LANGUAGE; track.src = base + s.url;
      const ready = new Promise((ok, no) => { track.addEventListener("load", ok, {once: true}); track.addEventListener("error", () => no(new Error(s.url + " is no text")), {once: true}); });
      v.append(track);
      track.track.mode = "hidden";
      await ready;
      for (const c of track.track.cues) cues.push({from: c.startTime, to: c.endTime, text: c.text});
    }
  }
  const ranges = [];
  for (let i = 0; i < v.buffered.length; i++) ranges.push({from: v.buffered.start(i), to: v.buffered.end(i)});
  return {variants: variants.length, width: v.videoWidth, height: v.videoHeight, duration: v.duration, length, ranges, cues};
}
async function toTheEnd() {
  const ended = new Promise((ok, no) => {
    v.addEventListener("ended", ok, {once: true});
    v.addEventListener("error", () => no(new Error("the player says " + v.error.code + " " + v.error.message)), {once: true});
  });
  v.currentTime = 0;
  v.playbackRate = 2;
  await v.play();
  await ended;
  const q = v.getVideoPlaybackQuality();
  return {at: v.currentTime, decoded: q.totalVideoFrames, corrupted: q.corruptedVideoFrames, sound: v.webkitAudioDecodedByteCount};
}
</script>`

// serve gives a browser a page and a folder.
func serve(t *testing.T, page, dir string) string {
	t.Helper()
	files := http.FileServer(http.Dir(dir))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte(page)) // a browser that goes away is what the test ends with
			return
		}
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// TestDeliverables: a cut of a season that asks for everything has it, verify finds
// nothing wrong with it, both rungs of its HLS play to their end in Chromium, a version
// and covers are of the size that was asked for, and the same again is no new cut.
func TestDeliverables(t *testing.T) {
	h := newHouse(t, deliveryScript)
	out := filepath.Join(h.dir, "out")
	h.must(exitDone, "render", h.script, "--out", out)
	man := manifestIn(t, out)
	fps := media.Rational{Num: 24, Den: 1}
	length := man.Frames.Duration(fps).Seconds()

	var names []string
	for _, f := range man.Files {
		names = append(names, f.Name)
	}
	for _, want := range []string{
		"contact.jpg", "covers/1080x1440.jpg", "covers/1080x1440-title.jpg", "covers/1080x1080.jpg", "hls/index.m3u8", "hls/180x320.mp4", "hls/90x160.m3u8",
		"hls/90x160-pictures.m3u8", "hls/av1-90x160.mp4", "hls/sound.mp4", "hls/en-1.vtt", "versions/wide/master.mp4", "versions/wide/hls/index.m3u8", "versions/textless/master.mp4",
	} {
		if !slices.Contains(names, want) {
			t.Errorf("there is no %s among %v", want, names)
		}
	}
	if got := h.must(exitDone, "verify", out, "--json"); !decode[struct{ OK bool }](t, got).OK {
		t.Errorf("verify: %s", got.stdout)
	}
	pictureOf(t, filepath.Join(out, "covers", "1080x1440-title.jpg"), media.Raster{Width: 1080, Height: 1440})

	ctx := browser.Open(t, serve(t, hlsPlayer, out))
	for _, rung := range []struct {
		folder     string
		number, of int
		want       media.Raster
	}{
		{"/hls/", 0, 4, media.Raster{Width: 180, Height: 320}},
		{"/hls/", 1, 4, media.Raster{Width: 90, Height: 160}},
		{"/hls/", 3, 4, media.Raster{Width: 90, Height: 160}}, // in AV1
		{"/versions/wide/hls/", 0, 2, media.Raster{Width: 320, Height: 180}},
		{"/versions/wide/hls/", 1, 2, media.Raster{Width: 160, Height: 90}},
	} {
		want := rung.want
		type span struct{ From, To float64 }
		got := browser.Tell[struct {
			Variants                        int
			Width, Height, Duration, Length float64
			Ranges                          []span
			Cues                            []struct {
				From, To float64
				Text     string
			}
		}](ctx, t, fmt.Sprintf(`load(%q, %d)`, rung.folder, rung.number))
		if got.Variants != rung.of || int(got.Width) != want.Width || int(got.Height) != want.Height || abs(got.Duration-length) > 0.05 || abs(got.Length-length) > 0.05 {
			t.Errorf("rung %s: the browser sees %+v of %.3f s", want, got, length)
		}
		if len(got.Ranges) != 1 || got.Ranges[0].From > 0.001 || abs(got.Ranges[0].To-length) > 0.05 {
			t.Errorf("rung %s: buffered %+v of %.3f s", want, got.Ranges, length)
		}
		if len(got.Cues) < 1 || got.Cues[0].Text != "Yes." || got.Cues[0].To > length {
			t.Errorf("rung %s: cues %+v", want, got.Cues)
		}
		played := browser.Tell[struct{ At, Decoded, Corrupted, Sound float64 }](ctx, t, "toTheEnd()")
		if abs(played.At-length) > 0.05 || played.Decoded == 0 || played.Corrupted != 0 || played.Sound == 0 {
			t.Errorf("rung %s: played %+v of %.3f s", want, played, length)
		}
	}

	bare := filepath.Join(h.dir, "bare")
	h.must(exitDone, "export", "tiny/ep01", "--unlabelled", "--version", "wide", "--to", "acme-tv", "--reason", "contract 12", "--out", bare)
	if copied := manifestIn(t, bare); copied.Raster != (media.Raster{Width: 320, Height: 180}) || copied.Label.Unlabelled == nil || copied.Label.Unlabelled.Version != "wide" {
		t.Errorf("the copy of a version is %s and says %+v", copied.Raster, copied.Label.Unlabelled)
	}
	if got := h.must(exitDone, "verify", bare, "--json"); !decode[struct{ OK bool }](t, got).OK {
		t.Errorf("verify the copy: %s", got.stdout)
	}
	if got := h.must(exitUsage, "export", "tiny/ep01", "--unlabelled", "--version", "wyde", "--to", "acme-tv", "--reason", "contract 12", "--out", bare); !strings.Contains(got.stderr, "wide") {
		t.Errorf("a version that is none: %s", got.stderr)
	}

	h.must(exitDone, "render", h.script, "--out", out)
	if again := manifestIn(t, out); again.Cut != man.Cut {
		t.Errorf("the same again is cut %d, it was %d", again.Cut, man.Cut)
	}
	before := h.mezzanines()
	h.must(exitDone, "retake", "tiny/ep01", "1B", "--out", out)
	if got := h.must(exitDone, "verify", out, "--json"); !decode[struct{ OK bool }](t, got).OK {
		t.Errorf("verify after a retake: %s", got.stdout)
	}
	var made []string
	for _, name := range h.mezzanines() {
		if !slices.Contains(before, name) {
			made = append(made, name)
		}
	}
	// Of the new take: its mezzanine (three objects), the wide version's, and a rendition (two) on
	// each rung but its own, the wide version's smaller one among them. It has no texts, so the
	// textless version's is its own.
	if len(made) != 3+3+4*2 {
		t.Errorf("a retake made %d objects: %v", len(made), made)
	}
}

// mezzanines are the objects of mezzanines in the house's store.
func (h house) mezzanines() []string { return h.objects("/tiny/mezzanines/") }

// objects are the objects of the house's store under a folder.
func (h house) objects(folder string) (all []string) {
	h.t.Helper()
	err := filepath.WalkDir(h.dataDir(), func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && strings.Contains(path, folder) && !strings.Contains(path, "sidecar") {
			all = append(all, path)
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

func pictureOf(t *testing.T, path string, want media.Raster) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c, err := jpeg.DecodeConfig(f)
	if err != nil {
		t.Fatal(err)
	}
	if got := (media.Raster{Width: c.Width, Height: c.Height}); got != want {
		t.Errorf("%s is %s, want %s", filepath.Base(path), got, want)
	}
}
