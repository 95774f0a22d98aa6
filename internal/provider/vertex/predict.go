package vertex

import (
	"context"
	"math"
	"slices"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// sizes are the pixel sizes that the vendor's words stand for.
var sizes = map[media.Raster]struct{ ratio, resolution string }{
	{Width: 720, Height: 1280}:  {"9:16", "720p"},
	{Width: 1080, Height: 1920}: {"9:16", "1080p"},
	{Width: 2160, Height: 3840}: {"9:16", "4k"},
	{Width: 1280, Height: 720}:  {"16:9", "720p"},
	{Width: 1920, Height: 1080}: {"16:9", "1080p"},
	{Width: 3840, Height: 2160}: {"16:9", "4k"},
}

// predict is the body that asks for a take.
func (p *Provider) predict(ctx context.Context, r provider.Request) (predictRequest, error) {
	size, ok := sizes[r.Raster]
	if !ok {
		return predictRequest{}, wire.Invalid("%s makes no %s picture", r.Model, r.Raster)
	}
	if r.MakeMS < 1000 || r.MakeMS%1000 != 0 {
		return predictRequest{}, wire.Invalid("%s makes whole seconds, not %d ms", r.Model, r.MakeMS)
	}
	if r.Seed != nil && (*r.Seed < 0 || *r.Seed > math.MaxUint32) {
		return predictRequest{}, wire.Invalid("the seed %d is not between 0 and %d", *r.Seed, uint32(math.MaxUint32))
	}
	if err := p.can(r); err != nil {
		return predictRequest{}, err
	}
	in, err := start(ctx, r)
	if err != nil {
		return predictRequest{}, err
	}
	return predictRequest{Instances: []instance{in}, Parameters: parameters{
		AspectRatio: size.ratio, Resolution: size.resolution, DurationSeconds: r.MakeMS / 1000,
		NegativePrompt: r.Negative, Seed: r.Seed, GenerateAudio: r.Audio, SampleCount: 1,
		// Children are only for projects that the vendor has listed.
		PersonGeneration: "allow_adult",
	}}, nil
}

// can refuses what the facts of a known model rule out.
func (p *Provider) can(r provider.Request) error {
	i := slices.IndexFunc(p.models, func(m provider.Model) bool { return m.ID == r.Model })
	if i < 0 {
		return nil // newer than the facts: the vendor knows
	}
	m := p.models[i]
	switch {
	case !slices.Contains(m.Modes, r.Mode):
		return wire.Invalid("%s does not start from %s", m.ID, r.Mode)
	case !slices.Contains(m.Rasters, r.Raster):
		return wire.Invalid("%s makes no %s picture", m.ID, r.Raster)
	case !m.For(provider.Asked{Mode: r.Mode, Raster: r.Raster, Audio: r.Audio}).Makes(r.MakeMS):
		return wire.Invalid("%s makes no takes of %d ms from %s at %s", m.ID, r.MakeMS, r.Mode, r.Raster)
	case m.MaxReferences > 0 && len(r.References) > m.MaxReferences:
		return wire.Invalid("%s takes %d reference pictures, not %d", m.ID, m.MaxReferences, len(r.References))
	}
	return nil
}

// start is the prompt with the pictures that a take starts from. They are sent
// themselves: of addresses the vendor takes only those of its own buckets.
func start(ctx context.Context, r provider.Request) (instance, error) {
	in := instance{Prompt: r.Prompt}
	switch r.Mode {
	case provider.ModeText:
		return in, nil
	case provider.ModeFirstFrame, provider.ModeFirstLast:
		var err error
		if in.Image, err = frame(ctx, r.FirstFrame, "first"); err != nil || r.Mode == provider.ModeFirstFrame {
			return in, err
		}
		in.LastFrame, err = frame(ctx, r.LastFrame, "last")
		return in, err
	case provider.ModeFrameReferences: // no model of this folder takes both
	case provider.ModeReferences:
		if len(r.References) == 0 {
			return in, wire.Invalid("there are no reference pictures")
		}
		for _, pic := range r.References {
			img, err := frame(ctx, &pic, pic.Name)
			if err != nil {
				return in, err
			}
			in.ReferenceImages = append(in.ReferenceImages, reference{Image: *img, ReferenceType: "asset"})
		}
		return in, nil
	}
	return in, wire.Invalid("it makes no takes from %q", r.Mode)
}

func frame(ctx context.Context, p *provider.Picture, which string) (*image, error) {
	if p == nil {
		return nil, wire.Invalid("there is no %s frame", which)
	}
	data, kind, err := wire.Bytes(ctx, *p)
	if err != nil {
		return nil, err
	}
	return &image{Data: data, MimeType: kind}, nil
}
