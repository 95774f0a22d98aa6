package cut

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/joins"
	"github.com/dailies/dailies/internal/mp4"
	"github.com/dailies/dailies/internal/sound"
)

const (
	defaultTarget = -16.0 // LUFS, where a job leaves it open
	defaultPeak   = -1.5  // dBTP, likewise
	codecMargin   = 0.4   // dB kept under the limit for what AAC adds to peaks
	encodePasses  = 3     // until the encoded peak lies under the limit
)

// mixed is an episode's sound.
type mixed struct {
	track    *encoder.AAC
	plan     sound.Plan
	stemGain float64
	effects  []media.Frames // for how long each is heard
	notes    []string
}

// makeSound mixes an episode's sound, writes its stems, and levels and encodes it into sp.
func makeSound(ctx context.Context, job media.AssembleJob, c joins.List, sp *mp4.Spool, kept *encoder.Kept) (made mixed, err error) {
	m, err := sound.NewMixer(ctx, job, c, decodeBeside(job.Out))
	if err != nil {
		return made, err
	}
	defer m.Close()
	for _, pairs := range m.Effects {
		second := media.SampleRate * job.Spec.FPS.Den
		made.effects = append(made.effects, media.Frames((pairs*job.Spec.FPS.Num+second-1)/second))
	}
	group, ctx := errgroup.WithContext(ctx)
	var gain float64
	other := m.Beside()
	group.Go(func() (err error) {
		gain, err = makeStems(ctx, other, job.Stems)
		return err
	})
	group.Go(func() error { return made.level(ctx, m, job, sp, kept) })
	err = group.Wait()
	made.stemGain = gain
	return made, err
}

// level levels the mix and encodes it into sp.
func (made *mixed) level(ctx context.Context, m *sound.Mixer, job media.AssembleJob, sp *mp4.Spool, kept *encoder.Kept) (err error) {
	target := job.Loudness
	if target.Integrated == 0 {
		target.Integrated = defaultTarget
	}
	if target.TruePeak == 0 {
		target.TruePeak = defaultPeak
	}
	if !(target.Integrated >= sound.Silence && target.Integrated < 0 && target.TruePeak < 0 && target.TruePeak > -20) {
		return fmt.Errorf("level sound: a target of %.1f LUFS and %.1f dBTP is out of range", target.Integrated, target.TruePeak)
	}
	limit := target.TruePeak - codecMargin
	room := 0.0
	for pass := 1; ; pass++ {
		if made.plan, err = m.Level(ctx, target.Integrated, limit, room, kept); err != nil {
			return err
		}
		from := sp.End
		if made.track, err = encoder.EncodeAAC(ctx, m.Total, m.Stream(made.plan), sp, kept); err != nil {
			return err
		}
		over := made.track.TruePeak - target.TruePeak
		if over <= 0 || made.plan.Alone || pass == encodePasses {
			made.notes = m.Notes
			if made.plan.Note != "" {
				made.notes = append(made.notes, made.plan.Note)
			}
			return nil
		}
		sp.End = from
		room += over + codecMargin
	}
}
