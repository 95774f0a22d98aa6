package cut

import (
	"context"
	"fmt"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/joins"
	"github.com/dailies/dailies/internal/mp4"
	"github.com/dailies/dailies/internal/sound"
)

const (
	defaultTarget = -16.0 // LUFS, where a job leaves it open
	defaultPeak   = -1.5  // dBTP, likewise
	codecMargin   = 0.3   // dB kept under the limit for what AAC adds to peaks
	encodePasses  = 3     // until the encoded peak lies under the limit
)

// makeSound mixes, levels and encodes an episode's sound into sp.
func makeSound(ctx context.Context, job media.AssembleJob, c joins.List, sp *mp4.Spool) (*encoder.AAC, sound.Plan, []string, error) {
	m, err := sound.NewMixer(ctx, job, c, decodeBeside(job.Out))
	if err != nil {
		return nil, sound.Plan{}, nil, err
	}
	defer m.Close()
	target := job.Loudness
	if target.Integrated == 0 {
		target.Integrated = defaultTarget
	}
	if target.TruePeak == 0 {
		target.TruePeak = defaultPeak
	}
	if !(target.Integrated >= sound.Silence && target.Integrated < 0 && target.TruePeak < 0 && target.TruePeak > -20) {
		return nil, sound.Plan{}, nil, fmt.Errorf("level sound: a target of %.1f LUFS and %.1f dBTP is out of range", target.Integrated, target.TruePeak)
	}
	limit := target.TruePeak - codecMargin
	room := 0.0
	kept := &encoder.Kept{Dir: job.Parts}
	defer kept.Trim()
	for pass := 1; ; pass++ {
		plan, err := m.Level(ctx, target.Integrated, limit, room, kept)
		if err != nil {
			return nil, plan, nil, err
		}
		from := sp.End
		track, err := encoder.EncodeAAC(ctx, m.Total, m.Stream(plan), sp, kept)
		if err != nil {
			return nil, plan, nil, err
		}
		over := track.TruePeak - target.TruePeak
		if over <= 0 || plan.Alone || pass == encodePasses {
			notes := m.Notes
			if plan.Note != "" {
				notes = append(notes, plan.Note)
			}
			return track, plan, notes, nil
		}
		sp.End = from
		room += over + codecMargin
	}
}
