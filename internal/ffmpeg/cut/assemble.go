package cut

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	mp4ff "github.com/Eyevinn/mp4ff/mp4"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/ffmpeg/label"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/joins"
	"github.com/dailies/dailies/internal/mp4"
)

// Assemble joins conformed shots to a master. The pictures of hard cuts are
// copied as they are, so that a shot's packets are the same in every cut; only
// what a transition or the label covers is encoded again, up to the next
// keyframe. Sound is mixed on exact sample positions, brought to its target and
// encoded once.
//
// report counts frames of pictures. A segment at fault is a *media.ClipError
// that names its number, counted from 1.
func Assemble(ctx context.Context, job media.AssembleJob, report func(media.Progress)) (_ *media.AssembleResult, err error) {
	defer func() {
		if err != nil { // half a master is none
			for _, path := range (media.Job{Assemble: &job}).Outputs() {
				_ = os.Remove(path)
			}
			for _, s := range job.Stems {
				_ = os.Remove(s.Path)
			}
		}
	}()
	a, err := newAssembly(job, report)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	return a.run(ctx)
}

// assembly is one master in the making.
type assembly struct {
	job    media.AssembleJob
	cut    joins.List
	open   []*mp4.Segment
	maker  *pictureMaker
	sound  *mp4.Spool // and text
	made   *mp4.Spool // pictures encoded again
	ladder *ladder    // nil: none
	report func(media.Progress)
}

func newAssembly(job media.AssembleJob, report func(media.Progress)) (_ *assembly, err error) {
	if err := checkAssemble(job); err != nil {
		return nil, err
	}
	a := &assembly{job: job, report: report}
	defer func() {
		if err != nil {
			a.Close()
		}
	}()
	var labelled media.Frames
	if job.Label != nil {
		labelled = job.Label.Frames
	}
	if job.Card != nil {
		labelled = max(labelled, job.Card.Frames)
	}
	if a.cut, err = joins.New(job.Segments, labelled); err != nil {
		return nil, err
	}
	for i, s := range job.Segments {
		seg, err := mp4.OpenSegment(s.Video, job.Spec)
		if err != nil {
			return nil, joins.Blame(i, err)
		}
		a.open = append(a.open, seg)
		if seg.Frames() != s.Frames {
			return nil, joins.Blame(i, media.ClipErrorf("it has %d pictures, the cut wants %d", seg.Frames(), s.Frames))
		}
	}
	if err := mp4.CheckAlike(a.open); err != nil {
		return nil, err
	}
	a.maker = &pictureMaker{cut: a.cut, open: a.open, spec: job.Spec}
	if a.maker.stamps, err = label.Opening(job.Label, job.Card, job.Spec.Raster); err != nil {
		return nil, err
	}
	if job.Ladder != nil {
		if a.ladder, err = openLadder(job, *a.maker); err != nil {
			return nil, err
		}
	}
	if a.sound, err = mp4.NewSpool(job.Out); err != nil {
		return nil, err
	}
	if a.made, err = mp4.NewSpool(job.Out); err != nil {
		return nil, err
	}
	return a, nil
}

// checkAssemble refuses a job that cannot be right before anything is opened.
func checkAssemble(job media.AssembleJob) error {
	const most = 100_000 // segments, cues, chapters, sounds
	switch {
	case job.Out == "":
		return errors.New("check assembly: no output")
	case len(job.Segments) == 0:
		return errors.New("check assembly: no segments")
	case len(job.Segments) > most || len(job.Dialogue) > most || len(job.Effects) > most || len(job.Stems) > 100 || len(job.Chapters) > most || len(job.Subtitles) > 100:
		return errors.New("check assembly: more than can be joined")
	case job.Label != nil && job.Label.Frames < 0:
		return fmt.Errorf("check assembly: a label of %d frames", job.Label.Frames)
	case job.Card != nil && job.Card.Frames < 0:
		return fmt.Errorf("check assembly: an opening card of %d frames", job.Card.Frames)
	}
	for _, st := range job.Subtitles {
		if len(st.Cues) > most {
			return errors.New("check assembly: more cues than can be shown")
		}
	}
	return encoder.CheckSpec(job.Spec)
}

// run makes sound and pictures side by side and then writes them.
func (a *assembly) run(ctx context.Context) (*media.AssembleResult, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	spans := divide(a.cut, a.open)
	kept := &encoder.Kept{Dir: a.job.Parts}
	defer kept.Trim()
	var (
		wg    sync.WaitGroup
		heard mixed
	)
	wg.Go(func() {
		var err error
		if heard, err = makeSound(ctx, a.job, a.cut, a.sound, kept); err != nil {
			cancel(fmt.Errorf("make sound: %w", err))
		}
	})
	if a.job.Poster != "" {
		wg.Go(func() {
			if err := a.maker.writePoster(ctx, a.job.PosterAt, a.job.Poster); err != nil {
				cancel(fmt.Errorf("make poster: %w", err))
			}
		})
	}
	if a.job.Contact != nil {
		wg.Go(func() {
			if err := a.maker.writeContact(ctx, *a.job.Contact, kept); err != nil {
				cancel(fmt.Errorf("make contact sheet: %w", err))
			}
		})
	}
	made, err := a.maker.make(ctx, spans, a.made, a.counter(spans))
	if err == nil && a.ladder != nil {
		err = a.ladder.make(ctx, a.made)
	}
	if err != nil {
		cancel(err)
	}
	wg.Wait()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	movie, err := a.movie(spans, made, heard.track)
	if err != nil {
		return nil, err
	}
	written, err := movie.Write(ctx, a.job.Out)
	if err != nil {
		return nil, err
	}
	res := &media.AssembleResult{
		Frames: a.cut.Total, Samples: movie.Tracks[1].Length, Bytes: written.Bytes, SHA256: written.SHA256, Joins: a.cut.Joins, Notes: heard.notes,
		Integrated: heard.track.Integrated, TruePeak: heard.track.TruePeak, Gain: heard.plan.Gain, StemGain: heard.stemGain, Effects: heard.effects,
	}
	if a.ladder != nil {
		if res.Ladder, err = a.ladder.write(ctx, movie.Tracks[0], movie.Tracks[1]); err != nil {
			return nil, err
		}
	}
	for _, s := range spans {
		if s.copied {
			res.Copied += s.to - s.from
		} else {
			res.Reencoded += s.to - s.from
		}
	}
	return res, nil
}

// counter reports progress: what is copied counts as done at once.
func (a *assembly) counter(spans []span) func(media.Frames) {
	p := media.Progress{Total: a.cut.Total}
	count := func(n media.Frames) {
		p.Done += n
		if a.report != nil {
			a.report(p)
		}
	}
	var copied media.Frames
	for _, s := range spans {
		if s.copied {
			copied += s.to - s.from
		}
	}
	count(copied)
	return count
}

// movie lays out all tracks: pictures, sound, subtitles, chapters.
func (a *assembly) movie(spans []span, made [][]mp4.Encoded, sound *encoder.AAC) (*mp4.Movie, error) {
	fps, total, sp := a.job.Spec.FPS, a.cut.Total, a.sound
	clock := mp4.MovieClock(fps)
	scale, step := mp4.VideoClock(fps)
	spoken := mp4.SoundTrack(sound.Frames, encoder.AACFrame, sound.Priming, sound.Config, total.Samples(fps, media.SampleRate))
	if err := spoken.SetLanguage(a.job.Language); err != nil {
		return nil, err
	}
	m := &mp4.Movie{
		Scale: uint32(clock), Length: int64(total) * step * clock / scale, FPS: fps,
		Metadata: a.job.Metadata, Chapters: a.job.Chapters,
		Tracks: []*mp4.Track{mp4.PictureTrack(pictures(spans, made, a.cut, a.open), a.open[0], fps), spoken},
	}
	if a.job.NoEdits {
		for _, t := range m.Tracks {
			t.WithoutEdits()
		}
	}
	for _, st := range a.job.Subtitles {
		t, err := mp4.SubtitleTrack(st, total, fps, a.job.Spec.Raster, sp)
		if err != nil {
			return nil, err
		}
		m.Tracks = append(m.Tracks, t)
	}
	if len(a.job.Chapters) > 0 {
		t, err := mp4.ChapterTrack(a.job.Chapters, total, fps, sp)
		if err != nil {
			return nil, err
		}
		m.Tracks = append(m.Tracks, t)
		refs := &mp4ff.TrefBox{}
		refs.AddChild(&mp4ff.TrefTypeBox{Name: "chap", TrackIDs: []uint32{uint32(len(m.Tracks))}})
		m.Tracks[0].Refs = refs
	}
	return m, nil
}

// pictures strings the spans' samples together.
func pictures(spans []span, made [][]mp4.Encoded, cut joins.List, open []*mp4.Segment) []mp4.Encoded {
	var all []mp4.Encoded
	for i, s := range spans {
		if !s.copied {
			all = append(all, made[i]...)
			continue
		}
		seg, join := open[s.seg], cut.Joins[s.seg]
		first := seg.At[s.from-join]
		for _, smp := range seg.Samples[first : first+int(s.to-s.from)] {
			smp.Pts += join
			all = append(all, mp4.Encoded{File: seg.File, Sample: smp})
		}
	}
	return all
}

// Close closes the segments and removes the spools.
func (a *assembly) Close() {
	for _, s := range a.open {
		s.Close()
	}
	if a.ladder != nil {
		a.ladder.Close()
	}
	for _, s := range []*mp4.Spool{a.sound, a.made} {
		if s != nil {
			s.Close()
		}
	}
}
