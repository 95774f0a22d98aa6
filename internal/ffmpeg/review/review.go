package review

import (
	"context"
	"fmt"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/encoder"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/media/sheet"
	"github.com/dailies/dailies/internal/mp4"
	"github.com/dailies/dailies/internal/sound"
)

// Write writes what a browser plays of a mezzanine: its pictures, copied, its
// sound as AAC, the index in front of them and the contact sheet before all.
func Write(ctx context.Context, job media.ConformJob, s sheet.Sheet, frames media.Frames) error {
	front, err := s.Box()
	if err != nil {
		return err
	}
	seg, err := mp4.OpenSegment(job.OutVideo, job.Spec)
	if err != nil {
		return fmt.Errorf("make review: %w", err)
	}
	defer seg.Close()
	sp, err := mp4.NewSpool(job.OutReview)
	if err != nil {
		return err
	}
	defer sp.Close()
	fps := job.Spec.FPS
	spoken, err := reviewSound(ctx, job.OutAudio, frames.Samples(fps, media.SampleRate), sp)
	if err != nil {
		return err
	}
	pictures := make([]mp4.Encoded, len(seg.Samples))
	for i, smp := range seg.Samples {
		pictures[i] = mp4.Encoded{File: seg.File, Sample: smp}
	}
	clock := mp4.MovieClock(fps)
	scale, step := mp4.VideoClock(fps)
	movie := mp4.Movie{
		Scale: uint32(clock), Length: int64(frames) * step * clock / scale, FPS: fps, Front: front,
		Tracks: []*mp4.Track{mp4.PictureTrack(pictures, seg, fps), spoken},
	}
	if _, err := movie.Write(ctx, job.OutReview); err != nil {
		return fmt.Errorf("make review: %w", err)
	}
	return nil
}

// reviewSound encodes a mezzanine's sound into sp. It is neither levelled nor
// measured: a take is heard as it was delivered.
func reviewSound(ctx context.Context, wav string, samples int64, sp *mp4.Spool) (*mp4.Track, error) {
	enc, err := encoder.OpenSound()
	if err != nil {
		return nil, err
	}
	defer enc.Close()
	var frames []mp4.Encoded
	var priming int64
	take := func(pkt *astiav.Packet) error {
		if len(frames) == 0 {
			priming = max(0, -pkt.Pts())
		}
		b := pkt.Data()
		off, err := sp.Add(b)
		if err != nil {
			return err
		}
		frames = append(frames, mp4.Encoded{File: sp.File, Sample: mp4.Sample{Off: off, Size: uint32(len(b)), Key: true}})
		return ctx.Err()
	}
	err = sound.ReadWAV(wav, func(pairs []float32) error { return enc.Add(pairs, take) })
	if err != nil {
		return nil, fmt.Errorf("make review: %w", err)
	}
	config := enc.CC.ExtraData()
	if err := enc.Finish(take); err != nil {
		return nil, err
	}
	return mp4.SoundTrack(frames, encoder.AACFrame, priming, config, samples), nil
}
