package media

import "time"

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

// Paths lists every file that a job names, empty ones left out.
func (j Job) Paths() []string {
	var all []string
	add := func(paths ...string) {
		for _, p := range paths {
			if p != "" {
				all = append(all, p)
			}
		}
	}
	if j.Probe != nil {
		add(j.Probe.In)
	}
	if c := j.Conform; c != nil {
		add(c.In, c.OutVideo, c.OutAudio)
	}
	if e := j.Encode; e != nil {
		add(e.Out, e.Audio)
	}
	if s := j.Still; s != nil {
		add(s.In, s.Out)
	}
	if a := j.Assemble; a != nil {
		for _, s := range a.Segments {
			add(s.Video, s.Audio)
		}
		for _, d := range a.Dialogue {
			add(d.Path)
		}
		if a.Score != nil {
			add(a.Score.Path)
		}
		add(a.Out, a.Poster)
	}
	if j.Verify != nil {
		add(j.Verify.In)
	}
	return all
}
