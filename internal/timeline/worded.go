package timeline

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// Worded is a production whose shots say what their takes say: a take that was
// circled for a shot that has changed since keeps its own words, and so must its
// subtitles. Notes tell where the words are not the script's. takes are by slate;
// only what a model spoke itself counts, since other lines are spoken anew.
func Worded(p drama.Production, takes map[string]drama.Take) (drama.Production, []string) {
	var notes []string
	scenes := slices.Clone(p.Episode.Scenes)
	for i := range scenes {
		shots := slices.Clone(scenes[i].Shots)
		for j := range shots {
			t, ok := takes[shots[j].Slate]
			if !ok || p.Season.Spoken(shots[j]) {
				continue
			}
			lines, changed := spokenLines(shots[j], t, p.Season.Language)
			if len(changed) == 0 {
				continue
			}
			shots[j].Lines = lines
			notes = append(notes, fmt.Sprintf("shot %s: take %d does not say the script's words (%s); its subtitles show what it says", shots[j].Slate, t.ID.Number, strings.Join(changed, ", ")))
		}
		scenes[i].Shots = shots
	}
	if notes == nil {
		return p, nil
	}
	p.Episode.Scenes = scenes
	return p, notes
}

// spokenLines are a shot's lines as its take speaks them, and what is not as in the
// script. A line keeps its translations where its words stand in the script, in any
// place; for other words there is none.
func spokenLines(shot drama.Shot, t drama.Take, language string) (lines []drama.Line, changed []string) {
	a := t.Asked
	if a == nil || !a.Audio || shot.Footage != nil || a.Brief.Language != language {
		return shot.Lines, nil
	}
	for i, l := range a.Brief.Lines {
		line := drama.Line{Who: l.Who, Kind: l.Kind, Say: l.Say, Tone: l.Tone}
		if i < len(shot.Lines) {
			line.Position = shot.Lines[i].Position
		}
		at := slices.IndexFunc(shot.Lines, func(s drama.Line) bool { return s.Say == l.Say })
		if i < len(shot.Lines) && shot.Lines[i].Say == l.Say {
			at = i
		}
		if at >= 0 {
			line.Translation = shot.Lines[at].Translation
		}
		if i >= len(shot.Lines) || shot.Lines[i].Say != l.Say {
			changed = append(changed, fmt.Sprintf("line %d", i+1))
		}
		lines = append(lines, line)
	}
	for i := len(a.Brief.Lines); i < len(shot.Lines); i++ {
		changed = append(changed, fmt.Sprintf("line %d is not said", i+1))
	}
	return lines, changed
}
