package cut

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	mp4ff "github.com/Eyevinn/mp4ff/mp4"
	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/ffmpeg/verify"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/clips"
)

// mustVerify verifies a file that can be opened.
func mustVerify(t testing.TB, job media.VerifyJob) *media.VerifyResult {
	t.Helper()
	res, err := verify.Verify(t.Context(), job, nil)
	if err != nil {
		t.Fatalf("verify: %v", err)
	}
	return res
}

// verifyMaster is a master and the job that finds nothing wrong with it.
func verifyMaster(t testing.TB) (path string, job media.VerifyJob) {
	t.Helper()
	spec := clips.SmallSpec()
	cut := media.Transition{Kind: media.Cut}
	a := media.AssembleJob{Spec: spec, Language: "zh-Hans", Loudness: media.Loudness{Integrated: -20, TruePeak: -1.5}, Metadata: map[string]string{"AIGC": `{"Label":"1"}`}}
	for i := range 3 {
		shot := testShot{frames: 48, luma: byte(60 + 30*i), noise: true, loud: -20, mute: true}
		a.Segments = append(a.Segments, makeShot(t, spec, shot, cut))
	}
	a.Subtitles = []media.SubtitleTrack{{Language: "en", Cues: []media.Cue{{From: 5, To: 40, Text: "Hello"}}}}
	path, res := mustAssemble(t, a)
	job = media.VerifyJob{
		In: path, Frames: 144, FPS: spec.FPS, Raster: spec.Raster, Joins: res.Joins, HardCuts: res.Joins, Loudness: &a.Loudness,
	}
	for i, s := range a.Segments {
		digest, _, err := footage.VideoDigest(t.Context(), s.Video)
		if err != nil {
			t.Fatal(err)
		}
		job.PacketDigests = append(job.PacketDigests, media.SpanDigest{From: res.Joins[i], To: res.Joins[i] + 48, SHA256: digest})
	}
	return path, job
}

// words are problems as people read them.
func words(problems []media.Problem) (out []string) {
	for _, p := range problems {
		out = append(out, p.String())
	}
	return out
}

func TestVerifyFindsNothingWrongWithAMaster(t *testing.T) {
	_, job := verifyMaster(t)
	got := mustVerify(t, job)
	if len(got.Problems) > 0 {
		t.Errorf("problems: %q", got.Problems)
	}
	if !got.Faststart || got.Frames != 144 {
		t.Errorf("faststart %v, %d frames", got.Faststart, got.Frames)
	}
	if d := cmp.Diff(map[string]string{"AIGC": `{"Label":"1"}`}, got.Metadata); d != "" {
		t.Errorf("metadata (-want +got):\n%s", d)
	}
}

// Players and platforms choose tracks by language: sound and subtitles say theirs.
func TestTracksSayTheirLanguage(t *testing.T) {
	path, _ := verifyMaster(t)
	f, err := mp4ff.ReadMP4File(path)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, trak := range f.Moov.Traks {
		language := trak.Mdia.Mdhd.GetLanguage()
		if e := trak.Mdia.Elng; e != nil {
			language += " " + e.Language
		}
		got[trak.Mdia.Hdlr.HandlerType] = language
	}
	if d := cmp.Diff(map[string]string{"vide": "und", "soun": "zho zh-Hans", "sbtl": "eng"}, got); d != "" {
		t.Errorf("languages (-want +got):\n%s", d)
	}
}

func TestVerifyTellsWhatIsWrong(t *testing.T) {
	_, right := verifyMaster(t)
	tests := map[string]struct {
		change func(*media.VerifyJob)
		want   string // part of the only problem
	}{
		"frame count": {func(j *media.VerifyJob) { j.Frames++ }, "144 frames"},
		"rate":        {func(j *media.VerifyJob) { j.FPS, j.PacketDigests = media.Rational{Num: 25, Den: 1}, nil }, "frames a second"},
		"raster":      {func(j *media.VerifyJob) { j.Raster.Width = 182 }, "180x320"},
		"join":        {func(j *media.VerifyJob) { j.Joins = append(j.Joins, 144) }, "frame 144"},
		"hard cut":    {func(j *media.VerifyJob) { j.HardCuts = append(j.HardCuts, 50) }, "frame 50"},
		"loudness":    {func(j *media.VerifyJob) { j.Loudness = &media.Loudness{Integrated: -16, TruePeak: -1.5} }, "LUFS"},
		"true peak":   {func(j *media.VerifyJob) { j.Loudness = &media.Loudness{Integrated: -20, TruePeak: -25} }, "dBTP"},
		"copy": {func(j *media.VerifyJob) {
			j.PacketDigests = []media.SpanDigest{{From: 48, To: 96, SHA256: j.PacketDigests[0].SHA256}}
		}, "frames 48 to 96"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			job := right
			test.change(&job)
			got := words(mustVerify(t, job).Problems)
			if len(got) == 0 || !strings.Contains(strings.Join(got, "\n"), test.want) {
				t.Errorf("problems %q, want one with %q", got, test.want)
			}
		})
	}
}

func TestVerifySeesBlackAndFrozenRuns(t *testing.T) {
	spec := clips.SmallSpec()
	job := media.AssembleJob{Spec: spec}
	still := testShot{frames: 24, luma: 90, mute: true, still: true}
	black := testShot{frames: 6, luma: 16, mute: true, still: true}
	moving := testShot{frames: 24, luma: 120, mute: true, noise: true}
	for _, s := range []testShot{moving, still, moving, black, moving} {
		job.Segments = append(job.Segments, makeShot(t, spec, s, media.Transition{Kind: media.Cut}))
	}
	path, _ := mustAssemble(t, job)
	tests := map[string]struct {
		job  media.VerifyJob
		want []string
	}{
		"nothing excused":  {media.VerifyJob{In: path}, []string{"black from frame 72 to 78", "frozen from frame 25 to 48"}},
		"the takes had it": {media.VerifyJob{In: path, BlackOK: [][2]media.Frames{{72, 78}}, FrozenOK: [][2]media.Frames{{24, 48}}}, nil},
		"only part of it":  {media.VerifyJob{In: path, BlackOK: [][2]media.Frames{{72, 75}}, FrozenOK: [][2]media.Frames{{24, 48}}}, []string{"black from frame 75 to 78"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := words(mustVerify(t, test.job).Problems)
			if len(got) != len(test.want) {
				t.Fatalf("problems %q, want %q", got, test.want)
			}
			for i := range got {
				if !strings.Contains(got[i], test.want[i]) {
					t.Errorf("problem %q, want %q", got[i], test.want[i])
				}
			}
		})
	}
}

func TestVerifyBrokenFiles(t *testing.T) {
	path, job := verifyMaster(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	slow := clips.One(t, "slow.mp4", "-i", path, "-map", "0:v", "-map", "0:a", "-c", "copy")
	behind, err := os.ReadFile(slow)
	if err != nil {
		t.Fatal(err)
	}
	damaged := append([]byte(nil), whole...)
	for i := len(damaged) / 2; i < len(damaged)/2+3000; i++ {
		damaged[i] ^= 0x5a
	}
	tests := map[string][]byte{
		"truncated":               whole[:len(whole)*2/3],
		"truncated in the header": whole[:600],
		"damaged":                 damaged,
		"header behind":           behind,
		"no media":                []byte("<html>not found</html>"),
		"empty":                   {},
	}
	for name, b := range tests {
		t.Run(name, func(t *testing.T) {
			bad := job
			bad.In = filepath.Join(t.TempDir(), "bad.mp4")
			if err := os.WriteFile(bad.In, b, 0o600); err != nil {
				t.Fatal(err)
			}
			res, err := verify.Verify(t.Context(), bad, nil)
			var clip *media.ClipError
			if err != nil && !errors.As(err, &clip) {
				t.Fatalf("error %v, want the clip's fault", err)
			}
			if err == nil && len(res.Problems) == 0 {
				t.Error("no problem found")
			}
			if err == nil {
				t.Logf("problems: %q", res.Problems)
			} else {
				t.Log(err)
			}
		})
	}
}

// FuzzVerify throws damaged masters at the checks: none may crash.
func FuzzVerify(f *testing.F) {
	path, _ := verifyMaster(f)
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(40, byte(0xff), 4)
	f.Add(900, byte(0x80), 1)
	f.Add(3000, byte(0x01), 200)
	f.Add(len(whole)/2, byte(0x55), 5000)
	f.Fuzz(func(t *testing.T, at int, flip byte, n int) {
		b := append([]byte(nil), whole...)
		for i := max(at, 0); i < min(at+min(n, 10_000), len(b)); i++ {
			b[i] ^= flip
		}
		p := filepath.Join(t.TempDir(), "m.mp4")
		if err := os.WriteFile(p, b, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := verify.Verify(t.Context(), media.VerifyJob{In: p}, nil)
		var clip *media.ClipError
		if err != nil && !errors.As(err, &clip) {
			t.Errorf("error %v, want the clip's fault or a problem", err)
		}
	})
}
