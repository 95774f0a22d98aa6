package metrics

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/dailies/dailies/internal/media"
)

// Runner counts the jobs that a runner carries out.
func (s *Set) Runner(of media.Runner) media.Runner { return runner{of, s} }

type runner struct {
	media.Runner

	set *Set
}

// Run is media.Runner's.
func (r runner) Run(ctx context.Context, job media.Job, stdin io.Reader, report func(media.Progress)) (media.Result, error) {
	kind := kind(job)
	running := r.set.mediaNow.WithLabelValues(kind)
	running.Inc()
	defer running.Dec()
	began := time.Now()
	res, err := r.Runner.Run(ctx, job, stdin, report)
	if err != nil {
		if ctx.Err() == nil {
			r.set.mediaFail.WithLabelValues(kind, fault(err)).Inc()
		}
		return res, err
	}
	r.set.mediaJobs.WithLabelValues(kind).Observe(time.Since(began).Seconds())
	if made := made(job, res); made > 0 {
		r.set.mediaMade.WithLabelValues(kind).Add(made)
	}
	return res, nil
}

// kind is the job's, in the word of its field.
func kind(j media.Job) string {
	switch {
	case j.Probe != nil:
		return "probe"
	case j.Conform != nil:
		return "conform"
	case j.Encode != nil:
		return "encode"
	case j.Frame != nil:
		return "frame"
	case j.Assemble != nil:
		return "assemble"
	case j.Verify != nil:
		return "verify"
	case j.Split != nil:
		return "split"
	case j.Rendition != nil:
		return "rendition"
	case j.Cover != nil:
		return "cover"
	case j.Lay != nil:
		return "lay"
	}
	return "other"
}

// made is how many seconds of picture came of a job; 0: it makes none.
func made(j media.Job, r media.Result) float64 {
	switch {
	case j.Conform != nil && r.Conform != nil:
		return seconds(r.Conform.Frames, j.Conform.Spec.FPS)
	case j.Encode != nil && r.Encode != nil:
		return seconds(r.Encode.Frames, j.Encode.FPS)
	case j.Assemble != nil && r.Assemble != nil:
		return seconds(r.Assemble.Frames, j.Assemble.Spec.FPS)
	}
	return 0
}

func seconds(n media.Frames, fps media.Rational) float64 {
	if fps.Num <= 0 || fps.Den <= 0 {
		return 0
	}
	return float64(n) * float64(fps.Den) / float64(fps.Num)
}

// fault is whose an error is.
func fault(err error) string {
	if _, ok := errors.AsType[*media.ClipError](err); ok {
		return "clip"
	}
	if _, ok := errors.AsType[*media.HostError](err); ok {
		return "machine"
	}
	return "ours"
}
