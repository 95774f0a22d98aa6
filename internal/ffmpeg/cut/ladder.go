package cut

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/hls"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/joins"
	"github.com/dailies/dailies/internal/mp4"
)

// ladder is the HLS of one cut in the making. A rung's pictures are copied from its
// shots' renditions; what a transition or the label covers is composed as for the
// master, scaled and encoded again.
type ladder struct {
	job   media.LadderJob
	meta  map[string]string
	fps   media.Rational
	cut   joins.List
	rungs []*rung
}

// rung is one size of a ladder.
type rung struct {
	job   media.LadderRung
	whole bool           // its pictures are the master's
	open  []*mp4.Segment // else
	spans []span
	maker pictureMaker
	made  [][]mp4.Encoded
}

func openLadder(job media.AssembleJob, maker pictureMaker) (_ *ladder, err error) {
	l := &ladder{job: *job.Ladder, meta: job.Metadata, fps: job.Spec.FPS, cut: maker.cut}
	switch {
	case len(l.job.Rungs) == 0 || len(l.job.Rungs) > maxRungs:
		return nil, fmt.Errorf("check ladder: %d rungs; 1 to %d can be made", len(l.job.Rungs), maxRungs)
	case l.job.Sound == "" || l.job.Target <= 0:
		return nil, errors.New("check ladder: no file for its sound, or no length of its segments")
	}
	defer func() {
		if err != nil {
			l.Close()
		}
	}()
	for _, r := range l.job.Rungs {
		out := &rung{job: r, whole: r.Rung.Whole(job.Spec), maker: maker}
		l.rungs = append(l.rungs, out)
		if out.whole {
			continue
		}
		if err := out.openShots(job); err != nil {
			return nil, fmt.Errorf("open rung %s: %w", r.Rung.Raster, err)
		}
	}
	return l, nil
}

func (r *rung) openShots(job media.AssembleJob) error {
	if len(r.job.Shots) != len(job.Segments) {
		return fmt.Errorf("it has %d shots, the cut %d", len(r.job.Shots), len(job.Segments))
	}
	spec := r.job.Rung.Spec(job.Spec)
	if err := encoder.CheckSpec(spec); err != nil {
		return err
	}
	for i, path := range r.job.Shots {
		seg, err := mp4.OpenRendition(path, r.job.Rung.Codec, spec)
		if err != nil {
			return joins.Blame(i, err)
		}
		r.open = append(r.open, seg)
		if seg.Frames() != job.Segments[i].Frames {
			return joins.Blame(i, media.ClipErrorf("its rendition has %d pictures, the cut wants %d", seg.Frames(), job.Segments[i].Frames))
		}
	}
	if err := mp4.CheckAlike(r.open); err != nil {
		return err
	}
	r.spans = divide(r.maker.cut, r.open)
	r.maker.rung, r.maker.like = r.job.Rung, r.open[0]
	return nil
}

// make encodes what cannot be copied, rung by rung, into sp.
func (l *ladder) make(ctx context.Context, sp *mp4.Spool) error {
	for _, r := range l.rungs {
		if r.whole {
			continue
		}
		var err error
		if r.made, err = r.maker.make(ctx, r.spans, sp, func(media.Frames) {}); err != nil {
			return fmt.Errorf("make rung %s: %w", r.job.Rung.Raster, err)
		}
	}
	return nil
}

// write writes the files: pictures and sound are the master's tracks.
func (l *ladder) write(ctx context.Context, master, sound *mp4.Track) (*media.LadderResult, error) {
	starts := mp4.Keyframes(master)
	opens := hls.Divide(l.lengths(starts), l.job.Target)
	res := &media.LadderResult{}
	for _, r := range l.rungs {
		track := master
		if !r.whole {
			track = mp4.PictureTrack(pictures(r.spans, r.made, l.cut, r.open), r.open[0], l.fps)
		}
		own := mp4.Keyframes(track)
		part, err := l.file(ctx, track, r.job.Out, own)
		if err != nil {
			return nil, fmt.Errorf("write rung %s: %w", r.job.Rung.Raster, err)
		}
		// Segments begin at the same frames on every rung, or no player could change rungs.
		for _, o := range opens {
			i := slices.Index(own, starts[o])
			if i < 0 {
				return nil, fmt.Errorf("write rung %s: frame %d is a keyframe of the master, and none of it", r.job.Rung.Raster, starts[o])
			}
			part.Fragments[i].Opens = true
		}
		res.Rungs = append(res.Rungs, part)
	}
	var at []int64 // of the segments, in samples
	for _, o := range opens {
		at = append(at, media.Frames(starts[o]).Samples(l.fps, media.SampleRate))
	}
	part, err := l.file(ctx, sound, l.job.Sound, soundStarts(at, sound))
	if err != nil {
		return nil, fmt.Errorf("write the ladder's sound: %w", err)
	}
	for i := range part.Fragments {
		part.Fragments[i].Opens = true
	}
	// The priming is in the first fragment and is not heard.
	part.Fragments[0].Ticks -= sound.Skip
	res.Sound = part
	return res, nil
}

// lengths is how many frames lie between keyframes.
func (l *ladder) lengths(starts []int) []media.Frames {
	out := make([]media.Frames, len(starts))
	for i, s := range starts {
		end := int(l.cut.Total)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		out[i] = media.Frames(end - s)
	}
	return out
}

func (l *ladder) file(ctx context.Context, t *mp4.Track, path string, starts []int) (media.Fragmented, error) {
	f := mp4.Fragmented{Track: t, Starts: starts, Metadata: l.meta}
	w, err := f.Write(ctx, path)
	if err != nil {
		return media.Fragmented{}, err
	}
	codecs, err := t.Codecs()
	return media.Fragmented{
		Codecs: codecs, Scale: int64(t.Scale), Header: w.Header, Fragments: w.Fragments, Bytes: w.Bytes, SHA256: w.SHA256,
	}, err
}

// soundStarts are the AAC frames that begin nearest to where segments of pictures do.
func soundStarts(at []int64, t *mp4.Track) []int {
	each := int64(t.Lasts[0])
	var out []int
	for _, pairs := range at {
		n := int((pairs + t.Skip + each/2) / each)
		if pairs == 0 {
			n = 0 // with the priming
		}
		if n < len(t.Samples) && (len(out) == 0 || n > out[len(out)-1]) {
			out = append(out, n)
		}
	}
	return out
}

// Close closes the renditions.
func (l *ladder) Close() {
	for _, r := range l.rungs {
		for _, s := range r.open {
			s.Close()
		}
	}
}
