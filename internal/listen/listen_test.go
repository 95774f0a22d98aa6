package listen

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/voice/pcm"
)

func TestClean(t *testing.T) {
	s := func(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }
	for _, c := range []struct {
		name      string
		got, want Transcript
	}{
		{"in order", Transcript{Text: " Stop \n it", Words: []Word{{" Stop", 0, s(1)}, {"it", s(1), s(1.5)}}}, Transcript{Text: "Stop it", Words: []Word{{"Stop", 0, s(1)}, {"it", s(1), s(1.5)}}}},
		{"over the end by a step", Transcript{Text: "x", Words: []Word{{"x", s(1.9), s(2.3)}}}, Transcript{Text: "x", Words: []Word{{"x", s(1.9), s(2)}}}},
		{"a little back", Transcript{Text: "x y", Words: []Word{{"x", s(1), s(1.2)}, {"y", s(0.9), s(1.4)}}}, Transcript{Text: "x y", Words: []Word{{"x", s(1), s(1.2)}, {"y", s(1), s(1.4)}}}},
		{"before the beginning", Transcript{Text: "x", Words: []Word{{"x", -1, s(1)}}}, Transcript{Text: "x"}},
		{"out of order", Transcript{Text: "x y", Words: []Word{{"x", s(1.5), s(1.6)}, {"y", 0, s(1)}}}, Transcript{Text: "x y"}},
		{"backwards", Transcript{Text: "x", Words: []Word{{"x", s(1), s(0.5)}}}, Transcript{Text: "x"}},
		{"long after", Transcript{Text: "x", Words: []Word{{"x", s(9), s(10)}}}, Transcript{Text: "x"}},
		{"words alone", Transcript{Words: []Word{{"so", 0, s(1)}, {"", 0, 0}, {"it is", s(1), s(2)}}}, Transcript{Text: "so it is", Words: []Word{{"so", 0, s(1)}, {"it is", s(1), s(2)}}}},
		{"nothing", Transcript{}, Transcript{}},
	} {
		if diff := cmp.Diff(c.want, c.got.Clean(s(2))); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func tone(hz float64, rate, channels int) []int16 {
	s := make([]int16, rate*channels)
	for i := range s {
		s[i] = int16(8000 * math.Sin(2*math.Pi*hz*float64(i/channels)/float64(rate)))
	}
	return s
}

func level(s []int16) float64 {
	sum := 0.0
	for _, v := range s {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum / float64(len(s)))
}

// What is heard at 48 kHz is brought to 16: speech as it is, what lies above is gone
// and does not come back as another tone.
func TestRead(t *testing.T) {
	for _, c := range []struct{ hz, least, most float64 }{{220, 5500, 5800}, {3000, 5500, 5800}, {6000, 5000, 5800}, {11_000, 0, 60}} {
		s, err := Read(pcm.EncodeWAV(tone(c.hz, 48_000, 1), 48_000))
		if err != nil || s.Rate != 16_000 || len(s.Samples) != 16_000 || s.Length() != time.Second {
			t.Fatalf("%d Hz, %d samples, %v", s.Rate, len(s.Samples), err)
		}
		if got := level(s.Samples[200 : len(s.Samples)-200]); got < c.least || got > c.most {
			t.Errorf("%v Hz: level %.0f, want %.0f to %.0f", c.hz, got, c.least, c.most)
		}
	}
	if s, err := Read(pcm.EncodeWAV(tone(220, 22_050, 1), 22_050)); err != nil || s.Rate != 22_050 {
		t.Errorf("of another rate: %d Hz, %v", s.Rate, err)
	}
	for name, wav := range map[string][]byte{
		"nothing": nil, "no WAV": []byte("RIFFxxxxWAVE"), "empty": pcm.EncodeWAV(nil, 48_000), "too long": pcm.EncodeWAV(make([]int16, 8000*121), 8000),
	} {
		if _, err := Read(wav); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}
