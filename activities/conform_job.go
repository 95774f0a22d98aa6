package activities

import (
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/timeline"
)

// footageForm counts the changes of what conform makes of clips from cameras and
// editors: footage that an older release conformed is conformed again. Takes of
// vendors, who write nothing odd, keep their mezzanines.
// 1: fields are made whole whatever the flags say.
const footageForm = 1

// mezzanineOf names the mezzanine of a take by all that decides what it is. job has no
// paths yet.
func mezzanineOf(t drama.Take, job media.ConformJob) string {
	d := struct {
		V     int              `json:"v"`
		Media string           `json:"media"`
		Job   media.ConformJob `json:"job"`
		Form  int              `json:"form,omitempty"`
	}{V: 1, Media: t.Media.SHA256, Job: job}
	if t.Origin == drama.OriginFootage {
		d.Form = footageForm
	}
	return digestOf(d)
}

// conformJob is the job without its files and texts.
func (m *Media) conformJob(w shotWork) media.ConformJob {
	ends := timeline.Ends(w.script.Episode)[w.shot.Slate]
	job := media.ConformJob{
		Spec: m.spec(w.script.Season.Format), Frames: w.shot.Frames, MaxHold: m.policy().MaxHold, Head: ends[0], Tail: ends[1],
	}
	if job.Spec.Fit == media.FitFill || job.Spec.Fit == "" {
		job.Focus = w.shot.Focus // else nothing is cropped
	}
	if w.take.Origin == drama.OriginFootage {
		job.Start, job.Mute = w.shot.In, w.shot.Mute
		// Footage is what there is: a shot that is longer holds its last picture, and
		// says so.
		job.MaxHold = max(job.MaxHold, w.shot.Frames-1)
	}
	if w.shot.Frames == 0 {
		// Where a clip of its own length ends is known when it has been decoded. The
		// keyframe that would save assembly a few pictures cannot be placed before.
		job.Tail = 0
	}
	return job
}
