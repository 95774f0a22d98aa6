package ffmpeg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/asticode/go-astiav"
	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/media"
)

// shown is one decoded picture on its way. Whoever receives it frees frame.
type shown struct {
	frame *astiav.Frame
	at    time.Duration // since the clip's first picture
	what  picture
}

// conformer carries a clip through: one goroutine decodes, one renders and
// encodes, one measures the pictures, one reads the sound. Whatever the clip
// does, a stage that fails ends the others through the group's context.
type conformer struct {
	job    media.ConformJob
	report func(media.Progress)

	in     *input
	video  *astiav.Stream
	claims media.Info

	render  chan shown
	measure chan shown
	origin  chan time.Duration // the clip's time of its first picture, once

	// Set by the decoding goroutine before it closes its channels.
	end    time.Duration // of the last picture, since the first
	errors int

	// Set by their goroutines, read after all have ended.
	frames, held media.Frames
	meter        pictureMeter
	sound        soundMeasure
}

// conform decodes a clip once, measures it and writes its mezzanine.
func conform(ctx context.Context, job media.ConformJob, report func(media.Progress)) (*media.ConformResult, error) {
	if err := checkConform(job); err != nil {
		return nil, err
	}
	res, err := runConform(ctx, job, report)
	if err != nil {
		_ = os.Remove(job.OutVideo) // half a mezzanine is none
		_ = os.Remove(job.OutAudio)
		if cerr := ctx.Err(); cerr != nil {
			return nil, cerr
		}
	}
	return res, err
}

func runConform(ctx context.Context, job media.ConformJob, report func(media.Progress)) (*media.ConformResult, error) {
	group, gctx := errgroup.WithContext(ctx)
	in, err := openInput(gctx, job.In, clipDemuxers)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	c := &conformer{
		job: job, report: report, in: in, video: in.Video(), claims: claims(in),
		// Few pictures wait: one of 4K in ten bits is 25 MB.
		render: make(chan shown, 1), measure: make(chan shown, 1), origin: make(chan time.Duration, 1),
	}
	defer c.drain()
	if c.video == nil {
		return nil, clipErrorf("the file holds no picture track")
	}
	if c.claims.Duration > maxClipDuration {
		return nil, clipErrorf("the clip claims to last %v; at most %v are taken", c.claims.Duration.Round(time.Second), maxClipDuration)
	}
	pcm, err := createPCM(job.OutAudio)
	if err != nil {
		return nil, err
	}
	defer pcm.Close()

	group.Go(func() error { return c.decode(gctx) })
	group.Go(func() error { return c.encode(gctx) })
	group.Go(func() error { return c.look(gctx) })
	group.Go(func() error { return c.listen(gctx, pcm) })
	if err := group.Wait(); err != nil {
		return nil, err
	}

	samples := c.frames.Samples(job.Spec.FPS, media.SampleRate)
	if err := pcm.Finish(samples); err != nil {
		return nil, err
	}
	digest, packets, err := videoDigest(ctx, job.OutVideo)
	if err != nil {
		return nil, err
	}
	if media.Frames(packets) != c.frames {
		return nil, fmt.Errorf("conform: wrote %d pictures, the mezzanine holds %d", c.frames, packets)
	}
	return &media.ConformResult{Measurements: c.measurements(), Frames: c.frames, Samples: samples, VideoDigest: digest}, nil
}

// checkConform finds mistakes of the caller's.
func checkConform(job media.ConformJob) error {
	if err := checkSpec(job.Spec); err != nil {
		return err
	}
	limit := media.FramesIn(maxClipDuration, job.Spec.FPS)
	switch {
	case job.Start < 0 || job.Frames < 0 || job.MaxHold < 0 || job.Head < 0 || job.Tail < 0:
		return errors.New("check conform job: a count of frames is negative")
	case job.Start > limit || job.Frames > limit || job.MaxHold > limit:
		return fmt.Errorf("check conform job: more than %v of footage", maxClipDuration)
	case job.Frames == 0 && job.Tail > 0:
		return errors.New("check conform job: a tail needs the number of frames")
	case job.Frames > 0 && (job.Head > job.Frames || job.Tail > job.Frames):
		return fmt.Errorf("check conform job: head %d or tail %d is longer than the shot's %d frames", job.Head, job.Tail, job.Frames)
	}
	switch job.Spec.Fit {
	case "", media.FitFill, media.FitFit, media.FitBlur:
	default:
		return fmt.Errorf("check conform job: %q is no way to fit a picture", job.Spec.Fit)
	}
	return checkTexts(job.Burn)
}

// decode reads the clip's pictures to its end and hands each to the two who use
// it.
func (c *conformer) decode(ctx context.Context) error {
	defer close(c.render)
	defer close(c.measure)
	dec, err := openDecoder(c.video)
	if err != nil {
		return err
	}
	defer dec.Close()
	clock := newClock(c.claims.FPS)
	emit := func(f *astiav.Frame) error {
		first := clock.pictures == 0
		at, err := clock.tick(f, dec)
		if err != nil {
			return err
		}
		if first {
			c.origin <- clock.origin // buffered, sent once
		}
		if c.report != nil {
			c.report(media.Progress{Done: media.FramesIn(at, c.job.Spec.FPS), Total: c.total()})
		}
		what, err := describe(f, c.in, c.video)
		if err != nil {
			return err
		}
		if err := send(ctx, c.render, shown{f.Clone(), at, what}); err != nil {
			return err
		}
		return send(ctx, c.measure, shown{f.Clone(), at, what})
	}
	if err := decodeAll(c.in, c.video, dec, emit); err != nil {
		return err
	}
	if clock.pictures == 0 {
		return clipErrorf("not one picture can be decoded")
	}
	c.end, c.errors = clock.end, dec.Errors
	return nil
}

// total is the work expected, in frames at the Spec's rate; 0 if unknown.
func (c *conformer) total() media.Frames {
	return media.FramesIn(c.claims.Duration, c.job.Spec.FPS)
}

// send hands a picture on, or frees it when nobody will take it any more.
func send(ctx context.Context, to chan<- shown, s shown) error {
	if s.frame == nil {
		return errors.New("pass picture on: out of memory")
	}
	select {
	case to <- s:
		return nil
	case <-ctx.Done():
		s.frame.Free()
		return ctx.Err()
	}
}

// drain frees pictures that were under way when a stage failed.
func (c *conformer) drain() {
	for _, ch := range []chan shown{c.render, c.measure} {
		for {
			select {
			case s, ok := <-ch:
				if ok {
					s.frame.Free()
					continue
				}
			default:
			}
			break
		}
	}
}

// look measures every picture on a small copy.
func (c *conformer) look(ctx context.Context) error {
	var g *graph
	var of picture
	defer func() {
		if g != nil {
			g.Close()
		}
	}()
	n := int64(0)
	for s := range c.measure {
		err := func() (err error) {
			defer s.frame.Free()
			w, h := measureRaster(s.what.Width, s.what.Height)
			if g == nil || s.what != of {
				if g != nil {
					g.Close()
					g = nil
				}
				g, err = newVideoGraph(s.what.source(), s.what.luma(w, h))
				if err != nil {
					return clipErrorf("the pictures cannot be converted: %v", err)
				}
				of, n = s.what, 0
			}
			s.frame.SetPts(n)
			n++
			return g.Push(s.frame, func(f *astiav.Frame) error {
				luma, stride := framePlane(f, 0, f.Height())
				if luma == nil || stride < w {
					return errors.New("measure picture: no luma")
				}
				c.meter.add(s.at, luma, stride, f.Width(), f.Height())
				return nil
			})
		}()
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// source is p as the input of a filter graph, one picture a second.
func (p picture) source() videoSource {
	return videoSource{Width: p.Width, Height: p.Height, Format: p.Format, TimeBase: astiav.NewRational(1, 1)}
}

// measurements puts together what the stages found.
func (c *conformer) measurements() media.Measurements {
	m := media.Measurements{Info: c.claims, Conformed: c.frames, Held: c.held, DecodeErrors: c.errors}
	c.meter.report(&m, c.end, c.job.Spec.FPS, c.claims.Raster)
	c.sound.report(&m)
	m.ContainerLies = lies(m)
	return m
}
