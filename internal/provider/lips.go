package provider

import (
	"context"
	"fmt"
	"io"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// Material is a clip or a sound that a vendor works on. Open reads its bytes; URL is set
// when the store is reachable by vendors.
type Material struct {
	Object drama.Object                                     `json:"object"`
	URL    string                                           `json:"-"`
	Open   func(ctx context.Context) (io.ReadCloser, error) `json:"-"`
}

// LipSync is what a model takes to change lips, beside the lengths of Model. Zero limits
// mean "no limit known". Clip and speech are as long as each other.
type LipSync struct {
	MinSide       int   `json:"min_side,omitempty"` // of the clip's shorter side, pixels
	MaxSide       int   `json:"max_side,omitempty"` // of its longer side
	MinFPS        int   `json:"min_fps,omitempty"`
	MaxFPS        int   `json:"max_fps,omitempty"`
	MaxBytes      int64 `json:"max_bytes,omitempty"`       // of the clip
	MaxSoundBytes int64 `json:"max_sound_bytes,omitempty"` // of the speech
	// ByURL: it takes both by their address only, not in the request.
	ByURL bool `json:"by_url,omitempty"`
	// BilledFPS: pictures are billed, and prices of a second are for so many; 0: seconds are.
	BilledFPS int `json:"billed_fps,omitempty"`
	// Rehearsal: lips are not changed but marked: nobody's work is shown.
	Rehearsal bool `json:"rehearsal,omitempty"`
}

// soundBytes is what a second of a Request's Speech has, 48 kHz stereo 16-bit.
const soundBytes = media.SampleRate * media.Channels * 2

// Lip says in how many milliseconds a clip of so many frames is sent, which is at least as
// long, and for how many it is billed; or why the model cannot change its lips.
func (m Model) Lip(frames media.Frames, fps media.Rational, raster media.Raster) (sent, billed int64, why string) {
	l := m.LipSync
	if l == nil {
		return 0, 0, "changes no lips"
	}
	exact := (int64(frames)*1000*fps.Den + fps.Num - 1) / fps.Num
	sent = max(exact, m.MinMS)
	rate := fps.Float()
	switch {
	case m.MaxMS > 0 && sent > m.MaxMS:
		return 0, 0, fmt.Sprintf("takes clips of at most %.0f s", float64(m.MaxMS)/1000)
	case l.MinSide > 0 && raster.ShortSide() < l.MinSide, l.MaxSide > 0 && max(raster.Width, raster.Height) > l.MaxSide:
		return 0, 0, fmt.Sprintf("takes clips of %d to %d pixels a side, and the show is %s", l.MinSide, l.MaxSide, raster)
	case l.MinFPS > 0 && rate < float64(l.MinFPS), l.MaxFPS > 0 && rate > float64(l.MaxFPS):
		return 0, 0, fmt.Sprintf("takes clips of %d to %d pictures a second", l.MinFPS, l.MaxFPS)
	case l.MaxSoundBytes > 0 && sent*soundBytes/1000 > l.MaxSoundBytes:
		return 0, 0, fmt.Sprintf("takes sounds of at most %d bytes", l.MaxSoundBytes)
	}
	billed = sent
	if l.BilledFPS > 0 {
		pictures := (sent*fps.Num + 1000*fps.Den - 1) / (1000 * fps.Den)
		billed = (pictures*1000 + int64(l.BilledFPS) - 1) / int64(l.BilledFPS)
	}
	return sent, billed, ""
}
