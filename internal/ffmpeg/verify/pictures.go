package verify

import (
	"context"
	"fmt"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/ffmpeg/measure"
	"github.com/dailies/dailies/internal/media"
)

// pictureRecord is what a decode of all pictures found.
type pictureRecord struct {
	raster                media.Raster
	frames                []frameRecord
	uneven, firstUneven   int
	damaged, firstDamaged int
	label, card           *finder // nil: not looked for
	compared              bool
	still                 *stillness // nil: not looked for
}

// frameRecord is one picture.
type frameRecord struct{ key, black, frozen bool }

// watch decodes the pictures. What it saw before an error comes back with it.
func (v *verifier) watch(ctx context.Context, in *footage.Input, report func(media.Progress)) (*pictureRecord, error) {
	video := in.Video()
	dec, err := footage.OpenDecoder(video)
	if err != nil {
		return nil, err
	}
	defer dec.Close()
	if err := v.rate(video); err != nil {
		return nil, err
	}
	p := &pictureRecord{}
	if err := v.lookFor(p, video.CodecParameters()); err != nil {
		return nil, err
	}
	w := &watcher{rec: p, in: in, video: video, fps: v.fps}
	defer w.Close()
	total := max(v.job.Frames, media.Frames(video.NbFrames()))
	err = footage.DecodeAll(in, video, dec, func(f *astiav.Frame) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(p.frames) >= media.MaxMasterFrames {
			return media.ClipErrorf("it has more than %d pictures", media.MaxMasterFrames)
		}
		if err := w.frame(f); err != nil {
			return err
		}
		if report != nil && len(p.frames)%24 == 0 {
			report(media.Progress{Done: media.Frames(len(p.frames)), Total: total})
		}
		return nil
	})
	if p.damaged += dec.Errors; dec.Errors > 0 && p.damaged == dec.Errors {
		p.firstDamaged = len(p.frames)
	}
	return p, err
}

// rate is the rate to hold the pictures against: the job's, or the file's own.
func (v *verifier) rate(video *astiav.Stream) error {
	v.fps = v.job.FPS
	own := video.AvgFrameRate()
	if !v.fps.Valid() {
		v.fps = media.Rational{Num: int64(own.Num()), Den: int64(own.Den())}
	}
	if !v.fps.Valid() || v.fps.Float() > footage.MaxFPS || v.fps.Float() < 1 {
		return media.ClipErrorf("it runs at %d/%d frames a second", own.Num(), own.Den())
	}
	if v.job.FPS.Valid() && int64(own.Num())*v.fps.Den != int64(own.Den())*v.fps.Num {
		v.problem(RuleRate, "it claims %d/%d frames a second, not %s", own.Num(), own.Den(), v.fps)
	}
	return nil
}

// watcher looks at each picture.
type watcher struct {
	rec   *pictureRecord
	in    *footage.Input
	video *astiav.Stream
	fps   media.Rational
	meter measure.PictureMeter
	what  footage.Picture
	small *footage.Graph
}

func (w *watcher) frame(f *astiav.Frame) error {
	p, n := w.rec, len(w.rec.frames)
	r := frameRecord{key: f.KeyFrame()}
	if n == 0 {
		p.raster = media.Raster{Width: f.Width(), Height: f.Height()}
	}
	if !w.onTime(f.Pts(), int64(n)) {
		if p.uneven++; p.uneven == 1 {
			p.firstUneven = n
		}
	}
	if footage.Damaged(f) {
		if p.damaged++; p.damaged == 1 {
			p.firstDamaged = n
		}
	}
	if err := p.find(f); err != nil {
		return err
	}
	black, frozen := w.meter.Black, w.meter.Frozen
	if err := w.measure(f, int64(n)); err != nil {
		return err
	}
	r.black, r.frozen = w.meter.Black > black, w.meter.Frozen > frozen
	p.frames = append(p.frames, r)
	return nil
}

// onTime says whether pts is exactly n frames after the file's zero, as near as
// its clock can say.
func (w *watcher) onTime(pts, n int64) bool {
	if pts == astiav.NoPtsValue || pts > 1<<48 || pts < -1<<48 {
		return false
	}
	base := w.video.TimeBase()
	got := pts * int64(base.Num()) * w.fps.Num
	want := n * w.fps.Den * int64(base.Den())
	diff := got - want
	if diff < 0 {
		diff = -diff
	}
	return 2*diff <= int64(base.Num())*w.fps.Num
}

// measure looks at a small copy of the picture, as conform does.
func (w *watcher) measure(f *astiav.Frame, n int64) error {
	what, err := footage.Describe(f, w.in, w.video)
	if err != nil {
		return err
	}
	if w.small == nil || what != w.what {
		w.Close()
		width, height := measure.MeasureRaster(what.Width, what.Height)
		if w.small, err = footage.NewVideoGraph(what.Source(), what.Luma(width, height)); err != nil {
			return media.ClipErrorf("the pictures cannot be measured: %v", err)
		}
		w.what = what
	}
	f.SetPts(n)
	return w.small.Push(f, func(s *astiav.Frame) error {
		luma, stride := footage.FramePlane(s, 0, s.Height())
		if luma == nil || stride < s.Width() {
			return media.ClipErrorf("picture %d has no luma", n)
		}
		w.meter.Add(media.Frames(n).Duration(w.fps), luma, stride, s.Width(), s.Height())
		return nil
	})
}

func (w *watcher) Close() {
	if w.small != nil {
		w.small.Close()
		w.small = nil
	}
}

// lookFor prepares what is looked for on the pictures. Only those of eight bits and half
// the chroma are compared, which every master's are.
func (v *verifier) lookFor(p *pictureRecord, cp *astiav.CodecParameters) error {
	r := media.Raster{Width: cp.Width(), Height: cp.Height()}
	if cp.PixelFormat() != astiav.PixelFormatYuv420P || r.Width <= 0 || r.Height <= 0 {
		return nil
	}
	p.compared = true
	var err error
	if len(v.job.Label) > 1 { // whoever made it may letter otherwise
		p.still = newStillness(r, v.fps)
	}
	if len(v.job.Label) > 0 {
		if p.label, err = newFinder(v.job.Label, r, v.fps); err != nil {
			return fmt.Errorf("look for the label: %w", err)
		}
	}
	if v.job.Card != nil {
		var label *media.LabelMark
		if len(v.job.Label) > 0 {
			label = &v.job.Label[0]
		}
		if p.card, err = cardFinder(*v.job.Card, label, r, v.fps); err != nil {
			return fmt.Errorf("look for the opening card: %w", err)
		}
	}
	return nil
}

// find looks for them on the next picture.
func (p *pictureRecord) find(f *astiav.Frame) error {
	if p.label == nil && p.card == nil {
		return nil
	}
	n := media.Frames(len(p.frames))
	planes, err := footage.Planes(f)
	if err != nil {
		return err
	}
	p.still.look(n, planes[0])
	for _, find := range []*finder{p.label, p.card} {
		if find != nil && !find.over {
			find.look(n, planes[0])
		}
	}
	return nil
}
