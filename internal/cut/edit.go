package cut

import (
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/timeline"
)

// Pieces makes the shots of a cut, by which the script would be cut, into the pieces of
// an editor's cut, in its order. takes are those that the pieces name. A piece that is not
// shown whole has no mezzanine yet. Notes are about lines that are not heard any more.
//
// A line of a voice is heard in every piece in which it begins; if it begins in none, in
// the first that shows where it would be heard.
func Pieces(p drama.Production, shots []Shot, pieces []timeline.Piece, takes map[drama.TakeID]drama.Take) (out []Shot, notes []string) {
	base, script := map[string]Shot{}, map[string]drama.Shot{}
	for _, s := range shots {
		base[s.Slate] = s
	}
	for _, s := range p.Episode.Shots() {
		script[s.Slate] = s
	}
	fps := p.Season.Format.FPS
	heard := map[string]map[int]bool{} // lines, by slate
	for i := range pieces {
		pc := &pieces[i]
		s := base[pc.Slate]
		whole := s.Mezzanine.Result.Frames
		s.Piece = pc
		if heard[pc.Slate] == nil {
			heard[pc.Slate] = map[int]bool{}
		}
		if pc.Whole {
			for n := range script[pc.Slate].Lines {
				heard[pc.Slate][n] = true
			}
			out = append(out, s)
			continue
		}
		if pc.Take != s.Take.ID {
			s.Take, s.Reasons, s.Attempts = takes[pc.Take], nil, 0
			s.Digest = s.Take.Digest
			if s.Speech.Over != nil { // spoken over the other take's lips
				s.Speech = drama.Speech{}
			}
			if s.Take.Over() && s.Speech.Over == nil {
				notes = append(notes, fmt.Sprintf("shot %s: take %d does not say its lines as written, and no voice speaks over it in the editor's cut", pc.Slate, pc.Take.Number))
			}
		}
		s.MezzanineDigest, s.Mezzanine = "", library.Mezzanine{}
		worded, _ := timeline.Worded(p, map[string]drama.Take{pc.Slate: s.Take})
		shot := script[pc.Slate]
		for _, w := range worded.Episode.Shots() {
			if w.Slate == pc.Slate {
				shot = w
			}
		}
		from := pc.In - timeline.First(shot, s.Take, fps)
		if len(s.Speech.Lines) > 0 {
			s.Cues, s.Speech = voices(s.Speech, shot, whole, fps, from, *pc, pieces)
		} else {
			s.Cues = timeline.Within(worded, shot, whole, s.Take.Spoken(fps), from, pc.Frames)
		}
		for _, c := range s.Cues {
			if !c.Away() {
				heard[pc.Slate][c.Line] = true
			}
		}
		out = append(out, s)
	}
	return out, append(notes, unheard(out, script, heard)...)
}

// unheard names lines that no piece of their shot is long enough for.
func unheard(shots []Shot, script map[string]drama.Shot, heard map[string]map[int]bool) (notes []string) {
	told := map[string]bool{}
	for _, s := range shots {
		if told[s.Slate] {
			continue
		}
		told[s.Slate] = true
		for n := range script[s.Slate].Lines {
			if !heard[s.Slate][n] {
				notes = append(notes, fmt.Sprintf("shot %s: line %d is cut away by the editor", s.Slate, n+1))
			}
		}
	}
	return notes
}

// voices are the lines of voices that are heard in a piece, with when they are, and where
// the take itself is silent there.
func voices(sp drama.Speech, shot drama.Shot, whole media.Frames, fps media.Rational, from media.Frames, pc timeline.Piece, pieces []timeline.Piece) ([]drama.SpokenCue, drama.Speech) {
	out := sp
	out.Lines, out.Mute = nil, nil
	var cues []drama.SpokenCue
	kept := map[int]bool{}
	for n, c := range sp.Place(whole, fps) {
		length := max(sp.Lines[n].Frames, 1)
		begins := c.From - from
		switch {
		case begins >= 0 && begins < pc.Frames:
		case begins < 0 && begins+length > 0 && first(pc, pieces, c.From, length, pc.In-from):
			begins = 0
		default:
			continue
		}
		out.Lines = append(out.Lines, sp.Lines[n])
		cues = append(cues, drama.SpokenCue{Line: c.Line, From: begins, To: min(begins+length, pc.Frames)})
		kept[c.Line] = true
	}
	for n := range shot.Lines {
		if !kept[n] {
			cues = append(cues, drama.CutAway(n))
		}
	}
	for _, m := range sp.Mute {
		if a, b := max(m[0]-from, 0), min(m[1]-from, pc.Frames); b > a {
			out.Mute = append(out.Mute, [2]media.Frames{a, b})
		}
	}
	return cues, out
}

// first says that a line which begins at a frame of its whole shot begins in no piece of
// it, and is seen in none before this one. zero is the whole shot's first frame in the take.
func first(pc timeline.Piece, pieces []timeline.Piece, at, length, zero media.Frames) bool {
	before := true // pieces that stand before this one
	for _, q := range pieces {
		if q.Slate != pc.Slate {
			continue
		}
		if q.Again == pc.Again {
			before = false
			continue
		}
		begins := at + zero - q.In
		if q.Whole || begins >= 0 && begins < q.Frames {
			return false
		}
		if before && begins < 0 && begins+length > 0 {
			return false
		}
	}
	return true
}

// Ends are how many frames of a trimmed piece the transitions before and after it
// use: what its mezzanine is to be ready for.
func Ends(p drama.Production, shots []Shot) (map[string][2]media.Frames, error) {
	var pieces []timeline.Piece
	clips := map[string]timeline.Clip{}
	for _, s := range shots {
		frames := s.Mezzanine.Result.Frames
		if s.trimmed() {
			frames = s.Piece.Frames
		}
		pieces = append(pieces, *s.Piece)
		clips[s.Use()] = timeline.Clip{Take: s.Take.ID, Frames: frames}
	}
	list, err := timeline.Arrange(p, pieces, clips)
	if err != nil {
		return nil, err
	}
	ends := map[string][2]media.Frames{}
	for _, e := range list.Events {
		ends[e.Use()] = [2]media.Frames{e.Head, e.Tail}
	}
	return ends, nil
}
