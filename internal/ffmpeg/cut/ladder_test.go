package cut

import (
	"bytes"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/ffmpeg/verify"
	"github.com/dailies/dailies/internal/hls"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/clips"
)

// half is a rung of half the small spec's size.
func half(spec media.Spec) media.Rung {
	return media.Rung{Codec: media.CodecH264, Raster: media.Raster{Width: spec.Raster.Width / 2, Height: spec.Raster.Height / 2}}
}

// renditions makes the job's shots' renditions on a rung.
func renditions(t testing.TB, job media.AssembleJob, r media.Rung) (paths []string) {
	t.Helper()
	for _, s := range job.Segments {
		out := filepath.Join(t.TempDir(), "r.mp4")
		res, err := Renditions(t.Context(), media.RenditionJob{In: s.Video, Spec: job.Spec, Outs: []media.Rendition{{Rung: r, Path: out}}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if res.Frames != s.Frames {
			t.Errorf("a rendition of %d pictures, the shot has %d", res.Frames, s.Frames)
		}
		paths = append(paths, out)
	}
	return paths
}

// ladderJob is a cut with a hard cut, a dissolve, a fade and a label, on two sizes, one of
// them in AV1 too.
func ladderJob(t testing.TB) media.AssembleJob {
	t.Helper()
	spec := clips.SmallSpec()
	spec.Encoder.Preset = "veryfast" // whose pictures are not decoded in the order that they are shown in
	job := media.AssembleJob{
		Spec: spec, Language: "en", Loudness: media.Loudness{Integrated: -16, TruePeak: -1.5},
		Label:     &media.LabelMark{Text: "AI", Position: "top-left", Frames: 20},
		Metadata:  map[string]string{"AIGC": `{"Label":"1"}`},
		Subtitles: []media.SubtitleTrack{{Language: "en", Cues: []media.Cue{{From: 5, To: 40, Text: "Hello"}}}},
	}
	job.Segments = []media.Segment{
		makeShot(t, spec, testShot{frames: 96, luma: 60, noise: true, loud: -25, tail: 12}, media.Transition{Kind: media.Dissolve, Frames: 12}),
		makeShot(t, spec, testShot{frames: 60, luma: 90, noise: true, loud: -25, head: 12}, media.Transition{Kind: media.Cut}),
		makeShot(t, spec, testShot{frames: 70, luma: 120, noise: true, loud: -25}, media.Transition{Kind: media.Fade, Frames: 8}),
	}
	small := half(spec)
	modern := small
	modern.Codec = media.CodecAV1
	job.Ladder = &media.LadderJob{Target: hls.Frames(spec.FPS), Rungs: []media.LadderRung{
		{Rung: media.Rung{Raster: spec.Raster, Codec: media.CodecH264}},
		{Rung: small, Shots: renditions(t, job, small)},
		{Rung: modern, Shots: renditions(t, job, modern)},
	}}
	return job
}

// publish assembles the job and lays its HLS out in a folder.
func publish(t testing.TB, job media.AssembleJob) (master, dir string, res *media.AssembleResult) {
	t.Helper()
	dir = t.TempDir()
	l := *job.Ladder
	l.Rungs = append([]media.LadderRung(nil), l.Rungs...)
	l.Sound = filepath.Join(dir, hls.SoundName+".mp4")
	for i, r := range l.Rungs {
		l.Rungs[i].Out = filepath.Join(dir, hls.RungName(r.Rung)+".mp4")
	}
	job.Ladder = &l
	master, res = mustAssemble(t, job)
	p := hls.Presentation{FPS: job.Spec.FPS, Frames: res.Frames, Sound: hls.Sound{Language: job.Language, Fragmented: res.Ladder.Sound}}
	for i, r := range l.Rungs {
		p.Rungs = append(p.Rungs, hls.Rung{Rung: r.Rung, Fragmented: res.Ladder.Rungs[i]})
	}
	for _, s := range job.Subtitles {
		p.Texts = append(p.Texts, hls.Text{Language: s.Language, Cues: s.Cues})
	}
	for _, f := range hls.Playlists(p) {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return master, dir, res
}

func verifyJob(master, dir string, res *media.AssembleResult, spec media.Spec) media.VerifyJob {
	return media.VerifyJob{In: master, Frames: res.Frames, FPS: spec.FPS, Raster: spec.Raster, HLS: &media.VerifyHLS{Dir: dir}}
}

// TestLadder: every rung shows every picture of the master at its time, segments begin at
// the same keyframes, the sound is the master's, and verify finds nothing wrong. Made
// again it is the same to the byte.
func TestLadder(t *testing.T) {
	job := ladderJob(t)
	master, dir, res := publish(t, job)
	if got := mustVerify(t, verifyJob(master, dir, res, job.Spec)); len(got.Problems) > 0 {
		t.Errorf("problems: %q", got.Problems)
	} else if got.Streams[hls.SoundName+".mp4"]["AIGC"] != `{"Label":"1"}` {
		t.Errorf("the sound's metadata is %v", got.Streams)
	}
	want := watch(t, master, job.Spec.FPS)
	for i, r := range job.Ladder.Rungs {
		got := watchPictures(t, filepath.Join(dir, hls.RungName(r.Rung)+".mp4"), job.Spec.FPS)
		if d := cmp.Diff(want.pts, got.pts); d != "" {
			t.Errorf("rung %s is not shown as the master is (-want +got):\n%s", r.Rung.Raster, d)
			continue
		}
		for n, l := range got.luma {
			if off := abs(l - want.luma[n]); off > 3 {
				t.Fatalf("rung %s: picture %d is %.1f bright, the master's %.1f", r.Rung.Raster, n, l, want.luma[n])
			}
		}
		frame := media.Frames(0)
		for _, f := range res.Ladder.Rungs[i].Fragments {
			if !got.keys[frame] {
				t.Errorf("rung %s: the fragment at frame %d begins with no keyframe", r.Rung.Raster, frame)
			}
			frame += media.Frames(f.Ticks * job.Spec.FPS.Num / job.Spec.FPS.Den / res.Ladder.Rungs[i].Scale)
		}
		if frame != res.Frames {
			t.Errorf("rung %s lasts %d frames, the master %d", r.Rung.Raster, frame, res.Frames)
		}
	}
	heard := hearFragments(t, filepath.Join(dir, hls.SoundName+".mp4"))
	if len(heard) < len(want.pairs) || !cmp.Equal(heard[:len(want.pairs)], want.pairs) {
		t.Errorf("the sound is not the master's: %d pairs, want %d", len(heard)/2, len(want.pairs)/2)
	}

	_, again, _ := publish(t, job)
	for _, f := range names(t, dir) {
		a, errA := os.ReadFile(filepath.Join(dir, f))
		b, errB := os.ReadFile(filepath.Join(again, f))
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s comes out otherwise the second time: %v, %v", f, errA, errB)
		}
	}
}

// hearFragments is hear for a file whose edit FFmpeg takes for a shift alone: the priming
// comes before 0.
func hearFragments(t testing.TB, path string) (pairs []float32) {
	t.Helper()
	_, err := footage.ReadSound(t.Context(), path, footage.Clips, 0, func(part []float32, at int64) error {
		part = part[2*min(max(0, -at), int64(len(part)/2)):]
		pairs = append(pairs, part...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return pairs
}

func abs(v float64) float64 { return max(v, -v) }

func names(t testing.TB, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

// TestVerifyFindsWhatIsWrongWithHLS: each damage is found, and said of the file that has
// it.
func TestVerifyFindsWhatIsWrongWithHLS(t *testing.T) {
	job := ladderJob(t)
	_, dir, res := publish(t, job)
	big, small := hls.RungName(job.Ladder.Rungs[0].Rung), hls.RungName(job.Ladder.Rungs[1].Rung)
	text := func(from, to string) func([]byte) []byte {
		return func(b []byte) []byte {
			if !bytes.Contains(b, []byte(from)) {
				t.Errorf("%q is not there to be changed", from)
			}
			return bytes.Replace(b, []byte(from), []byte(to), 1)
		}
	}
	for name, c := range map[string]struct {
		file string
		do   func([]byte) []byte // nil: it is removed
		says string
	}{
		"a rung removed":           {small + ".mp4", nil, small + ".mp4"},
		"a playlist removed":       {small + ".m3u8", nil, small + ".m3u8"},
		"the index removed":        {hls.Index, nil, hls.Index},
		"a text removed":           {"en-1.vtt", nil, "en-1.vtt"},
		"a rung cut short":         {big + ".mp4", func(b []byte) []byte { return b[:len(b)-100] }, "truncated"},
		"no box":                   {hls.SoundName + ".mp4", func(b []byte) []byte { return append([]byte("junk"), b[4:]...) }, hls.SoundName + ".mp4"},
		"a segment left out":       {big + ".m3u8", leaveOut, "leaves out"},
		"a length that is none":    {small + ".m3u8", lengthen, "lasts"},
		"a target too short":       {small + ".m3u8", text("TARGETDURATION:6", "TARGETDURATION:2"), "target"},
		"no end":                   {small + ".m3u8", text("#EXT-X-ENDLIST\n", ""), "no end"},
		"a discontinuity":          {big + ".m3u8", text("#EXTINF", "#EXT-X-DISCONTINUITY\n#EXTINF"), "discontinuities"},
		"a header too short":       {big + ".m3u8", text("BYTERANGE=\"", "BYTERANGE=\"1"), "header"},
		"a bandwidth too low":      {hls.Index, text("BANDWIDTH=", "BANDWIDTH=9,WAS="), "bandwidth"},
		"another codec":            {hls.Index, text("mp4a.40.2", "mp4a.40.5"), "codecs"},
		"another size":             {hls.Index, text("RESOLUTION=", "RESOLUTION=9999x2,WAS="), "9999x2"},
		"a group that is not":      {hls.Index, text("SUBTITLES=\"texts\"", "SUBTITLES=\"other\""), "group other"},
		"a picture that goes on":   {big + "-pictures.m3u8", text("BYTERANGE:", "BYTERANGE:1"), "keyframe"},
		"a cue behind the end":     {"en-1.vtt", text("--> 00:00:01.6", "--> 00:09:01.6"), "cue"},
		"no WebVTT":                {"en-1.vtt", text("WEBVTT", "WEBVTX"), "no WebVTT"},
		"a file outside":           {small + ".m3u8", text(small+".mp4", "../"+small+".mp4"), "header"},
		"segments that may not be": {hls.Index, text("#EXT-X-INDEPENDENT-SEGMENTS\n", ""), "decoded alone"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, c.file)
			body, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = os.WriteFile(path, body, 0o600) }()
			if c.do == nil {
				err = os.Remove(path)
			} else {
				err = os.WriteFile(path, c.do(bytes.Clone(body)), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			found := verify.HLS(dir, hls.Want{Seconds: res.Frames.Duration(job.Spec.FPS).Seconds()})
			if all := strings.Join(found.Problems, "\n"); !strings.Contains(all, c.says) {
				t.Errorf("nobody says %q: %q", c.says, all)
			}
		})
	}
}

// leaveOut drops a playlist's last segment.
func leaveOut(b []byte) []byte {
	i := bytes.LastIndex(b, []byte("#EXTINF"))
	return append(b[:i:i], "#EXT-X-ENDLIST\n"...)
}

// lengthen makes the first segment a second longer than it is.
func lengthen(b []byte) []byte {
	i := bytes.Index(b, []byte("#EXTINF:")) + len("#EXTINF:")
	b[i]++
	return b
}

// TestContactSheet: it is a picture with room for every shot.
func TestContactSheet(t *testing.T) {
	spec := clips.SmallSpec()
	job := media.AssembleJob{Spec: spec, Loudness: media.Loudness{Integrated: -16, TruePeak: -1.5}}
	for i := range 7 {
		job.Segments = append(job.Segments, makeShot(t, spec, testShot{frames: 10, luma: byte(40 + 25*i), still: true, mute: true}, media.Transition{Kind: media.Cut}))
	}
	job.Contact = &media.ContactJob{Out: filepath.Join(t.TempDir(), "contact.jpg"), Names: []string{"1A", "1B", "2A", "2B", "3A", "3B", "4-Z"}}
	mustAssemble(t, job)
	f, err := os.Open(job.Contact.Out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	pic, err := jpeg.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	b := pic.Bounds()
	if b.Dx() < 4*100 || b.Dy() < 2*100 {
		t.Errorf("a sheet of %v for 7 shots", b)
	}
}
