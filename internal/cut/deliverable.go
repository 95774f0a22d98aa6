package cut

import (
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/xmp"
	"github.com/dailies/dailies/internal/timeline"
)

// Deliverable is a file of a cut.
type Deliverable struct {
	Name string // relative to the cut
	Type string
	// Path is where the media child has left it; empty: Body is it.
	Path string
	Body []byte
	// SHA256 (hex) and Bytes are what the child has counted; empty: nobody has.
	SHA256 string
	Bytes  int64
	// XMP is the packet of metadata that goes into a JPEG before it is stored: its implicit
	// label. Empty: none.
	XMP string
}

// Made is what was made of a cut.
type Made struct {
	Job      media.AssembleJob
	Result   media.AssembleResult
	Versions []MadeVersion
	Covers   media.CoverJob // of no covers: none
}

// makers say what a cut delivers, in the manifest's order. One more deliverable is
// one more function here.
var makers = []func(*Cut, Made) []Deliverable{master, poster, contact, covers, subtitles, timelines, stream, versions, stemFiles}

// Deliverables are the files of the cut, once its jobs were carried out.
func (c *Cut) Deliverables(made Made) []Deliverable {
	var all []Deliverable
	for _, maker := range makers {
		all = append(all, maker(c, made)...)
	}
	if label := c.implicit(); label != "" {
		for i := range all {
			if all[i].Type == "image/jpeg" {
				all[i].XMP = xmp.Packet(label)
			}
		}
	}
	return all
}

func master(_ *Cut, made Made) []Deliverable {
	return []Deliverable{{Name: library.MasterName, Type: "video/mp4", Path: made.Job.Out, SHA256: made.Result.SHA256, Bytes: made.Result.Bytes}}
}

// posterName is beside the master.
const posterName = "poster.jpg"

func poster(_ *Cut, made Made) []Deliverable {
	return []Deliverable{{Name: posterName, Type: "image/jpeg", Path: made.Job.Poster}}
}

// contactName is beside the master.
const contactName = "contact.jpg"

// contact is one picture a shot, each with its slate.
func contact(_ *Cut, made Made) []Deliverable {
	if made.Job.Contact == nil {
		return nil
	}
	return []Deliverable{{Name: contactName, Type: "image/jpeg", Path: made.Job.Contact.Out}}
}

// subtitles are the tracks of the master as files of their own, and the titles on its
// pictures.
func subtitles(c *Cut, made Made) []Deliverable {
	var all []Deliverable
	season := c.Script.Season
	files := func(infix, language, style string, cues []media.Cue) {
		for _, format := range season.Subtitles.Files() {
			all = append(all, Deliverable{
				Name: fmt.Sprintf("subs/%s-%s.%s%s.%s", c.ID.Show, c.ID.Code(), language, infix, format), Type: timeline.SubtitleType(format),
				Body: timeline.Subtitles(format, cues, timeline.Sheet{FPS: c.Spec.FPS, Raster: c.Spec.Raster, Language: language, FontTags: season.Subtitles.FontTags, Look: look(season, style), Safe: season.Safe}),
			})
		}
	}
	for _, t := range made.Job.Subtitles {
		files("", t.Language, "subtitle", t.Cues)
	}
	if titles := c.titles(); len(titles) > 0 {
		files(".titles", season.Language, "title", titles)
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

// titles are the titles on the pictures as cues, where the season wants them.
func (c *Cut) titles() []media.Cue {
	if !c.Script.Season.Subtitles.Titles {
		return nil
	}
	return timeline.Titles(c.list, *c.Script)
}
