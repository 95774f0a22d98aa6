// Package cut is what a cut is made of, what makes it another cut than the one
// before, what it delivers and what its manifest says. It is pure: it names what is
// to be brought and what is to be made; activities bring and make it.
package cut

import (
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/timeline"
)

// Shot is a shot with the take that the cut uses.
type Shot struct {
	Slate    string
	Take     drama.Take
	Digest   string // of the shot as planned; the take's may be of the shot as it was
	Attempts int
	Reasons  []string // of the attempts that were NG
	Speech   drama.Speech
	// MezzanineDigest names the conformed take, Mezzanine is its record.
	MezzanineDigest string
	Mezzanine       library.Mezzanine
	// Piece is set where an editor's cut says which of the take is shown. Cues are then when
	// its lines are heard in it, if it is not shown whole; those of Speech come first.
	Piece *timeline.Piece
	Cues  []drama.SpokenCue
}

// Use names the shot's place among all: see timeline.Event.Use.
func (s Shot) Use() string {
	if s.Piece == nil {
		return s.Slate
	}
	return s.Piece.Use()
}

// trimmed says that less, more or something else is shown than the script has it.
func (s Shot) trimmed() bool { return s.Piece != nil && !s.Piece.Whole }

// Cut is one assembly of an episode.
type Cut struct {
	ID        drama.EpisodeID
	Number    int
	Script    *drama.Production // it MUST NOT be changed
	ScriptRef drama.Object
	Spec      media.Spec
	Spent     drama.Money // on the episode so far
	// Signed is the form of the C2PA manifest that its master is signed with, and by which
	// certificate; empty: it is not signed.
	Signed string
	// Edit is the editor's cut that it is laid out by; nil: the script's order. EditNotes
	// say what of it does not hold.
	Edit      *drama.Edit
	EditNotes []string
	LeftOut   []drama.TakeID // of shots that it does not show

	// Takes are further takes of the episode, which its timelines bring beside those that it
	// shows.
	Takes []drama.Take

	shots  map[string]Shot // by use
	spoken map[string][]drama.SpokenCue
	list   timeline.CutList
	dub    *dubbing // nil: it is the original
}

// Lay lays the shots out in the order of the script, or of the editor's cut, which then
// has the words that older takes were made with. It errs when the script wants
// what they do not give.
func (c *Cut) Lay(shots []Shot) error {
	c.shots, c.spoken = make(map[string]Shot), make(map[string][]drama.SpokenCue)
	clips, takes := make(map[string]timeline.Clip), make(map[string]drama.Take)
	script := make(map[string]drama.Shot)
	for _, s := range c.Script.Episode.Shots() {
		script[s.Slate] = s
	}
	var pieces []timeline.Piece
	for _, s := range shots {
		use, frames := s.Use(), s.Mezzanine.Result.Frames
		clip := timeline.Clip{Take: s.Take.ID, Frames: frames, In: timeline.First(script[s.Slate], s.Take, c.Spec.FPS)}
		c.shots[use] = s
		c.spoken[use] = s.Take.Spoken(c.Spec.FPS)
		if len(s.Speech.Lines) > 0 {
			c.spoken[use] = s.Speech.Place(frames, c.Spec.FPS)
		}
		if s.trimmed() {
			c.spoken[use], clip.In = s.Cues, s.Piece.In
		}
		if s.Piece != nil {
			pieces = append(pieces, *s.Piece)
		}
		if _, there := takes[s.Slate]; !there {
			takes[s.Slate] = s.Take
		}
		clips[use] = clip
	}
	worded, notes := timeline.Worded(*c.Script, takes)
	c.Script = &worded
	var err error
	if c.Edit != nil {
		c.list, err = timeline.Arrange(worded, pieces, clips)
	} else {
		c.list, err = timeline.Build(worded, clips)
	}
	if err != nil {
		return fmt.Errorf("lay out cut %d of %s: %w", c.Number, c.ID, err)
	}
	c.list.Notes = append(append(c.list.Notes, c.EditNotes...), notes...)
	return nil
}

// Frames is how long the cut is.
func (c *Cut) Frames() media.Frames { return c.list.Frames }

// Slate is the slate of a use.
func (c *Cut) Slate(use string) string { return c.shots[use].Slate }

// Shows says whether the cut shows a take.
func (c *Cut) Shows(id drama.TakeID) bool {
	for _, s := range c.shots {
		if s.Take.ID == id {
			return true
		}
	}
	return false
}

// Remade puts a mezzanine that was made again in the place of the one that was lost.
func (c *Cut) Remade(use string, mz library.Mezzanine) {
	digest := c.shots[use].MezzanineDigest
	for use, s := range c.shots {
		if s.MezzanineDigest == digest {
			s.Mezzanine = mz
			c.shots[use] = s
		}
	}
}

// Labelled says whether the cut must carry the AI-content label: when anything in
// it was generated, unless the script turned it off and said why.
func (c *Cut) Labelled() bool {
	if c.Script.Season.Label.Off {
		return false
	}
	if c.synced() {
		return true
	}
	for _, s := range c.shots {
		if s.Take.Origin == drama.OriginGenerated {
			return true
		}
	}
	return false
}

// Makings are what a cut's pictures come from.
type Makings struct {
	Trained bool // a model that was trained generated some
	Drawn   bool // the animatic drew some
	Footage bool // some are footage
}

// animatic is the built-in provider, whose pictures a program draws.
const animatic = "animatic"

// Makings are what the cut's pictures come from.
func (c *Cut) Makings() (m Makings) {
	for _, s := range c.shots {
		switch {
		case s.Take.Origin == drama.OriginFootage:
			m.Footage = true
		case s.Take.Provider == animatic:
			m.Drawn = true
		default:
			m.Trained = true
		}
	}
	m.Trained = m.Trained || c.synced()
	return m
}

func (c *Cut) cues(language string) []media.Cue {
	return timeline.Cues(c.list, *c.Script, c.spoken, language)
}
