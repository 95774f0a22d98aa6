package sound

import (
	"context"
	"fmt"
	"os"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/joins"
)

// layStep is how many pairs are laid at a time.
const layStep = media.SampleRate / 2

// Lay writes the sounds of the job, and silence where there is none.
func Lay(ctx context.Context, job media.LayJob, decode Decode) (_ int64, err error) {
	if job.Frames < 1 || !job.FPS.Valid() || job.Frames.Duration(job.FPS) > media.MaxClipDuration {
		return 0, fmt.Errorf("lay sounds over %d frames at %s: out of range", job.Frames, job.FPS)
	}
	as := media.AssembleJob{Spec: media.Spec{FPS: job.FPS}, Out: job.Out}
	m := &Mixer{decode: decode, Total: job.Frames.Samples(job.FPS, media.SampleRate)}
	defer m.Close()
	for i, s := range job.Sounds {
		if err := m.addSound(ctx, as, joins.List{Total: job.Frames}, media.LayerDialogue, s); err != nil {
			return 0, fmt.Errorf("sound %d: %w", i+1, err)
		}
	}
	out, err := CreateWAV(job.Out)
	if err != nil {
		return 0, err
	}
	defer func() {
		out.Close()
		if err != nil {
			_ = os.Remove(job.Out)
		}
	}()
	pairs := make([]float32, media.Channels*layStep)
	for at := int64(0); at < m.Total; at += layStep {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		part := pairs[:media.Channels*min(layStep, m.Total-at)]
		if err := m.Read(part, at); err != nil {
			return 0, err
		}
		if err := out.WriteAt(part, at); err != nil {
			return 0, err
		}
	}
	return m.Total, out.Finish(m.Total)
}
