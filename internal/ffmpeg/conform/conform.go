// Package conform makes a take's mezzanine: one decode of the clip measures it and
// writes its pictures at the episode's raster and rate, with burned texts, and its
// sound as PCM of the same length. The same pass makes the take's review: what a
// browser plays, and the contact sheet before it.
package conform

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/asticode/go-astiav"
	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/ffmpeg/measure"
	"github.com/dailies/dailies/internal/ffmpeg/review"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/sheet"
	"github.com/dailies/dailies/internal/media/writing"
	"github.com/dailies/dailies/internal/sound"
)

// conformer carries a clip through: one goroutine decodes, one renders and
// encodes, one measures the pictures, one reads the sound. Whatever the clip
// does, a stage that fails ends the others through the group's context.
type conformer struct {
	job    media.ConformJob
	report func(media.Progress)

	in     *footage.Input
	video  *astiav.Stream
	claims media.Info

	render  chan footage.Shown
	measure chan footage.Shown
	origin  chan time.Duration // the clip's time of its first picture, once

	// Set by the decoding goroutine before it closes its channels.
	end            time.Duration // of the last picture, since the first
	errors, marked int           // packets that cannot be decoded; that the container calls damaged
	damaged        media.Frames
	joins          int
	deinterlacing  *footage.Deinterlacer

	// Set by their goroutines, read after all have ended.
	frames, held media.Frames
	meter        measure.PictureMeter
	texts        writing.Finder
	meters       func(at time.Duration, luma []byte, stride, w, h int)
	sound        soundMeasure
	seen         []footage.Picture // the kinds of pictures that were rendered
	sheet        sheet.Sheet       // with OutReview
	drift        *media.Drift      // with Like
	inked        map[string]media.Box
}

// Run decodes a clip once, measures it and writes its mezzanine and its review.
func Run(ctx context.Context, job media.ConformJob, report func(media.Progress)) (*media.ConformResult, error) {
	if err := checkConform(job); err != nil {
		return nil, err
	}
	res, err := runConform(ctx, job, report)
	if err != nil {
		_ = os.Remove(job.OutVideo) // half a mezzanine is none
		_ = os.Remove(job.OutAudio)
		_ = os.Remove(job.OutReview)
		if cerr := ctx.Err(); cerr != nil {
			return nil, cerr
		}
	}
	return res, err
}

func runConform(ctx context.Context, job media.ConformJob, report func(media.Progress)) (*media.ConformResult, error) {
	group, gctx := errgroup.WithContext(ctx)
	in, err := footage.Open(gctx, job.In, footage.Clips)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	in.Mend()
	c := &conformer{
		job: job, report: report, in: in, video: in.Video(), claims: footage.Claims(in),
		// Few pictures wait: one of 4K in ten bits is 25 MB.
		render: make(chan footage.Shown, 1), measure: make(chan footage.Shown, 1), origin: make(chan time.Duration, 1),
	}
	c.meters = func(at time.Duration, luma []byte, stride, w, h int) {
		c.meter.Add(at, luma, stride, w, h)
		c.texts.Add(at, luma, stride, w, h)
	}
	defer c.drain()
	if c.video == nil {
		return nil, media.ClipErrorf("the file holds no picture track")
	}
	if d := in.TooLong(); d > 0 {
		return nil, media.ClipErrorf("the clip claims to last %v; at most %v are taken", d.Round(time.Second), media.MaxClipDuration)
	}
	pcm, err := sound.CreateWAV(job.OutAudio)
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
	if job.OutReview != "" {
		if err := review.Write(ctx, job, c.sheet, c.frames); err != nil {
			return nil, err
		}
	}
	digest, packets, err := footage.VideoDigest(ctx, job.OutVideo)
	if err != nil {
		return nil, err
	}
	if media.Frames(packets) != c.frames {
		return nil, fmt.Errorf("conform: wrote %d pictures, the mezzanine holds %d", c.frames, packets)
	}
	marks, err := marksOf(job.In, in)
	if err != nil {
		return nil, err
	}
	until := (&picker{fps: job.Spec.FPS, start: job.Start}).Until
	runs := c.meter.Runs(until, c.frames)
	return &media.ConformResult{
		Measurements: c.measurements(), Frames: c.frames, Samples: samples, VideoDigest: digest, Drift: c.drift,
		Runs: &runs, Inked: c.inked, Marks: marks,
	}, nil
}

// checkConform finds mistakes of the caller's.
func checkConform(job media.ConformJob) error {
	if err := encoder.CheckSpec(job.Spec); err != nil {
		return err
	}
	limit := media.FramesIn(media.MaxClipDuration, job.Spec.FPS)
	switch {
	case job.Start < 0 || job.Frames < 0 || job.MaxHold < 0 || job.Head < 0 || job.Tail < 0:
		return errors.New("check conform job: a count of frames is negative")
	case job.Start > limit || job.Frames > limit || job.MaxHold > limit:
		return fmt.Errorf("check conform job: more than %v of footage", media.MaxClipDuration)
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
	for p := range job.Grade.Gain {
		if g := job.Grade; g != (media.Tone{}) && !(g.Gain[p] > 0.1 && g.Gain[p] < 10 && g.Offset[p] > -255 && g.Offset[p] < 255) {
			return fmt.Errorf("check conform job: a grade of %g and %+g", g.Gain[p], g.Offset[p])
		}
	}
	return checkTexts(job.Burn)
}

// decode reads the clip's pictures to its end and hands each to the two who use
// it.
func (c *conformer) decode(ctx context.Context) error {
	defer close(c.render)
	defer close(c.measure)
	dec, err := footage.OpenDecoder(c.video)
	if err != nil {
		return err
	}
	defer dec.Close()
	clock := footage.NewClock(c.claims.FPS)
	fields := footage.NewDeinterlacer(func(s footage.Shown) error {
		if err := send(ctx, c.render, footage.Shown{Frame: s.Frame.Clone(), At: s.At, What: s.What}); err != nil {
			s.Frame.Free()
			return err
		}
		return send(ctx, c.measure, s)
	})
	defer fields.Close()
	emit := func(f *astiav.Frame) error {
		known := clock.Stamped
		at, err := clock.Tick(f, dec)
		if err != nil {
			return err
		}
		if clock.Stamped && !known {
			c.origin <- clock.Origin // buffered, sent once
		}
		if c.report != nil {
			c.report(media.Progress{Done: media.FramesIn(at, c.job.Spec.FPS), Total: c.total()})
		}
		what, err := footage.Describe(f, c.in, c.video)
		if err != nil {
			return err
		}
		return fields.Add(footage.Shown{Frame: f.Clone(), At: at, What: what, Fields: footage.Fields(f)})
	}
	if err := footage.DecodeAll(c.in, c.video, dec, emit); err != nil {
		return err
	}
	if clock.Pictures == 0 {
		return media.ClipErrorf("not one picture can be decoded")
	}
	if !clock.Stamped {
		c.origin <- clock.Origin // no picture has a time
	}
	if err := fields.Flush(); err != nil {
		return err
	}
	c.errors, c.marked = dec.Errors, dec.Marked
	c.end, c.damaged, c.joins, c.deinterlacing = clock.End, media.Frames(dec.Damaged), c.in.Joins(), fields
	return nil
}

// total is the work expected, in frames at the Spec's rate; 0 if unknown.
func (c *conformer) total() media.Frames {
	return media.FramesIn(c.claims.Duration, c.job.Spec.FPS)
}

// send hands a picture on, or frees it when nobody will take it any more.
func send(ctx context.Context, to chan<- footage.Shown, s footage.Shown) error {
	if s.Frame == nil {
		return errors.New("pass picture on: out of memory")
	}
	select {
	case to <- s:
		return nil
	case <-ctx.Done():
		s.Frame.Free()
		return ctx.Err()
	}
}

// drain frees pictures that were under way when a stage failed.
func (c *conformer) drain() {
	for _, ch := range []chan footage.Shown{c.render, c.measure} {
		for {
			select {
			case s, ok := <-ch:
				if ok {
					s.Frame.Free()
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
	var g *footage.Graph
	var of footage.Picture
	defer func() {
		if g != nil {
			g.Close()
		}
	}()
	n := int64(0)
	for s := range c.measure {
		err := func() (err error) {
			defer s.Frame.Free()
			w, h := measure.MeasureRaster(s.What.Width, s.What.Height)
			if g == nil || s.What != of {
				if g != nil {
					g.Close()
					g = nil
				}
				g, err = footage.NewVideoGraph(s.What.Source(), s.What.Luma(w, h))
				if err != nil {
					return media.ClipErrorf("the pictures cannot be converted: %v", err)
				}
				of, n = s.What, 0
			}
			s.Frame.SetPts(n)
			n++
			return g.Push(s.Frame, func(f *astiav.Frame) error {
				luma, stride := footage.FramePlane(f, 0, f.Height())
				if luma == nil || stride < w {
					return errors.New("measure picture: no luma")
				}
				c.meters(s.At, luma, stride, f.Width(), f.Height())
				return nil
			})
		}()
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// measurements puts together what the stages found.
func (c *conformer) measurements() media.Measurements {
	m := media.Measurements{
		Info: c.claims, Conformed: c.frames, Held: c.held,
		DecodeErrors: c.errors + max(0, c.marked-c.joins), Damaged: c.damaged, SoundErrors: c.sound.heard.Errors,
	}
	c.meter.Report(&m, c.end, c.job.Spec.FPS, c.claims.Raster)
	m.Texts = c.texts.Report(c.job.Spec.FPS)
	c.sound.report(&m)
	m.ContainerLies = c.in.Lies(m)
	c.notes(&m)
	return m
}

// notes says what was done to the clip.
func (c *conformer) notes(m *media.Measurements) {
	note := func(format string, args ...any) {
		if s := fmt.Sprintf(format, args...); !slices.Contains(m.Notes, s) {
			m.Notes = append(m.Notes, s)
		}
	}
	if d := c.deinterlacing; d.Made > 0 {
		note("interlaced (%s): %d pictures were made whole", d.Order, d.Made)
	}
	for _, p := range c.seen {
		for _, n := range p.Notes() {
			note("%s", n)
		}
		cropped, unfilled := p.Lost(c.job.Spec)
		m.Cropped, m.Unfilled = max(m.Cropped, cropped), max(m.Unfilled, unfilled)
	}
	if c.joins > 0 {
		note("the time stamps begin anew %d times; the stretches were laid end to end", c.joins)
	}
	h := c.sound.heard
	switch {
	case h.Tracks == 0 || c.job.Mute:
	case !h.Has:
		note("the sound cannot be used%s", h.Why())
	case h.Tracks > 1:
		note("there are %d sound tracks; number %d was used", h.Tracks, h.Track)
	}
	if h.Has && h.Chans > media.Channels {
		note("the sound has %d channels, which were mixed to two", h.Chans)
	}
}
