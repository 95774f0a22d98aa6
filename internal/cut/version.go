package cut

import (
	"path/filepath"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/profile"
)

// Version is the cut as a further master shows it: the same takes in the same order,
// conformed and lettered for another raster. Its shots are still to be laid.
func (c *Cut) Version(v drama.Version) *Cut {
	script := *c.Script
	script.Season = SeasonOf(v, script.Season)
	spec := c.Spec
	spec.Raster, spec.Fit = v.Raster, v.Fit
	other := *c
	other.Script, other.Spec = &script, spec
	return &other
}

// SeasonOf is the season as a version has it: texts keep to the part of its own picture
// that receivers leave free.
func SeasonOf(v drama.Version, s drama.Season) drama.Season {
	s = v.Of(s)
	s.Safe = profile.Safe(s.Deliver, s.Format.Raster)
	return s
}

// Shots are the cut's shots, or pieces of them, in the order of its timeline.
func (c *Cut) Shots() []Shot {
	var all []Shot
	for _, e := range c.list.Events {
		all = append(all, c.shots[e.Use()])
	}
	return all
}

// VideoDigests are those of the packets of what each place of the timeline shows.
func (c *Cut) VideoDigests() []string {
	var all []string
	for _, s := range c.Shots() {
		all = append(all, s.Mezzanine.Result.VideoDigest)
	}
	return all
}

// Focus is what a shot keeps where its picture is cropped; nil: its middle.
func (c *Cut) focus(slate string) *media.Focus {
	for _, s := range c.Script.Episode.Shots() {
		if s.Slate == slate {
			return s.Focus
		}
	}
	return nil
}

// foci are those of the cut's shots that have one: versions and covers are cropped by
// them.
func (c *Cut) foci() map[string]media.Focus {
	all := map[string]media.Focus{}
	for _, e := range c.list.Events {
		if f := c.focus(e.Slate); f != nil {
			all[e.Slate] = *f
		}
	}
	return all
}

// MadeVersion is a further master that was made.
type MadeVersion struct {
	Version drama.Version
	Job     media.AssembleJob
	Result  media.AssembleResult
	C2PA    *drama.C2PA // nil: it is not signed
	// VideoDigests are of what it shows: Cut.VideoDigests.
	VideoDigests []string
}

func versions(c *Cut, made Made) []Deliverable {
	var all []Deliverable
	for _, v := range made.Versions {
		folder := drama.VersionFolder(v.Version.Name)
		all = append(all,
			Deliverable{Name: folder + library.MasterName, Type: "video/mp4", Path: v.Job.Out, SHA256: v.Result.SHA256, Bytes: v.Result.Bytes},
			Deliverable{Name: folder + posterName, Type: "image/jpeg", Path: v.Job.Poster},
		)
		for _, d := range stream(c, Made{Job: v.Job, Result: v.Result}) { // frames and rate are the cut's
			d.Name = folder + d.Name
			all = append(all, d)
		}
	}
	return all
}

func manifestVersions(made Made) []drama.ManifestVersion {
	var all []drama.ManifestVersion
	for _, v := range made.Versions {
		all = append(all, drama.ManifestVersion{
			Name: v.Version.Name, Raster: v.Version.Raster, Texts: !v.Version.NoTexts,
			Loudness: media.Loudness{Integrated: v.Result.Integrated, TruePeak: v.Result.TruePeak}, C2PA: v.C2PA,
			VideoDigests: v.VideoDigests,
		})
	}
	return all
}

// coverNames are what the covers are called.
func coverName(r media.Raster, titled bool) string {
	name := "covers/" + r.String()
	if titled {
		name += "-title"
	}
	return name + ".jpg"
}

// CoverOf is which of the cut's pictures stands for it: the shot, and the frame of its
// mezzanine.
func (c *Cut) CoverOf() (Shot, media.Frames, bool) {
	if len(c.Script.Season.Covers) == 0 || len(c.list.Events) == 0 {
		return Shot{}, 0, false
	}
	at := c.posterAt()
	for _, e := range c.list.Events {
		if at >= e.Start && at < e.End() {
			return c.shots[e.Use()], at - e.Start, true
		}
	}
	return Shot{}, 0, false
}

// Covers are the pictures that the season asks for, to be made of the picture that
// CoverOf names, in dir.
func (c *Cut) Covers(slate, dir string) media.CoverJob {
	season := c.Script.Season
	job := media.CoverJob{Focus: c.focus(slate)}
	if job.Focus == nil {
		job.Focus = &media.Focus{X: 500, Y: 333} // faces stand in the upper part of an upright picture
	}
	title := season.Title[season.Language]
	if title == "" {
		title = c.Script.Episode.Title[season.Language]
	}
	for _, r := range season.Covers {
		for _, text := range []string{"", title} {
			if text == "" && len(job.Covers) > 0 && job.Covers[len(job.Covers)-1].Raster == r {
				continue // there is no title
			}
			job.Covers = append(job.Covers, media.Cover{
				Raster: r, Title: text, Language: season.Language, Out: filepath.Join(dir, filepath.Base(coverName(r, text != ""))),
			})
		}
	}
	return job
}

func covers(_ *Cut, made Made) []Deliverable {
	var all []Deliverable
	for _, o := range made.Covers.Covers {
		all = append(all, Deliverable{Name: coverName(o.Raster, o.Title != ""), Type: "image/jpeg", Path: o.Out})
	}
	return all
}
