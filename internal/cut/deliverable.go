package cut

import (
	"fmt"

	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/timeline"
)

// Deliverable is a file of a cut.
type Deliverable struct {
	Name string // relative to the cut
	Type string
	// Path is where the media child has left it; empty: Body is it.
	Path string
	Body []byte
}

// makers say what a cut delivers, in the manifest's order. One more deliverable is
// one more function here.
var makers = []func(*Cut, media.AssembleJob) []Deliverable{master, poster, subtitles, timelines}

// Deliverables are the files of the cut, once its job was carried out.
func (c *Cut) Deliverables(job media.AssembleJob) []Deliverable {
	var all []Deliverable
	for _, maker := range makers {
		all = append(all, maker(c, job)...)
	}
	return all
}

func master(_ *Cut, job media.AssembleJob) []Deliverable {
	return []Deliverable{{Name: library.MasterName, Type: "video/mp4", Path: job.Out}}
}

// posterName is beside the master.
const posterName = "poster.jpg"

func poster(_ *Cut, job media.AssembleJob) []Deliverable {
	return []Deliverable{{Name: posterName, Type: "image/jpeg", Path: job.Poster}}
}

// subtitles are the tracks of the master as files of their own, and the titles on its
// pictures.
func subtitles(c *Cut, job media.AssembleJob) []Deliverable {
	var all []Deliverable
	season := c.Script.Season
	files := func(infix, language string, cues []media.Cue) {
		for _, format := range season.Subtitles.Files() {
			all = append(all, Deliverable{
				Name: fmt.Sprintf("subs/%s-%s.%s%s.%s", c.ID.Show, c.ID.Code(), language, infix, format), Type: timeline.SubtitleType(format),
				Body: timeline.Subtitles(format, cues, timeline.Sheet{FPS: c.Spec.FPS, Raster: c.Spec.Raster, Language: language}),
			})
		}
	}
	for _, t := range job.Subtitles {
		files("", t.Language, t.Cues)
	}
	if titles := c.titles(); len(titles) > 0 {
		files(".titles", season.Language, titles)
	}
	return all
}

// titles are the titles on the pictures as cues, where the season wants them.
func (c *Cut) titles() []media.Cue {
	if !c.Script.Season.Subtitles.Titles {
		return nil
	}
	return timeline.Titles(c.list, *c.Script)
}
