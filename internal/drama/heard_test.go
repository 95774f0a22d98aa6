package drama_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// What a take's maker told of its lines counts before what was heard, and times of what
// was heard are of any rate.
func TestSpoken(t *testing.T) {
	heard := &drama.Heard{Lines: []drama.HeardLine{{FromMS: 520, ToMS: 1010, Matched: true}, {FromMS: 1010, ToMS: 1010}, {FromMS: -5, ToMS: 1 << 62}}}
	longest := media.Frames(24 * 60 * 60)
	for name, c := range map[string]struct {
		take drama.Take
		fps  media.Rational
		want []drama.SpokenCue
	}{
		"nobody knows": {drama.Take{}, media.Rational{Num: 24, Den: 1}, nil},
		"heard":        {drama.Take{Heard: heard}, media.Rational{Num: 24, Den: 1}, []drama.SpokenCue{{Line: 0, From: 12, To: 25}, {Line: 1, From: 24, To: 25}, {Line: 2, From: 0, To: longest * 24}}},
		"at 29.97":     {drama.Take{Heard: heard}, media.Rational{Num: 30000, Den: 1001}, []drama.SpokenCue{{Line: 0, From: 15, To: 31}, {Line: 1, From: 30, To: 31}, {Line: 2, From: 0, To: 2_589_411}}},
		"at no rate":   {drama.Take{Heard: heard}, media.Rational{}, nil},
		"told":         {drama.Take{Heard: heard, Cues: []drama.SpokenCue{{From: 1, To: 2}}}, media.Rational{Num: 24, Den: 1}, []drama.SpokenCue{{From: 1, To: 2}}},
	} {
		if diff := cmp.Diff(c.want, c.take.Spoken(c.fps)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestPerMinute(t *testing.T) {
	for _, c := range []struct {
		minute int64
		length time.Duration
		want   int64
	}{{6000, time.Minute, 6000}, {6000, 4 * time.Second, 400}, {6000, 4100 * time.Millisecond, 500}, {1, time.Second, 1}, {61, time.Second, 2}, {0, time.Hour, 0}, {6000, -time.Second, 0}} {
		if got := (drama.Money{Micros: c.minute, Currency: "USD"}).PerMinute(c.length); got != (drama.Money{Micros: c.want, Currency: "USD"}) {
			t.Errorf("%s at %d: %s", c.length, c.minute, got)
		}
	}
}

// What is left out at a take's start is no part of when its lines are spoken in the cut.
func TestSpokenAfterAFrozenHead(t *testing.T) {
	fps := media.Rational{Num: 24, Den: 1}
	take := drama.Take{Head: 6, Cues: []drama.SpokenCue{{Line: 0, From: 0, To: 5}, {Line: 1, From: 4, To: 20}, {Line: 2, From: 30, To: 40}}}
	want := []drama.SpokenCue{{Line: 1, From: 0, To: 14}, {Line: 2, From: 24, To: 34}}
	if got := take.Spoken(fps); !slices.Equal(got, want) {
		t.Errorf("spoken at %v, want %v", got, want)
	}
	take.Measured = &media.Measurements{Duration: media.Frames(100).Duration(fps)}
	for frames, want := range map[media.Frames]media.Frames{96: 4, 90: 6, 100: 0, 110: 0, 0: 0} {
		if got := take.Skips(frames, fps); got != want {
			t.Errorf("a shot of %d frames skips %d, want %d", frames, got, want)
		}
	}
}
