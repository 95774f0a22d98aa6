package wire

import (
	"context"
	"fmt"
	"io"

	"github.com/dailies/dailies/internal/provider"
)

// CheckLips holds a request for other lips against the model's facts.
func CheckLips(m provider.Model, r provider.Request) error {
	l := m.LipSync
	switch {
	case r.Mode != provider.ModeLipSync || l == nil:
		return Invalid("model %s has no mode %s", m.ID, r.Mode)
	case r.Clip == nil || r.Speech == nil:
		return Invalid("mode %s without a clip and what is said in it", r.Mode)
	case !r.FPS.Valid() || r.Frames < 1:
		return Invalid("a clip of %d frames at %s", r.Frames, r.FPS)
	case l.ByURL && (r.Clip.URL == "" || r.Speech.URL == ""):
		return Invalid("%s takes clips and sounds by their address only, and it cannot reach the store", m.ID)
	case l.MaxBytes > 0 && r.Clip.URL == "" && r.Clip.Object.Bytes > l.MaxBytes:
		return Invalid("%s takes clips of at most %d bytes, not %d", m.ID, l.MaxBytes, r.Clip.Object.Bytes)
	case l.MaxSoundBytes > 0 && r.Speech.Object.Bytes > l.MaxSoundBytes:
		return Invalid("%s takes sounds of at most %d bytes, not %d", m.ID, l.MaxSoundBytes, r.Speech.Object.Bytes)
	}
	if sent, _, why := m.Lip(r.Frames, r.FPS, r.Raster); why != "" || sent > r.MakeMS+1000 {
		if why == "" {
			why = fmt.Sprintf("takes clips of at least %d ms", m.MinMS)
		}
		return Invalid("%s %s", m.ID, why)
	}
	return nil
}

// Material reads what a vendor works on, of at most so many bytes.
func Material(ctx context.Context, name string, m *provider.Material, most int64) ([]byte, error) {
	lost := func(err error) error {
		return &provider.Error{Kind: provider.KindTransient, Op: string(Submit), Message: "read the " + name, Err: err}
	}
	if m == nil || m.Open == nil {
		return nil, Invalid("the %s: there is nothing to read", name)
	}
	r, err := m.Open(ctx)
	if err != nil {
		return nil, lost(err)
	}
	defer r.Close()
	body, err := io.ReadAll(io.LimitReader(r, most+1))
	switch {
	case err != nil:
		return nil, lost(err)
	case int64(len(body)) > most:
		return nil, Invalid("the %s is over %d bytes", name, most)
	}
	return body, nil
}
