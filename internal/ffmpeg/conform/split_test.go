package conform

import (
	"bytes"
	"crypto/sha256"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/sound"
	"github.com/dailies/dailies/test/clips"
)

// reel is a clip of several shots: a field of blobs each, that drifts, by whatever happens
// to a picture.
type reel struct {
	frames media.Frames
	cuts   []media.Frames // the first picture of each shot but the first
	// pan is how far the camera has turned, flash how much light there is on top, blend
	// how much of the shot before is still seen.
	pan          func(n media.Frames) float64
	flash, blend func(n media.Frames) float64
}

const reelWidth, reelHeight = 96, 160

// row and column are what a shot's pictures are the sum of.
func (r reel) row(shot int, n media.Frames) []float64 {
	pan := float64(n) * 0.7
	if r.pan != nil {
		pan += r.pan(n)
	}
	out := make([]float64, reelWidth)
	for x := range out {
		out[x] = 45 * math.Sin((float64(x)+pan)/17*(1+0.3*float64(shot))+float64(shot)*2.1)
	}
	return out
}

func (r reel) column(shot int) []float64 {
	out := make([]float64, reelHeight)
	for y := range out {
		out[y] = 110 + 40*math.Cos(float64(y)/23*(1.4-0.2*float64(shot))+float64(shot)*1.3)
	}
	return out
}

func (r reel) write(t *testing.T, name string) string {
	t.Helper()
	var raw bytes.Buffer
	for n := range r.frames {
		shot := 0
		for _, c := range r.cuts {
			if n >= c {
				shot++
			}
		}
		row, column, before, above := r.row(shot, n), r.column(shot), r.row(max(shot-1, 0), n), r.column(max(shot-1, 0))
		light, k := 0.0, 0.0
		if r.flash != nil {
			light = r.flash(n)
		}
		if r.blend != nil {
			k = r.blend(n)
		}
		for y := range reelHeight {
			for x := range reelWidth {
				v := (row[x]+column[y])*(1-k) + (before[x]+above[y])*k + light
				raw.WriteByte(byte(max(16, min(235, v))))
			}
		}
		raw.Write(bytes.Repeat([]byte{128}, reelWidth*reelHeight/2))
	}
	dir := t.TempDir()
	wav := filepath.Join(dir, "tone.wav")
	pcm, err := sound.CreateWAV(wav)
	if err != nil {
		t.Fatal(err)
	}
	samples := r.frames.Samples(clips.SmallSpec().FPS, media.SampleRate)
	pairs := make([]float32, 0, 2*samples)
	for i := range samples { // louder in every second
		v := float32(0.1 * float64(1+i/media.SampleRate%5) * math.Sin(float64(i)/12))
		pairs = append(pairs, v, v)
	}
	if err := pcm.WriteAt(pairs, 0); err != nil {
		t.Fatal(err)
	}
	if err := pcm.Finish(samples); err != nil {
		t.Fatal(err)
	}
	pcm.Close()
	out := filepath.Join(dir, name+".mp4")
	_, err = encoder.Encode(t.Context(), media.EncodeJob{
		Out: out, Raster: media.Raster{Width: reelWidth, Height: reelHeight}, FPS: media.Rational{Num: 24, Den: 1}, Frames: r.frames, Audio: wav,
		Encoder: media.Encoder{Preset: "ultrafast", CRF: 23},
	}, &raw, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// splitJob wants all shots of a clip.
func splitJob(t *testing.T, in string, windows ...int64) media.SplitJob {
	t.Helper()
	job, dir := media.SplitJob{In: in, Windows: windows}, t.TempDir()
	for i := range windows {
		job.Outs = append(job.Outs, filepath.Join(dir, string(rune('a'+i))+".mp4"))
	}
	return job
}

func TestSplit(t *testing.T) {
	at := func(from, to media.Frames, v float64) func(media.Frames) float64 {
		return func(n media.Frames) float64 {
			if n >= from && n < to {
				return v
			}
			return 0
		}
	}
	for name, c := range map[string]struct {
		reel reel
		cuts []media.Frames // found, nil: those of the reel
		why  string
	}{
		"where it was asked for":    {reel: reel{frames: 168, cuts: []media.Frames{72, 120}}},
		"a little off":              {reel: reel{frames: 168, cuts: []media.Frames{65, 130}}},
		"a flash of two pictures":   {reel: reel{frames: 168, cuts: []media.Frames{72, 120}, flash: at(30, 32, 90)}},
		"a flash of six pictures":   {reel: reel{frames: 168, cuts: []media.Frames{72, 120}, flash: at(90, 96, 90)}},
		"a flash that fades":        {reel: reel{frames: 168, cuts: []media.Frames{72, 120}, flash: func(n media.Frames) float64 { return max(0, 120-20*math.Abs(float64(n)-95)) }}},
		"a whip pan":                {reel: reel{frames: 168, cuts: []media.Frames{72, 120}, pan: func(n media.Frames) float64 { return 150 / (1 + math.Exp(-(float64(n)-35)/1.6)) }}},
		"a camera that shakes":      {reel: reel{frames: 168, cuts: []media.Frames{72, 120}, pan: func(n media.Frames) float64 { return 2 * math.Sin(float64(n)*1.9) }}},
		"a picture of both between": {reel: reel{frames: 168, cuts: []media.Frames{72, 120}, blend: func(n media.Frames) float64 { return at(72, 73, 0.5)(n) + at(120, 121, 0.5)(n) }}, cuts: []media.Frames{73, 121}},
		"one cut is missing":        {reel: reel{frames: 168, cuts: []media.Frames{72}}, why: "1 cut found (at 3.00 s) where 2 were asked for"},
		"one shot too many":         {reel: reel{frames: 168, cuts: []media.Frames{30, 72, 120}}, why: "3 cuts found"},
		"too far off":               {reel: reel{frames: 168, cuts: []media.Frames{50, 120}}, why: "cut 1 comes at 2.08 s where 3.00 s was asked for"},
	} {
		t.Run(name, func(t *testing.T) {
			job := splitJob(t, c.reel.write(t, "clip"), 3000, 2000, 2000)
			if c.why == "" {
				job.Outs = make([]string, 3) // what is written is another test's
			}
			res, err := Split(t.Context(), job, nil)
			if err != nil {
				t.Fatal(err)
			}
			if c.why != "" {
				if !strings.HasPrefix(res.Why, c.why) {
					t.Errorf("%+v, want %q", res, c.why)
				}
				for _, out := range job.Outs {
					if _, err := os.Stat(out); err == nil {
						t.Errorf("%s was written", out)
					}
				}
				return
			}
			if c.cuts == nil {
				c.cuts = c.reel.cuts
			}
			if res.Why != "" || len(res.Cuts) != 2 || res.Cuts[0] != c.cuts[0] || res.Cuts[1] != c.cuts[1] {
				t.Fatalf("%+v, want cuts at %v", res, c.cuts)
			}
			if a, b, z := res.Pieces[0], res.Pieces[1], res.Pieces[2]; a.To != c.reel.cuts[0]-1 || b.From != c.cuts[0]+1 || b.To != c.reel.cuts[1]-1 || z.From != c.cuts[1]+1 || z.To != 168 {
				t.Errorf("pieces %+v", res.Pieces)
			}
		})
	}
}

// Each piece is a clip like any other, of its frames and its sound; the same clip gives the
// same pieces, and what is not wanted is not made.
func TestPieces(t *testing.T) {
	in := reel{frames: 168, cuts: []media.Frames{72, 120}}.write(t, "clip")
	job := splitJob(t, in, 3000, 2000, 2000)
	res, err := Split(t.Context(), job, nil)
	if err != nil || res.Why != "" {
		t.Fatalf("%+v, %v", res, err)
	}
	for i, out := range job.Outs {
		want := res.Pieces[i].To - res.Pieces[i].From
		got := mustConform(t, conformJob(t, out, media.Spec{Raster: media.Raster{Width: reelWidth, Height: reelHeight}, FPS: res.FPS}))
		m := got.Measurements
		if got.Frames != want || !m.HasAudio || len(m.HardCuts) != 0 || math.Abs(m.AVLengthDelta.Seconds()) > 0.05 || m.Info.Raster.Width != reelWidth {
			t.Errorf("piece %d: %d frames, want %d: %+v", i, got.Frames, want, m)
		}
		left, err := os.ReadDir(filepath.Dir(out))
		if err != nil || len(left) != len(job.Outs) {
			t.Errorf("%d files beside the pieces, %v", len(left)-len(job.Outs), err)
		}
	}
	again := splitJob(t, in, 3000, 2000, 2000)
	again.Outs[0] = ""
	if _, err := Split(t.Context(), again, nil); err != nil {
		t.Fatal(err)
	}
	for i := 1; i < 3; i++ {
		if a, b := digestOf(t, job.Outs[i]), digestOf(t, again.Outs[i]); a != b {
			t.Errorf("piece %d comes out differently", i)
		}
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(again.Outs[1]), "a.mp4")); err == nil {
		t.Error("the first piece was not wanted")
	}
}

func digestOf(t *testing.T, path string) [sha256.Size]byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(b)
}
