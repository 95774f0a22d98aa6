package cut

import (
	"context"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
)

// writePoster writes frame at of the cut, as the master shows it.
func (m *pictureMaker) writePoster(ctx context.Context, at media.Frames, out string) error {
	c := m.composer()
	defer c.Close()
	f, err := c.compose(ctx, min(max(at, 0), m.cut.Total-1))
	if err != nil {
		return err
	}
	defer f.Free()
	r := m.spec.Raster
	what := footage.Picture{
		Width: r.Width, Height: r.Height, Format: astiav.PixelFormatYuv420P, SARNum: 1, SARDen: 1,
		Matrix: astiav.ColorSpaceBt709, Transfer: astiav.ColorTransferCharacteristicBt709,
		Primaries: astiav.ColorPrimariesBt709, Range: astiav.ColorRangeMpeg,
	}
	return encoder.WriteFrame(f, what, r, out)
}
