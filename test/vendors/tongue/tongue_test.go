package tongue

import (
	"encoding/binary"
	"math"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/voice/pcm"
)

// What is said is heard, with its times, after AAC, at another rate and loudness; what is
// cut into is not heard.
func TestSaidIsHeard(t *testing.T) {
	var to Tongue
	const rate, length = 48_000, 4 * time.Second
	sound := make([]float64, samples(length, rate))
	to.Say(sound, rate, 250*time.Millisecond, "我们五分钟后打烊。")
	to.Say(sound, rate, 2300*time.Millisecond, "Where is my coat, then?")
	out := make([]int16, len(sound))
	for i, v := range sound {
		out[i] = int16(math.Round(v * 9000))
	}
	dir := t.TempDir()
	coded := filepath.Join(dir, "said.m4a")
	cmd := exec.CommandContext(t.Context(), "ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-f", "wav", "-i", "pipe:0", "-c:a", "aac", "-b:a", "64k", coded)
	cmd.Stdin = strings.NewReader(string(pcm.EncodeWAV(out, rate)))
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	raw, err := exec.CommandContext(t.Context(), "ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-i", coded, "-af", "volume=0.4", "-ac", "1", "-ar", "16000", "-f", "s16le", "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	heard := make([]int16, len(raw)/2)
	for i := range heard {
		heard[i] = int16(binary.LittleEndian.Uint16(raw[2*i:])) //nolint:gosec // two's complement is the format
	}
	var text []string
	for _, w := range to.Hear(heard, 16_000) {
		text = append(text, w.Text)
		if w.Text == "我" && (w.At-250*time.Millisecond).Abs() > 20*time.Millisecond || w.Text == "then" && (w.At-3100*time.Millisecond).Abs() > 20*time.Millisecond {
			t.Errorf("%s is heard at %v", w.Text, w.At)
		}
	}
	if got := strings.Join(text, " "); got != "我 们 五 分 钟 后 打 烊 Where is my coat then" {
		t.Errorf("heard %q", got)
	}
	// Without the first half of a second the first characters are gone, and without
	// the end the last word.
	text = nil
	for _, w := range to.Hear(heard[8_000:16_000*3+1600*2], 16_000) {
		text = append(text, w.Text)
	}
	if got := strings.Join(text, " "); got != "五 分 钟 后 打 烊 Where is my coat" && got != "五 分 钟 后 打 烊 Where is my" {
		t.Errorf("heard %q of a part", got)
	}
}
