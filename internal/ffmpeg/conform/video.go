package conform

import (
	"context"
	"errors"
	"slices"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/ffmpeg/measure"
	"github.com/dailies/dailies/internal/ffmpeg/review"
	"github.com/dailies/dailies/internal/media"
)

// maxSeen bounds the kinds of pictures that are told of.
const maxSeen = 16

// renderer turns source pictures into the mezzanine's frames.
type renderer struct {
	seen []footage.Picture // every kind of picture so far
	job  media.ConformJob
	enc  *encoder.Video
	out  *encoder.ClipWriter
	burn *burner // nil without texts
	ink  inked
	// sheet keeps pictures for the review; nil if none is wanted
	sheet *review.SheetMaker

	g       *footage.Graph // for pictures like of
	of      footage.Picture
	fed     int64
	current *astiav.Frame // the conformed picture; nil when source has not been rendered
	source  *footage.Shown
	next    media.Frames // Frame to encode next
}

// encode times the pictures, renders those that are shown and encodes them.
func (c *conformer) encode(ctx context.Context) (err error) {
	r := &renderer{job: c.job, ink: inked{texts: c.job.Burn}}
	defer r.close()
	if r.enc, err = encoder.OpenVideo(c.job.Spec); err != nil {
		return err
	}
	if r.out, err = encoder.CreateClip(c.job.OutVideo, r.enc.CC); err != nil {
		return err
	}
	if r.burn, err = newBurner(c.job); err != nil {
		return err
	}
	if r.sheet, err = review.NewSheetMaker(c.job); err != nil {
		return err
	}
	like, err := measure.NewLikeness(ctx, c.job)
	if err != nil {
		return err
	}
	pick := picker{fps: c.job.Spec.FPS, start: c.job.Start}
	for s := range c.render {
		if r.source != nil {
			if _, to := pick.Take(s.At, c.job.Frames); to > r.next {
				if err := r.show(to); err != nil {
					s.Frame.Free()
					return err
				}
			}
		}
		r.replace(&s)
		if like != nil { // the clip's first picture, whether it is shown or not
			if err := r.render(); err != nil {
				return err
			}
			if c.drift, err = like.Drift(r.current); err != nil {
				return err
			}
			like = nil
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if r.source == nil {
		return media.ClipErrorf("not one picture can be decoded")
	}
	want, held, err := c.length(r.next)
	if err != nil {
		return err
	}
	if err := r.show(want); err != nil {
		return err
	}
	c.frames, c.held, c.seen, c.inked = want, held, r.seen, r.ink.boxes()
	if r.sheet != nil {
		if c.sheet, err = r.sheet.Sheet(want); err != nil {
			return err
		}
	}
	if err := r.enc.Encode(nil, false, r.packet); err != nil {
		return err
	}
	return r.out.Finish()
}

// length decides how long the shot is, done frames of which are encoded, and
// how much of that repeats the last picture.
func (c *conformer) length(done media.Frames) (want, held media.Frames, err error) {
	whole := media.FramesIn(c.end, c.job.Spec.FPS)
	have := max(whole-c.job.Start, done)
	if c.job.Frames == 0 {
		if have <= 0 {
			if c.job.Start > 0 {
				return 0, 0, media.ClipErrorf("the clip has %d frames; %d are to be skipped", whole, c.job.Start)
			}
			have = 1 // a clip of one very short picture
		}
		return have, 0, nil
	}
	held = max(0, c.job.Frames-have)
	if held > c.job.MaxHold {
		return 0, 0, media.ClipErrorf("the clip has %d frames at %s fps; %d are wanted from frame %d",
			whole, c.job.Spec.FPS, c.job.Frames, c.job.Start)
	}
	return c.job.Frames, held, nil
}

// replace makes s the picture that is shown from now on.
func (r *renderer) replace(s *footage.Shown) {
	r.drop()
	r.source = s
}

// drop frees the picture shown so far.
func (r *renderer) drop() {
	if r.source != nil {
		r.source.Frame.Free()
		r.source = nil
	}
	if r.current != nil {
		r.current.Free()
		r.current = nil
	}
}

// show encodes frames up to to, all of the picture at hand.
func (r *renderer) show(to media.Frames) error {
	if r.next >= to {
		return nil
	}
	if err := r.render(); err != nil {
		return err
	}
	for ; r.next < to; r.next++ {
		if err := r.frame(r.next); err != nil {
			return err
		}
	}
	return nil
}

// Frame burns texts into the picture at hand and encodes it as Frame n.
func (r *renderer) frame(n media.Frames) error {
	encode := func(f *astiav.Frame) error {
		if err := r.sheet.See(n, f); err != nil {
			return err
		}
		f.SetPts(int64(n))
		return r.enc.Encode(f, r.keyframe(n), r.packet)
	}
	if r.burn != nil && r.burn.Covers(n) {
		return r.burn.Burn(n, r.current, func(f *astiav.Frame) error {
			if err := r.ink.see(n, r.current, f); err != nil {
				return err
			}
			return encode(f)
		})
	}
	// The encoder keeps its own reference; the time stamp is per reference.
	return encode(r.current)
}

// keyframe says whether a transition begins or ends at frame n.
func (r *renderer) keyframe(n media.Frames) bool {
	return n == 0 || r.job.Head > 0 && n == r.job.Head || r.job.Tail > 0 && n == r.job.Frames-r.job.Tail
}

// render conforms the source picture, once.
func (r *renderer) render() error {
	if r.current != nil {
		return nil
	}
	if r.g == nil || r.source.What != r.of {
		if r.g != nil {
			r.g.Close()
			r.g = nil
		}
		g, err := footage.NewVideoGraph(r.source.What.Source(), r.source.What.Chain(r.job.Spec, r.job.Grade, r.job.Focus))
		if err != nil {
			return media.ClipErrorf("the pictures cannot be converted: %v", err)
		}
		r.g, r.of, r.fed = g, r.source.What, 0
		if !slices.Contains(r.seen, r.of) && len(r.seen) < maxSeen {
			r.seen = append(r.seen, r.of)
		}
	}
	r.source.Frame.SetPts(r.fed)
	r.fed++
	err := r.g.Push(r.source.Frame, func(f *astiav.Frame) error {
		if r.current != nil {
			return errors.New("render picture: two came out of one")
		}
		if r.current = f.Clone(); r.current == nil {
			return errors.New("render picture: out of memory")
		}
		return nil
	})
	if err == nil && r.current == nil {
		err = errors.New("render picture: none came out")
	}
	return err
}

// packet writes what the encoder made.
func (r *renderer) packet(pkt *astiav.Packet) error { return r.out.Write(0, pkt, 1) }

func (r *renderer) close() {
	r.drop()
	r.sheet.Close()
	if r.burn != nil {
		r.burn.Close()
	}
	if r.g != nil {
		r.g.Close()
	}
	if r.out != nil {
		r.out.Close()
	}
	if r.enc != nil {
		r.enc.Close()
	}
}
