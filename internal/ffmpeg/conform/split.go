package conform

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/ffmpeg/measure"
	"github.com/dailies/dailies/internal/media"
)

// How far from where it was asked for a cut may be, whichever is more; models keep windows
// to within half a second.
const (
	cutSlack = 500 * time.Millisecond
	cutShare = 15 // per cent of its time
)

// cutInside is how many pictures are left out on either side of a cut: encoders let a
// neighbour shine through there.
const cutInside = 1

// pieceEncoder is so fine that a piece that is conformed afterwards looks as the clip
// itself would.
var pieceEncoder = media.Encoder{Preset: "veryfast", CRF: 10}

// Split finds where a clip of several shots cuts, and if that is where it was asked to,
// writes each shot that is wanted as a clip of its own. A clip that cuts elsewhere is no
// error: the result says why it was left whole. The same clip gives the same pieces.
func Split(ctx context.Context, job media.SplitJob, report func(media.Progress)) (_ *media.SplitResult, err error) {
	if len(job.Windows) < 2 || len(job.Outs) != len(job.Windows) {
		return nil, fmt.Errorf("check split job: %d windows, %d clips to write", len(job.Windows), len(job.Outs))
	}
	for _, ms := range job.Windows {
		if ms <= 0 || ms > media.MaxClipDuration.Milliseconds() {
			return nil, fmt.Errorf("check split job: a window of %d ms", ms)
		}
	}
	defer func() {
		if err != nil {
			for _, out := range job.Outs {
				if out != "" {
					_ = os.Remove(out) // half of them are none
				}
			}
		}
	}()
	w, err := watch(ctx, job.In, report)
	if err != nil {
		return nil, err
	}
	res := w.result(job.Windows)
	if res.Why != "" {
		return res, nil
	}
	for i, out := range job.Outs {
		if out == "" {
			continue
		}
		if err := writePiece(ctx, job.In, out, w.raster, res.FPS, res.Pieces[i], report); err != nil {
			return nil, fmt.Errorf("cut out piece %d: %w", i+1, err)
		}
	}
	return res, nil
}

// watched is what one look at a clip found.
type watched struct {
	fps    media.Rational
	raster media.Raster // as it is shown
	end    time.Duration
	meter  measure.CutMeter
}

// watch decodes a clip and measures nothing but where it cuts.
func watch(ctx context.Context, path string, report func(media.Progress)) (*watched, error) {
	group, gctx := errgroup.WithContext(ctx)
	in, err := footage.Open(gctx, path, footage.Clips)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	in.Mend()
	c := &conformer{
		report: report, in: in, video: in.Video(), claims: footage.Claims(in),
		render: make(chan footage.Shown, 1), measure: make(chan footage.Shown, 1), origin: make(chan time.Duration, 1),
	}
	defer c.drain()
	if c.video == nil {
		return nil, media.ClipErrorf("the file holds no picture track")
	}
	if d := in.TooLong(); d > 0 {
		return nil, media.ClipErrorf("the clip claims to last %v; at most %v are taken", d.Round(time.Second), media.MaxClipDuration)
	}
	w := &watched{fps: c.claims.FPS}
	if !w.fps.Valid() || w.fps.Float() < 1 || w.fps.Float() > footage.MaxFPS {
		return nil, media.ClipErrorf("the clip says %s of its frame rate, by which it cannot be cut apart", w.fps)
	}
	c.job.Spec.FPS = w.fps
	c.meters = w.meter.Add
	group.Go(func() error { return c.decode(gctx) })
	group.Go(func() error { return c.look(gctx) })
	group.Go(func() error {
		for s := range c.render {
			if w.raster == (media.Raster{}) {
				w.raster = s.What.Shape()
			}
			s.Frame.Free()
		}
		return gctx.Err()
	})
	if err := group.Wait(); err != nil {
		if cerr := ctx.Err(); cerr != nil {
			return nil, cerr
		}
		return nil, err
	}
	w.end = c.end
	w.raster.Width, w.raster.Height = max(w.raster.Width/2*2, 16), max(w.raster.Height/2*2, 16)
	return w, nil
}

// result holds the cuts against where they were asked for.
func (w *watched) result(windows []int64) *media.SplitResult {
	res := &media.SplitResult{FPS: w.fps, Frames: media.FramesIn(w.end, w.fps), Cuts: []media.Frames{}}
	at := func(picture int) media.Frames { return media.FramesIn(w.meter.At(picture), w.fps) }
	cuts := w.meter.Cuts()
	for _, c := range cuts {
		res.Cuts = append(res.Cuts, at(c.First))
	}
	if len(cuts) != len(windows)-1 {
		res.Why = fmt.Sprintf("%s found%s where %d %s asked for", counted(len(cuts), "cut"), w.when(cuts), len(windows)-1, was(len(windows)-1))
		return res
	}
	asked := time.Duration(0)
	from := media.Frames(0)
	for i, c := range cuts {
		asked += time.Duration(windows[i]) * time.Millisecond
		is := w.meter.At(c.First)
		if off := max(is-asked, asked-is); off > max(cutSlack, asked*cutShare/100) {
			res.Why = fmt.Sprintf("cut %d comes at %s where %s was asked for", i+1, clock(is), clock(asked))
			return res
		}
		res.Pieces = append(res.Pieces, media.Span{From: from, To: at(c.Last) + 1 - cutInside})
		from = at(c.First) + cutInside
	}
	res.Pieces = append(res.Pieces, media.Span{From: from, To: res.Frames})
	for i, p := range res.Pieces {
		if p.To <= p.From {
			res.Why = fmt.Sprintf("shot %d of the clip has no pictures", i+1)
		}
	}
	return res
}

// when says when cuts come.
func (w *watched) when(cuts []measure.HardCut) string {
	var all []string
	for _, c := range cuts[:min(len(cuts), 8)] {
		all = append(all, clock(w.meter.At(c.First)))
	}
	if len(all) == 0 {
		return ""
	}
	return " (at " + strings.Join(all, ", ") + ")"
}

func clock(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func was(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// writePiece writes frames of a clip as a clip of its own, with their sound. It is made as a
// take's mezzanine and review are, at the clip's own raster and rate.
func writePiece(ctx context.Context, in, out string, raster media.Raster, fps media.Rational, span media.Span, report func(media.Progress)) error {
	video, sound := out+".video.mp4", out+".wav"
	defer os.Remove(video)
	defer os.Remove(sound)
	_, err := Run(ctx, media.ConformJob{
		In: in, OutVideo: video, OutAudio: sound, OutReview: out,
		Spec:  media.Spec{Raster: raster, FPS: fps, Fit: media.FitFill, Encoder: pieceEncoder},
		Start: span.From, Frames: span.To - span.From, MaxHold: 1,
	}, report)
	return err
}
