package timeline_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/timeline"
)

var cutTo = media.Transition{Kind: media.Cut}

// edited is an episode of shots of 96 frames, each with take 1 of 120, and take 2 of 1A.
func edited(slates ...string) (drama.Production, map[string]timeline.Shown, map[drama.TakeID]drama.Take) {
	fps := media.Rational{Num: 24, Den: 1}
	var shots []drama.Shot
	now, others := map[string]timeline.Shown{}, map[drama.TakeID]drama.Take{}
	for _, s := range slates {
		shots = append(shots, drama.Shot{Slate: s, Scene: "1", Frames: 96, Cut: cutTo})
		now[s] = timeline.Shown{Take: made(s, 1), Frames: 96}
	}
	others[made("1A", 2).ID] = made("1A", 2)
	p := drama.Production{Season: drama.Season{Show: "s", Format: drama.Format{FPS: fps}}, Episode: drama.Episode{Number: 1, Scenes: []drama.Scene{{Number: "1", Shots: shots}}}}
	return p, now, others
}

func made(slate string, n int) drama.Take {
	fps := media.Rational{Num: 24, Den: 1}
	return drama.Take{
		ID: drama.TakeID{Episode: drama.EpisodeID{Show: "s", Number: 1}, Slate: slate, Number: n}, Origin: drama.OriginGenerated,
		Measured: &media.Measurements{Duration: media.Frames(120).Duration(fps)},
	}
}

func knew(slates ...string) (all []drama.EditShot) {
	for _, s := range slates {
		all = append(all, drama.EditShot{Slate: s, Take: 1, Frames: 96})
	}
	return all
}

func ev(slate string, take int, in, frames media.Frames) drama.EditEvent {
	return drama.EditEvent{Slate: slate, Take: take, In: in, Frames: frames, Out: cutTo}
}

// TestEdited: what an edit comes to when the script, or a take, has changed since.
func TestEdited(t *testing.T) {
	fps := media.Rational{Num: 24, Den: 1}
	for _, c := range []struct {
		name   string
		slates []string // of the script now
		e      drama.Edit
		retake string // a slate whose take 3 was circled since
		want   string
		notes  []string // each is told
	}{
		{"as it is", []string{"1A", "1B"}, drama.Edit{FPS: fps, Knew: knew("1A", "1B"), Events: []drama.EditEvent{ev("1B", 1, 0, 96), ev("1A", 2, 5, 40)}}, "", "1B-1 whole, 1A-2 5+40", nil},
		{"a shot in pieces", []string{"1A", "1B"}, drama.Edit{FPS: fps, Knew: knew("1A", "1B"), Events: []drama.EditEvent{ev("1A", 1, 0, 40), ev("1B", 1, 0, 96), ev("1A", 1, 40, 56)}}, "", "1A-1 0+40, 1B-1 whole, 1A-1 40+56 again", nil},
		{"handles are shown", []string{"1A"}, drama.Edit{FPS: fps, Knew: knew("1A"), Events: []drama.EditEvent{ev("1A", 1, 0, 120)}}, "", "1A-1 0+120", nil},
		{"a shot is gone", []string{"1A"}, drama.Edit{FPS: fps, Knew: knew("1A", "1B"), Events: []drama.EditEvent{ev("1B", 1, 0, 96), ev("1A", 1, 0, 96)}}, "", "1A-1 whole", []string{"1B"}},
		{"a shot is left out", []string{"1A", "1B"}, drama.Edit{FPS: fps, Knew: knew("1A", "1B"), Events: []drama.EditEvent{ev("1A", 1, 0, 96)}}, "", "1A-1 whole", []string{"1B is not in the editor's cut"}},
		{"shots were added", []string{"0A", "1A", "1B", "1C", "1D"}, drama.Edit{FPS: fps, Knew: knew("1A", "1C"), Events: []drama.EditEvent{ev("1C", 1, 0, 96), ev("1A", 1, 0, 96)}}, "", "0A-1 whole, 1C-1 whole, 1D-1 whole, 1A-1 whole, 1B-1 whole", []string{"0A", "1B", "1D"}},
		{"another take since", []string{"1A", "1B"}, drama.Edit{FPS: fps, Knew: knew("1A", "1B"), Events: []drama.EditEvent{ev("1B", 1, 0, 96), ev("1A", 1, 5, 40)}}, "1A", "1B-1 whole, 1A-3 5+40", []string{"take 3"}},
		{"another length in the script", []string{"1A"}, drama.Edit{FPS: fps, Knew: []drama.EditShot{{Slate: "1A", Take: 1, Frames: 48}}, Events: []drama.EditEvent{ev("1A", 1, 0, 48)}}, "", "1A-1 0+48", []string{"96 frames in the script now"}},
		{"a take that is too short", []string{"1A"}, drama.Edit{FPS: fps, Knew: knew("1A"), Events: []drama.EditEvent{ev("1A", 1, 100, 60)}}, "", "1A-1 100+20", []string{"40 frames short"}},
		{"a take that is gone", []string{"1A"}, drama.Edit{FPS: fps, Knew: knew("1A"), Events: []drama.EditEvent{ev("1A", 7, 0, 60)}}, "", "1A-1 0+60", []string{"take 7"}},
		{"nothing is left", []string{"1A"}, drama.Edit{FPS: fps, Knew: knew("9Z"), Events: []drama.EditEvent{ev("9Z", 1, 0, 96)}}, "", "", []string{"script's order"}},
		{"another rate", []string{"1A"}, drama.Edit{FPS: media.Rational{Num: 30, Den: 1}, Knew: knew("1A"), Events: []drama.EditEvent{ev("1A", 1, 0, 30)}}, "", "", []string{"30/1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, now, others := edited(c.slates...)
			if c.retake != "" {
				now[c.retake] = timeline.Shown{Take: made(c.retake, 3), Frames: 96}
			}
			pieces, notes := timeline.Edited(p, c.e, now, others)
			var got []string
			for _, q := range pieces {
				s := fmt.Sprintf("%s-%d", q.Slate, q.Take.Number)
				if q.Whole {
					s += " whole"
				} else {
					s += fmt.Sprintf(" %d+%d", q.In, q.Frames)
				}
				if q.Again > 0 {
					s += " again"
				}
				got = append(got, s)
			}
			if d := cmp.Diff(c.want, strings.Join(got, ", ")); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
			told := strings.Join(notes, "\n")
			for _, n := range c.notes {
				if !strings.Contains(told, n) {
					t.Errorf("%q is not told: %q", n, notes)
				}
			}
			if len(c.notes) == 0 && len(notes) > 0 {
				t.Errorf("told for nothing: %q", notes)
			}
		})
	}
}

// TestWithin: lines are heard where the piece shows them, and those that it does not show
// are told as cut away.
func TestWithin(t *testing.T) {
	p, _, _ := edited("1A")
	shot := p.Episode.Scenes[0].Shots[0]
	shot.Lines = []drama.Line{{Say: "One."}, {Say: "Two."}, {Say: "Three."}}
	told := []drama.SpokenCue{{Line: 0, From: 0, To: 20}, {Line: 1, From: 30, To: 50}, {Line: 2, From: 60, To: 90}}
	got := timeline.Within(p, shot, 96, told, 40, 30)
	want := []drama.SpokenCue{{Line: 1, From: 0, To: 10}, {Line: 2, From: 20, To: 30}, drama.CutAway(0)}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	// What is cut away stays away: it is not laid out anew by estimate.
	for _, c := range timeline.Spoken(p, shot, 30, got) {
		if c.Line == 0 {
			t.Error("a line that was cut away is heard")
		}
	}
}
