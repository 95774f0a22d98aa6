package vidu

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// shape is a raster in Vidu's words.
type shape struct{ resolution, ratio string }

var rasters = map[media.Raster]shape{
	{Width: 540, Height: 960}:   {"540p", "9:16"},
	{Width: 960, Height: 540}:   {"540p", "16:9"},
	{Width: 540, Height: 540}:   {"540p", "1:1"},
	{Width: 540, Height: 720}:   {"540p", "3:4"},
	{Width: 720, Height: 540}:   {"540p", "4:3"},
	{Width: 720, Height: 1280}:  {"720p", "9:16"},
	{Width: 1280, Height: 720}:  {"720p", "16:9"},
	{Width: 720, Height: 720}:   {"720p", "1:1"},
	{Width: 720, Height: 960}:   {"720p", "3:4"},
	{Width: 960, Height: 720}:   {"720p", "4:3"},
	{Width: 1080, Height: 1920}: {"1080p", "9:16"},
	{Width: 1920, Height: 1080}: {"1080p", "16:9"},
	{Width: 1080, Height: 1080}: {"1080p", "1:1"},
	{Width: 1080, Height: 1440}: {"1080p", "3:4"},
	{Width: 1440, Height: 1080}: {"1080p", "4:3"},
}

// order is a take's request and where it goes.
func (p *Provider) order(ctx context.Context, r provider.Request) (path string, b body, err error) {
	if err := p.check(r); err != nil {
		return "", body{}, err
	}
	s, ok := rasters[r.Raster]
	if !ok {
		return "", body{}, wire.Invalid("Vidu makes no picture of %s", r.Raster)
	}
	b = body{Model: r.Model, Prompt: r.Prompt, Duration: r.MakeMS / 1000, Resolution: s.resolution, Payload: r.Key, CallbackURL: r.Callback}
	if strings.HasPrefix(r.Model, "viduq3") { // the others know no such field, or not on every page
		b.Audio = &r.Audio
	}
	if r.Seed != nil {
		b.Seed = *r.Seed
	}
	switch r.Mode {
	case provider.ModeFirstFrame:
		path = imagePath
		b.Images, err = inline(ctx, *r.FirstFrame)
	case provider.ModeFirstLast:
		path = startEndPath
		b.Images, err = inline(ctx, *r.FirstFrame, *r.LastFrame)
	case provider.ModeReferences:
		path, b.AspectRatio = referPath, s.ratio
		b.Images, err = inline(ctx, r.References...)
		if !plain(r.Model) {
			b.Subjects, b.Images = subjects(b.Images), nil
			for _, v := range r.Voices {
				if i := wire.PictureOf(r, v); i >= 0 {
					b.Subjects[i].VoiceID = v.ID
				}
			}
		}
	case provider.ModeText:
		path, b.AspectRatio = textPath, s.ratio
	case provider.ModeFrameReferences: // no model of this folder takes both
	}
	return path, b, err
}

// plain models take pictures, but no subjects.
func plain(model string) bool { return strings.HasSuffix(model, "-mix") }

// subjects names pictures as models.yaml cites them: @ref1, @ref2 …
func subjects(images []string) (out []subject) {
	for i, image := range images {
		out = append(out, subject{Name: fmt.Sprintf("ref%d", i+1), Images: []string{image}})
	}
	return out
}

// maxBody is the most of a whole request, bytes; what is not pictures needs less
// than its last MiB.
const maxBody = 20<<20 - 1<<20

func inline(ctx context.Context, pictures ...provider.Picture) ([]string, error) {
	var out []string
	size := 0
	for _, p := range pictures {
		data, err := wire.URLOrData(ctx, p)
		if err != nil {
			return nil, err
		}
		if size += len(data); size > maxBody {
			return nil, wire.Invalid("the pictures are over %d MiB; send smaller ones, or let Vidu reach the store", maxBody>>20)
		}
		out = append(out, data)
	}
	return out, nil
}

// check holds a request against the model's facts. A model that is like a known
// one has them with the plan.
func (p *Provider) check(r provider.Request) error {
	if r.MakeMS < 1000 || r.MakeMS%1000 != 0 {
		return wire.Invalid("Vidu makes whole seconds, not %d ms", r.MakeMS)
	}
	if err := wire.Complete(r); err != nil {
		return err
	}
	i := slices.IndexFunc(p.models, func(m provider.Model) bool { return m.ID == r.Model })
	if i < 0 {
		if modes := []provider.Mode{provider.ModeText, provider.ModeFirstFrame, provider.ModeFirstLast, provider.ModeReferences}; !strings.HasPrefix(r.Model, "vidu") || !slices.Contains(modes, r.Mode) {
			return wire.Invalid("Vidu has no model %q with mode %q", r.Model, r.Mode)
		}
		return nil
	}
	m := p.models[i]
	switch {
	case !slices.Contains(m.Modes, r.Mode):
		return wire.Invalid("model %s has no mode %q", m.ID, r.Mode)
	case r.MakeMS < m.MinMS || r.MakeMS > m.MaxMS:
		return wire.Invalid("model %s makes no take of %d ms", m.ID, r.MakeMS)
	case !slices.Contains(m.Rasters, r.Raster):
		return wire.Invalid("model %s makes no picture of %s", m.ID, r.Raster)
	case r.Mode == provider.ModeReferences && len(r.References) > m.MaxReferences:
		return wire.Invalid("model %s takes %d references, not %d", m.ID, m.MaxReferences, len(r.References))
	case utf8.RuneCountInString(r.Prompt) > m.MaxPrompt:
		return wire.Invalid("model %s takes prompts of %d characters", m.ID, m.MaxPrompt)
	}
	return wire.CheckVoices(m, r)
}
