// Package faults breaks a finished cut in every way that a rule is there for, and looks
// whether verify says so by the rule's name.
package faults

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/aigc"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ffmpeg"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/xmp"
	"github.com/dailies/dailies/internal/profile"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/test/clips"
)

// here carries media jobs out in this process.
type here struct{}

func (here) Run(ctx context.Context, job media.Job, in io.Reader, report func(media.Progress)) (media.Result, error) {
	return ffmpeg.Run(ctx, job, in, report)
}

const (
	fps       = 24
	shotLong  = 36 // frames
	labelLong = 60
	shots     = 3
)

// cutOf is what a cut is made of; each fault changes one thing of it.
type cutOf struct {
	dir    string
	job    media.AssembleJob
	man    drama.Manifest
	poster string // the packet of metadata that its poster bears
	// like is a cut that is made already, whose files are the same; nil: it is made.
	like *cutOf
}

// theSpec is small, and High.
func theSpec() media.Spec {
	spec := clips.SmallSpec()
	spec.Encoder.Preset = "superfast"
	return spec
}

// theShots are conformed once.
func theShots(t *testing.T, dir string, burn func(i int) ([]media.Text, media.Box)) ([]media.Segment, []media.ConformResult) {
	t.Helper()
	spec := theSpec()
	var segments []media.Segment
	var results []media.ConformResult
	for i := range shots {
		clip := filepath.Join(dir, "clip"+string(rune('0'+i))+".mp4")
		if _, err := os.Stat(clip); err != nil {
			hue := []string{"0", "90", "180"}[i]
			if err := clips.Write(t.Context(), "-f", "lavfi", "-i", "testsrc2=size=180x320:rate=24:duration=1.5,hue=h="+hue+",eq=brightness=-0.1",
				"-f", "lavfi", "-i", "sine=frequency=300:duration=1.5", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", clip); err != nil {
				t.Fatal(err)
			}
		}
		texts, safe := burn(i)
		work := filepath.Join(dir, t.Name(), "shot"+string(rune('0'+i)))
		if err := os.MkdirAll(work, 0o700); err != nil {
			t.Fatal(err)
		}
		job := media.ConformJob{
			In: clip, OutVideo: filepath.Join(work, "v.mp4"), OutAudio: filepath.Join(work, "a.wav"), Spec: spec, Frames: shotLong, MaxHold: 2, Burn: texts, Safe: safe,
		}
		r, err := here{}.Run(t.Context(), media.Job{Conform: &job}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		segments = append(segments, media.Segment{Video: job.OutVideo, Audio: job.OutAudio, Frames: shotLong, Out: media.Transition{Kind: media.Cut}})
		results = append(results, *r.Conform)
	}
	return segments, results
}

// theTexts are a subtitle in the first shot and a title in the last.
func theTexts(safe media.Box) func(int) ([]media.Text, media.Box) {
	return func(i int) ([]media.Text, media.Box) {
		switch i {
		case 0:
			return []media.Text{{Text: "打烊了。", From: 4, To: 30, Style: "subtitle", Position: "bottom", Language: "zh"}}, safe
		case shots - 1:
			return []media.Text{{Text: "三年前", To: shotLong, Style: "title", Position: "top-left", Language: "zh"}}, safe
		}
		return nil, media.Box{}
	}
}

// rightCut is a cut that is right, before it is made.
func rightCut(segments []media.Segment, results []media.ConformResult) *cutOf {
	spec := theSpec()
	deliver := []string{"cn-base", "douyin", "wechat"}
	safe := profile.Safe(deliver, spec.Raster)
	id := drama.EpisodeID{Show: "thirtieth-day", Number: 1}
	label := aigc.Value("house", id.Show, aigc.ProduceID(id, 1))
	c := &cutOf{
		job: media.AssembleJob{
			Spec: spec, Segments: slices.Clone(segments), Loudness: media.Loudness{Integrated: -16, TruePeak: -1.5}, Language: "zh",
			Subtitles: []media.SubtitleTrack{
				{Language: "zh", Cues: []media.Cue{{From: 4, To: 30, Text: "打烊了。"}, {From: 40, To: 70, Text: "好。"}}},
				{Language: "en", Cues: []media.Cue{{From: 4, To: 30, Text: "Closed."}, {From: 40, To: 70, Text: "Fine."}}},
			},
			Chapters: []media.Chapter{{Title: "1"}}, Poster: "poster.jpg", PosterAt: 80,
			Label:    &media.LabelMark{Text: "AI生成", Position: "top-left", Frames: labelLong, Language: "zh", Safe: safe},
			Card:     &media.CardMark{Lines: []string{"《第三十天》"}, Frames: labelLong, Language: "zh", Safe: safe},
			Metadata: map[string]string{aigc.Key: label}, NoEdits: true,
		},
		poster: xmp.Packet(label),
		man: drama.Manifest{
			ID: id, Cut: 1, Frames: shots * shotLong, FPS: "24/1", Raster: spec.Raster, Season: drama.Text{"zh": "第三十天"}, Language: "zh", Subtitles: []string{"zh", "en"},
			Deliver: deliver, Safe: safe, Filing: &drama.Filing{Class: "other", Frames: labelLong}, Card: []string{"《第三十天》"},
			Label: drama.ManifestLabel{Shown: true, Text: "AI生成", Producer: "house", Position: "top-left", Frames: labelLong, Language: "zh"},
		},
	}
	for i, r := range results {
		c.man.Shots = append(c.man.Shots, drama.ManifestShot{
			Slate: string(rune('1'+i)) + "A", Start: media.Frames(i * shotLong), Frames: shotLong, Cut: media.Transition{Kind: media.Cut},
			Origin: drama.OriginGenerated, Runs: r.Runs, Inked: r.Inked,
		})
	}
	return c
}

// make assembles the cut into a folder of its own, with its manifest; after may do
// something to the master before its checksum is taken.
func (c *cutOf) make(t *testing.T, after func(t *testing.T, master string)) string {
	t.Helper()
	c.dir = t.TempDir()
	c.job.Out = filepath.Join(c.dir, "master.mp4")
	if c.job.Poster != "" {
		c.job.Poster = filepath.Join(c.dir, "poster.jpg")
	}
	if c.like != nil && c.like.dir != "" {
		for _, name := range []string{"master.mp4", "poster.jpg"} {
			copyOf(t, filepath.Join(c.like.dir, name), filepath.Join(c.dir, name))
		}
		c.man.Loudness = c.like.man.Loudness
	} else {
		job := c.job
		r, err := here{}.Run(t.Context(), media.Job{Assemble: &job}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		c.man.Loudness = media.Loudness{Integrated: -16, TruePeak: max(-1.5, r.Assemble.TruePeak)}
		if c.poster != "" {
			edit(t, c.job.Poster, func(b []byte) []byte {
				b, err := xmp.Into(b, c.poster)
				if err != nil {
					t.Fatal(err)
				}
				return b
			})
		}
	}
	if after != nil {
		after(t, c.job.Out)
	}
	for _, name := range []string{"master.mp4", "poster.jpg"} {
		body, err := os.ReadFile(filepath.Join(c.dir, name))
		if err != nil {
			continue
		}
		sum := sha256.Sum256(body)
		kind := map[string]string{"master.mp4": "video/mp4", "poster.jpg": "image/jpeg"}[name]
		c.man.Files = append(c.man.Files, drama.ManifestFile{Name: name, SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(body)), Type: kind})
	}
	c.write(t)
	return c.dir
}

func copyOf(t *testing.T, from, to string) {
	t.Helper()
	body, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, body, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (c *cutOf) write(t *testing.T) {
	t.Helper()
	body, err := json.Marshal(c.man)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.dir, "manifest.json"), body, 0o600); err != nil {
		t.Fatal(err)
	}
}

// known is what the right cut breaks too: it is small, for the tests' sake.
const known = "raster"

// broken are the rules that a cut breaks, beside that of its size.
func broken(t *testing.T, dir string, profiles ...string) []string {
	t.Helper()
	v, err := studio.VerifyFolder(t.Context(), here{}, dir, nil, profiles...)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(strings.Join(v.Problems, "\n"))
	if m := v.Master; m != nil {
		t.Logf("label %+v, card %+v", m.Label, m.Card)
	}
	return slices.DeleteFunc(v.Broken, func(rule string) bool { return rule == known })
}

// pipe has FFmpeg's command line make another file of the master, in its place.
func pipe(args ...string) func(t *testing.T, master string) {
	return func(t *testing.T, master string) {
		t.Helper()
		out := filepath.Join(filepath.Dir(master), "out.mp4")
		all := []string{"-i", master}
		if err := clips.Write(t.Context(), append(append(all, args...), out)...); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(out, master); err != nil {
			t.Fatal(err)
		}
	}
}
