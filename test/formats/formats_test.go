// Package formats shows that what a script may ask for as a format can be made: the
// built-in animatic is drawn, encoded, conformed and judged in it.
package formats

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ffmpeg"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/animatic"
	"github.com/dailies/dailies/internal/qc"
	"github.com/dailies/dailies/internal/script"
)

// here runs media jobs in this process.
type here struct{}

func (here) Run(ctx context.Context, job media.Job, in io.Reader, report func(media.Progress)) (media.Result, error) {
	return ffmpeg.Run(ctx, job, in, report)
}

// rasters are those of phones, screens, cinemas and advertisements, and the odd
// ends of what a script may ask for.
var rasters = []media.Raster{
	{Width: 1080, Height: 1920},
	{Width: 1920, Height: 1080},
	{Width: 1080, Height: 1080},
	{Width: 1920, Height: 804},
	{Width: 720, Height: 1280},
	{Width: 320, Height: 568},
	{Width: 1080, Height: 1350},
	{Width: 1440, Height: 1080},
	{Width: 360, Height: 640},
	{Width: 1280, Height: 544},
	{Width: 416, Height: 1920},
	{Width: 1920, Height: 256},
	{Width: 426, Height: 240},
	{Width: 2560, Height: 1080},
}

// briefs are what a camera can be asked for, from all that moves to what hardly does.
func briefs() []drama.Brief {
	lin := []drama.BriefCast{{ID: "lin", Name: "Lin", Looks: "woman, 27, short black hair", Wardrobe: "blue apron"}}
	return []drama.Brief{
		{Size: "WS", Move: "pan-left", Time: "night", Set: "EXT", Location: &drama.BriefLocation{ID: "street", Name: "Street", Looks: "rain, neon"}, Cast: lin, Action: "Lin runs through the rain."},
		{Size: "insert", Move: "static", Props: []drama.BriefProp{{ID: "phone", Name: "Phone"}}, Action: "The phone lies on the table."},
		{Size: "CU", Move: "static", Time: "night", Set: "INT", Cast: lin, Action: "She listens.", Lines: []drama.BriefLine{{Who: "lin", Name: "Lin", Say: "Not tonight."}}},
		{Size: "EWS", Angle: "birds-eye", Time: "dusk", Action: "Nobody is on the beach.", Location: &drama.BriefLocation{ID: "beach", Name: "Beach"}},
	}
}

// TestTheAnimaticPassesItsOwnQC: in every raster and at every rate that a script may
// ask for, what is drawn comes through the encoder and conform as it was meant, and QC,
// as strict as with a vendor's take, has nothing against it but that it is still where it
// was to be.
func TestTheAnimaticPassesItsOwnQC(t *testing.T) {
	astiav.SetLogLevel(astiav.LogLevelFatal)
	p, err := animatic.New(animatic.Options{Runner: here{}, Dir: t.TempDir(), Slots: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	rates := script.FrameRates()
	for i := range max(len(rasters), len(rates)) {
		raster, rate := rasters[i%len(rasters)], rates[i%len(rates)]
		fps := asWritten(t, raster, rate).FPS
		brief := briefs()[i%len(briefs())]
		t.Run(fmt.Sprintf("%s at %s, %s", raster, rate, brief.Size), func(t *testing.T) {
			t.Parallel()
			brief.Show, brief.Language, brief.Raster, brief.FPS, brief.Frames = "formats", "en", raster, fps, 12
			if raster.Width*raster.Height < 250_000 { // quickly drawn: long enough for a picture to count as frozen
				brief.Frames = media.FramesIn(1200*time.Millisecond, fps)
			}
			r := provider.Request{
				Key: fmt.Sprintf("k%d", i), Brief: brief, Raster: raster, FPS: fps, Frames: brief.Frames, Audio: true, Mode: provider.ModeText, Overlay: provider.Overlay{Slate: "1A"},
			}
			v, m := judge(t, p, r)
			// Where the camera is static a drawing may stand still, and says so.
			still := func(w string) bool { return brief.Move == "static" && strings.HasPrefix(w, "frozen: ") }
			if !v.Pass || slices.ContainsFunc(v.Warnings, func(w string) bool { return !still(w) }) {
				t.Errorf("pass %v: %q, %q\n%+v", v.Pass, v.Reasons, v.Warnings, m)
			}
			if m.Decoded != r.Frames || m.Info.Raster != raster || m.Info.FPS != fps {
				t.Errorf("%d pictures of %s at %s", m.Decoded, m.Info.Raster, m.Info.FPS)
			}
		})
	}
}

// asWritten is the format as a script's loader understands it.
func asWritten(t *testing.T, raster media.Raster, rate string) drama.Format {
	t.Helper()
	text := fmt.Sprintf("season: {show: a, language: en, format: {raster: %s, fps: %s}}\nepisode: 1\nscenes: [{scene: 1, scene_prompt: x}]\n", raster, rate)
	s, problems := script.Load(file(text), "a.yaml")
	if s == nil {
		t.Fatal(problems)
	}
	return s.Season.Format
}

// file is a folder with one script in it.
type file string

func (file) Abs(p string) (string, error) { return "/" + p, nil }
func (f file) Open(string) (fs.FS, error) {
	return fstest.MapFS{"a.yaml": {Data: []byte(f)}}, nil
}

// judge has a take drawn, conforms it and asks QC.
func judge(t *testing.T, p provider.Provider, r provider.Request) (drama.Verdict, media.Measurements) {
	t.Helper()
	job, err := p.Submit(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	st, err := p.Poll(t.Context(), job)
	for ; err == nil && (st.State == provider.Queued || st.State == provider.Running); st, err = p.Poll(t.Context(), job) {
		runtime.Gosched()
	}
	if err != nil || st.State != provider.Succeeded {
		t.Fatalf("drawing ended as %s: %v, %v", st.State, err, st.Err)
	}
	clip, err := p.Fetch(t.Context(), st)
	if err != nil {
		t.Fatal(err)
	}
	defer clip.Close()
	dir := t.TempDir()
	in := filepath.Join(dir, "clip.mp4")
	f, err := os.Create(in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(f, clip); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	spec := media.Spec{Raster: r.Raster, FPS: r.FPS, Fit: media.FitFill, Encoder: media.Encoder{Preset: "ultrafast", CRF: 23}}
	res, err := here{}.Run(t.Context(), media.Job{Conform: &media.ConformJob{
		In: in, OutVideo: filepath.Join(dir, "m.mp4"), OutAudio: filepath.Join(dir, "m.wav"), Spec: spec, Frames: r.Frames, MaxHold: qc.DefaultPolicy().MaxHold,
	}}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	m := res.Conform.Measurements
	return qc.Judge(m, qc.Want{Frames: r.Frames, FPS: r.FPS, Raster: r.Raster, Audio: true, Asked: qc.AskedBy(r.Brief)}, qc.DefaultPolicy()), m
}
