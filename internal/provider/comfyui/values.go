package comfyui

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

// frameStep is the grid of frame counts: Wan and HunyuanVideo make a multiple of 4
// and one more, LTX of 8, so 8 fits all; what is too much is cut off.
const frameStep = 8

// defaultFPS is for a workflow and a request that both name no rate.
const defaultFPS = 24

// values are what the placeholders stand for, pictures aside.
func (w *workflow) values(r provider.Request) map[string]any {
	rate := w.rate(r.FPS)
	v := map[string]any{
		"prompt": r.Prompt, "negative": r.Negative, "key": r.Key, "audio": r.Audio, "seed": seed(r),
		"width": r.Raster.Width, "height": r.Raster.Height, "frames": frames(r.MakeMS, rate), "seconds": whole(float64(r.MakeMS) / 1000),
		"fps": whole(float64(rate.Num) / float64(rate.Den)),
	}
	return v
}

// rate is how fast the clip runs: as wanted where the workflow asks, else as it
// does by itself.
func (w *workflow) rate(want media.Rational) media.Rational {
	switch {
	case !w.has["fps"] && w.fps > 0:
		return rational(w.fps)
	case want.Num > 0 && want.Den > 0:
		return want
	}
	return media.Rational{Num: defaultFPS, Den: 1}
}

// rational is a workflow's rate, to the thousandth.
func rational(f float64) media.Rational {
	if f == math.Trunc(f) {
		return media.Rational{Num: int64(f), Den: 1}
	}
	return media.Rational{Num: int64(math.Round(f * 1000)), Den: 1000}
}

// frames is how many last at least so long.
func frames(ms int64, rate media.Rational) int64 {
	per := 1000 * rate.Den
	n := (ms*rate.Num + per - 1) / per
	return (n-1+frameStep-1)/frameStep*frameStep + 1
}

// whole is a number without a point where it has none: some nodes take no other.
func whole(f float64) any {
	if f == math.Trunc(f) {
		return int64(f)
	}
	return f
}

// seed is the request's, or one that stays the same for the key.
func seed(r provider.Request) int64 {
	if r.Seed != nil {
		return *r.Seed
	}
	sum := sha256.Sum256([]byte("seed " + r.Key))
	return int64(binary.BigEndian.Uint32(sum[:4])) // some nodes take 32 bits
}

// pictures are what the workflow's picture placeholders stand for. A shot with
// fewer references than the workflow has places shows its last in the others.
func (w *workflow) pictures(r provider.Request) map[string]provider.Picture {
	out := map[string]provider.Picture{}
	put := func(name string, p *provider.Picture) {
		if !w.has[name] {
			return
		}
		out[name] = provider.Picture{}
		if p != nil {
			out[name] = *p
		}
	}
	put(firstFrame, r.FirstFrame)
	put(lastFrame, r.LastFrame)
	for i := range w.references {
		var p *provider.Picture
		if n := len(r.References); n > 0 {
			p = &r.References[min(i, n-1)]
		}
		put(reference+strconv.Itoa(i+1), p)
	}
	return out
}

// jobID is a UUID (version 8, RFC 9562) that is the same for the same key.
func jobID(key string) string {
	b := sha256.Sum256([]byte("dailies job " + key))
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}
