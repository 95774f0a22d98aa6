package script

import (
	"fmt"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// transitions turns cuts into frames and checks them against both shots.
func (e *episodeBuilder) transitions() {
	for i, s := range e.shots {
		cut := s.keys.Cut
		s.shot.Cut = media.Transition{Kind: media.Cut}
		if !cut.set() || cut.Kind == media.Cut {
			continue
		}
		frames := defaultTransition
		if cut.Length.set() {
			frames = cut.Length.at(e.fps)
		}
		s.shot.Cut = media.Transition{Kind: cut.Kind, Frames: frames}
		if frames < 1 {
			e.errorf(cut.mark, "a %s must last at least one frame; write cut for none", cut.Kind)
			continue
		}
		shorter, which := s.shot.Frames, s.shot.Slate
		if i == len(e.shots)-1 {
			if cut.Kind != media.Fade {
				e.errorf(cut.mark, "%s on the last shot has nothing to go to; write fade to go to black, or cut", cut.Kind)
				continue
			}
		} else if next := e.shots[i+1].shot; next.Frames > 0 && (shorter == 0 || next.Frames < shorter) {
			shorter, which = next.Frames, next.Slate
		}
		if shorter > 0 && 2*frames > shorter {
			e.hintf(cut.mark, fmt.Sprintf("write at most %s %df", cut.Kind, shorter/2),
				"%s of %d frames is more than half of shot %s, which has %d", cut.Kind, frames, which, shorter)
		}
	}
}

// links resolves from and reports what is missing or goes round in a circle.
func (e *episodeBuilder) links() {
	slates := make([]string, 0, len(e.shots))
	bySlate := map[string]int{}
	for i, s := range e.shots {
		if key := strings.ToLower(s.shot.Slate); key != "" {
			if _, twice := bySlate[key]; !twice {
				bySlate[key] = i
				slates = append(slates, s.shot.Slate)
			}
		}
	}
	next, end := make([]int, len(e.shots)), make([]int, len(e.shots))
	find := func(i int, l fromLink, start, itself string) int {
		j, ok := bySlate[strings.ToLower(l.Slate)]
		switch {
		case !l.set() || e.shots[i].keys.Footage.set():
		case !ok:
			hint := ""
			if near := e.nearest(l.Slate, slates); near != "" {
				hint = fmt.Sprintf("did you mean %q?", near)
			}
			e.hintf(l.mark, hint, "there is no shot %s to %s", quote(l.Slate), start)
		case j == i:
			e.errorf(l.mark, "shot %s %s itself", e.shots[i].shot.Slate, itself)
		default:
			return j
		}
		return -1
	}
	for i, s := range e.shots {
		if next[i] = find(i, s.keys.From, "start from", "starts from"); next[i] >= 0 {
			s.shot.From = &drama.From{Slate: e.shots[next[i]].shot.Slate, Frame: s.keys.From.Frame}
		}
		if end[i] = find(i, s.keys.To.fromLink, "end on", "ends on"); end[i] >= 0 {
			s.shot.To = &drama.From{Slate: e.shots[end[i]].shot.Slate, Frame: s.keys.To.Frame}
		}
	}
	if !e.cycles(next) {
		e.tangles(next, end)
		e.chains(next)
	}
}

// cycles reports each circle once, at its first shot in the file. next[i] is the
// shot that shot i starts from, or -1.
func (e *episodeBuilder) cycles(next []int) (found bool) {
	const fresh, done = 0, -1
	state := make([]int, len(next)) // fresh, done, or the number of the walk that is on it
	for i := range next {
		walk := i + 1
		j := i
		for j >= 0 && state[j] == fresh {
			state[j] = walk
			j = next[j]
		}
		if j >= 0 && state[j] == walk {
			e.circle(next, j)
			found = true
		}
		for j = i; j >= 0 && state[j] == walk; j = next[j] {
			state[j] = done
		}
	}
	return found
}

func (e *episodeBuilder) circle(next []int, on int) {
	first := on
	for j := next[on]; j != on; j = next[j] {
		first = min(first, j)
	}
	names := []string{e.shots[first].shot.Slate}
	for j := next[first]; j != first && len(names) < 8; j = next[j] {
		names = append(names, e.shots[j].shot.Slate)
	}
	e.errorf(e.shots[first].keys.From.mark, "from goes round in a circle: %s, and back", strings.Join(names, " from "))
}
