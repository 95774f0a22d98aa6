package prompt

import (
	"slices"

	"github.com/dailies/dailies/internal/drama"
)

// DefaultWardrobe is worn where a scene's continuity says nothing.
const DefaultWardrobe = "default"

// Still is what one picture can show of a brief, at the shot's first moment: no
// move of the camera, nothing that is heard.
func Still(b drama.Brief) drama.Brief {
	b.Move, b.Sound, b.Lines = "", "", nil
	return b
}

// Brief resolves the names in a shot: cast with what they wear in the scene,
// location, props, the season's look. Lines are in it only when the video model
// speaks them (dialogue: native). Names that the script does not define are left
// out; a checked script has none. Speakers who are only heard are in Lines, not
// in Cast.
func Brief(p drama.Production, shot drama.Shot) drama.Brief {
	s := p.Season
	scene := sceneOf(p.Episode, shot)
	b := drama.Brief{
		Show: s.Show, Language: s.Language, Look: s.Look, Avoid: s.Avoid,
		Set: scene.Set, Time: scene.Time, Mood: scene.Mood,
		Size: shot.Size, Angle: shot.Angle, Move: shot.Move, Lens: shot.Lens,
		Action: shot.Action, Sound: shot.Sound,
		Raster: s.Format.Raster, FPS: s.Format.FPS, Frames: shot.Frames,
	}
	if b.Action == "" {
		b.Action = scene.Prompt
	}
	if l, ok := s.Locations[scene.Location]; ok {
		b.Location = &drama.BriefLocation{ID: scene.Location, Name: l.Name, Looks: l.Looks, Refs: shownAt(l.Refs, scene.Time)}
	}
	for _, id := range shot.Cast {
		c, ok := s.Cast[id]
		if !ok {
			continue
		}
		wears := scene.Continuity[id]
		if wears == "" {
			wears = DefaultWardrobe
		}
		b.Cast = append(b.Cast, drama.BriefCast{
			ID: id, Name: nameOf(id, c), Looks: c.Looks, Wardrobe: c.Wardrobe[wears], Refs: shownIn(c.Refs, wears), Voice: c.Voice,
		})
	}
	for _, id := range shot.Props {
		if prop, ok := s.Props[id]; ok {
			looks := prop.Looks
			if looks == "" {
				looks = prop.Name
			}
			b.Props = append(b.Props, drama.BriefProp{ID: id, Name: prop.Name, Looks: looks, Refs: prop.Refs})
		}
	}
	if s.DialogueOf(shot) == drama.DialogueNative {
		for _, l := range shot.Lines {
			c := s.Cast[l.Who]
			b.Lines = append(b.Lines, drama.BriefLine{
				Who: l.Who, Name: nameOf(l.Who, c), Kind: l.Kind, Say: l.Say, Tone: l.Tone, Voice: c.Voice,
			})
		}
	}
	return sheet(b, shot)
}

func sceneOf(e drama.Episode, shot drama.Shot) drama.Scene {
	i := slices.IndexFunc(e.Scenes, func(s drama.Scene) bool { return s.Number == shot.Scene })
	if i < 0 {
		return drama.Scene{}
	}
	return e.Scenes[i]
}

func nameOf(id string, c drama.Character) string {
	switch {
	case c.Name != "":
		return c.Name
	case id == drama.Narrator:
		return "The narrator"
	default:
		return id
	}
}
