package drama

import (
	"fmt"
	"testing"

	"github.com/dailies/dailies/internal/media"
)

// Lines that are spoken over a take begin where lips do, follow one another, end with the
// shot, and the take is silent where it speaks itself.
func TestLinesAreLaidOverATake(t *testing.T) {
	fps := media.Rational{Num: 10, Den: 1} // a frame is 100 ms
	word := func(from, to int64) HeardWord { return HeardWord{Word: "w", FromMS: from, ToMS: to} }
	lines := func(lengths ...media.Frames) (s Speech) {
		for i, n := range lengths {
			s.Lines = append(s.Lines, SpokenLine{Line: i, Frames: n})
		}
		return s
	}
	for _, c := range []struct {
		name  string
		heard *Heard
		head  media.Frames
		said  Speech
		cues  string
		mute  string
	}{
		{"where they are heard", &Heard{Words: []HeardWord{word(1000, 1500), word(1600, 2000), word(5000, 6000)}, Lines: []HeardLine{{1000, 2000, true}, {5000, 6000, true}}}, 0, lines(12, 8), "[{0 10 22} {1 50 58}]", "[[8 22] [48 62]]"},
		{"one after another", &Heard{Words: []HeardWord{word(1000, 2000)}, Lines: []HeardLine{{1000, 1500, true}, {1500, 2000, true}}}, 0, lines(20, 20), "[{0 10 30} {1 30 50}]", "[[8 22]]"},
		{"inside the shot", &Heard{Words: []HeardWord{word(7000, 8000)}, Lines: []HeardLine{{7000, 8000, true}}}, 0, lines(30), "[{0 50 80}]", "[[68 80]]"},
		{"longer than the shot", &Heard{Words: []HeardWord{word(2000, 3000)}, Lines: []HeardLine{{2000, 3000, true}}}, 0, lines(50, 50), "[{0 0 50} {1 50 80}]", "[[18 32]]"},
		{"not recognised", &Heard{Words: []HeardWord{word(2000, 3000)}}, 0, lines(10, 10), "[{0 20 30} {1 30 40}]", "[[18 32]]"},
		{"without its head", &Heard{Words: []HeardWord{word(2000, 3000)}, Lines: []HeardLine{{2000, 3000, true}}}, 5, lines(10), "[{0 15 25}]", "[[13 27]]"},
		{"no times", &Heard{}, 0, lines(10), "[{0 2 12}]", "[[0 80]]"},
	} {
		take := Take{ID: TakeID{Slate: "1A", Number: 3}, Heard: c.heard, Head: c.head}
		s := take.LayOver(c.said, 80, fps)
		if cues := fmt.Sprint(s.Place(80, fps)); cues != c.cues || fmt.Sprint(s.Mute) != c.mute || s.Over == nil || *s.Over != take.ID {
			t.Errorf("%s: %s, silent %v, want %s, %s", c.name, cues, s.Mute, c.cues, c.mute)
		}
	}
}
