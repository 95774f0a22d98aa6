//go:build bench

// Package bench measures what the design promises as ratios of two things timed
// in the same run on the same machine, one line each:
//
//	BENCH <name> <value> <unit> target <=|>= <number>
//
// It asserts nothing about time: a slow machine is not a bug.
package bench

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/ffmpeg"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/runner"
)

// What this binary is as a child of itself: by its environment, or by its first
// argument.
const (
	asChild   = "DAILIES_BENCH_MEDIA"
	asGateway = "s3gateway" // what the engine starts unless it is told otherwise
)

func TestMain(m *testing.M) {
	if os.Getenv(asChild) != "" {
		os.Exit(ffmpeg.Child())
	}
	if url := os.Getenv(asListeners); url != "" {
		os.Exit(listeningMain(url))
	}
	if len(os.Args) > 1 && os.Args[1] == asGateway {
		os.Exit(gateway())
	}
	os.Exit(m.Run())
}

var spec = media.Spec{
	Raster: media.Raster{Width: 1080, Height: 1920}, FPS: media.Rational{Num: 24, Den: 1},
	Fit: media.FitFill, Encoder: media.Encoder{Preset: "veryfast", CRF: 20},
}

// cliVideo is the same work for FFmpeg's command line: the same filters and the
// same encoder settings.
var cliVideo = []string{
	"-vf", "scale=1080:1920:force_original_aspect_ratio=increase,crop=1080:1920,setsar=1,fps=24,format=yuv420p",
	"-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-profile:v", "high", "-threads", "4",
	"-x264-params", "stitchable=1:open-gop=0:scenecut=0:keyint=48:min-keyint=1:lookahead-threads=1:ref=2",
}

func line(name string, value float64, unit, target string) {
	fmt.Printf("BENCH %s %.3f %s target %s\n", name, value, unit, target)
}

func newRunner(t *testing.T) media.Runner {
	t.Helper()
	r, err := runner.New(runner.Options{Env: []string{asChild + "=1"}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func cli(t *testing.T, args ...string) time.Duration {
	t.Helper()
	begin := time.Now()
	cmd := exec.CommandContext(t.Context(), "ffmpeg", append([]string{"-hide_banner", "-loglevel", "error", "-nostdin", "-y"}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg %v: %v: %s", args, err, out)
	}
	return time.Since(begin)
}

// source makes a clip as a vendor delivers them: moving, textured, with sound, a tone over
// a room's noise. (A bare tone is what an AAC encoder is slowest at, and no film has it.)
func source(t *testing.T, dir string, n int, seconds float64) string {
	t.Helper()
	path := filepath.Join(dir, fmt.Sprintf("source%d.mp4", n))
	cli(t, "-f", "lavfi", "-i", fmt.Sprintf("mandelbrot=size=720x1280:rate=30:start_x=-0.74%d:end_scale=0.05,noise=alls=8:allf=t:all_seed=%d", n, n+1),
		"-f", "lavfi", "-i", fmt.Sprintf("sine=frequency=%d:sample_rate=44100[tone];anoisesrc=color=pink:amplitude=0.02:sample_rate=44100:seed=%d[room];[tone][room]amix", 220+40*n, n+1),
		"-t", strconv.FormatFloat(seconds, 'f', -1, 64), "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-c:a", "aac", path)
	return path
}

func conform(t *testing.T, r media.Runner, in, dir, name string) (media.Segment, time.Duration) {
	t.Helper()
	job := &media.ConformJob{
		In: in, OutVideo: filepath.Join(dir, name+".mp4"), OutAudio: filepath.Join(dir, name+".wav"), Spec: spec, MaxHold: 2,
	}
	begin := time.Now()
	res, err := r.Run(t.Context(), media.Job{Conform: job}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(begin)
	return media.Segment{Video: job.OutVideo, Audio: job.OutAudio, Frames: res.Conform.Frames, Out: media.Transition{Kind: media.Cut}}, took
}

func median[T ~int64 | ~float64](v []T) T {
	slices.Sort(v)
	return v[len(v)/2]
}

func TestBenchConform(t *testing.T) {
	dir := t.TempDir()
	in := source(t, dir, 0, 10)
	r := newRunner(t)
	var ratios []float64
	peak := watchMemory(t.Context(), t)
	for i := range 6 {
		_, ours := conform(t, r, in, dir, "ours")
		theirs := cli(t, append(append([]string{"-i", in}, cliVideo...),
			"-map", "0:v", filepath.Join(dir, "cli.mp4"), "-map", "0:a", "-ar", "48000", "-ac", "2", filepath.Join(dir, "cli.wav"))...)
		if i > 0 { // the first warms the caches
			ratios = append(ratios, ours.Seconds()/theirs.Seconds())
		}
	}
	line("conform_vs_cli", median(ratios), "ratio", "<= 1.05")
	line("media_child_peak", float64(peak())/(1<<20), "MiB", "<= 600")
}

// An episode of so many shots, cut from fewer clips.
const (
	distinctClips = 8
	episodeShots  = 40
	clipSeconds   = 5
	retakes       = 3
)

// TestBenchCut holds a cut, and the next one after a retake, against the whole
// re-encode of the same inputs by FFmpeg's command line.
func TestBenchCut(t *testing.T) {
	dir := t.TempDir()
	var sources []string
	for n := range distinctClips + retakes {
		sources = append(sources, source(t, dir, n, clipSeconds))
	}
	takes := sources[distinctClips:]
	var list strings.Builder
	var clips []string
	for n := range episodeShots {
		clips = append(clips, sources[n%distinctClips])
		fmt.Fprintf(&list, "file '%s'\n", clips[n])
	}
	concat := filepath.Join(dir, "list.txt")
	write(t, concat, list.String())
	whole := cli(t, append(append([]string{"-f", "concat", "-safe", "0", "-i", concat}, cliVideo...),
		"-c:a", "aac", "-b:a", "192k", "-ar", "48000", filepath.Join(dir, "whole.mp4"))...)
	line("reencode_40_shots", whole.Seconds(), "s", ">= 0")
	benchAssembly(t, sources[:distinctClips], whole)
	benchRetake(t, program(t), dir, clips, takes, whole)
}

// benchAssembly joins conformed shots.
func benchAssembly(t *testing.T, sources []string, reencode time.Duration) {
	t.Helper()
	dir := t.TempDir()
	r := newRunner(t)
	var made []media.Segment
	for n, in := range sources {
		seg, _ := conform(t, r, in, dir, fmt.Sprintf("shot%d", n))
		made = append(made, seg)
	}
	job := &media.AssembleJob{Spec: spec, Out: filepath.Join(dir, "master.mp4"), Loudness: media.Loudness{Integrated: -16, TruePeak: -1.5}}
	for n := range episodeShots {
		job.Segments = append(job.Segments, made[n%len(made)])
	}
	var took []time.Duration
	for range 3 {
		begin := time.Now()
		if _, err := r.Run(t.Context(), media.Job{Assemble: job}, nil, nil); err != nil {
			t.Fatal(err)
		}
		took = append(took, time.Since(begin))
	}
	ours := median(took)
	line("assembly_40_shots", ours.Seconds(), "s", fmt.Sprintf("<= %.2f", reencode.Seconds()/25))
	line("assembly_vs_reencode", ours.Seconds()/reencode.Seconds(), "ratio", "<= 0.04")
}

// watchMemory samples the peak resident size of this process's children until
// the returned function is called, in bytes.
func watchMemory(ctx context.Context, t *testing.T) func() int64 {
	t.Helper()
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan int64)
	go func() {
		var peak int64
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				done <- peak
				return
			case <-tick.C:
				peak = max(peak, childrenPeak(os.Getpid()))
			}
		}
	}()
	return func() int64 {
		cancel()
		return <-done
	}
}

// childrenPeak is the largest VmHWM of the children of pid that run this program.
func childrenPeak(pid int) int64 {
	self, err := os.Executable()
	if err != nil {
		return 0
	}
	entries, _ := filepath.Glob("/proc/[0-9]*/status")
	var peak int64
	for _, name := range entries {
		body, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		if field(body, "PPid:") != int64(pid) {
			continue
		}
		if exe, err := os.Readlink(filepath.Join(filepath.Dir(name), "exe")); err != nil || exe != self {
			continue
		}
		peak = max(peak, field(body, "VmHWM:")*1024)
	}
	return peak
}

func field(status []byte, name string) int64 {
	for l := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(l, name); ok {
			n, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return n
		}
	}
	return 0
}
