package runway

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// takes is what a model's request may have beside the fields that all have:
// https://docs.dev.runwayml.com/api/
type takes struct {
	audio    bool // a switch for sound
	seed     bool
	negative bool
	last     bool // a last frame beside the first
}

// bodies are the models that size in pixels. A model that is not here is asked
// for with what all of them have.
var bodies = map[string]takes{
	"gen4.5":         {seed: true},
	"gen4_turbo":     {seed: true},
	"veo3.1":         {audio: true, seed: true, negative: true},
	"veo3.1_fast":    {audio: true, seed: true, negative: true},
	"seedance2":      {audio: true, seed: true, last: true},
	"seedance2_fast": {audio: true, seed: true, last: true},
	"seedance2_mini": {audio: true, seed: true, last: true},
	"seedance2_5":    {audio: true, seed: true, last: true},
	"wan3":           {audio: true},
	"wan3_prime":     {audio: true},
}

// check holds a request against the facts of its model; those of a model that is
// not listed are the vendor's to refuse.
func (p *Provider) check(r provider.Request) error {
	if i := slices.IndexFunc(p.models, func(m provider.Model) bool { return m.ID == r.Model }); i >= 0 {
		m := p.models[i]
		if !slices.Contains(m.Modes, r.Mode) {
			return wire.Invalid("%s makes no takes in mode %s", r.Model, r.Mode)
		}
		if !slices.Contains(m.Rasters, r.Raster) {
			return wire.Invalid("%s makes no picture of %s", r.Model, r.Raster)
		}
	}
	if r.Raster.Width <= 0 || r.Raster.Height <= 0 || r.MakeMS < 1000 {
		return wire.Invalid("a take of %d ms at %s is none", r.MakeMS, r.Raster)
	}
	return nil
}

// create is where a take is asked for, and how.
func create(ctx context.Context, r provider.Request) (path string, body creation, err error) {
	m := bodies[r.Model]
	body = creation{Model: r.Model, Prompt: r.Prompt, Ratio: fmt.Sprintf("%d:%d", r.Raster.Width, r.Raster.Height), Duration: r.MakeMS / 1000}
	if m.audio {
		body.Audio = &r.Audio
	}
	if m.seed {
		body.Seed = r.Seed
	}
	if m.negative {
		body.Negative = r.Negative
	}
	switch {
	case r.Mode == provider.ModeText:
		return "/v1/text_to_video", body, nil
	case r.Mode == provider.ModeFirstFrame && r.FirstFrame != nil:
		body.Image, err = picture(ctx, r.FirstFrame)
	case r.Mode == provider.ModeFirstLast && m.last && r.FirstFrame != nil && r.LastFrame != nil:
		body.Image, err = firstAndLast(ctx, r)
	default:
		err = wire.Invalid("%s makes no takes in mode %s, or a picture for it is missing", r.Model, r.Mode)
	}
	return "/v1/image_to_video", body, err
}

func firstAndLast(ctx context.Context, r provider.Request) ([]placed, error) {
	first, err := picture(ctx, r.FirstFrame)
	if err != nil {
		return nil, err
	}
	last, err := picture(ctx, r.LastFrame)
	return []placed{{URI: first, Position: "first"}, {URI: last, Position: "last"}}, err
}

// maxInline is the most that a data URI may have, bytes.
const maxInline = 5 << 20

func picture(ctx context.Context, p *provider.Picture) (string, error) {
	at, err := wire.URLOrData(ctx, *p)
	if err == nil && strings.HasPrefix(at, "data:") && len(at) > maxInline {
		return "", wire.Invalid("picture %s is %d bytes long when sent inline, and Runway takes %d; a store that it can reach has no such limit", p.Name, len(at), maxInline)
	}
	return at, err
}
