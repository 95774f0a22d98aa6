package cut

import (
	"context"
	"fmt"
	"os"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/xmp"
)

// writePoster writes frame at of the cut, as the master shows it, with a packet of
// metadata where there is one.
func (m *pictureMaker) writePoster(ctx context.Context, at media.Frames, out, packet string) error {
	c := m.composer()
	defer c.Close()
	f, err := c.compose(ctx, min(max(at, 0), m.cut.Total-1))
	if err != nil {
		return err
	}
	defer f.Free()
	r := m.spec.Raster
	if err := encoder.WriteFrame(f, footage.Conformed(r), r, out); err != nil || packet == "" {
		return err
	}
	return bear(out, packet)
}

// bear puts a packet of metadata into a JPEG that was just written.
func bear(path, packet string) error {
	picture, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read poster: %w", err)
	}
	if picture, err = xmp.Into(picture, packet); err != nil {
		return fmt.Errorf("label poster: %w", err)
	}
	if err := os.WriteFile(path, picture, 0o600); err != nil {
		return fmt.Errorf("write poster: %w", err)
	}
	return nil
}
