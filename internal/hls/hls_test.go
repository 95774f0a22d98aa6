package hls_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/hls"
	"github.com/dailies/dailies/internal/media"
)

func TestDivide(t *testing.T) {
	for _, c := range []struct {
		runs   []media.Frames
		target media.Frames
		want   []int
	}{
		{[]media.Frames{48, 48, 48, 48}, 144, []int{0, 3}},
		{[]media.Frames{48, 10, 86, 1}, 144, []int{0, 3}},
		{[]media.Frames{200, 10}, 144, []int{0, 1}},
		{[]media.Frames{1}, 144, []int{0}},
		{nil, 144, nil},
	} {
		if d := cmp.Diff(c.want, hls.Divide(c.runs, c.target)); d != "" {
			t.Errorf("%v (-want +got):\n%s", c.runs, d)
		}
	}
}

// presentation is ten seconds on one rung, in keyframes of two, and one language.
func presentation() hls.Presentation {
	p := hls.Presentation{FPS: media.Rational{Num: 24, Den: 1}, Frames: 240}
	video := media.Fragmented{Codecs: "avc1.640028", Scale: 24, Header: 700, Bytes: 700 + 5*1000}
	for i := range 5 {
		f := media.Fragment{Off: 700 + 1000*int64(i), Bytes: 1000, First: 400, Ticks: 48, Opens: i%3 == 0}
		if i == 1 {
			f.Bytes = 1000
		}
		video.Fragments = append(video.Fragments, f)
	}
	p.Rungs = []hls.Rung{{Rung: media.Rung{Raster: media.Raster{Width: 540, Height: 960}, Codec: media.CodecH264}, Fragmented: video}}
	p.Sound = hls.Sound{Language: "zh", Fragmented: media.Fragmented{Codecs: "mp4a.40.2", Scale: 48000, Header: 600, Fragments: []media.Fragment{
		{Off: 600, Bytes: 900, First: 10, Ticks: 288_000, Opens: true}, {Off: 1500, Bytes: 600, First: 10, Ticks: 192_000, Opens: true},
	}}}
	p.Texts = []hls.Text{{Language: "en", Cues: []media.Cue{{From: 10, To: 40, Text: "Yes."}}}}
	return p
}

// TestPlaylists: they say what the files hold, and are read back as that.
func TestPlaylists(t *testing.T) {
	files := map[string]string{}
	for _, f := range hls.Playlists(presentation()) {
		files[f.Name] = string(f.Body)
	}
	m, err := hls.ReadMultivariant([]byte(files[hls.Index]))
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Variants) != 2 || len(m.Renditions) != 2 || m.Variants[0].Pictures || !m.Variants[1].Pictures {
		t.Fatalf("%+v", m)
	}
	v := m.Variants[0]
	// 3000 bytes in six seconds of pictures and 900 of sound are the most.
	if got, want := v.Number("BANDWIDTH"), int64(4000+1200); got != want {
		t.Errorf("bandwidth %d, want %d", got, want)
	}
	for name, want := range map[string]string{"CODECS": "avc1.640028,mp4a.40.2", "RESOLUTION": "540x960", "FRAME-RATE": "24.000", "AUDIO": "sound", "SUBTITLES": "texts"} {
		if v.Attributes[name] != want {
			t.Errorf("%s is %q, want %q", name, v.Attributes[name], want)
		}
	}
	if got := m.Renditions[0].Attributes["NAME"]; got != "中文" {
		t.Errorf("the sound is called %q", got)
	}
	p, err := hls.ReadMedia([]byte(files[v.URI]))
	if err != nil {
		t.Fatal(err)
	}
	want := []hls.Segment{
		{Seconds: 6, Range: hls.Range{URI: "540x960.mp4", Off: 700, Bytes: 3000}},
		{Seconds: 4, Range: hls.Range{URI: "540x960.mp4", Off: 3700, Bytes: 2000}},
	}
	if d := cmp.Diff(want, p.Segments); d != "" || p.Target != 6 || !p.Ended || p.Map.Bytes != 700 || p.Pictures {
		t.Errorf("%+v (-want +got):\n%s", p, d)
	}
	pictures, err := hls.ReadMedia([]byte(files[m.Variants[1].URI]))
	if err != nil {
		t.Fatal(err)
	}
	if len(pictures.Segments) != 5 || pictures.Segments[4].Bytes != 400 || pictures.Segments[4].Off != 4700 || !pictures.Pictures {
		t.Errorf("%+v", pictures)
	}
	if text := files["en-1.vtt"]; !strings.HasPrefix(text, "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n1\n00:00:00.417 --> 00:00:01.667\nYes.\n") {
		t.Errorf("%q", text)
	}
}

// TestTextsOfALongEpisode: a cue that lasts from one file into the next stands in both.
func TestTextsOfALongEpisode(t *testing.T) {
	p := presentation()
	p.Frames = 24 * 90
	p.Texts[0].Cues = []media.Cue{{From: 24 * 59, To: 24 * 61, Text: "Both."}}
	var names []string
	for _, f := range hls.Playlists(p) {
		if strings.HasSuffix(f.Name, ".vtt") && strings.Contains(string(f.Body), "00:00:59.000 --> 00:01:01.000\nBoth.") {
			names = append(names, f.Name)
		}
	}
	if d := cmp.Diff([]string{"en-1.vtt", "en-2.vtt"}, names); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestBrokenPlaylists are refused with their line.
func TestBrokenPlaylists(t *testing.T) {
	head := "#EXTM3U\n#EXT-X-TARGETDURATION:6\n"
	for name, body := range map[string]string{
		"nothing":             "",
		"no playlist":         "<html>",
		"no target":           "#EXTM3U\n#EXTINF:4,\na.mp4\n",
		"no segment":          head + "#EXT-X-ENDLIST\n",
		"no length":           head + "a.mp4\n",
		"a negative length":   head + "#EXTINF:-1,\na.mp4\n",
		"no number":           head + "#EXTINF:NaN,\na.mp4\n",
		"no range":            head + "#EXTINF:4,\n#EXT-X-BYTERANGE:x@y\na.mp4\n",
		"a range past all":    head + "#EXTINF:4,\n#EXT-X-BYTERANGE:9223372036854775807@9\na.mp4\n",
		"a file missing":      head + "#EXTINF:4,\n",
		"of the other kind":   head + "#EXT-X-STREAM-INF:BANDWIDTH=1\n",
		"behind its end":      head + "#EXTINF:4,\na.mp4\n#EXT-X-ENDLIST\n#EXTINF:4,\nb.mp4\n",
		"a line without end":  head + "#" + strings.Repeat("x", 5000),
		"an attribute broken": head + "#EXT-X-MAP:URI=\"a\n",
	} {
		if p, err := hls.ReadMedia([]byte(body)); err == nil {
			t.Errorf("%s: read as %+v", name, p)
		}
	}
	for name, body := range map[string]string{
		"no variant":     "#EXTM3U\n",
		"no playlist":    "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n",
		"two tags":       "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n",
		"no tag":         "#EXTM3U\na.m3u8\n",
		"twice the same": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,BANDWIDTH=2\na.m3u8\n",
		"segments":       "#EXTM3U\n#EXTINF:4,\na.mp4\n",
	} {
		if m, err := hls.ReadMultivariant([]byte(body)); err == nil {
			t.Errorf("%s: read as %+v", name, m)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, file := range hls.Playlists(presentation()) {
		f.Add(file.Body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if p, err := hls.ReadMedia(body); err == nil && slices.ContainsFunc(p.Segments, func(s hls.Segment) bool { return s.Off < 0 || s.Seconds < 0 }) {
			t.Errorf("%+v", p)
		}
		_, _ = hls.ReadMultivariant(body)
	})
}
