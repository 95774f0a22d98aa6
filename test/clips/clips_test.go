package clips_test

import (
	"testing"
	"time"

	"github.com/dailies/dailies/test/clips"
)

// The yardstick itself: a clip's flash and beep are found where they were put.
func TestFlashAndBeepAreFound(t *testing.T) {
	made, err := clips.Make(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range made {
		if c.Name != "prores-pcm" && c.Name != "480p16-mono-44k" {
			continue // the others lie about their start or rate on purpose
		}
		rate := map[string]float64{"prores-pcm": 24, "480p16-mono-44k": 16}[c.Name]
		flashes, beeps, err := clips.Onsets(t.Context(), c.Path, rate)
		if err != nil {
			t.Fatal(err)
		}
		if len(flashes) != 1 || len(beeps) != 1 {
			t.Fatalf("%s: flashes %v, beeps %v, want one each", c.Name, flashes, beeps)
		}
		for what, at := range map[string]time.Duration{"flash": flashes[0], "beep": beeps[0]} {
			if d := (at - clips.FlashAt).Abs(); d > 5*time.Millisecond {
				t.Errorf("%s: the %s is at %v, want %v", c.Name, what, at, clips.FlashAt)
			}
		}
	}
}
