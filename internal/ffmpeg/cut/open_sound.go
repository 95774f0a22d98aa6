package cut

import (
	"context"
	"errors"
	"os"
	"unsafe"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/mp4"
	"github.com/dailies/dailies/internal/sound"
)

// errEnough ends the reading of a sound that goes on longer than is needed.
var errEnough = errors.New("enough sound")

// Lay lays sounds over silence.
func Lay(ctx context.Context, job media.LayJob) (*media.LayResult, error) {
	samples, err := sound.Lay(ctx, job, decodeBeside(job.Out))
	if err != nil {
		return nil, err
	}
	return &media.LayResult{Samples: samples}, nil
}

// decodeBeside decodes sound files into files beside out.
func decodeBeside(out string) sound.Decode {
	return func(ctx context.Context, path string, most int64) (*os.File, int64, error) {
		sp, err := mp4.NewSpool(out)
		if err != nil {
			return nil, 0, err
		}
		pairs, err := decodeSound(ctx, path, most, sp)
		if err != nil {
			sp.Close()
			return nil, 0, err
		}
		return sp.File, pairs, nil
	}
}

// decodeSound writes a sound file's first stream as 48 kHz stereo float.
func decodeSound(ctx context.Context, path string, most int64, sp *mp4.Spool) (pairs int64, err error) {
	heard, err := footage.ReadSound(ctx, path, footage.Sounds, 0, func(part []float32, at int64) error {
		if at >= most {
			return errEnough
		}
		if at < 0 { // priming that the container did not mark
			part = part[2*min(-at, int64(len(part)/2)):]
			at = 0
		}
		part = part[:2*min(int64(len(part)/2), most-at)]
		if len(part) == 0 {
			return nil
		}
		b := unsafe.Slice((*byte)(unsafe.Pointer(&part[0])), 4*len(part))
		pairs = max(pairs, at+int64(len(part)/2))
		return sp.AddAt(b, 8*at)
	})
	if err != nil && !errors.Is(err, errEnough) {
		return 0, err
	}
	if err == nil && !heard.Has {
		return 0, media.ClipErrorf("the file holds no sound%s", heard.Why())
	}
	return pairs, nil
}
