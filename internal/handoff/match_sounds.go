package handoff

import (
	"math"
	"path"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// sounds lists what is not carried of the tracks of sound: what was not handed over, and
// what lies otherwise than the picture that it follows here, or is louder than it was.
func (m *matcher) sounds(r Read) {
	for _, p := range r.Sounds {
		t, ours := m.sure(p), m.ours(p)
		switch {
		case t != nil && !slices.ContainsFunc(r.Pieces, func(q Piece) bool {
			return m.sure(q) == t && q.sync == p.sync && p.In >= q.In && p.In+p.Frames <= q.In+q.Frames
		}):
			m.lose("the sound of take %d of %s at %s lies otherwise than its picture, which it follows here", t.ID.Number, t.ID.Slate, m.at(p))
		case t == nil && len(ours) == 0:
			m.lose("the sound %s is not carried", called(p))
		case len(ours) > 0 && ours[0].Track == Effects && !m.follows(r, p, ours):
			m.lose("the effect %s at %s does not lie where its shot has it: it follows its shot here", called(p), m.at(p))
		}
		if p.Level == nil || t == nil && len(ours) == 0 {
			continue
		}
		if !slices.ContainsFunc(ours, func(s Sound) bool { return louder(*p.Level, s.Level) == 0 }) && (len(ours) > 0 || louder(*p.Level, 0) != 0) {
			m.lose("the level of %s at %s, %+.1f dB, is not carried: it is as the script has it", called(p), m.at(p), *p.Level)
		}
	}
	m.silent(r)
}

// louder is by how many tenths of a decibel a level lies over another.
func louder(a, b float64) int { return int(math.Round(10 * (a - b))) }

// ours are the sounds of a file that was handed over.
func (m *matcher) ours(p Piece) (all []Sound) {
	for _, s := range m.Sounds {
		if name := path.Base(s.File); name == p.File || name == p.Name || p.Name != "" && s.Name == p.Name {
			all = append(all, s)
		}
	}
	return all
}

// follows says that an effect lies where its shot has it, in any piece that shows the
// shot. Where only other takes of the shot are shown nobody can say.
func (m *matcher) follows(r Read, p Piece, ours []Sound) bool {
	known := false
	for _, s := range ours {
		for _, q := range m.under(r, s) {
			known = true
			if s.in(q) && near1(p.Start, q.sync+s.At) {
				return true
			}
		}
	}
	return !known
}

// under are the pieces of an effect's shot in the take that it was laid under.
func (m *matcher) under(r Read, s Sound) (all []Piece) {
	for _, q := range r.Pieces {
		if t := m.sure(q); t != nil && t.ID == (drama.TakeID{Episode: m.Episode, Slate: s.Slate, Number: s.Take}) {
			all = append(all, q)
		}
	}
	return all
}

// in says that an effect begins in a piece of its shot: then it is heard.
func (s Sound) in(q Piece) bool { return s.At >= q.In && s.At < q.In+q.Frames }

// silent lists effects that are heard although they are not on the timeline any more. A
// list of events has none in any case, and a timeline without any sound tells nothing.
func (m *matcher) silent(r Read) {
	if r.Form == formEDL || len(r.Sounds) == 0 {
		return
	}
	for _, s := range m.Sounds {
		if s.Track != Effects {
			continue
		}
		for _, q := range m.under(r, s) {
			at := q.sync + s.At
			if s.in(q) && !slices.ContainsFunc(r.Sounds, func(p Piece) bool {
				return slices.ContainsFunc(m.ours(p), func(o Sound) bool { return o.File == s.File }) && near1(p.Start, at)
			}) {
				m.lose("the effect %q of shot %s is not at %s any more: it is heard there, as the script has it", s.Name, s.Slate, code(at, timebase(m.FPS)))
			}
		}
	}
}

// near1 says that two positions are a frame apart at most, as rounding makes them.
func near1(a, b media.Frames) bool { return a-b <= 1 && b-a <= 1 }
