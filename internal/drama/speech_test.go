package drama_test

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

var fps24 = media.Rational{Num: 24, Den: 1}

// The bounds are what a person needs, hurried and at ease.
func TestSpeechFrames(t *testing.T) {
	for _, c := range []struct {
		language, text string
		low, high      media.Frames
	}{
		{"en", "We're closed in five.", 18, 40},
		{"en", "Table for two, please. The late one.", 30, 72},
		{"en", "Call 110.", 12, 36},
		{"zh", "五分钟后打烊。", 24, 48},
		{"zh", "你来了?我等了你三年。", 40, 72},
		{"ja", "もう閉店です。", 18, 40},
		{"ko", "오 분 뒤에 문 닫아요.", 24, 50},
		{"es", "Cerramos en cinco minutos.", 20, 45},
		{"ru", "Мы закрываемся через пять минут.", 30, 60},
		{"ar", "سنغلق بعد خمس دقائق", 18, 60},
		{"en", "", 0, 0},
		{"en", "…", 24, 24}, // a beat, shown and not spoken
		{"zh", "……", 24, 24},
		{"en", "🙂", 24, 24},
		{"en", "  ", 0, 0},
	} {
		t.Run(c.language+" "+c.text, func(t *testing.T) {
			if got := drama.SpeechFrames(c.text, c.language, fps24); got < c.low || got > c.high {
				t.Errorf("frames = %d, want %d to %d", got, c.low, c.high)
			}
		})
	}
	if got := drama.SpeechFrames("hello", "en", media.Rational{}); got != 0 {
		t.Errorf("frames without a rate = %d", got)
	}
	if got := drama.SpeechFrames(strings.Repeat("word ", 1<<20), "en", media.Rational{Num: 60000, Den: 1001}); got <= 0 {
		t.Errorf("frames of a very long text = %d", got)
	}
}

func TestPlaceLines(t *testing.T) {
	line := func(words int) drama.Line { return drama.Line{Say: strings.Repeat("go ", words)} }
	for name, c := range map[string]struct {
		lines  []drama.Line
		frames media.Frames
		cues   int
	}{
		"none":         {nil, 48, 0},
		"no room":      {[]drama.Line{line(1), line(1)}, 1, 0},
		"one":          {[]drama.Line{line(6)}, 96, 1},
		"three":        {[]drama.Line{line(6), line(2), line(4)}, 200, 3},
		"silent ones":  {[]drama.Line{{Say: "…"}, line(2)}, 48, 2},
		"exact":        {[]drama.Line{line(31)}, 120, 1},
		"hurried":      {[]drama.Line{line(60), line(20), line(1)}, 48, 3},
		"frame a line": {[]drama.Line{line(60), line(20), line(1)}, 3, 3},
	} {
		t.Run(name, func(t *testing.T) {
			cues := drama.PlaceLines(c.lines, "en", c.frames, fps24)
			if len(cues) != c.cues {
				t.Fatalf("cues = %+v", cues)
			}
			at, total := media.Frames(0), media.Frames(0)
			for i, cue := range cues {
				if cue.Line != i || cue.From < at || cue.To <= cue.From || cue.To > c.frames {
					t.Errorf("cue %d of %+v", i, cues)
				}
				total += max(1, drama.SpeechFrames(c.lines[i].Say, "en", fps24))
				if need := max(1, drama.SpeechFrames(c.lines[i].Say, "en", fps24)); name != "hurried" && name != "frame a line" && cue.To-cue.From != need {
					t.Errorf("cue %d lasts %d frames, needs %d", i, cue.To-cue.From, need)
				}
				at = cue.To
			}
			if len(cues) > 0 && total < c.frames-12 && (cues[0].From == 0 || cues[0].From > 6) {
				t.Errorf("lead-in of %d frames", cues[0].From)
			}
		})
	}
}
