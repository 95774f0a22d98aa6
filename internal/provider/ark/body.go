package ark

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// maxTag is how long a safety_identifier may be, characters.
const maxTag = 64

// maxSeed is the largest seed: https://www.volcengine.com/docs/82379/1520757
const maxSeed = 1<<32 - 1

// adaptive is the ratio of the first frame.
const adaptive = "adaptive"

// body says what a take asks for in the model's own terms. Of a model that is not
// listed and is like no other nothing is known: the request is sent as it is, and
// the vendor, who checks strictly and for nothing, decides.
func (p *Provider) body(ctx context.Context, r provider.Request) (taskRequest, error) {
	m, known := p.facts(r.Model)
	if r.FinalOf != "" {
		return p.finalBody(m, r)
	}
	if known {
		if err := check(m, r); err != nil {
			return taskRequest{}, err
		}
	}
	s, ok := sizes[r.Raster]
	if !ok {
		return taskRequest{}, wire.Invalid("%s is no size that Seedance makes", r.Raster)
	}
	if r.MakeMS <= 0 || r.MakeMS%1000 != 0 {
		return taskRequest{}, wire.Invalid("a length of %d ms is not in whole seconds", r.MakeMS)
	}
	parts, err := contents(ctx, r)
	if err != nil {
		return taskRequest{}, err
	}
	b := taskRequest{
		Model: r.Model, Content: parts, Resolution: s.resolution, Ratio: s.ratio, Duration: r.MakeMS / 1000,
		ReturnLastFrame: true, ExecutionExpiresAfter: p.expires, SafetyIdentifier: tag(r.Key), CallbackURL: r.Callback,
		Draft: r.Draft,
	}
	if !known || m.Audio {
		b.GenerateAudio = &r.Audio
	}
	if r.Seed != nil && (!known || m.Seed) { // 2.x answers with a seed and refuses one
		if *r.Seed < 0 || *r.Seed > maxSeed {
			return taskRequest{}, wire.Invalid("the seed %d is not within 0..%d", *r.Seed, int64(maxSeed))
		}
		b.Seed = r.Seed
	}
	if known && followsFrame(m) && (r.Mode == provider.ModeFirstFrame || r.Mode == provider.ModeFirstLast) {
		b.Ratio = adaptive
	}
	return b, nil
}

// followsFrame says whether a model that starts from a frame takes no other shape
// than the frame's: https://www.volcengine.com/docs/82379/2607688
func followsFrame(m provider.Model) bool { return strings.Contains(m.ID, "seedance-2-5") }

// check holds a request against the model's facts.
func check(m provider.Model, r provider.Request) error {
	switch {
	case r.Draft && (m.Draft == nil || !slices.Contains(m.Draft.Rasters, r.Raster)):
		return wire.Invalid("%s makes no draft of %s", m.ID, r.Raster)
	case !slices.Contains(m.Modes, r.Mode):
		return wire.Invalid("%s makes no takes from %s", m.ID, r.Mode)
	case !slices.Contains(m.Rasters, r.Raster):
		return wire.Invalid("%s makes no %s picture", m.ID, r.Raster)
	case r.MakeMS < m.MinMS || r.MakeMS > m.MaxMS:
		return wire.Invalid("%s makes %d to %d ms, not %d", m.ID, m.MinMS, m.MaxMS, r.MakeMS)
	case len(r.References) > m.MaxReferences && r.Mode == provider.ModeReferences:
		return wire.Invalid("%s takes %d reference pictures, not %d", m.ID, m.MaxReferences, len(r.References))
	case r.Audio && !m.Audio:
		return wire.Invalid("%s makes no sound", m.ID)
	}
	return wire.CheckVoices(m, r)
}

// contents are the prompt, the pictures and the voices, in the order that prompts count them.
func contents(ctx context.Context, r provider.Request) ([]content, error) {
	var out []content
	if r.Prompt != "" {
		out = append(out, content{Type: "text", Text: r.Prompt})
	}
	pictures, err := picturesOf(r)
	if err != nil {
		return nil, err
	}
	for _, p := range pictures {
		at := assetScheme + p.picture.Face
		if p.picture.Face == "" {
			if at, err = wire.URLOrData(ctx, p.picture); err != nil {
				return nil, err
			}
		}
		out = append(out, content{Type: "image_url", ImageURL: &imageURL{URL: at}, Role: p.role})
	}
	for _, v := range r.Voices { // counted apart from the pictures
		at, err := wire.SoundURLOrData(ctx, v)
		if err != nil {
			return nil, err
		}
		out = append(out, content{Type: "audio_url", AudioURL: &soundURL{URL: at}, Role: "reference_audio"})
	}
	if len(out) == 0 {
		return nil, wire.Invalid("there is no prompt")
	}
	return out, nil
}

type rolePicture struct {
	role    string
	picture provider.Picture
}

// picturesOf are what the mode starts from. The three ways exclude each other at
// the vendor: what the mode does not name is not sent.
func picturesOf(r provider.Request) ([]rolePicture, error) {
	var out []rolePicture
	switch r.Mode {
	case provider.ModeText:
		return nil, nil
	case provider.ModeImage, provider.ModeFrameReferences: // no model of this folder has them, so nobody comes here with them
	case provider.ModeFirstFrame, provider.ModeFirstLast:
		if r.FirstFrame == nil {
			return nil, wire.Invalid("there is no first frame")
		}
		out = append(out, rolePicture{"first_frame", *r.FirstFrame})
		if r.Mode == provider.ModeFirstFrame {
			return out, nil
		}
		if r.LastFrame == nil {
			return nil, wire.Invalid("there is no last frame")
		}
		return append(out, rolePicture{"last_frame", *r.LastFrame}), nil
	case provider.ModeReferences:
		if len(r.References) == 0 {
			return nil, wire.Invalid("there is no reference picture")
		}
		for _, p := range r.References {
			out = append(out, rolePicture{"reference_image", p})
		}
		return out, nil
	}
	return nil, wire.Invalid("there is no mode %q", r.Mode)
}

// tag is how we know a task again: our key, unless the vendor has no room for it.
func tag(key string) string {
	if len(key) <= maxTag {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:]) // 64 characters
}
