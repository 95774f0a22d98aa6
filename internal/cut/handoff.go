package cut

import (
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/handoff"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/timeline"
)

// timelines are the cut as editors' programs open it; a dub's pictures are the cut's.
func timelines(c *Cut, made Made) []Deliverable {
	if c.dub != nil {
		return nil
	}
	t := c.timeline(made.Result.Effects)
	return []Deliverable{
		{Name: handoff.OTIOName, Type: "application/json", Body: handoff.OTIO(t)},
		{Name: handoff.EDLName, Type: "text/plain; charset=utf-8", Body: handoff.EDL(t)},
		{Name: handoff.FCPXMLName, Type: "application/xml", Body: handoff.FCPXML(t)},
		{Name: handoff.XMEMLName, Type: "application/xml", Body: handoff.XMEML(t)},
	}
}

// timeline is the cut with every take of its slates. effects are how long those of its job
// were found to be.
func (c *Cut) timeline(effects []media.Frames) handoff.Timeline {
	takes := slices.Clone(c.Takes)
	muted := map[string]bool{}
	for _, s := range c.Script.Episode.Shots() {
		muted[s.Slate] = s.Mute
	}
	for _, e := range c.list.Events {
		takes = append(takes, c.shots[e.Use()].Take)
	}
	t := handoff.Lay(c.list, c.Number, takes)
	season := c.Script.Season
	keys := store.Keys{Show: season.Show}
	t.Language = season.Language
	t.Markers, t.Cues = timeline.Chapters(c.list, *c.Script), c.cues(season.Language)
	for i, e := range c.list.Events {
		s := c.shots[e.Use()]
		t.Clips[i].Mute = s.Speech.Mute
		if muted[e.Slate] && s.Take.Origin == drama.OriginFootage {
			t.Clips[i].Mute = [][2]media.Frames{{0, e.Frames}}
		}
		cues := c.spoken[e.Use()]
		for n, l := range s.Speech.Lines {
			snd := handoff.Sound{Track: handoff.Dialogue, Name: fmt.Sprintf("%s-line%d", e.Slate, l.Line+1), Start: e.Start, Frames: l.Frames, Object: l.Sound}
			snd.File = handoff.SoundFile(snd.Track, snd.Name, l.Sound.Type)
			if n < len(cues) {
				snd.Start += cues[n].From
			}
			t.Sounds = append(t.Sounds, snd)
		}
		for _, f := range c.effects(e) {
			if len(effects) == 0 {
				break // nobody has heard them
			}
			snd := handoff.Sound{
				Track: handoff.Effects, Name: handoff.EffectName(f.File), Start: e.Start + f.At, Frames: effects[0], Object: blob(keys, f.File),
				Level: f.Level, Slate: e.Slate, Take: e.Take.Number, At: e.In + f.At,
			}
			snd.File = handoff.SoundFile(snd.Track, snd.Name, f.File.Type)
			t.Sounds, effects = append(t.Sounds, snd), effects[1:]
		}
	}
	if sc := season.Score; sc != nil {
		t.Sounds = append(t.Sounds, handoff.Sound{Track: handoff.Score, Name: "score", File: handoff.SoundFile(handoff.Score, "score", sc.File.Type), Frames: c.list.Frames, Object: blob(keys, sc.File)})
	}
	return t
}
