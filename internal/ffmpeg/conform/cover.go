package conform

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/lettering"
	"github.com/dailies/dailies/internal/media"
)

// maxCovers bounds a job.
const maxCovers = 32

// Covers makes pictures for shop windows of one picture of a clip: cropped to each
// shape around its focus, with a title where one is asked for. A clip at fault is a
// *media.ClipError.
func Covers(ctx context.Context, job media.CoverJob, report func(media.Progress)) (_ *media.CoverResult, err error) {
	if len(job.Covers) == 0 || len(job.Covers) > maxCovers || job.Frame < 0 || job.Frame >= footage.MaxClipPictures {
		return nil, fmt.Errorf("check covers: %d of frame %d", len(job.Covers), job.Frame)
	}
	defer func() {
		if err != nil { // half of them are none
			for _, c := range job.Covers {
				_ = os.Remove(c.Out)
			}
		}
	}()
	in, err := footage.Open(ctx, job.In, footage.Clips)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	in.Mend()
	f, what, err := footage.FindPicture(in, job.Frame, report)
	if err != nil {
		return nil, err
	}
	defer f.Free()
	for _, c := range job.Covers {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := writeCover(f, what, job, c); err != nil {
			return nil, err
		}
	}
	return &media.CoverResult{Raster: what.Shape()}, nil
}

func writeCover(f *astiav.Frame, what footage.Picture, job media.CoverJob, c media.Cover) error {
	spec := media.Spec{Raster: c.Raster, FPS: media.Rational{Num: 1, Den: 1}, Fit: media.FitFill}
	if err := encoder.CheckSpec(spec); err != nil {
		return err
	}
	g, err := footage.NewVideoGraph(what.Source(), what.Chain(spec, job.Grade, job.Focus))
	if err != nil {
		return media.ClipErrorf("the picture cannot be converted: %v", err)
	}
	defer g.Close()
	var titled *burner
	if c.Title != "" {
		lettered := media.ConformJob{Spec: spec, OutVideo: c.Out, Burn: []media.Text{{
			Text: c.Title, To: 1, Style: lettering.Cover, Position: "bottom", Language: c.Language,
		}}}
		if err := checkTexts(lettered.Burn); err != nil {
			return err
		}
		if titled, err = newBurner(lettered); err != nil {
			return err
		}
		defer titled.Close()
	}
	written := false
	write := func(f *astiav.Frame) error {
		written = true
		return encoder.WriteFrame(f, footage.Conformed(c.Raster), c.Raster, c.Out)
	}
	f.SetPts(0)
	err = g.Push(f, func(f *astiav.Frame) error {
		if titled == nil {
			return write(f)
		}
		return titled.Burn(0, f, write)
	})
	if err == nil && !written {
		err = errors.New("write cover: no picture came out")
	}
	return err
}
