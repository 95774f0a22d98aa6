package wire

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"slices"

	"github.com/dailies/dailies/internal/provider"
)

// maxSound is the size limit of a voice's sample, bytes: that of Ark, Model Studio and
// MiniMax.
const maxSound = 15 << 20

// SoundURLOrData is a voice's sample by its URL where the vendor can read it, else as a
// data URI. It is WAV: nothing else is sent.
func SoundURLOrData(ctx context.Context, v provider.Voice) (string, error) {
	if v.URL != "" {
		return v.URL, nil
	}
	if v.Open == nil {
		return "", Invalid("voice %s: there is nothing to read", v.Name)
	}
	r, err := v.Open(ctx)
	if err != nil {
		return "", &provider.Error{Kind: provider.KindTransient, Op: string(Submit), Message: fmt.Sprintf("read the voice of %s", v.Name), Err: err}
	}
	defer r.Close()
	body, err := io.ReadAll(io.LimitReader(r, maxSound+1))
	switch {
	case err != nil:
		return "", &provider.Error{Kind: provider.KindTransient, Op: string(Submit), Message: fmt.Sprintf("read the voice of %s", v.Name), Err: err}
	case len(body) > maxSound:
		return "", Invalid("voice %s: its sample is over %d bytes", v.Name, maxSound)
	case len(body) < 12 || string(body[:4]) != "RIFF" || string(body[8:12]) != "WAVE":
		return "", Invalid("voice %s: its sample is no WAV", v.Name)
	}
	return "data:audio/wav;base64," + base64.StdEncoding.EncodeToString(body), nil
}

// CheckVoices holds the voices of a request against the model's facts.
func CheckVoices(m provider.Model, r provider.Request) error {
	v := m.Voices
	switch {
	case len(r.Voices) == 0:
		return nil
	case v == nil:
		return Invalid("model %s takes no voices", m.ID)
	case !slices.Contains(v.Modes, r.Mode):
		return Invalid("model %s takes no voices in mode %s", m.ID, r.Mode)
	case len(r.Voices) > v.Most():
		return Invalid("model %s takes %d voices, not %d", m.ID, v.Most(), len(r.Voices))
	case !r.Audio:
		return Invalid("a voice is for a take with sound")
	}
	for _, voice := range r.Voices {
		switch {
		case voice.ID != "" && v.IDs == 0:
			return Invalid("voice %s: model %s takes samples, not ids", voice.Name, m.ID)
		case voice.ID == "" && v.Samples == 0:
			return Invalid("voice %s: model %s takes ids, not samples", voice.Name, m.ID)
		case v.PerPicture && PictureOf(r, voice) < 0:
			return Invalid("voice %s: no picture of who speaks is sent", voice.Name)
		}
	}
	return nil
}

// PictureOf is the first reference picture of whose voice it is, -1: there is none.
func PictureOf(r provider.Request, v provider.Voice) int {
	return slices.IndexFunc(r.References, func(p provider.Picture) bool { return p.Kind == "cast" && p.Name == v.Name })
}
