package ffmpeg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/dailies/dailies/internal/media"
)

// assemble joins conformed shots to a master. The pictures of hard cuts are
// copied as they are, so that a shot's packets are the same in every cut; only
// what a transition or the label covers is encoded again, up to the next
// keyframe. Sound is mixed on exact sample positions, brought to its target and
// encoded once.
//
// report counts frames of pictures. A segment at fault is a *media.ClipError
// that names its number, counted from 1.
func assemble(ctx context.Context, job media.AssembleJob, report func(media.Progress)) (_ *media.AssembleResult, err error) {
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
	cut    cutList
	open   []*segment
	maker  *pictureMaker
	sound  *spool // and text
	made   *spool // pictures encoded again
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
	if a.cut, err = newCutList(job.Segments, labelled); err != nil {
		return nil, err
	}
	for i, s := range job.Segments {
		seg, err := openSegment(s.Video, job.Spec)
		if err != nil {
			return nil, blame(i, err)
		}
		a.open = append(a.open, seg)
		if seg.frames() != s.Frames {
			return nil, blame(i, clipErrorf("it has %d pictures, the cut wants %d", seg.frames(), s.Frames))
		}
	}
	if err := checkAlike(a.open); err != nil {
		return nil, err
	}
	a.maker = &pictureMaker{cut: a.cut, open: a.open, spec: job.Spec}
	if labelled > 0 {
		if a.maker.label, err = newLabelStamp(*job.Label, job.Spec.Raster); err != nil {
			return nil, err
		}
	}
	if a.sound, err = newSpool(job.Out); err != nil {
		return nil, err
	}
	if a.made, err = newSpool(job.Out); err != nil {
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
	return checkSpec(job.Spec)
}

// run makes sound and pictures side by side and then writes them.
func (a *assembly) run(ctx context.Context) (*media.AssembleResult, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	spans := a.cut.spans(a.open)
	var (
		wg    sync.WaitGroup
		track *aacTrack
		plan  soundPlan
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
	size, err := movie.write(ctx, a.job.Out)
	if err != nil {
		return nil, err
	}
	res := &media.AssembleResult{
		Frames: a.cut.total, Samples: movie.tracks[1].length, Bytes: size, Joins: a.cut.joins, Notes: notes,
		Integrated: track.integrated, TruePeak: track.truePeak, Gain: plan.gain,
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
	p := media.Progress{Total: a.cut.total}
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
func (a *assembly) movie(spans []span, made [][]encodedSample, sound *aacTrack) (*muxMovie, error) {
	fps, total, sp := a.job.Spec.FPS, a.cut.total, a.sound
	clock := movieClock(fps)
	scale, step := videoClock(fps)
	m := &muxMovie{
		scale: uint32(clock), length: int64(total) * step * clock / scale, fps: fps,
		metadata: a.job.Metadata, chapters: a.job.Chapters,
		tracks: []*muxTrack{a.videoTrack(spans, made), soundTrack(sound, total.Samples(fps, media.SampleRate))},
	}
	for _, st := range a.job.Subtitles {
		t, err := subtitleTrack(st, total, fps, a.job.Spec.Raster, sp)
		if err != nil {
			return nil, err
		}
		m.tracks = append(m.tracks, t)
	}
	if len(a.job.Chapters) > 0 {
		t, err := chapterTrack(a.job.Chapters, total, fps, sp)
		if err != nil {
			return nil, err
		}
		m.tracks = append(m.tracks, t)
		refs := &mp4.TrefBox{}
		refs.AddChild(&mp4.TrefTypeBox{Name: "chap", TrackIDs: []uint32{uint32(len(m.tracks))}})
		m.tracks[0].refs = refs
	}
	return m, nil
}

// videoTrack strings the spans' samples together. Decoding times are even;
// presentation lies later by the same delay everywhere, which an edit takes off
// again, so that the first picture is shown at 0.
func (a *assembly) videoTrack(spans []span, made [][]encodedSample) *muxTrack {
	scale, step := videoClock(a.job.Spec.FPS)
	t := &muxTrack{
		scale: uint32(scale), lasts: []uint32{uint32(step)}, length: int64(a.cut.total) * step,
		handler: "vide", name: "pictures", lang: "und", raster: a.job.Spec.Raster,
		header: []mp4.Box{mp4.CreateVmhd()}, stsd: pictureEntry(a.open[0]),
	}
	for i, s := range spans {
		if !s.copied {
			t.samples = append(t.samples, made[i]...)
			continue
		}
		seg, join := a.open[s.seg], a.cut.joins[s.seg]
		first := seg.at[s.from-join]
		for _, smp := range seg.samples[first : first+int(s.to-s.from)] {
			smp.pts += join
			t.samples = append(t.samples, encodedSample{src: seg.f, sample: smp})
		}
	}
	var delay int64
	for i, s := range t.samples {
		delay = max(delay, int64(i)-int64(s.pts))
	}
	t.shift = make([]int32, len(t.samples))
	for i, s := range t.samples {
		t.shift[i] = int32((int64(s.pts) - int64(i) + delay) * step)
	}
	t.skip = delay * step
	return t
}

// pictureEntry describes the pictures as the segments do, but for a bit rate
// that is no longer true.
func pictureEntry(s *segment) mp4.Box {
	stsd := mp4.NewStsdBox()
	entry := mp4.CreateVisualSampleEntryBox("avc1", s.avc1.Width, s.avc1.Height, nil)
	entry.CompressorName = ""
	for _, b := range s.avc1.Children {
		if b.Type() != "btrt" {
			entry.AddChild(b)
		}
	}
	stsd.AddChild(entry)
	return stsd
}

// soundTrack is the AAC track, its priming left out by an edit.
func soundTrack(s *aacTrack, samples int64) *muxTrack {
	stsd := mp4.NewStsdBox()
	stsd.AddChild(mp4.CreateAudioSampleEntryBox("mp4a", media.Channels, 16, media.SampleRate, mp4.CreateEsdsBox(s.config)))
	n := uint32(len(s.frames))
	return &muxTrack{
		samples: s.frames, scale: media.SampleRate, lasts: []uint32{aacFrame}, skip: s.priming, length: samples,
		handler: "soun", name: "sound", lang: "und", header: []mp4.Box{mp4.CreateSmhd()}, stsd: stsd,
		// A player that begins in the middle must decode one frame more than
		// it plays (ISO/IEC 14496-12, "roll" recovery).
		extra: []mp4.Box{
			&mp4.SgpdBox{Version: 1, GroupingType: "roll", DefaultLength: 2, SampleGroupEntries: []mp4.SampleGroupEntry{&mp4.RollSampleGroupEntry{RollDistance: -1}}},
			&mp4.SbgpBox{GroupingType: "roll", SampleCounts: []uint32{n}, GroupDescriptionIndices: []uint32{1}},
		},
	}
}

// Close closes the segments and removes the spools.
func (a *assembly) Close() {
	for _, s := range a.open {
		s.Close()
	}
	for _, s := range []*spool{a.sound, a.made} {
		if s != nil {
			s.Close()
		}
	}
}
