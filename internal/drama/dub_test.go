package drama_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// TestDubWindows: each line has from where the original begins until the next one does, the
// last one until the shot ends.
func TestDubWindows(t *testing.T) {
	got := drama.DubWindows([]drama.SpokenCue{{Line: 0, From: 10, To: 40}, {Line: 2, From: 35, To: 60}, {Line: 3, From: 70, To: 80}}, 96)
	want := []drama.DubWindow{{Line: 0, From: 10, To: 35, End: 35}, {Line: 2, From: 35, To: 60, End: 70}, {Line: 3, From: 70, To: 80, End: 96}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if got := drama.DubWindows(nil, 96); got != nil {
		t.Errorf("a shot without lines has %v", got)
	}
}

// TestDubFit: a line is heard within its window, where lips are seen as long as the original
// if it may, and never more than a quarter faster.
func TestDubFit(t *testing.T) {
	w := drama.DubWindow{From: 10, To: 50, End: 70} // 40 frames, 60 at most
	for _, c := range []struct {
		name    string
		natural media.Frames
		lips    bool
		rate    float64
		length  media.Frames
		ok      bool
	}{
		{"as long as the original", 40, true, 1, 40, true},
		{"longer, on lips", 48, true, 1.2, 40, true},
		{"longer, unseen", 48, false, 1, 48, true},
		{"much longer, on lips", 60, true, 1.25, 48, true},
		{"shorter, on lips", 36, true, 0.9, 40, true},
		{"much shorter, on lips", 20, true, 0.85, 24, true},
		{"shorter, unseen", 20, false, 1, 20, true},
		{"over the window, unseen", 66, false, 1.1, 60, true},
		{"just", 75, true, 1.25, 60, true},
		{"too long", 76, true, 1.25, 61, false},
		{"too long, unseen", 90, false, 1.25, 72, false},
		{"nothing", 0, false, 1, 1, true},
	} {
		rate, length, ok := w.Fit(c.natural, c.lips)
		if rate != c.rate || length != c.length || ok != c.ok {
			t.Errorf("%s: %.3f times as fast, %d frames, %v; want %.3f, %d, %v", c.name, rate, length, ok, c.rate, c.length, c.ok)
		}
	}
	for n := media.Frames(1); n < 400; n++ {
		for _, lips := range []bool{false, true} {
			rate, length, ok := w.Fit(n, lips)
			if rate < drama.SlowestDub || rate > drama.FastestDub || ok && w.From+length > w.End || float64(length)*rate < float64(n)-1e-6 {
				t.Fatalf("%d frames: %.3f times as fast, %d frames, %v", n, rate, length, ok)
			}
		}
	}
}

// TestSilenced: what is known of when a take speaks is silent, else all of it.
func TestSilenced(t *testing.T) {
	fps := media.Rational{Num: 25, Den: 1}
	for _, c := range []struct {
		name string
		take drama.Take
		want [][2]media.Frames
	}{
		{"nothing is known", drama.Take{}, [][2]media.Frames{{0, 100}}},
		{"its maker told", drama.Take{Cues: []drama.SpokenCue{{From: 10, To: 20}, {Line: 1, From: 50, To: 60}}}, [][2]media.Frames{{8, 22}, {48, 62}}},
		{"lines one after the other", drama.Take{Cues: []drama.SpokenCue{{From: 10, To: 20}, {Line: 1, From: 21, To: 99}}}, [][2]media.Frames{{8, 100}}},
		{"from where the cut begins", drama.Take{Head: 5, Cues: []drama.SpokenCue{{From: 10, To: 20}}}, [][2]media.Frames{{3, 17}}},
		{"it was heard", drama.Take{Heard: &drama.Heard{Words: []drama.HeardWord{{FromMS: 1000, ToMS: 1400}}}}, [][2]media.Frames{{21, 39}}},
	} {
		if d := cmp.Diff(c.want, c.take.Silenced(100, fps)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
}
