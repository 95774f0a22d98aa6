package media

import (
	"path/filepath"
	"slices"
	"time"
)

// An Order is what a runner writes to a media child: one JSON value.
type Order struct {
	Job    Job    `json:"job"`
	Limits Limits `json:"limits"`
}

// Limits bound a media child; zero leaves one unset.
type Limits struct {
	MemoryBytes int64         `json:"memory_bytes"`
	CPU         time.Duration `json:"cpu"`
	FileBytes   int64         `json:"file_bytes"` // of any one file written
}

// A Report is one line of JSON from a media child: progress any number of times,
// then one of the others.
type Report struct {
	Progress *Progress  `json:"progress,omitempty"`
	Result   *Result    `json:"result,omitempty"`
	Clip     *ClipError `json:"clip,omitempty"`  // the clip is at fault
	Error    string     `json:"error,omitempty"` // something else is
}

// Inputs lists every file that a job reads and does not make, empty ones left out.
func (j Job) Inputs() []string {
	var all named
	if j.Probe != nil {
		all.add(j.Probe.In)
	}
	if c := j.Conform; c != nil {
		all.add(c.In, c.Like)
	}
	if e := j.Encode; e != nil {
		all.add(e.Audio)
	}
	if s := j.Frame; s != nil {
		all.add(s.In)
	}
	if a := j.Assemble; a != nil {
		for _, s := range a.Segments {
			all.add(s.Video, s.Audio)
		}
		for _, s := range append(slices.Clip(a.Dialogue), a.Effects...) {
			all.add(s.Path)
		}
		if a.Score != nil {
			all.add(a.Score.Path)
		}
		if a.Ladder != nil {
			for _, r := range a.Ladder.Rungs {
				all.add(r.Shots...)
			}
		}
	}
	if j.Verify != nil {
		all.add(j.Verify.In)
		if h := j.Verify.HLS; h != nil {
			for _, name := range h.Files {
				all.add(filepath.Join(h.Dir, name))
			}
		}
	}
	if j.Split != nil {
		all.add(j.Split.In)
	}
	if j.Rendition != nil {
		all.add(j.Rendition.In)
	}
	if j.Cover != nil {
		all.add(j.Cover.In)
	}
	if j.Lay != nil {
		for _, s := range j.Lay.Sounds {
			all.add(s.Path)
		}
	}
	return all
}

// Outputs lists every file that a job makes, empty ones left out. Temporary files
// lie beside them.
func (j Job) Outputs() []string {
	var all named
	if c := j.Conform; c != nil {
		all.add(c.OutVideo, c.OutAudio)
	}
	if e := j.Encode; e != nil {
		all.add(e.Out)
	}
	if s := j.Frame; s != nil {
		all.add(s.Out)
	}
	if a := j.Assemble; a != nil {
		all.add(a.Out, a.Poster)
		for _, s := range a.Stems {
			all.add(s.Path)
		}
		if a.Contact != nil {
			all.add(a.Contact.Out)
		}
		if a.Ladder != nil {
			all.add(a.Ladder.Sound)
			for _, r := range a.Ladder.Rungs {
				all.add(r.Out)
			}
		}
	}
	if r := j.Rendition; r != nil {
		for _, o := range r.Outs {
			all.add(o.Path)
		}
	}
	if c := j.Cover; c != nil {
		for _, o := range c.Covers {
			all.add(o.Out)
		}
	}
	if s := j.Split; s != nil {
		all.add(s.Outs...)
	}
	if j.Lay != nil {
		all.add(j.Lay.Out)
	}
	return all
}

// Paths lists every file that a job names, empty ones left out.
func (j Job) Paths() []string { return append(j.Inputs(), j.Outputs()...) }

// named gathers paths.
type named []string

func (n *named) add(paths ...string) {
	for _, p := range paths {
		if p != "" {
			*n = append(*n, p)
		}
	}
}
