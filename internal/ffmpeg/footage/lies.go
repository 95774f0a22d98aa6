package footage

import (
	"fmt"
	"time"

	"github.com/dailies/dailies/internal/media"
)

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
