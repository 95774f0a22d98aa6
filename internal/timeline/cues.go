package timeline

import (
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/lettering"
	"github.com/dailies/dailies/internal/media"
)

// Reading times, in tenths of a second: a cue stays readable for at least
// readAtLeast where there is room, and lingers after the speech so that it is not
// snatched away.
const (
	readAtLeast = 10
	linger      = 4
)

// Cues are the subtitles of a cut in one language: every line that has a text in
// it, of any kind, without names. Where the maker of a take told when a line is
// spoken (by use, in frames of the event), that counts, else the estimate. Each
// cue lies inside its shot's span, and no two overlap.
func Cues(c CutList, p drama.Production, spoken map[string][]drama.SpokenCue, language string) []media.Cue {
	shots := shotsBySlate(p)
	var all []media.Cue
	for _, e := range c.Events {
		for _, cue := range ShotCues(p, shots[e.Slate], e.Frames, spoken[e.Use()], language) {
			cue.From, cue.To = cue.From+e.Start, cue.To+e.Start
			all = append(all, broken(cue, language, c.Raster))
		}
	}
	// Shots that dissolve into each other share frames, and so may their cues:
	// the later speaker takes over.
	slices.SortStableFunc(all, func(a, b media.Cue) int { return int(a.From - b.From) })
	return together(all)
}

// ShotCues are the cues of one shot alone, in frames of the shot, their texts not
// broken into lines. They do not depend on the shot's place in the cut.
func ShotCues(p drama.Production, shot drama.Shot, frames media.Frames, spoken []drama.SpokenCue, language string) []media.Cue {
	fps, raster := p.Season.Format.FPS, p.Season.Format.Raster
	var all []media.Cue
	heard := Spoken(p, shot, frames, spoken)
	for _, at := range heard {
		text := clean(shot.Lines[at.Line].In(language, p.Season.Language))
		if text == "" {
			continue
		}
		// A translation may take longer to read than the line to say: it stays, until
		// the next is said.
		end := frames
		for _, next := range heard {
			if next.From > at.From {
				end = min(end, next.From)
			}
		}
		to := max(at.To, min(at.From+readable(text, language, fps), end))
		all = append(all, spokenBy(p.Season, shot.Lines[at.Line].Who, portions(text, language, at.From, to, raster))...)
	}
	slices.SortStableFunc(all, func(a, b media.Cue) int { return int(a.From - b.From) })
	all = together(all)
	least, after := tenths(readAtLeast, fps), tenths(linger, fps)
	for i := range all {
		end := frames
		if i+1 < len(all) {
			end = all[i+1].From
		}
		all[i].To = min(max(all[i].To+after, all[i].From+least), end)
	}
	return all
}

// Spoken says when each line of a shot is heard, in frames of the shot and inside
// it: as told by the take's maker, else as estimated. Lines for which there is no
// room at all are left out, as are those that were cut away.
func Spoken(p drama.Production, shot drama.Shot, frames media.Frames, told []drama.SpokenCue) []drama.SpokenCue {
	if frames <= 0 || len(shot.Lines) == 0 {
		return nil
	}
	at := make(map[int]drama.SpokenCue)
	for _, c := range drama.PlaceLines(shot.Lines, p.Season.Language, frames, p.Season.Format.FPS) {
		at[c.Line] = c
	}
	for _, c := range told {
		if c.Away() {
			delete(at, c.Line)
		}
		if c.From < c.To && c.From < frames && c.To > 0 {
			at[c.Line] = c
		}
	}
	var all []drama.SpokenCue
	for i := range shot.Lines {
		c, ok := at[i]
		if !ok {
			continue
		}
		c.From = min(max(c.From, 0), frames-1)
		c.To = min(max(c.To, c.From+1), frames)
		all = append(all, c)
	}
	return all
}

// Speech is where a cut is spoken over, in record positions, merged: the score
// goes under there.
func Speech(c CutList, p drama.Production, spoken map[string][]drama.SpokenCue) [][2]media.Frames {
	shots := shotsBySlate(p)
	var all [][2]media.Frames
	for _, e := range c.Events {
		for _, s := range Spoken(p, shots[e.Slate], e.Frames, spoken[e.Use()]) {
			if !drama.Audible(shots[e.Slate].Lines[s.Line].Say) {
				continue
			}
			all = append(all, [2]media.Frames{s.From + e.Start, s.To + e.Start})
		}
	}
	slices.SortFunc(all, func(a, b [2]media.Frames) int { return int(a[0] - b[0]) })
	var merged [][2]media.Frames
	for _, s := range all {
		if n := len(merged); n > 0 && s[0] <= merged[n-1][1] {
			merged[n-1][1] = max(merged[n-1][1], s[1])
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// Burns are the texts burned into a shot, in frames of the shot: its subtitles in
// the season's burn language, and its title, as long as the shot is.
func Burns(p drama.Production, shot drama.Shot, frames media.Frames, spoken []drama.SpokenCue) []media.Text {
	var all []media.Text
	if language := p.Season.Subtitles.Burn; language != "" && language != "none" {
		for _, c := range ShotCues(p, shot, frames, spoken, language) {
			all = append(all, media.Text{Text: c.Text, From: c.From, To: c.To, Style: "subtitle", Position: "bottom", Language: language, Spans: c.Spans, Look: look(p.Season, "subtitle")})
		}
	}
	if t := shot.Title; t != nil && t.Text != "" && frames > 0 {
		position := t.Position
		if position == "" {
			position = "center"
		}
		all = append(all, media.Text{Text: t.Text, To: frames, Style: "title", Position: position, Language: p.Season.Language, Look: look(p.Season, "title")})
	}
	return all
}

// look is how a show has texts of a style drawn; nil: it does not say.
func look(s drama.Season, style string) *media.TextStyle {
	if l, ok := s.Texts[style]; ok {
		return &l
	}
	return nil
}

// portions shares a line's time out over as many cues as its text needs, by the
// width of their texts.
func portions(text, language string, from, to media.Frames, raster media.Raster) []media.Cue {
	parts := splitText(text, language, raster)
	if media.Frames(len(parts)) > to-from {
		parts = []string{text}
	}
	total, before := 0, 0
	for _, part := range parts {
		total += lettering.Width(part, raster)
	}
	total = max(total, 1) // marks alone have no width
	var all []media.Cue
	for i, part := range parts {
		c := media.Cue{From: from + (to-from)*media.Frames(before)/media.Frames(total), Text: part}
		before += lettering.Width(part, raster)
		c.To = from + (to-from)*media.Frames(before)/media.Frames(total)
		if i > 0 {
			c.From = max(c.From, all[i-1].From+1)
		}
		c.To = max(c.To, c.From+1)
		all = append(all, c)
	}
	return all
}

// together makes one cue of those that begin at once (people who talk over each
// other, or across a dissolve), and ends each where the next begins.
func together(cues []media.Cue) []media.Cue {
	var all []media.Cue
	for _, c := range cues {
		if n := len(all); n > 0 {
			last := &all[n-1]
			if last.From == c.From {
				last.Text += "\n" + c.Text
				last.Spans = append(last.Spans, c.Spans...)
				last.To = max(last.To, c.To)
				continue
			}
			last.To = min(last.To, c.From)
		}
		all = append(all, c)
	}
	return all
}

func tenths(n int64, fps media.Rational) media.Frames {
	if !fps.Valid() {
		return 0
	}
	return media.Frames((n*fps.Num + 5*fps.Den) / (10 * fps.Den))
}

func shotsBySlate(p drama.Production) map[string]drama.Shot {
	shots := make(map[string]drama.Shot)
	for _, s := range p.Episode.Shots() {
		shots[s.Slate] = s
	}
	return shots
}
