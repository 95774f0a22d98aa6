//go:build bench

package bench

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
)

// ladderShow writes an episode of footage whose shots are all of their own: what a clip is
// used for again begins at another frame. keys are further ones of its season.
func ladderShow(t *testing.T, path string, clips []string, keys ...string) {
	t.Helper()
	var s strings.Builder
	s.WriteString(`season:
  show: ladder
  title: {en: Ladder}
  language: en
  format: {raster: 1080x1920, fps: 24, fit: fill}
  routing: {default: [animatic]}
  budget: {currency: CNY, episode: 0}
  label: {off: true, reason: a measurement}
  stems: true
  hls: {rungs: [1080x1920, 540x960]}
`)
	for _, key := range keys {
		s.WriteString("  " + key + "\n")
	}
	s.WriteString("episode: 1\nscenes:\n- scene: 1\n  shots:\n")
	for i, clip := range clips {
		fmt.Fprintf(&s, "  - {shot: 1-%02d, duration: %ds, in: %df, footage: %s}\n", i+1, clipSeconds-1, i/distinctClips, filepath.Base(clip))
	}
	write(t, path, s.String())
}

// TestBenchLadder delivers an episode of forty shots with its HLS and stems from scratch, then
// after retakes of one shot, then once more with what a second platform wants of the same cut.
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
	deliver := func(cut int, keys ...string) time.Duration {
		ladderShow(t, path, clips, keys...)
		out, _, _ := command(t, prog, dir, "render", path, "--json")
		var d drama.Delivery
		if err := json.Unmarshal(out, &d); err != nil || d.State != drama.StateDelivered || d.Cut != cut {
			t.Fatalf("cut %d: %v: %s", cut, err, out)
		}
		return time.Duration(d.Elapsed * float64(time.Second))
	}
	whole := deliver(1)
	var again []time.Duration
	for i, take := range sources[distinctClips:] {
		syscall.Sync()
		clips[len(clips)/2] = take
		again = append(again, deliver(2+i))
	}
	syscall.Sync()
	other := deliver(2+retakes, "versions: [{name: textless, texts: false}]", "covers: [9:16, 3:4, 1:1]")
	line("ladder_40_shots", whole.Seconds(), "s", ">= 0")
	line("ladder_retake_vs_whole", median(again).Seconds()/whole.Seconds(), "ratio", "<= 0.1")
	line("second_platform_vs_whole", other.Seconds()/whole.Seconds(), "ratio", "<= 0.2")
}
