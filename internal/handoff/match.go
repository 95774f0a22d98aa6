package handoff

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/near"
)

// Known is what an editor's timeline is held against.
type Known struct {
	Episode drama.EpisodeID
	FPS     media.Rational
	Takes   []drama.Take
	// Shown is the take that the cut shows of each slate: where a clip tells no more than
	// its slate, that is meant.
	Shown map[string]int
	// Sounds are the sounds that were handed over.
	Sounds []Sound
}

// Matched is an editor's cut in takes of ours.
type Matched struct {
	Events []drama.EditEvent
	Lost   []string // what is not carried, in words
}

// UnknownError names clips that are no takes of the episode, though they seem to be meant
// as such.
type UnknownError struct{ Clips []string }

func (e *UnknownError) Error() string {
	const few = 8
	shown := e.Clips
	more := ""
	if len(shown) > few {
		more = fmt.Sprintf("; and %d more", len(shown)-few)
		shown = shown[:few]
	}
	return strings.Join(shown, "; ") + more
}

// Match finds the takes that a timeline shows: by our metadata, by the names of their
// files, by their reels, by their slates. What is no take of the episode cannot be cut in:
// it is listed, but that a name which is nearly one of ours is an UnknownError, because it
// was meant as one.
func Match(r Read, k Known) (Matched, error) {
	m := matcher{Known: k, byFile: map[string]*drama.Take{}, byReel: map[string][]*drama.Take{}, byID: map[string]*drama.Take{}, out: Matched{Lost: slices.Clone(r.Lost)}}
	for i := range k.Takes {
		t := &k.Takes[i]
		if t.Media.Key == "" {
			continue
		}
		m.byID[t.ID.String()] = t
		m.byFile[strings.ToLower(takeName(t.ID))] = t
		m.byReel[Reel(t.ID)] = append(m.byReel[Reel(t.ID)], t)
		m.names = append(m.names, takeName(t.ID))
	}
	for slate := range k.Shown {
		m.slates = append(m.slates, slate)
	}
	slices.Sort(m.slates)
	for _, p := range r.Pieces {
		m.piece(p)
	}
	m.sounds(r)
	if len(m.unknown) > 0 {
		return m.out, &UnknownError{m.unknown}
	}
	if len(m.out.Events) == 0 {
		return m.out, errors.New("none of its clips is a take of " + k.Episode.String())
	}
	m.seams()
	return m.out, nil
}

type matcher struct {
	Known
	byFile, byID map[string]*drama.Take
	byReel       map[string][]*drama.Take
	names        []string // 2B-3
	slates       []string
	unknown      []string
	led          media.Frames // what a transition out of a clip that is left out had of the next
	out          Matched
}

func (m *matcher) lose(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(m.out.Lost, text) {
		m.out.Lost = append(m.out.Lost, text)
	}
}

func (m *matcher) at(p Piece) string { return code(p.Start, timebase(m.FPS)) }

func (m *matcher) piece(p Piece) {
	t, why := m.take(p)
	if t == nil {
		if why != "" {
			m.unknown = append(m.unknown, fmt.Sprintf("the clip %s at %s is no take of %s: %s", called(p), m.at(p), m.Episode, why))
			return
		}
		m.lose("the clip %s at %s is no take of %s: its %d frames are left out", called(p), m.at(p), m.Episode, p.Frames)
		if n := len(m.out.Events); n > 0 && m.out.Events[n-1].Out.Overlap() > 0 {
			// It led into what is not there.
			over := m.out.Events[n-1].Out.Overlap()
			m.out.Events[n-1].Frames -= over - over/2
			m.out.Events[n-1].Out = media.Transition{Kind: media.Cut}
		}
		m.led = p.Out.Overlap() / 2
		return
	}
	p.In, p.Frames, m.led = p.In+m.led, p.Frames-m.led, 0
	e := drama.EditEvent{Slate: t.ID.Slate, Take: t.ID.Number, In: p.In, Frames: p.Frames, Out: p.Out}
	if made := Made(*t, m.FPS); !m.fits(&e, made, p) {
		return
	}
	m.out.Events = append(m.out.Events, e)
}

// fits cuts an event down to what there is of its take.
func (m *matcher) fits(e *drama.EditEvent, made media.Frames, p Piece) bool {
	was := *e
	if e.In < 0 {
		e.Frames += e.In
		e.In = 0
	}
	if made > 0 && e.In+e.Frames > made {
		e.Frames = made - e.In
	}
	if e.Frames <= 0 {
		m.lose("the clip %s at %s shows nothing that take %d of %s has: it is left out", called(p), m.at(p), e.Take, e.Slate)
		return false
	}
	if short := was.Frames - e.Frames; short > 0 {
		m.lose("the clip %s at %s is %d frames shorter: take %d of %s has no more", called(p), m.at(p), short, e.Take, e.Slate)
	}
	return true
}

// take is the take that a piece shows; nil: none of ours. why is set where one of ours
// seems to be meant.
func (m *matcher) take(p Piece) (t *drama.Take, why string) {
	if t := m.sure(p); t != nil {
		return t, ""
	}
	if p.Take != "" {
		if id, err := drama.ParseTakeID(p.Take); err == nil && id.Episode != m.Episode {
			return nil, "it is take " + p.Take + ", of another episode"
		}
	}
	bare := strings.TrimSuffix(p.Name, path.Ext(p.Name))
	if p.File == "" {
		for _, slate := range m.slates {
			if strings.EqualFold(slate, bare) {
				if t := m.byFile[strings.ToLower(fmt.Sprintf("%s-%d", slate, m.Shown[slate]))]; t != nil {
					m.lose("the clip %s at %s tells no take: take %d is shown, as in the cut", called(p), m.at(p), t.ID.Number)
					return t, ""
				}
			}
		}
	}
	for _, name := range []string{p.File, p.Name, p.Take} {
		if _, last, ok := cutLast(name, "/"); ok {
			name = last
		}
		// A take that we never made, of a slate that we have.
		if slate, number, ok := cutLast(strings.TrimSuffix(name, path.Ext(name)), "-"); ok && digits(number) {
			for _, s := range m.slates {
				if strings.EqualFold(s, slate) {
					return nil, fmt.Sprintf("slate %s has no take %s", s, number)
				}
			}
		}
		if n := near.Within(strings.TrimSuffix(name, path.Ext(name)), m.names, 1); n != "" && strings.Contains(name, "-") {
			return nil, "did you mean " + n + "?"
		}
	}
	return nil, ""
}

// sure is the take that a piece names itself.
func (m *matcher) sure(p Piece) *drama.Take {
	if t := m.byID[p.Take]; t != nil {
		return t
	}
	for _, name := range []string{p.File, p.Name} {
		if t := m.byFile[strings.ToLower(strings.TrimSuffix(name, path.Ext(name)))]; t != nil {
			return t
		}
	}
	if reels := m.byReel[strings.ToUpper(p.Reel)]; len(reels) == 1 {
		return reels[0]
	}
	return nil
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func digits(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// seams makes transitions possible between what is left.
func (m *matcher) seams() {
	for i := range m.out.Events {
		e := &m.out.Events[i]
		if e.Out.Kind == media.Cut || e.Out.Kind == "" {
			e.Out = media.Transition{Kind: media.Cut}
			continue
		}
		if e.Out.Frames <= 0 || e.Out.Frames > e.Frames {
			m.lose("the %s after %s is longer than the clip: it became a cut", e.Out.Kind, e.Slate)
			e.Out = media.Transition{Kind: media.Cut}
		}
	}
}
