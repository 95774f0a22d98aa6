package cut

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	mp4ff "github.com/Eyevinn/mp4ff/mp4"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/joins"
	"github.com/dailies/dailies/internal/mp4"
	"github.com/dailies/dailies/internal/sound"
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
			_ = os.Remove(job.Out)
			if job.Poster != "" {
				_ = os.Remove(job.Poster)
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
	if labelled > 0 {
		if a.maker.label, err = newLabelStamp(*job.Label, job.Spec.Raster); err != nil {
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
	case len(job.Segments) > most || len(job.Dialogue) > most || len(job.Chapters) > most || len(job.Subtitles) > 100:
		return errors.New("check assembly: more than can be joined")
	case job.Label != nil && job.Label.Frames < 0:
		return fmt.Errorf("check assembly: a label of %d frames", job.Label.Frames)
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
	var (
		wg    sync.WaitGroup
		track *encoder.AAC
		plan  sound.Plan
		notes []string
	)
	wg.Go(func() {
		var err error
		if track, plan, notes, err = makeSound(ctx, a.job, a.cut, a.sound); err != nil {
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
	made, err := a.maker.make(ctx, spans, a.made, a.counter(spans))
	if err != nil {
		cancel(err)
	}
	wg.Wait()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	movie, err := a.movie(spans, made, track)
	if err != nil {
		return nil, err
	}
	size, err := movie.Write(ctx, a.job.Out)
	if err != nil {
		return nil, err
	}
	res := &media.AssembleResult{
		Frames: a.cut.Total, Samples: movie.Tracks[1].Length, Bytes: size, Joins: a.cut.Joins, Notes: notes,
		Integrated: track.Integrated, TruePeak: track.TruePeak, Gain: plan.Gain,
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
	spoken := soundTrack(sound, total.Samples(fps, media.SampleRate))
	if err := spoken.SetLanguage(a.job.Language); err != nil {
		return nil, err
	}
	m := &mp4.Movie{
		Scale: uint32(clock), Length: int64(total) * step * clock / scale, FPS: fps,
		Metadata: a.job.Metadata, Chapters: a.job.Chapters,
		Tracks: []*mp4.Track{a.videoTrack(spans, made), spoken},
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

// videoTrack strings the spans' samples together. Decoding times are even;
// presentation lies later by the same delay everywhere, which an edit takes off
// again, so that the first picture is shown at 0.
func (a *assembly) videoTrack(spans []span, made [][]mp4.Encoded) *mp4.Track {
	scale, step := mp4.VideoClock(a.job.Spec.FPS)
	t := &mp4.Track{
		Scale: uint32(scale), Lasts: []uint32{uint32(step)}, Length: int64(a.cut.Total) * step,
		Handler: "vide", Name: "pictures", Lang: "und", Raster: a.job.Spec.Raster,
		Header: []mp4ff.Box{mp4ff.CreateVmhd()}, Stsd: pictureEntry(a.open[0]),
	}
	for i, s := range spans {
		if !s.copied {
			t.Samples = append(t.Samples, made[i]...)
			continue
		}
		seg, join := a.open[s.seg], a.cut.Joins[s.seg]
		first := seg.At[s.from-join]
		for _, smp := range seg.Samples[first : first+int(s.to-s.from)] {
			smp.Pts += join
			t.Samples = append(t.Samples, mp4.Encoded{File: seg.File, Sample: smp})
		}
	}
	var delay int64
	for i, s := range t.Samples {
		delay = max(delay, int64(i)-int64(s.Pts))
	}
	t.Shift = make([]int32, len(t.Samples))
	for i, s := range t.Samples {
		t.Shift[i] = int32((int64(s.Pts) - int64(i) + delay) * step)
	}
	t.Skip = delay * step
	return t
}

// pictureEntry describes the pictures as the segments do, but for a bit rate
// that is no longer true.
func pictureEntry(s *mp4.Segment) mp4ff.Box {
	stsd := mp4ff.NewStsdBox()
	entry := mp4ff.CreateVisualSampleEntryBox("avc1", s.Avc1.Width, s.Avc1.Height, nil)
	entry.CompressorName = ""
	for _, b := range s.Avc1.Children {
		if b.Type() != "btrt" {
			entry.AddChild(b)
		}
	}
	stsd.AddChild(entry)
	return stsd
}

// soundTrack is the AAC track, its priming left out by an edit.
func soundTrack(s *encoder.AAC, samples int64) *mp4.Track {
	stsd := mp4ff.NewStsdBox()
	stsd.AddChild(mp4ff.CreateAudioSampleEntryBox("mp4a", media.Channels, 16, media.SampleRate, mp4ff.CreateEsdsBox(s.Config)))
	n := uint32(len(s.Frames))
	return &mp4.Track{
		Samples: s.Frames, Scale: media.SampleRate, Lasts: []uint32{encoder.AACFrame}, Skip: s.Priming, Length: samples,
		Handler: "soun", Name: "sound", Header: []mp4ff.Box{mp4ff.CreateSmhd()}, Stsd: stsd,
		// A player that begins in the middle must decode one frame more than
		// it plays (ISO/IEC 14496-12, "roll" recovery).
		Extra: []mp4ff.Box{
			&mp4ff.SgpdBox{Version: 1, GroupingType: "roll", DefaultLength: 2, SampleGroupEntries: []mp4ff.SampleGroupEntry{&mp4ff.RollSampleGroupEntry{RollDistance: -1}}},
			&mp4ff.SbgpBox{GroupingType: "roll", SampleCounts: []uint32{n}, GroupDescriptionIndices: []uint32{1}},
		},
	}
}

// Close closes the segments and removes the spools.
func (a *assembly) Close() {
	for _, s := range a.open {
		s.Close()
	}
	for _, s := range []*mp4.Spool{a.sound, a.made} {
		if s != nil {
			s.Close()
		}
	}
}
