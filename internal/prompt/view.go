package prompt

import (
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// view is what templates see. It is a contract with every show that has
// templates of its own: fields are added, never renamed. All of it is text and
// lists of text, so that a template cannot count to a billion.
type view struct {
	Show, Language         string
	Size, Angle            string
	Move, Lens             string
	Set, Time              string
	Mood, Look             string
	Avoid, Sound           string
	Action                 string
	Location               thing
	Cast                   []thing
	Props                  []thing
	Lines                  []line
	Raster, FPS, Seconds   string
	Vertical, HasReference bool
}

type thing struct{ ID, Name, Looks, Wardrobe string }

type line struct{ Who, Name, Kind, Say, Tone, Language string }

func viewOf(b drama.Brief) view {
	v := view{
		Show: b.Show, Language: b.Language, Size: b.Size, Angle: b.Angle, Move: b.Move, Lens: b.Lens,
		Set: b.Set, Time: b.Time, Mood: b.Mood, Look: b.Look, Avoid: b.Avoid, Sound: b.Sound, Action: b.Action,
		Raster: b.Raster.String(), FPS: b.FPS.String(), Seconds: b.Frames.Duration(b.FPS).String(),
		Vertical: b.Raster.Height > b.Raster.Width,
	}
	if l := b.Location; l != nil {
		v.Location = thing{ID: l.ID, Name: l.Name, Looks: l.Looks}
		v.HasReference = v.HasReference || len(l.Refs) > 0
	}
	for _, c := range b.Cast {
		v.Cast = append(v.Cast, thing{ID: c.ID, Name: c.Name, Looks: c.Looks, Wardrobe: c.Wardrobe})
		v.HasReference = v.HasReference || len(c.Refs) > 0
	}
	for _, p := range b.Props {
		v.Props = append(v.Props, thing{ID: p.ID, Name: p.Name, Looks: p.Looks})
		v.HasReference = v.HasReference || len(p.Refs) > 0
	}
	for _, l := range b.Lines {
		if !drama.Audible(l.Say) {
			if l.Kind == drama.LineDialogue { // a model would try to speak the dots
				if v.Action != "" && !strings.ContainsAny(v.Action[len(v.Action)-1:], ".!?") && !strings.HasSuffix(v.Action, "。") {
					v.Action += "."
				}
				v.Action = strings.TrimSpace(v.Action + " " + l.Name + " says nothing for a moment.")
			}
			continue
		}
		v.Lines = append(v.Lines, line{Who: l.Who, Name: l.Name, Kind: string(l.Kind), Say: l.Say, Tone: tone(l), Language: b.Language})
	}
	return v
}

// tone is how a line is said; where the script describes the speaker's voice, with that.
func tone(l drama.BriefLine) string {
	if l.Voice == nil || l.Voice.Says == "" {
		return l.Tone
	}
	voice := "voice: " + l.Voice.Says
	if l.Tone == "" {
		return voice
	}
	return clause(l.Tone) + "; " + voice
}
