package timeline

import (
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// Chapters are the cut's scenes: one chapter where each begins.
func Chapters(c CutList, p drama.Production) []media.Chapter {
	scenes := make(map[string]drama.Scene)
	for _, s := range p.Episode.Scenes {
		scenes[s.Number] = s
	}
	var all []media.Chapter
	for i, e := range c.Events {
		if i > 0 && c.Events[i-1].Scene == e.Scene {
			continue
		}
		s := scenes[e.Scene]
		title := "Scene " + e.Scene
		var where []string
		if name := p.Season.Locations[s.Location].Name; name != "" {
			where = append(where, name)
		}
		if s.Time != "" {
			where = append(where, s.Time)
		}
		if len(where) > 0 {
			title += ": " + strings.Join(where, ", ")
		}
		all = append(all, media.Chapter{At: e.Start, Title: title})
	}
	return all
}

// Poster is the record position of the picture that stands for the cut: the
// middle of the first shot that shows a face well, without a title over it.
func Poster(c CutList, p drama.Production) media.Frames {
	shots := shotsBySlate(p)
	best, bestScore := 0, -1
	for i, e := range c.Events {
		s := shots[e.Slate]
		score := 0
		if len(s.Cast) > 0 {
			score = faceScore(s.Size)
		}
		if s.Title != nil {
			score = 0
		}
		if score > bestScore {
			best, bestScore = i, score
		}
	}
	if len(c.Events) == 0 {
		return 0
	}
	e := c.Events[best]
	return e.Start + e.Head + (e.Frames-e.Head-e.Tail)/2
}

// faceScore says how well a size shows who is in it.
func faceScore(size string) int {
	switch strings.ToUpper(size) {
	case "MCU":
		return 6
	case "CU":
		return 5
	case "MS", "TWO-SHOT":
		return 4
	case "OTS", "MLS":
		return 3
	case "ECU":
		return 2
	default:
		return 1
	}
}
