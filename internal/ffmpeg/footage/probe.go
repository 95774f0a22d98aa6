package footage

import (
	"context"
	"fmt"
	"time"

	"github.com/dailies/dailies/internal/media"
)

// Probe reads what a clip claims to be. How long a clip lasts whose header does not
// surely say is counted by its packets.
func Probe(ctx context.Context, job media.ProbeJob) (*media.Info, error) {
	in, err := Open(ctx, job.In, Clips+","+Sounds)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	info := Claims(in)
	if _, sure := in.claimed(); !sure && in.Video() != nil {
		d, err := in.lasts(in.Video())
		if err != nil {
			return nil, err
		}
		if d > 0 {
			info.Duration = d
		}
	}
	return &info, nil
}

// Claims collects a file's headers.
func Claims(in *Input) media.Info {
	info := media.Info{Container: in.Container(), Bytes: in.bytes, SAR: media.Rational{Num: 1, Den: 1}}
	info.Duration, _ = in.claimed()
	if v := in.Video(); v != nil {
		cp := v.CodecParameters()
		info.VideoCodec = cp.CodecID().Name()
		info.PixelFormat = cp.PixelFormat().Name()
		info.Raster = media.Raster{Width: cp.Width(), Height: cp.Height()}
		if sar := in.fc.GuessSampleAspectRatio(v, nil); sar.Num() > 0 && sar.Den() > 0 {
			info.SAR = media.Rational{Num: int64(sar.Num()), Den: int64(sar.Den())}
		}
		info.Rotation = streamTurn(v).degrees()
		if fps := v.AvgFrameRate(); fps.Num() > 0 && fps.Den() > 0 {
			info.FPS = media.Rational{Num: int64(fps.Num()), Den: int64(fps.Den())}
		} else if fps := v.RFrameRate(); fps.Num() > 0 && fps.Den() > 0 {
			info.FPS = media.Rational{Num: int64(fps.Num()), Den: int64(fps.Den())}
		}
		info.ColorSpace = colorSpaceName(cp.ColorSpace())
		info.Transfer = transferName(cp.ColorTransferCharacteristic())
	}
	if a := in.Audio(); a != nil {
		cp := a.CodecParameters()
		info.AudioCodec = cp.CodecID().Name()
		info.AudioRate = cp.SampleRate()
		info.AudioChans = cp.Channels()
	}
	return info
}

// Lies are in's claims that the pictures and the sound contradict.
func (in *Input) Lies(m media.Measurements) []string {
	var out []string
	claimed, sure := in.claimed()
	if d := Gap(claimed, max(m.Duration, m.AudioDuration)); claimed > 0 && sure && d > max(500*time.Millisecond, m.Duration/20) {
		out = append(out, fmt.Sprintf("claims to last %v, lasts %v", claimed.Round(time.Millisecond), max(m.Duration, m.AudioDuration).Round(time.Millisecond)))
	}
	// A header has one rate; where the rate varies, as a phone's does, it is the
	// highest or the usual one and no lie.
	if m.Info.FPS.Valid() && m.Duration > 0 && m.Decoded > 1 && !m.VariableRate {
		fps := float64(m.Decoded) / m.Duration.Seconds()
		if claim := m.Info.FPS.Float(); fps < claim*0.95 || fps > claim*1.05 {
			out = append(out, fmt.Sprintf("claims %.2f pictures a second, has %.2f", claim, fps))
		}
	}
	return out
}
