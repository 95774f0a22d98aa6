package ffmpeg

import (
	"context"
	"errors"
	"io"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/conform"
	"github.com/dailies/dailies/internal/ffmpeg/cut"
	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/ffmpeg/verify"
	"github.com/dailies/dailies/internal/media"
)

// Run carries out one job in this process. stdin is read by jobs that take raw
// pictures. report may be nil; it is called from one goroutine at a time and
// never after Run has returned.
//
// A clip at fault is a *media.ClipError. When ctx ends Run returns its error,
// with what it began to write removed.
func Run(ctx context.Context, job media.Job, stdin io.Reader, report func(media.Progress)) (media.Result, error) {
	// FFmpeg talks about the clip on stderr; what matters comes back as an error.
	astiav.SetLogLevel(astiav.LogLevelFatal)
	var res media.Result
	if err := checkJob(job); err != nil {
		return res, err
	}
	var err error
	switch {
	case job.Probe != nil:
		res.Probe, err = footage.Probe(ctx, *job.Probe)
	case job.Conform != nil:
		res.Conform, err = conform.Run(ctx, *job.Conform, report)
	case job.Encode != nil:
		res.Encode, err = encoder.Encode(ctx, *job.Encode, stdin, report)
	case job.Frame != nil:
		res.Frame, err = encoder.Frame(ctx, *job.Frame, report)
	case job.Assemble != nil:
		res.Assemble, err = cut.Assemble(ctx, *job.Assemble, report)
	case job.Verify != nil:
		res.Verify, err = verify.Verify(ctx, *job.Verify, report)
	case job.Split != nil:
		res.Split, err = conform.Split(ctx, *job.Split, report)
	case job.Rendition != nil:
		res.Rendition, err = cut.Renditions(ctx, *job.Rendition, report)
	case job.Cover != nil:
		res.Cover, err = conform.Covers(ctx, *job.Cover, report)
	}
	return res, err
}

// checkJob makes sure that exactly one thing is asked for.
func checkJob(job media.Job) error {
	n := 0
	for _, set := range []bool{
		job.Probe != nil, job.Conform != nil, job.Encode != nil, job.Frame != nil, job.Assemble != nil, job.Verify != nil, job.Split != nil,
		job.Rendition != nil, job.Cover != nil,
	} {
		if set {
			n++
		}
	}
	if n != 1 {
		return errors.New("check job: not exactly one job is asked for")
	}
	return nil
}
