package cut

import (
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
)

// Lip is a use of a shot in a dub in which somebody who is seen speaks.
type Lip struct {
	Use, Slate string
	Who        string // the only one who does
	Frames     media.Frames
	Lines      []drama.SpokenLine // what they say; At and Rate are set
}

// Lips are the uses of a dub in which one person who is seen speaks, in order. Where
// several do, nobody can be told whose lips are whose, and the pictures stay.
func (c *Cut) Lips() (all []Lip) {
	if c.dub == nil {
		return nil
	}
	shots := make(map[string]drama.Shot)
	for _, s := range c.Script.Episode.Shots() {
		shots[s.Slate] = s
	}
	for _, e := range c.list.Events {
		shot, s := shots[e.Slate], c.shots[e.Use()]
		lip, several := Lip{Use: e.Use(), Slate: e.Slate, Frames: e.Frames}, false
		for _, l := range s.Speech.Lines {
			if l.Line >= len(shot.Lines) || l.At == nil || !shot.OnLips(shot.Lines[l.Line]) {
				continue
			}
			who := shot.Lines[l.Line].Who
			several = several || lip.Who != "" && lip.Who != who
			lip.Who, lip.Lines = who, append(lip.Lines, l)
		}
		if len(lip.Lines) > 0 && !several {
			all = append(all, lip)
		}
	}
	return all
}

// Shown is the mezzanine that a use shows.
func (c *Cut) Shown(use string) library.Mezzanine { return c.shots[use].Mezzanine }

// Sync puts pictures with other lips in the place of a use's own in a dub.
func (c *Cut) Sync(use, digest string, mz library.Mezzanine, by drama.ManifestLips) {
	s := c.shots[use]
	s.MezzanineDigest, s.Mezzanine = digest, mz
	c.shots[use] = s
	by.Slate = s.Slate
	c.dub.lips = append(c.dub.lips, by)
}

// KeepLips says that a use shows its own lips, and why.
func (c *Cut) KeepLips(use, why string) {
	c.dub.notes = append(c.dub.notes, fmt.Sprintf("shot %s keeps its lips: %s", use, why))
}

// synced says whether a model changed lips in the cut.
func (c *Cut) synced() bool {
	return c.dub != nil && slices.ContainsFunc(c.dub.lips, func(l drama.ManifestLips) bool { return !l.Rehearsal })
}
