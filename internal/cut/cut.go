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
}

// Cut is one assembly of an episode.
type Cut struct {
	ID        drama.EpisodeID
	Number    int
	Script    *drama.Production // it MUST NOT be changed
	ScriptRef drama.Object
	Spec      media.Spec
	Spent     drama.Money // on the episode so far

	shots  map[string]Shot // by slate
	spoken map[string][]drama.SpokenCue
	list   timeline.CutList
	dub    *dubbing // nil: it is the original
}

// Lay lays the shots out in the order of the script, which then has the words that
// older takes were made with. It errs when the script wants
// what they do not give.
func (c *Cut) Lay(shots []Shot) error {
	c.shots, c.spoken = make(map[string]Shot), make(map[string][]drama.SpokenCue)
	clips, takes := make(map[string]timeline.Clip), make(map[string]drama.Take)
	for _, s := range shots {
		c.shots[s.Slate] = s
		frames := s.Mezzanine.Result.Frames
		c.spoken[s.Slate] = s.Take.Spoken(c.Spec.FPS)
		if len(s.Speech.Lines) > 0 {
			c.spoken[s.Slate] = s.Speech.Place(frames, c.Spec.FPS)
		}
		takes[s.Slate], clips[s.Slate] = s.Take, timeline.Clip{Take: s.Take.ID, Frames: frames}
	}
	worded, notes := timeline.Worded(*c.Script, takes)
	c.Script = &worded
	var err error
	if c.list, err = timeline.Build(worded, clips); err != nil {
		return fmt.Errorf("lay out cut %d of %s: %w", c.Number, c.ID, err)
	}
	c.list.Notes = append(c.list.Notes, notes...)
	return nil
}

// Remade puts a mezzanine that was made again in the place of the one that was lost.
func (c *Cut) Remade(slate string, mz library.Mezzanine) {
	s := c.shots[slate]
	s.Mezzanine = mz
	c.shots[slate] = s
}

// Labelled says whether the cut must carry the AI-content label: when anything in
// it was generated, unless the script turned it off and said why.
func (c *Cut) Labelled() bool {
	if c.Script.Season.Label.Off {
		return false
	}
	for _, s := range c.shots {
		if s.Take.Origin == drama.OriginGenerated {
			return true
		}
	}
	return false
}

func (c *Cut) cues(language string) []media.Cue {
	return timeline.Cues(c.list, *c.Script, c.spoken, language)
}
