package ffmpeg_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/ffmpeg"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/runner"
)

// Each thread of a real media child, those of codecs too, works behind the
// filter; what the filter holds off is shown in internal/media/runner.
func TestEveryThreadOfAChildIsSealed(t *testing.T) {
	dir := t.TempDir()
	in := clip(t, filepath.Join(dir, "in.mp4"))
	most, sealed := 0, false // a child seals all its threads at once, when it has begun
	look := func() {
		var tasks []string
		for _, child := range children() {
			all, _ := filepath.Glob("/proc/" + child + "/task/*/status") // what ended meanwhile is not there
			tasks = append(tasks, all...)
		}
		threads := 0
		for _, path := range tasks {
			b, err := os.ReadFile(path)
			if err != nil {
				continue
			}
			sealed = sealed || strings.Contains(string(b), "\nSeccomp:\t2\n")
			if !sealed {
				continue
			}
			threads++
			for _, want := range []string{"\nSeccomp:\t2\n", "\nNoNewPrivs:\t1\n"} {
				if !strings.Contains(string(b), want) {
					t.Errorf("%s: not %q", path, want)
				}
			}
		}
		most = max(most, threads)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := newRunner(t, runner.Options{}).Run(t.Context(), conformIn(dir, in), nil, nil)
		ended <- err
	}()
	for running := true; running; { // looked at all the while: a loaded machine tells progress late
		look()
		select {
		case err := <-ended:
			if err != nil {
				t.Fatal(err)
			}
			running = false
		default:
		}
	}
	if most < 3 {
		t.Errorf("%d threads were seen; a decoder and an encoder have more", most)
	}
}

// children are the processes that this one has begun.
func children() []string {
	lists, _ := filepath.Glob("/proc/self/task/*/children")
	var all []string
	for _, path := range lists {
		b, _ := os.ReadFile(path) // a thread that ended has none
		all = append(all, strings.Fields(string(b))...)
	}
	return all
}

// A confined child draws with the fonts that an unconfined one finds.
func TestConfinedChildFindsItsFonts(t *testing.T) {
	dir := t.TempDir()
	job := conformIn(dir, clip(t, filepath.Join(dir, "in.mp4")))
	job.Conform.Burn = []media.Text{{Text: "下雨了 Rain", From: 5, To: 40, Style: "subtitle", Language: "zh-CN"}}
	free, err := ffmpeg.Run(t.Context(), job, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	confined, err := newRunner(t, runner.Options{}).Run(t.Context(), job, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if free.Conform.VideoDigest != confined.Conform.VideoDigest {
		t.Error("the pictures differ")
	}
}
