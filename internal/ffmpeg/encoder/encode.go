package encoder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
)

// soundBitRate is of an encoded clip's AAC, in bits a second.
const soundBitRate = 192_000

// Encode makes a clip of raw pictures and a sound file. The sound is cut or
// padded with silence to the pictures' length.
func Encode(ctx context.Context, job media.EncodeJob, stdin io.Reader, report func(media.Progress)) (_ *media.EncodeResult, err error) {
	spec := media.Spec{Raster: job.Raster, FPS: job.FPS, Encoder: job.Encoder}
	if err := CheckSpec(spec); err != nil {
		return nil, err
	}
	if job.Frames <= 0 || job.Frames > media.FramesIn(media.MaxClipDuration, job.FPS) {
		return nil, fmt.Errorf("check encode job: %d frames", job.Frames)
	}
	if stdin == nil {
		return nil, errors.New("encode clip: there are no pictures to read")
	}
	enc, err := OpenVideo(spec)
	if err != nil {
		return nil, err
	}
	defer enc.Close()
	encoders := []*astiav.CodecContext{enc.CC}
	var snd *Sound
	if job.Audio != "" {
		if snd, err = OpenSound(); err != nil {
			return nil, err
		}
		defer snd.Close()
		encoders = append(encoders, snd.CC)
	}
	out, err := CreateClip(job.Out, encoders...)
	if err != nil {
		return nil, err
	}
	defer func() {
		out.Close()
		if err != nil {
			_ = os.Remove(job.Out) // half a clip is none
		}
	}()
	if snd != nil {
		// Sound first: it is small, and the muxer interleaves.
		emit := func(pkt *astiav.Packet) error { return out.Write(1, pkt, 0) }
		if err := encodeSound(ctx, job, snd, emit); err != nil {
			return nil, err
		}
	}
	if err := encodePictures(ctx, job, enc, stdin, out, report); err != nil {
		return nil, err
	}
	if err := out.Finish(); err != nil {
		return nil, err
	}
	st, err := os.Stat(job.Out)
	if err != nil {
		return nil, fmt.Errorf("encode clip: %w", err)
	}
	return &media.EncodeResult{Frames: job.Frames, Bytes: st.Size()}, nil
}

// encodePictures reads job.Frames raw pictures and encodes each.
func encodePictures(ctx context.Context, job media.EncodeJob, enc *Video, stdin io.Reader, out *ClipWriter, report func(media.Progress)) error {
	emit := func(pkt *astiav.Packet) error { return out.Write(0, pkt, 1) }
	raw := make([]byte, job.Raster.Width*job.Raster.Height*3/2)
	for n := range job.Frames {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := io.ReadFull(stdin, raw); err != nil {
			if cerr := ctx.Err(); cerr != nil {
				return cerr
			}
			return fmt.Errorf("read picture %d of %d: %w", n+1, job.Frames, err)
		}
		// A new frame each time: the encoder keeps those it looks ahead at.
		f, err := rawPicture(job.Raster, raw)
		if err != nil {
			return err
		}
		f.SetPts(int64(n))
		err = enc.Encode(f, n == 0, emit)
		f.Free()
		if err != nil {
			return err
		}
		if report != nil {
			report(media.Progress{Done: n + 1, Total: job.Frames})
		}
	}
	return enc.Encode(nil, false, emit)
}

// rawPicture makes a frame of tightly packed yuv420p planes.
func rawPicture(r media.Raster, raw []byte) (*astiav.Frame, error) {
	f, err := footage.NewPicture(r)
	if err != nil {
		return nil, err
	}
	for i := range 3 {
		w, h := r.Width, r.Height
		if i > 0 {
			w, h = w/2, h/2
		}
		plane, stride := footage.FramePlane(f, i, h)
		if plane == nil || stride < w || len(raw) < w*h {
			f.Free()
			return nil, errors.New("make picture: no room for its planes")
		}
		for y := range h {
			copy(plane[y*stride:][:w], raw[y*w:])
		}
		raw = raw[w*h:]
	}
	return f, nil
}

// encodeSound lays the job's sound file under the pictures.
func encodeSound(ctx context.Context, job media.EncodeJob, enc *Sound, emit func(*astiav.Packet) error) error {
	total := job.Frames.Samples(job.FPS, media.SampleRate)
	heard, err := footage.ReadSound(ctx, job.Audio, footage.Sounds, 0, func(pairs []float32, at int64) error {
		if at < enc.samples {
			skip := min((enc.samples-at)*media.Channels, int64(len(pairs)))
			pairs, at = pairs[skip:], enc.samples
		}
		if err := enc.Silence(min(at, total)-enc.samples, emit); err != nil {
			return err
		}
		return enc.Add(pairs[:max(0, min(int64(len(pairs)), (total-at)*media.Channels))], emit)
	})
	if err != nil {
		return err
	}
	if !heard.Has {
		return fmt.Errorf("encode clip: the sound file holds no sound%s", heard.Why())
	}
	if err := enc.Silence(total-enc.samples, emit); err != nil {
		return err
	}
	return enc.Finish(emit)
}
