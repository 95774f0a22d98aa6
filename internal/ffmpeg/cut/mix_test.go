package cut

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/joins"
	"github.com/dailies/dailies/internal/mp4"
	"github.com/dailies/dailies/internal/sound"
	"github.com/dailies/dailies/test/clips"
)

func transition(k media.TransitionKind, n media.Frames) media.Transition {
	return media.Transition{Kind: k, Frames: n}
}

func TestAssembleTransitions(t *testing.T) {
	for _, fps := range []media.Rational{{Num: 24, Den: 1}, {Num: 24000, Den: 1001}} {
		for name, placed := range map[string]bool{"keyframes placed": true, "no keyframes placed": false} {
			t.Run(fps.String()+" "+name, func(t *testing.T) {
				spec := clips.SmallSpec()
				spec.FPS, spec.Encoder.Preset = fps, "veryfast" // with B-frames
				outs := []media.Transition{transition(media.Dissolve, 12), transition(media.Cut, 0), transition(media.Wipe, 9), transition(media.Fade, 12), transition(media.Fade, 8)}
				job := media.AssembleJob{Spec: spec, Loudness: media.Loudness{Integrated: -23, TruePeak: -1.5}}
				heads, tails := []media.Frames{0, 12, 0, 9, 6}, []media.Frames{12, 0, 9, 6, 8}
				lumas := []byte{60, 150, 60, 150, 100}
				for i, o := range outs {
					s := testShot{frames: 60, luma: lumas[i], noise: true, loud: -30}
					if placed {
						s.head, s.tail = heads[i], tails[i]
					}
					job.Segments = append(job.Segments, makeShot(t, spec, s, o))
				}
				path, res := mustAssemble(t, job)
				const total = 5*60 - 12 - 9
				joins := []media.Frames{0, 48, 108, 159, 219}
				if d := cmp.Diff(joins, res.Joins); d != "" {
					t.Errorf("joins (-want +got):\n%s", d)
				}
				if res.Frames != total || res.Copied+res.Reencoded != total {
					t.Errorf("%d frames, %d copied and %d encoded again; want %d", res.Frames, res.Copied, res.Reencoded, total)
				}
				if placed && res.Reencoded != 12+9+12+8 {
					t.Errorf("%d frames encoded again, want only the %d of transitions", res.Reencoded, 12+9+12+8)
				}
				s := watch(t, path, fps)
				checkSeen(t, s, fps, total, []media.Frames{0, 108})
				// Half-way a dissolve and a wipe lie between their shots, a fade
				// near black; the end is black.
				for at, want := range map[int]float64{48 + 6: 109, 159 + 4: 109, 40: 64, 70: 154, 218: 16, 221: 53, total - 1: 16} {
					if math.Abs(s.luma[at]-want) > 16 {
						t.Errorf("luma %.0f at frame %d, want about %.0f", s.luma[at], at, want)
					}
				}
				if got := mustVerify(t, media.VerifyJob{
					In: path, Frames: total, FPS: fps, Raster: spec.Raster, Joins: joins, HardCuts: []media.Frames{0, 108},
					BlackOK: [][2]media.Frames{{213, 225}, {total - 8, total}}, FrozenOK: [][2]media.Frames{{0, total}},
				}).Problems; len(got) > 0 {
					t.Errorf("problems: %q", got)
				}
			})
		}
	}
}

func TestAssembleCopiesUntouchedShotsBitByBit(t *testing.T) {
	spec := clips.SmallSpec()
	spec.Encoder.Preset = "veryfast"
	job := media.AssembleJob{Spec: spec}
	for i := range 4 {
		s := testShot{frames: 40, luma: byte(50 + 40*i), noise: true, loud: -30, head: 8, tail: 8}
		job.Segments = append(job.Segments, makeShot(t, spec, s, transition(media.Dissolve, 8)))
	}
	job.Segments[3].Out = media.Transition{Kind: media.Cut}
	first, res := mustAssemble(t, job)
	job.Segments[1] = makeShot(t, spec, testShot{frames: 40, luma: 200, noise: true, head: 8, tail: 8}, transition(media.Dissolve, 8))
	second, _ := mustAssemble(t, job)
	a, b := packetsByFrame(t, first, spec), packetsByFrame(t, second, spec)
	// What is not in a transition is copied: shots 1, 3 and 4 from both.
	for _, s := range [][2]media.Frames{{0, 32}, {72, 96}, {104, res.Frames}} {
		if d := cmp.Diff(a[s[0]:s[1]], b[s[0]:s[1]]); d != "" {
			t.Errorf("frames %d to %d differ", s[0], s[1])
		}
	}
	if cmp.Equal(a[40:64], b[40:64]) {
		t.Error("the new shot's packets are the old ones")
	}
}

// TestARetakeLeavesOthersAlone replaces one shot of a cut whose label and
// transitions run into each other, with no keyframe where they begin and end: what
// does not show the shot is the same to the bit, however it was made.
func TestARetakeLeavesOthersAlone(t *testing.T) {
	spec := clips.SmallSpec()
	spec.Encoder.Preset = "veryfast"
	job := media.AssembleJob{Spec: spec, Label: &media.LabelMark{Text: "AI", Position: "top-left", Frames: 60, Language: "en"}}
	outs := []media.Transition{
		transition(media.Cut, 0), transition(media.Dissolve, 8), transition(media.Wipe, 8), transition(media.Fade, 12), transition(media.Cut, 0), transition(media.Fade, 12),
	}
	shot := func(i int, luma byte) media.Segment {
		return makeShot(t, spec, testShot{frames: 30, luma: luma, noise: true, loud: -30}, outs[i])
	}
	for i := range outs {
		job.Segments = append(job.Segments, shot(i, byte(50+25*i)))
	}
	path, res := mustAssemble(t, job)
	before := packetsByFrame(t, path, spec)
	for i := range outs {
		again := job
		again.Segments = slices.Clone(job.Segments)
		again.Segments[i] = shot(i, 220)
		path, _ := mustAssemble(t, again)
		after := packetsByFrame(t, path, spec)
		from, to := res.Joins[i], res.Joins[i]+30
		for n := range after {
			if shows := media.Frames(n) >= from && media.Frames(n) < to; !shows && after[n] != before[n] {
				t.Errorf("shot %d, frames %d to %d, was replaced: frame %d differs", i+1, from, to, n)
				break
			}
		}
		if cmp.Equal(after[from:to], before[from:to]) {
			t.Errorf("shot %d is the old one", i+1)
		}
	}
}

// packetsByFrame are the video packets of a file by frame.
func packetsByFrame(t *testing.T, path string, spec media.Spec) []string {
	t.Helper()
	s, err := mp4.OpenSegment(path, spec)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	out := make([]string, len(s.Samples))
	for _, smp := range s.Samples {
		b := make([]byte, smp.Size)
		if _, err := s.File.ReadAt(b, smp.Off); err != nil {
			t.Fatal(err)
		}
		out[smp.Pts] = string(b)
	}
	return out
}

func TestAssembleLoudness(t *testing.T) {
	spec := clips.SmallSpec()
	tests := map[string]struct {
		loud   float64
		frames media.Frames
		beeps  bool
		want   float64 // LUFS; 0: left alone
		notes  int
	}{
		"too quiet":               {loud: -40, frames: 60, want: -16},
		"too loud":                {loud: -3, frames: 60, want: -16},
		"peaks that need a limit": {loud: -22, frames: 60, beeps: true, want: -16, notes: 1},
		"silent":                  {frames: 60, notes: 1},
		"shorter than 3 s":        {loud: -40, frames: 30, notes: 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			job := media.AssembleJob{Spec: spec, Loudness: media.Loudness{Integrated: -16, TruePeak: -1.5}}
			for range 2 {
				s := testShot{frames: test.frames, luma: 90, loud: test.loud, mute: !test.beeps, noise: true}
				job.Segments = append(job.Segments, makeShot(t, spec, s, media.Transition{Kind: media.Cut}))
			}
			path, res := mustAssemble(t, job)
			if len(res.Notes) != test.notes {
				t.Errorf("notes %q, want %d", res.Notes, test.notes)
			}
			if test.want == 0 {
				if res.Gain != 0 {
					t.Errorf("gain %.1f dB, want none", res.Gain)
				}
				return
			}
			p := mustVerify(t, media.VerifyJob{In: path})
			if math.Abs(p.Integrated-test.want) > 0.5 || p.TruePeak > -1.5 {
				t.Errorf("%.2f LUFS, %.2f dBTP; want %.1f under -1.5", p.Integrated, p.TruePeak, test.want)
			}
			if math.Abs(p.Integrated-res.Integrated) > 0.05 || math.Abs(p.TruePeak-res.TruePeak) > 0.05 {
				t.Errorf("the result says %.2f LUFS, %.2f dBTP; the file has %.2f, %.2f", res.Integrated, res.TruePeak, p.Integrated, p.TruePeak)
			}
		})
	}
}

func TestPeaksWinOverLoudness(t *testing.T) {
	spec := clips.SmallSpec()
	job := media.AssembleJob{Spec: spec, Loudness: media.Loudness{Integrated: -16, TruePeak: -1.5}}
	for range 2 { // loud beeps over near silence
		job.Segments = append(job.Segments, makeShot(t, spec, testShot{frames: 60, luma: 90, loud: -30, noise: true}, media.Transition{Kind: media.Cut}))
	}
	_, res := mustAssemble(t, job)
	if res.TruePeak > -1.5 || res.Integrated > -17 || len(res.Notes) != 1 {
		t.Errorf("%.2f LUFS, %.2f dBTP, notes %q; want the peak held, the target missed and said", res.Integrated, res.TruePeak, res.Notes)
	}
}

func TestDialogueAndScore(t *testing.T) {
	spec := clips.SmallSpec()
	job := media.AssembleJob{Spec: spec}
	for range 2 {
		job.Segments = append(job.Segments, makeShot(t, spec, testShot{frames: 120, luma: 90, mute: true, noise: true}, media.Transition{Kind: media.Cut}))
	}
	dir := t.TempDir()
	line := clips.One(t, "line.wav", "-f", "lavfi", "-i", "sine=f=3000:r=22050:d=1", "-ac", "1")
	music := clips.One(t, "music.flac", "-f", "lavfi", "-i", "sine=f=220:r=44100:d=3", "-ac", "2")
	job.Dialogue = []media.Sound{{Path: line, At: 96, Gain: 6}}
	job.Score = &media.Score{Path: music, Level: -30, Speech: [][2]media.Frames{{96, 120}}}
	job.Out = filepath.Join(dir, "m.mp4")

	m, pairs := wholeMix(t, job)
	want := media.Frames(96).Samples(spec.FPS, media.SampleRate)
	if got := onset(pairs, want); got < want-48 || got > want+48 {
		t.Errorf("the line begins at %d, want %d", got, want)
	}
	meter := sound.NewMeter()
	meter.Add(pairs[:2*2*media.SampleRate]) // up to where the music begins again
	if got := meter.Integrated(); math.Abs(got+30) > 0.3 {
		t.Errorf("the score is at %.2f LUFS before the line, want -30", got)
	}
	// The score is a tone of its own: measure it alone, free and ducked.
	free, ducked := tone(pairs, 220, 2*media.SampleRate), tone(pairs, 220, 4*media.SampleRate+media.SampleRate/4)
	if d := sound.Decibels(ducked / free); math.Abs(d-sound.DuckDepth) > 1 {
		t.Errorf("the score is ducked by %.1f dB, want %.0f", d, sound.DuckDepth)
	}
	if end := tone(pairs, 220, m.Total-media.SampleRate/10); end > free/3 {
		t.Error("the score does not fade at the end")
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".assemble-*")); err != nil || len(left) != 2 {
		t.Errorf("%d spools while mixing, want one for the line and one for the score (%v)", len(left), err)
	}
	m.Close()
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%d files left behind", len(left))
	}
}

// wholeMix is the mix of a job, and its mixer.
func wholeMix(t *testing.T, job media.AssembleJob) (*sound.Mixer, []float32) {
	t.Helper()
	c, err := joins.New(job.Segments, 0)
	if err != nil {
		t.Fatal(err)
	}
	m, err := sound.NewMixer(t.Context(), job, c, decodeBeside(job.Out))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	pairs := make([]float32, 2*m.Total)
	if err := m.Read(pairs, 0); err != nil {
		t.Fatal(err)
	}
	return m, pairs
}

// tone is the amplitude of a frequency over 100 ms from pair at.
func tone(pairs []float32, hertz float64, at int64) float64 {
	const n = media.SampleRate / 10
	var re, im float64
	for i := range int64(n) {
		if k := 2 * (at + i); k < int64(len(pairs)) {
			s, c := math.Sincos(2 * math.Pi * hertz * float64(i) / media.SampleRate)
			re += float64(pairs[k]) * c
			im += float64(pairs[k]) * s
		}
	}
	return 2 * math.Hypot(re, im) / n
}
