package timeline

import (
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// Piece is a piece of a shot in an edited cut.
type Piece struct {
	Slate string
	Again int // how many pieces of the shot stand before it
	Take  drama.TakeID
	// Whole: the shot is shown as the script has it, by the take that is circled for it; In
	// and Frames say nothing then.
	Whole  bool
	In     media.Frames // the first frame of the take that is shown
	Frames media.Frames
	Out    media.Transition
}

// Use names the piece, as Event.Use does.
func (p Piece) Use() string { return Use(p.Slate, p.Again) }

// Shown is the take that is circled for a shot, and how long the shot is with it.
type Shown struct {
	Take   drama.Take
	Frames media.Frames
}

// Edited lays an editor's cut over the script and the takes that there are now: those of
// the shots, by slate, and others that the edit names. Notes say what of it does not hold
// any more. What the script has got since is put behind the shot that it follows there; a
// take that was circled since is shown in the place of the one that the editor knew, as
// far as it has the frames. nil pieces: nothing of the edit holds.
func Edited(p drama.Production, e drama.Edit, now map[string]Shown, others map[drama.TakeID]drama.Take) (pieces []Piece, notes []string) {
	fps := p.Season.Format.FPS
	if e.FPS != fps {
		return nil, []string{fmt.Sprintf("the editor's cut was counted at %s, the show is at %s now: the script's order holds", e.FPS, fps)}
	}
	w := edited{e: e, fps: fps, shots: shotsBySlate(p), now: now, others: others, knew: map[string]drama.EditShot{}}
	for _, k := range e.Knew {
		w.knew[k.Slate] = k
	}
	for _, ev := range e.Events {
		w.event(ev)
	}
	if len(w.pieces) == 0 {
		return nil, append(w.notes, "nothing of the editor's cut is in the script any more: the script's order holds")
	}
	w.added(p)
	w.dropped(p)
	count := map[string]int{}
	for i := range w.pieces {
		w.pieces[i].Again = count[w.pieces[i].Slate]
		count[w.pieces[i].Slate]++
	}
	return w.pieces, w.notes
}

type edited struct {
	e      drama.Edit
	fps    media.Rational
	shots  map[string]drama.Shot
	knew   map[string]drama.EditShot
	now    map[string]Shown
	others map[drama.TakeID]drama.Take
	pieces []Piece
	notes  []string
}

func (w *edited) note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(w.notes, text) {
		w.notes = append(w.notes, text)
	}
}

func (w *edited) event(ev drama.EditEvent) {
	shot, ok := w.shots[ev.Slate]
	shown, made := w.now[ev.Slate]
	now := shown.Take
	switch {
	case !ok:
		w.note("shot %s is in the editor's cut and not in the script any more: it is left out", ev.Slate)
		return
	case !made:
		w.note("shot %s is in the editor's cut and has no take: it is left out", ev.Slate)
		return
	}
	knew := w.knew[ev.Slate]
	if shot.Frames != knew.Frames {
		w.note("shot %s is %d frames in the script now and was %d for the editor: the editor's length holds", ev.Slate, shot.Frames, knew.Frames)
	}
	p := Piece{Slate: ev.Slate, Take: now.ID, In: ev.In, Frames: ev.Frames, Out: ev.Out}
	take := now
	switch ev.Take {
	case now.ID.Number:
	case knew.Take:
		w.note("shot %s shows take %d, which was circled since, where the editor cut take %d", ev.Slate, now.ID.Number, ev.Take)
	default:
		id := now.ID
		id.Number = ev.Take
		if take, ok = w.others[id]; !ok {
			w.note("take %d of shot %s, which the editor cut, is gone: take %d is shown", ev.Take, ev.Slate, now.ID.Number)
			take = now
		}
		p.Take = take.ID
	}
	if take.Measured != nil {
		switch has := media.FramesIn(take.Measured.Duration, w.fps); {
		case p.In >= has:
			w.note("shot %s: take %d ends before the editor's piece begins: it is shown from its beginning", ev.Slate, take.ID.Number)
			p.In, p.Frames = First(shot, take, w.fps), min(p.Frames, has-First(shot, take, w.fps))
		case p.In+p.Frames > has+held:
			w.note("shot %s: take %d is %d frames short of the editor's piece", ev.Slate, take.ID.Number, p.In+p.Frames-has)
			p.Frames = has - p.In
		}
	}
	if p.Frames <= 0 {
		w.note("nothing is left of the editor's piece of shot %s", ev.Slate)
		return
	}
	p.Whole = take.ID == now.ID && p.In == First(shot, now, w.fps) && p.Frames == shown.Frames
	w.pieces = append(w.pieces, p)
}

// held is how many frames short a take may be: its last picture is held.
const held = 2

// First is the first frame of a take that its shot shows where nobody has edited it.
func First(shot drama.Shot, t drama.Take, fps media.Rational) media.Frames {
	if t.Origin == drama.OriginFootage {
		return shot.In
	}
	return t.Skips(shot.Frames, fps)
}

// added puts in what the script has and the editor never had.
func (w *edited) added(p drama.Production) {
	after := -1 // the piece that stands before, if the script is gone through in order
	for _, s := range p.Episode.Shots() {
		for i, piece := range w.pieces {
			if piece.Slate == s.Slate {
				after = i
			}
		}
		if _, knew := w.knew[s.Slate]; knew || w.now[s.Slate].Take.ID.Number == 0 {
			continue
		}
		if slices.ContainsFunc(w.pieces, func(q Piece) bool { return q.Slate == s.Slate }) {
			continue
		}
		w.note("shot %s is in the script since the editor's cut: it is put behind the shot that it follows there", s.Slate)
		after++
		w.pieces = slices.Insert(w.pieces, after, Piece{Slate: s.Slate, Take: w.now[s.Slate].Take.ID, Whole: true, Out: s.Cut})
	}
}

// dropped names what the editor left out.
func (w *edited) dropped(p drama.Production) {
	for _, s := range p.Episode.Shots() {
		_, knew := w.knew[s.Slate]
		if knew && !slices.ContainsFunc(w.e.Events, func(ev drama.EditEvent) bool { return ev.Slate == s.Slate }) {
			w.note("shot %s is not in the editor's cut", s.Slate)
		}
	}
}

// Arrange lays pieces end to end, in their order. frames are how long each is, by use: of
// what is shown whole its mezzanine tells. It shortens transitions as Build does.
func Arrange(p drama.Production, pieces []Piece, clips map[string]Clip) (CutList, error) {
	c := CutList{Episode: p.ID(), FPS: p.Season.Format.FPS, Raster: p.Season.Format.Raster}
	shots := shotsBySlate(p)
	for _, q := range pieces {
		clip, ok := clips[q.Use()]
		if !ok || clip.Frames <= 0 {
			return CutList{}, fmt.Errorf("lay out %s: take %s has no frames", c.Episode, q.Take)
		}
		c.Events = append(c.Events, Event{
			Slate: q.Slate, Again: q.Again, Scene: shots[q.Slate].Scene, Take: clip.Take, Frames: clip.Frames, In: clip.In, Out: q.Out,
		})
	}
	return c.lay()
}

// Within is when the lines of a shot are heard in a piece of it, in frames of the piece.
// told is as for Spoken, in frames of the whole shot, which has so many; the piece begins
// at from. Lines that are not heard in it are told as cut away.
func Within(p drama.Production, shot drama.Shot, whole media.Frames, told []drama.SpokenCue, from, frames media.Frames) []drama.SpokenCue {
	var all []drama.SpokenCue
	heard := map[int]bool{}
	for _, c := range Spoken(p, shot, whole, told) {
		c.From, c.To = max(c.From-from, 0), min(c.To-from, frames)
		if c.To > c.From {
			all = append(all, c)
			heard[c.Line] = true
		}
	}
	for i := range shot.Lines {
		if !heard[i] {
			all = append(all, drama.CutAway(i))
		}
	}
	return all
}
