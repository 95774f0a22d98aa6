package script_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/jpeg"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/script"
)

// The type of a file comes from its content; its name says nothing.
func TestTypesOfFiles(t *testing.T) {
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 200, 100)), nil); err != nil {
		t.Fatal(err)
	}
	// A lossless WebP header of 100x80 pixels: signature, 14 bits of width - 1 and of height - 1.
	webp := "RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x63\xc0\x13\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	ts := strings.Repeat("\x47"+strings.Repeat("\x00", 187), 3)
	for name, c := range map[string]struct{ key, body, want string }{
		"jpeg":       {"ref", photo.String(), "image/jpeg"},
		"webp":       {"ref", webp, "image/webp"},
		"gif":        {"ref", "GIF89a\x01\x00\x01\x00", ""},
		"svg":        {"ref", "<svg/>", ""},
		"heic":       {"ref", "\x00\x00\x00\x18ftypheic", ""},
		"video":      {"ref", "\x00\x00\x00\x18ftypisom", ""},
		"mp4":        {"footage", "\x00\x00\x00\x18ftypisom", "video/mp4"},
		"old mov":    {"footage", "\x00\x00\x00\x08wide\x00\x00\x00\x00mdat", "video/quicktime"},
		"mkv":        {"footage", "\x1a\x45\xdf\xa3\x00\x00matroska", "video/x-matroska"},
		"avi":        {"footage", "RIFF\x00\x00\x00\x00AVI LIST", "video/x-msvideo"},
		"mpeg-ts":    {"footage", ts, "video/mp2t"},
		"m2ts":       {"footage", strings.Repeat("\x01\x02\x03\x04\x47"+strings.Repeat("\x00", 187), 3), "video/mp2t"},
		"mxf":        {"footage", "\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02\x04\x00", "video/mxf"},
		"wmv":        {"footage", "\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", "video/x-ms-asf"},
		"flv":        {"footage", "FLV\x01\x05\x00\x00\x00\x09", "video/x-flv"},
		"dv":         {"footage", "\x1f\x07\x00\xbf", "video/dv"},
		"theora":     {"footage", "OggS\x00\x02" + strings.Repeat("\x00", 22) + "\x80theora", "video/ogg"},
		"raw h.264":  {"footage", "\x00\x00\x00\x01\x67\x42\xc0\x15", "video/h264"},
		"raw hevc":   {"footage", "\x00\x00\x00\x01\x40\x01\x0c\x01", "video/h265"},
		"mpeg-2":     {"footage", "\x00\x00\x01\xb3\x14\x01", "video/mpeg"},
		"moving gif": {"footage", "GIF89a\x01\x00\x01\x00", "image/gif"},
		"apng":       {"footage", "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + strings.Repeat("\x00", 17) + "\x00\x00\x00\x08acTL", "image/apng"},
		"picture":    {"footage", photo.String(), ""},
		"playlist":   {"footage", "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", ""},
		"concat":     {"footage", "ffconcat version 1.0\nfile /etc/passwd\n", ""},
		"wav":        {"score", "RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"},
		"mp3":        {"score", "ID3\x04\x00", "audio/mpeg"},
		"mp3 no tag": {"score", "\xff\xfb\x90\x00", "audio/mpeg"},
		"aac":        {"score", "\xff\xf1\x50\x80", "audio/aac"},
		"ogg":        {"score", "OggS\x00", "audio/ogg"},
		"aiff":       {"score", "FORM\x00\x00\x00\x00AIFFCOMM", "audio/aiff"},
		"m4a":        {"score", "\x00\x00\x00\x18ftypM4A ", "audio/mp4"},
		"noise":      {"score", "\x00\x01\x02\x03", ""},
		"any":        {"consent", "\x00\x01\x02\x03", "-"},
		"pdf":        {"consent", "%PDF-1.7", "application/pdf"},
	} {
		t.Run(name, func(t *testing.T) {
			season, shot := "", "scene_prompt: x"
			switch c.key {
			case "ref":
				season = ", locations: {a: {refs: file.bin}}"
			case "score":
				season = ", score: {file: file.bin}"
			case "consent":
				season = ", cast: {a: {name: A, consent: file.bin}}"
			case "footage":
				shot = "footage: file.bin"
			}
			m := memory{fstest.MapFS{
				"home/a.yaml":   {Data: []byte("season: {show: a, language: en" + season + "}\nepisode: 1\nscenes: [{scene: 1, " + shot + "}]\n")},
				"home/file.bin": {Data: []byte(c.body)},
			}}
			s, problems := script.Load(m, "a.yaml")
			if c.want == "" {
				if s != nil || len(problems) != 1 || problems[0].Line == 0 {
					t.Fatalf("problems: %v", problems)
				}
				return
			}
			if s == nil {
				t.Fatal(problems)
			}
			sum := sha256.Sum256([]byte(c.body))
			want := drama.File{Path: "file.bin", SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(c.body)), Type: strings.Trim(c.want, "-")}
			var got drama.File
			switch p := s.Production(0); c.key {
			case "ref":
				got = p.Season.Locations["a"].Refs[0].File
			case "score":
				got = p.Season.Score.File
			case "consent":
				got = *p.Season.Cast["a"].Consent
			case "footage":
				got = *p.Episode.Shots()[0].Footage
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("file (-want +got):\n%s", diff)
			}
		})
	}
}
