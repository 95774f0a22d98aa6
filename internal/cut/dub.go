package cut

import (
	"fmt"
	"maps"
	"slices"

	"github.com/dailies/dailies/internal/aigc"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/timeline"
)

// dubbing is what makes a cut a dub of itself.
type dubbing struct {
	language string
	number   int
	// ducks is where the original speaks: the score gives way there and nowhere else, so that
	// music and effects are the original's.
	ducks [][2]media.Frames
	lines []drama.DubLine
	notes []string
	lips  []drama.ManifestLips // shots whose pictures show other lips
}

// Dub is the cut as voices speak it in another language: the same pictures, music and
// effects, and its lines, which spoken has by slate, in the place of its own. Lines whose
// window is too short are among Unfit. The cut itself is not changed.
func (c *Cut) Dub(language string, number int, spoken map[string][]drama.SpokenLine) *Cut {
	d := *c
	d.dub = &dubbing{language: language, number: number, ducks: c.ducking()}
	d.shots, d.spoken = maps.Clone(c.shots), maps.Clone(c.spoken)
	shots := make(map[string]drama.Shot)
	for _, s := range c.Script.Episode.Shots() {
		shots[s.Slate] = s
	}
	var silent []string
	for _, e := range c.list.Events {
		shot, s := shots[e.Slate], c.shots[e.Use()]
		if len(shot.Lines) == 0 {
			continue
		}
		said := drama.Speech{Over: s.Speech.Over, Mute: s.Speech.Mute}
		if c.speaks(e.Use()) {
			said.Mute = c.mute(e, s)
			if whole := [2]media.Frames{0, e.Frames}; slices.Equal(said.Mute, [][2]media.Frames{whole}) && !slices.Contains(silent, e.Slate) {
				silent = append(silent, e.Slate)
			}
		}
		var cues []drama.SpokenCue
		windows := drama.DubWindows(timeline.Spoken(*c.Script, shot, e.Frames, c.spoken[e.Use()]), e.Frames)
		for _, l := range spoken[e.Slate] {
			at := slices.IndexFunc(windows, func(w drama.DubWindow) bool { return w.Line == l.Line })
			if at < 0 || l.Line >= len(shot.Lines) {
				continue // an editor has cut it away
			}
			line := d.fit(shot, windows[at], l)
			from := line.From
			said.Lines = append(said.Lines, drama.SpokenLine{Line: l.Line, Sound: l.Sound, Frames: line.Length, At: &from, Rate: line.Rate})
			cues = append(cues, drama.SpokenCue{Line: l.Line, From: from, To: min(from+line.Length, e.Frames)})
		}
		for n := range shot.Lines {
			if !slices.ContainsFunc(windows, func(w drama.DubWindow) bool { return w.Line == n }) {
				cues = append(cues, drama.CutAway(n))
			}
		}
		s.Speech = said
		d.shots[e.Use()], d.spoken[e.Use()] = s, cues
	}
	if len(silent) > 0 {
		d.dub.notes = append(d.dub.notes, fmt.Sprintf("nobody knows when the take of %s speaks, so that all of its own sound is silent in the dub", list(silent)))
	}
	return &d
}

// mute is where a take's own speech is silent in the dub, in frames of its event.
func (c *Cut) mute(e timeline.Event, s Shot) [][2]media.Frames {
	if !s.trimmed() {
		return s.Take.Silenced(e.Frames, c.Spec.FPS)
	}
	take, end := s.Take, e.In+e.Frames
	take.Head = 0 // the piece counts from the first frame that it shows
	var all [][2]media.Frames
	for _, span := range take.Silenced(end, c.Spec.FPS) {
		if from, to := max(span[0]-e.In, 0), min(span[1]-e.In, e.Frames); from < to {
			all = append(all, [2]media.Frames{from, to})
		}
	}
	return all
}

// fit lays a line into its window.
func (c *Cut) fit(shot drama.Shot, w drama.DubWindow, l drama.SpokenLine) drama.DubLine {
	said := shot.Lines[l.Line]
	lips := shot.OnLips(said)
	line := drama.DubLine{
		Slate: shot.Slate, DubWindow: w, Who: said.Who, Text: said.In(c.dub.language, c.Script.Season.Language), Natural: l.Frames,
	}
	line.Rate, line.Length, line.Fits = w.Fit(l.Frames, lips)
	c.dub.lines = append(c.dub.lines, line)
	return line
}

// Unfit are the lines of a dub that do not fit their windows, in words that say what to do.
func (c *Cut) Unfit() []string {
	var all []string
	if c.dub == nil {
		return nil
	}
	for _, l := range c.dub.lines {
		if l.Fits {
			continue
		}
		seconds := func(f media.Frames) float64 { return f.Duration(c.Spec.FPS).Seconds() }
		all = append(all, fmt.Sprintf("line %d of shot %s lasts %.1f s in %s, and %.2f times as fast still %.1f s, where there are %.1f s for it: shorten %q, or give the shot more time",
			l.Line+1, l.Slate, seconds(l.Natural), c.dub.language, drama.FastestDub, seconds(l.Length), seconds(l.End-l.From), l.Text))
	}
	return all
}

// Prefix is where the files of the cut, or of its dub, lie.
func (c *Cut) Prefix() string {
	k := store.Keys{Show: c.ID.Show}
	if c.dub != nil {
		return k.Dub(c.ID, c.dub.language, c.dub.number)
	}
	return k.Cut(c.ID, c.Number)
}

// language is what is spoken in the cut.
func (c *Cut) language() string {
	if c.dub != nil {
		return c.dub.language
	}
	return c.Script.Season.Language
}

// Named is what the cut is called where people read it: night-shift/ep01 cut 3, dubbed zh.
func (c *Cut) Named() string {
	name := fmt.Sprintf("%s cut %d", c.ID, c.Number)
	if c.dub != nil {
		name += ", dubbed " + c.dub.language
	}
	return name
}

// ducking is where the score gives way.
func (c *Cut) ducking() [][2]media.Frames {
	if c.dub != nil {
		return c.dub.ducks
	}
	return timeline.Speech(c.list, *c.Script, c.spoken)
}

// produceID is what the cut is called in its implicit label.
func (c *Cut) produceID() string {
	if c.dub != nil {
		return aigc.DubID(c.ID, c.Number, c.dub.language, c.dub.number)
	}
	return aigc.ProduceID(c.ID, c.Number)
}
