package cut

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/qc"
)

// musicNote says whose own sound may have music that the score lies over; empty: nobody's.
// The score may be newer than the takes, so that their verdicts need not know.
func (c *Cut) musicNote() string {
	if c.Script.Season.Score == nil {
		return ""
	}
	policy := qc.DefaultPolicy().By(c.Script.Season.Takes.QC)
	muted := map[string]bool{}
	for _, s := range c.Script.Episode.Shots() {
		muted[s.Slate] = s.Mute
	}
	var own []string
	for _, e := range c.list.Events {
		t := c.shots[e.Use()].Take
		asked := qc.Asked{}
		if t.Asked != nil {
			asked = qc.AskedBy(t.Asked.Brief)
		}
		drawn := t.Origin == drama.OriginGenerated && t.Provider == animatic
		if t.Measured != nil && !muted[e.Slate] && !drawn && policy.Musical(*t.Measured, asked) && !slices.Contains(own, e.Slate) {
			own = append(own, e.Slate)
		}
	}
	if len(own) == 0 {
		return ""
	}
	const few = 5
	words := strings.Join(own[:min(few, len(own))], ", ")
	if n := len(own) - few; n > 0 {
		words += fmt.Sprintf(" and %d more", n)
	}
	return "music of their own may lie under the score in " + words
}
