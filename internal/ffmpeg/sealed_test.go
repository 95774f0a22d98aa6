package ffmpeg_test

import (
	"os"
	"path/filepath"
	"strconv"
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
	most := 0
	look := func(media.Progress) {
		tasks, _ := filepath.Glob("/proc/[0-9]*/task/*/status") // what ended meanwhile is not there
		threads := 0
		for _, path := range tasks {
			b, err := os.ReadFile(path)
			if err != nil || !strings.Contains(string(b), "\nPPid:\t"+strconv.Itoa(os.Getpid())+"\n") {
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
	if _, err := newRunner(t, runner.Options{}).Run(t.Context(), conformIn(dir, in), nil, look); err != nil {
		t.Fatal(err)
	}
	if most < 3 {
		t.Errorf("%d threads were seen; a decoder and an encoder have more", most)
	}
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
