package dashscope

import (
	"context"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// known is a model's own facts.
func (p *Provider) known(id string) (provider.Model, bool) {
	i := slices.IndexFunc(p.models, func(m provider.Model) bool { return m.ID == id })
	if i < 0 {
		return provider.Model{}, false
	}
	return p.models[i], true
}

// body is a take in the vendor's words, with nothing that its model does not take.
func (p *Provider) body(ctx context.Context, r provider.Request) (synthesis, error) {
	f := familyOf(r.Model)
	if f == nil {
		return synthesis{}, wire.Invalid("there is no way to ask for model %q; happyhorse-…, wan2.7… and wan3.… are known", r.Model)
	}
	m, ok := p.known(r.Model)
	if !ok {
		m, _ = p.known(f.facts)
	}
	if err := check(m, r); err != nil {
		return synthesis{}, err
	}
	model, err := f.model(r.Model, r.Mode)
	if err != nil {
		return synthesis{}, wire.Invalid("%v", err)
	}
	b := synthesis{Model: model, Input: input{Prompt: r.Prompt}, Parameters: f.parameters(m, r)}
	if m.Negative {
		b.Input.Negative = r.Negative
	}
	if b.Input.Media, err = pictures(ctx, r); err != nil {
		return b, err
	}
	b.Input.Media, err = withVoices(m, r, b.Input.Media)
	return b, err
}

// withVoices adds the voices of those who speak: to the first picture of each, or as
// sounds of their own, as the family takes them.
func withVoices(m provider.Model, r provider.Request, media []picture) ([]picture, error) {
	for _, v := range r.Voices {
		if v.URL == "" {
			return nil, wire.Invalid("voice %s: %s takes sounds by their address only, and it cannot reach the store", v.Name, m.ID)
		}
		if m.Voices.PerPicture {
			media[wire.PictureOf(r, v)].Voice = v.URL // media begin with the references
			continue
		}
		media = append(media, picture{Type: "reference_audio", URL: v.URL})
	}
	return media, nil
}

func (f *family) parameters(m provider.Model, r provider.Request) parameters {
	size := f.sizes[r.Raster]
	out := parameters{Resolution: size.resolution, Duration: r.MakeMS / 1000}
	if r.Mode == provider.ModeText || r.Mode == provider.ModeReferences {
		out.Ratio = size.ratio // else it is the frame's own
	}
	if f.audio {
		out.Audio = &r.Audio
	}
	if f.rewrites {
		out.PromptExtend = new(bool)
	}
	if m.Seed {
		out.Seed = r.Seed
	}
	return out
}

// pictures are the media of the take's mode, in the order that a prompt cites them.
func pictures(ctx context.Context, r provider.Request) ([]picture, error) {
	var out []picture
	switch r.Mode {
	case provider.ModeText:
		return nil, nil
	case provider.ModeFirstFrame:
		return appendPicture(ctx, out, "first_frame", *r.FirstFrame)
	case provider.ModeFirstLast:
		out, err := appendPicture(ctx, out, "first_frame", *r.FirstFrame)
		if err != nil {
			return nil, err
		}
		return appendPicture(ctx, out, "last_frame", *r.LastFrame)
	case provider.ModeReferences, provider.ModeFrameReferences, provider.ModeImage:
	}
	for _, p := range r.References {
		var err error
		if out, err = appendPicture(ctx, out, "reference_image", p); err != nil {
			return nil, err
		}
	}
	if r.Mode == provider.ModeFrameReferences {
		// Behind the references, so that it has none of their numbers however they are counted.
		return appendPicture(ctx, out, "first_frame", *r.FirstFrame)
	}
	return out, nil
}

func appendPicture(ctx context.Context, to []picture, kind string, p provider.Picture) ([]picture, error) {
	u, err := wire.URLOrData(ctx, p)
	return append(to, picture{Type: kind, URL: u}), err
}

// check refuses what the vendor would refuse, or worse: a prompt that is too long
// is cut silently, and billed.
func check(m provider.Model, r provider.Request) error {
	switch n := len(r.References); {
	case !slices.Contains(m.Modes, r.Mode):
		return wire.Invalid("model %s has no mode %s", r.Model, r.Mode)
	case !slices.Contains(m.Rasters, r.Raster):
		return wire.Invalid("model %s makes no %s picture", r.Model, r.Raster)
	case r.MakeMS%1000 != 0 || r.MakeMS < m.MinMS || r.MakeMS > m.MaxMS:
		return wire.Invalid("model %s makes whole seconds from %d to %d, not %d ms", r.Model, m.MinMS/1000, m.MaxMS/1000, r.MakeMS)
	case r.Mode.Framed() && r.FirstFrame == nil, r.Mode == provider.ModeFirstLast && r.LastFrame == nil:
		return wire.Invalid("mode %s lacks its frame", r.Mode)
	case r.Mode.Shown() && (n == 0 || n > m.MaxReferences):
		return wire.Invalid("model %s takes 1 to %d reference pictures, not %d", r.Model, m.MaxReferences, n)
	case m.MaxPrompt > 0 && utf8.RuneCountInString(r.Prompt) > m.MaxPrompt:
		return wire.Invalid("model %s takes prompts of %d characters", r.Model, m.MaxPrompt)
	case m.Seed && r.Seed != nil && (*r.Seed < 0 || *r.Seed > math.MaxInt32):
		return wire.Invalid("model %s takes seeds from 0 to %d, not %d", r.Model, math.MaxInt32, *r.Seed)
	}
	return wire.CheckVoices(m, r)
}
