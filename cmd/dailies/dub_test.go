package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
)

// abroad is an episode whose lines have translations, with voices that need no key.
const abroad = `season:
  show: abroad
  language: en
  format: {raster: 128x224, fps: 24}
  dialogue: scratch
  stems: true
  hls: {rungs: [128x224, 64x112]}
  subtitles: {sidecar: [en, zh]}
  cast:
    ana: {name: Ana, voice: {provider: espeak, name: en-gb+f3}}
    bo: {name: Bo, voice: {provider: espeak, name: en-gb+m3, languages: {zh: {provider: espeak, name: +m7}}}}
  budget: {currency: CNY, episode: 10}
episode: 1
scenes:
- scene: 1
  set: EXT
  shots:
  - {shot: 1A, size: MS, duration: 3s, cast: ana, action: Ana waits in the rain., sound: rain, lines: [{who: ana, say: "You are late again.", zh: "你又迟到了。"}]}
  - {shot: 1B, size: MS, duration: 3s, cast: bo, action: Bo shrugs., sound: rain, lines: [{who: bo, say: "The train was late.", zh: "火车晚点了。"}]}
`

// streams are the digests of what a file holds: its packets, or what they decode to.
func streams(t *testing.T, path string, args ...string) string {
	t.Helper()
	all := append([]string{"-v", "error", "-i", path}, args...)
	out, err := exec.Command("ffmpeg", append(all, "-f", "md5", "-")...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", path, err, out)
	}
	return string(out)
}

// TestDub: the real voice speaks an episode in Chinese, each line within its time; pictures
// are the cut's to the packet and music and effects to the sample; it verifies; a line that
// is too long is named and nothing is made.
func TestDub(t *testing.T) {
	h := newHouse(t, abroad)
	out, dubbed := filepath.Join(h.dir, "out"), filepath.Join(h.dir, "dubbed")
	if r := h.run("dub", "abroad/ep01", "--language", "zh"); r.code != exitUsage {
		t.Errorf("before anything was rendered: %+v", r)
	}
	h.must(exitDone, "render", h.script, "--out", out)
	kept := h.objects("/abroad/mezzanines/")
	made := decode[dubbedShow](t, h.must(exitDone, "dub", "abroad/ep01", "--language", "zh", "--json", "--out", dubbed))
	if d := cmp.Diff(kept, h.objects("/abroad/mezzanines/")); d != "" {
		t.Errorf("pictures were encoded for the dub (-before +after)\n%s", d)
	}
	if made.Show != "abroad" || len(made.Episodes) != 1 || made.Episodes[0].Dub == nil || made.Episodes[0].Dub.Cut != 1 || len(made.Episodes[0].Lines) != 2 {
		t.Fatalf("%+v", made)
	}
	for _, l := range made.Episodes[0].Lines {
		if !l.Fits || l.Rate < drama.SlowestDub || l.Rate > drama.FastestDub || l.From+l.Length > l.End {
			t.Errorf("%+v", l)
		}
	}
	a, b := filepath.Join(out, "master.mp4"), filepath.Join(dubbed, "master.mp4")
	if streams(t, a, "-map", "0:v:0", "-c", "copy") != streams(t, b, "-map", "0:v:0", "-c", "copy") {
		t.Error("the pictures are not the cut's")
	}
	if streams(t, a, "-map", "0:a:0") == streams(t, b, "-map", "0:a:0") {
		t.Error("the sound is the cut's")
	}
	for stem, same := range map[string]bool{"me": true, "effects": true, "dialogue": false, "mix": false} {
		name := filepath.Join("stems", stem+".flac")
		if got := streams(t, filepath.Join(out, name)) == streams(t, filepath.Join(dubbed, name)); got != same {
			t.Errorf("%s is the cut's: %v, want %v", stem, got, same)
		}
	}
	tags, err := exec.Command("ffprobe", "-v", "error", "-select_streams", "a", "-show_entries", "stream_tags=language", "-of", "csv=p=0", b).Output()
	if got := strings.TrimSpace(string(tags)); err != nil || got != "chi" && got != "zho" {
		t.Errorf("its sound is said to be in %q (%v)", got, err)
	}
	if r := h.must(exitDone, "verify", dubbed, "--json"); !decode[studio.Verified](t, r).OK {
		t.Errorf("verify: %s", r.stdout)
	}
	index, err := os.ReadFile(filepath.Join(dubbed, "hls", "index.m3u8"))
	if err != nil || !strings.Contains(string(index), `TYPE=AUDIO,GROUP-ID="sound",NAME="中文",LANGUAGE="zh"`) {
		t.Errorf("its HLS does not say what is spoken: %v\n%s", err, index)
	}
	again := decode[dubbedShow](t, h.must(exitDone, "dub", "abroad", "--language", "zh", "--json"))
	if len(again.Episodes) != 1 || again.Episodes[0].Dub == nil || !again.Episodes[0].Dub.Same {
		t.Errorf("again: %+v", again)
	}
	h.must(exitDone, "export", "abroad/ep01", "--dub", "zh", "--out", filepath.Join(h.dir, "exported"))

	h.write("ep01.yaml", strings.Replace(abroad, "火车晚点了。", strings.Repeat("火车晚点了，", 6), 1))
	h.must(exitDone, "render", h.script)
	unfit := decode[dubbedShow](t, h.must(exitNoCut, "dub", "abroad/ep01", "--language", "zh", "--json"))
	if e := unfit.Episodes[0]; e.Dub != nil || !strings.Contains(strings.Join(e.Problems, " "), "line 1 of shot 1B") {
		t.Errorf("a line that is too long: %+v", e)
	}
	if r := h.run("dub", "abroad/ep01", "--language", "fr"); r.code != exitNoCut || !strings.Contains(r.stderr, "zh") {
		t.Errorf("a language that nobody wrote: %+v", r)
	}
}
