// Package identical holds that what is made of the same script and takes is the same to the
// byte, whenever, wherever and by how many processors it is made.
package identical

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ffmpeg"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/test/clips"
	"github.com/dailies/dailies/test/rehearsal"
)

// here runs media jobs in this process.
type here struct{}

func (here) Run(ctx context.Context, job media.Job, in io.Reader, report func(media.Progress)) (media.Result, error) {
	return ffmpeg.Run(ctx, job, in, report)
}

// files are what an episode is made of, by name.
type files map[string][]byte

// material makes the files once: takes that move, with sound, a line, an effect, a score.
func material(t *testing.T) files {
	t.Helper()
	all := files{}
	keep := func(name, path string) {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = body
	}
	for i, hz := range []int{220, 330, 440} {
		keep(fmt.Sprintf("take%d.mp4", i), clips.One(t, "take.mp4", "-f", "lavfi", "-i", fmt.Sprintf("testsrc2=s=180x320:r=24:d=2,hue=h=%d", 90*i), "-f", "lavfi", "-i", fmt.Sprintf("sine=f=%d:d=2", hz),
			"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest"))
	}
	for name, source := range map[string]string{"line.wav": "sine=f=700:d=1", "bell.wav": "sine=f=1200:d=0.7", "score.wav": "anoisesrc=d=3:c=pink:r=48000:seed=7:a=0.2"} {
		keep(name, clips.One(t, name, "-f", "lavfi", "-i", source, "-ac", "2", "-ar", "48000"))
	}
	return all
}

// made renders an episode with all that a season can ask for in a house of its own and
// returns the checksums of the cut's files, by name.
func made(t *testing.T, from files, at time.Time) map[string]string {
	t.Helper()
	s := rehearsal.New(t, rehearsal.Options{})
	var asked atomic.Int64 // versions are made side by side
	s.Media.Runner, s.Media.Now = here{}, func() time.Time { return at.Add(time.Duration(asked.Add(1)) * time.Second) }
	keys := store.Keys{Show: "rehearsal"}
	blob := func(name, kind string) drama.File {
		sum := sha256.Sum256(from[name])
		f := drama.File{Path: name, SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(from[name])), Type: kind}
		if _, err := s.Store.Put(t.Context(), keys.Blob(f.SHA256), bytes.NewReader(from[name]), kind); err != nil {
			t.Fatal(err)
		}
		return f
	}
	object := func(f drama.File) drama.Object {
		return drama.Object{Key: keys.Blob(f.SHA256), SHA256: f.SHA256, Bytes: f.Bytes, Type: f.Type}
	}
	p := production(blob)
	run := s.Submit(t, p)
	planned, err := s.Planner.Plan(t.Context(), activities.PlanInput{ID: p.ID(), Script: run.Script})
	if err != nil || len(planned.Problems) > 0 {
		t.Fatal(err, planned.Problems)
	}
	in := activities.AssembleInput{ID: p.ID(), Plan: planned.Plan, Script: run.Script, Cut: 1}
	for i, shot := range p.Episode.Shots() {
		take := drama.Take{
			ID: drama.TakeID{Episode: p.ID(), Slate: shot.Slate, Number: 1}, Origin: drama.OriginGenerated, Provider: "fake", Media: object(blob(fmt.Sprintf("take%d.mp4", i), "video/mp4")),
			Verdict: drama.Verdict{Pass: true}, MadeAt: time.Unix(0, 0).UTC(),
		}
		if _, err := (library.Library{Store: s.Store}).WriteTake(t.Context(), take); err != nil {
			t.Fatal(err)
		}
		use := activities.CutShot{Slate: shot.Slate, Take: take.ID}
		if len(shot.Lines) > 0 {
			use.Speech = drama.Speech{Lines: []drama.SpokenLine{{Sound: object(blob("line.wav", "audio/wav")), Frames: 24}}}
		}
		got, err := s.Media.Conform(t.Context(), activities.ConformInput{Plan: in.Plan, Script: in.Script, Slate: shot.Slate, Take: take.ID, Speech: use.Speech})
		if err != nil || !got.Verdict.Pass {
			t.Fatalf("conform %s: %v %+v", shot.Slate, err, got.Verdict)
		}
		use.Mezzanine = got.Mezzanine
		in.Shots = append(in.Shots, use)
	}
	if _, err := s.Media.Assemble(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	sums := map[string]string{}
	prefix := keys.Cut(p.ID(), 1)
	err = s.Store.List(t.Context(), prefix, func(o store.Info) error {
		body, _, err := s.Store.Read(t.Context(), o.Key)
		sum := sha256.Sum256(body)
		sums[strings.TrimPrefix(o.Key, prefix)] = hex.EncodeToString(sum[:])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sums
}

// production is a script with a dissolve, a fade, a title, burned subtitles, a line, an
// effect, a score, and everything that lies beside a master.
func production(blob func(name, kind string) drama.File) drama.Production {
	shots := []drama.Shot{rehearsal.Shot("1A", "Rain."), rehearsal.Shot("1B", "Snow."), rehearsal.Shot("1C", "Hail.")}
	for i := range shots {
		shots[i].Frames = 44
	}
	shots[0].Cut = media.Transition{Kind: media.Dissolve, Frames: 8}
	shots[0].Lines = []drama.Line{{Who: drama.Narrator, Kind: drama.LineNarration, Say: "It rains.", Translation: drama.Text{"zh": "下雨了。", "de": "Es regnet."}}}
	shots[1].Effects = []drama.Effect{{File: blob("bell.wav", "audio/wav"), At: 6, Level: -6}}
	shots[1].Title = &drama.Title{Text: "Later", Position: "center"}
	shots[2].Cut = media.Transition{Kind: media.Fade, Frames: 8}
	p := rehearsal.Production([]string{"fake"}, shots...)
	season := &p.Season
	season.Format.Raster = media.Raster{Width: 180, Height: 320}
	season.Dialogue = drama.DialogueVoice
	season.Subtitles.Sidecar, season.Subtitles.Burn, season.Subtitles.Titles = []string{"en", "zh", "de"}, "en", true
	season.Score = &drama.Score{File: blob("score.wav", "audio/wav"), Level: -26}
	season.Stems, season.Covers = true, []media.Raster{{Width: 108, Height: 144}}
	ladder := func(r media.Raster) *drama.HLS {
		half := media.Raster{Width: r.Width / 2, Height: r.Height / 2}
		return &drama.HLS{Rungs: []media.Rung{{Raster: r, Codec: media.CodecH264}, {Raster: half, Codec: media.CodecH264}, {Raster: half, Codec: media.CodecAV1}}}
	}
	wide := media.Raster{Width: 320, Height: 180}
	season.HLS = ladder(season.Format.Raster)
	season.HLS.Rungs = season.HLS.Rungs[:2]
	season.Versions = []drama.Version{{Name: "wide", Raster: wide, Fit: media.FitBlur, HLS: ladder(wide)}, {Name: "textless", Raster: season.Format.Raster, Fit: media.FitFill, NoTexts: true}}
	return p
}

// draft is the manifest of a cut that is not delivered yet.
const draft = "draft.json"

// TestTheSameIsMadeTwice: in two houses, at other hours and with other numbers of
// processors, a cut's files are the same to the byte; its manifest alone says when it was
// made.
func TestTheSameIsMadeTwice(t *testing.T) {
	from := material(t)
	first := made(t, from, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	processors := runtime.GOMAXPROCS(0)
	t.Cleanup(func() { runtime.GOMAXPROCS(processors) })
	runtime.GOMAXPROCS(processors%3 + 1)
	second := made(t, from, time.Date(2031, 11, 30, 23, 59, 58, 0, time.FixedZone("", 8*3600)))
	for _, kind := range []string{
		"master.mp4", "poster.jpg", "contact.jpg", "timeline.otio", "hls/index.m3u8", "hls/90x160.mp4", "hls/sound.mp4", "stems/mix.flac", "stems/me.flac",
		"covers/108x144-title.jpg", "subs/rehearsal-ep01.zh.srt", "versions/wide/master.mp4", "versions/wide/hls/av1-160x90.mp4", "versions/textless/master.mp4",
	} {
		if first[kind] == "" {
			t.Errorf("there is no %s among %v", kind, slices.Sorted(maps.Keys(first)))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(first)) {
		if second[name] != first[name] && name != draft {
			t.Errorf("%s is not what it was", name)
		}
	}
	if first[draft] == second[draft] {
		t.Error("nothing says when the cut was made")
	}
	if len(first) != len(second) {
		t.Errorf("%d files and %d", len(first), len(second))
	}
}
