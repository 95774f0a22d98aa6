//go:build bench

package bench

import (
	"encoding/json"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
)

// TestBenchLadder delivers an episode of forty shots with its HLS from scratch, then after
// retakes of one shot, then once more with what a second platform wants of the same cut.
func TestBenchLadder(t *testing.T) {
	prog, dir := program(t), t.TempDir()
	var sources []string
	for n := range distinctClips + retakes {
		sources = append(sources, source(t, dir, n, clipSeconds))
	}
	var clips []string
	for n := range episodeShots {
		clips = append(clips, sources[n%distinctClips])
	}
	path := filepath.Join(dir, "show.yaml")
	hls, second := "hls: {rungs: [1080x1920, 540x960]}", []string{"versions: [{name: textless, texts: false}]", "covers: [9:16, 3:4, 1:1]", "title: {en: Footage}"}
	deliver := func(cut int, keys ...string) time.Duration {
		showOf(t, path, clips, keys...)
		out, _, _ := command(t, prog, dir, "render", path, "--json")
		var d drama.Delivery
		if err := json.Unmarshal(out, &d); err != nil || d.State != drama.StateDelivered || d.Cut != cut {
			t.Fatalf("cut %d: %v: %s", cut, err, out)
		}
		return time.Duration(d.Elapsed * float64(time.Second))
	}
	whole := deliver(1, hls)
	var again []time.Duration
	for i, take := range sources[distinctClips:] {
		syscall.Sync()
		clips[len(clips)/2] = take
		again = append(again, deliver(2+i, hls))
	}
	syscall.Sync()
	other := deliver(2+retakes, append(second, hls)...)
	line("ladder_40_shots", whole.Seconds(), "s", ">= 0")
	line("ladder_retake_vs_whole", median(again).Seconds()/whole.Seconds(), "ratio", "<= 0.1")
	line("second_platform_vs_whole", other.Seconds()/whole.Seconds(), "ratio", "<= 0.2")
}
