package cut

import (
	"context"

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
	return encoder.WriteFrame(f, footage.Conformed(r), r, out)
}
