package timeline

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/language"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// pace is how many characters a second readers of adults' programmes follow, by
// language: Netflix's timed text style guides, as sublingo.cc prints them (2026-06-11).
var pace = map[string]int{"zh": 9, "ja": 4, "ko": 12, "en": 20, "ar": 17, "th": 17}

// usual is the guides' pace for most other languages.
const usual = 17

// Pace is how many characters of a language's subtitles readers follow in a second.
func Pace(tag string) int {
	base, sure := language.Make(tag).Base()
	if p, ok := pace[base.String()]; ok && sure >= language.High {
		return p
	}
	return usual
}

// readable is how long a text has to be shown for readers to follow.
func readable(text, tag string, fps media.Rational) media.Frames {
	if !fps.Valid() {
		return 0
	}
	most := int64(Pace(tag)) * fps.Den
	return media.Frames((int64(letters(text))*fps.Num + most - 1) / most)
}

// Hurried is a subtitle that is gone before most readers are through.
type Hurried struct {
	Slate string
	Line  int // of the shot
	Text  string
	Pace  float64 // characters a second, as it is shown
	Least media.Frames
}

// Hurry finds a language's subtitles that are shown for less time than readers need, in
// the episode as it is written: where models will say the lines is only estimated. Shots
// without a length of their own are left out.
func Hurry(p drama.Production, language string) []Hurried {
	var all []Hurried
	fps := p.Season.Format.FPS
	if !fps.Valid() {
		return nil
	}
	for _, shot := range p.Episode.Shots() {
		if shot.Frames <= 0 {
			continue
		}
		for _, c := range ShotCues(p, shot, shot.Frames, nil, language) {
			frames, least := c.To-c.From, readable(c.Text, language, fps)
			if frames <= 0 || least <= frames+frames/10 {
				continue // a tenth more is nothing that a reader notices
			}
			all = append(all, Hurried{
				Slate: shot.Slate, Line: lineOf(shot, p.Season.Language, language, c.Text), Text: c.Text,
				Pace: float64(letters(c.Text)) / frames.Duration(fps).Seconds(), Least: least,
			})
		}
	}
	return all
}

// lineOf is the first line that a cue's text is part of.
func lineOf(shot drama.Shot, spoken, language, text string) int {
	return max(0, slices.IndexFunc(shot.Lines, func(l drama.Line) bool {
		return strings.Contains(clean(l.In(language, spoken)), text)
	}))
}

// letters counts what readers see as characters: no marks on others, nothing unseen.
func letters(text string) int {
	n := 0
	for _, r := range text {
		if !unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) && r != '\n' {
			n++
		}
	}
	return n
}
