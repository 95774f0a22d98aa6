package openrouter

import (
	"context"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// tier is a resolution by OpenRouter's word for it: the pixels of the shorter side.
type tier struct {
	word  string
	lines int
}

// tiers are those whose size a word tells, the smallest first.
var tiers = []tier{{"360p", 360}, {"480p", 480}, {"540p", 540}, {"720p", 720}, {"768p", 768}, {"1080p", 1080}, {"2K", 1440}, {"4K", 2160}}

// ratio is a shape by OpenRouter's word for it.
type ratio struct {
	word          string
	width, height int
}

// ratios are all that OpenRouter's page names, upright first.
var ratios = []ratio{
	{"9:16", 9, 16},
	{"16:9", 16, 9},
	{"1:1", 1, 1},
	{"3:4", 3, 4},
	{"4:3", 4, 3},
	{"2:3", 2, 3},
	{"3:2", 3, 2},
	{"9:21", 9, 21},
	{"21:9", 21, 9},
}

// raster is what a tier and a ratio make: OpenRouter's page gives no pixels, so the
// shorter side has the tier's, and the longer follows, rounded up to even.
func raster(t tier, r ratio) media.Raster {
	short, long := min(r.width, r.height), max(r.width, r.height)
	side := ((t.lines*long+short-1)/short + 1) / 2 * 2
	if r.width < r.height {
		return media.Raster{Width: t.lines, Height: side}
	}
	return media.Raster{Width: side, Height: t.lines}
}

// words are how a raster is ordered; none: by its size.
func words(of media.Raster) (resolution, aspect string) {
	for _, t := range tiers {
		for _, r := range ratios {
			if raster(t, r) == of {
				return t.word, r.word
			}
		}
	}
	return "", ""
}

// body is the order of a take. Of a model that models.yaml does not list a plan
// has used the facts (Discover's, or those of any model): what it asks for is
// sent, and OpenRouter refuses what the model cannot do.
func (p *Provider) body(ctx context.Context, r provider.Request) (order, error) {
	if err := p.allowed(r); err != nil {
		return order{}, err
	}
	o := order{Model: r.Model, Prompt: r.Prompt, Duration: r.MakeMS / 1000, CallbackURL: r.Callback}
	if o.Resolution, o.AspectRatio = words(r.Raster); o.Resolution == "" {
		o.Size = r.Raster.String()
	}
	m, known := p.model(r.Model)
	if !known || m.Audio {
		// Said either way: left out, some models make sound, and charge for it.
		o.GenerateAudio = &r.Audio
	}
	if !known || m.Seed {
		o.Seed = r.Seed
	}
	return o, pictures(ctx, r, &o)
}

// model is what models.yaml says of a model by its name.
func (p *Provider) model(id string) (provider.Model, bool) {
	i := slices.IndexFunc(p.models, func(m provider.Model) bool { return m.ID == id && !m.AnyModel })
	if i < 0 {
		return provider.Model{}, false
	}
	return p.models[i], true
}

// allowed holds a request against the facts before anything is sent.
func (p *Provider) allowed(r provider.Request) error {
	switch {
	case !strings.Contains(r.Model, "/"):
		return wire.Invalid("%q is no model of OpenRouter's: they are called maker/model", r.Model)
	case !slices.Contains([]provider.Mode{provider.ModeText, provider.ModeFirstFrame, provider.ModeFirstLast, provider.ModeReferences}, r.Mode):
		return wire.Invalid("OpenRouter makes no take from %s", r.Mode)
	case r.MakeMS <= 0 || r.MakeMS%1000 != 0:
		return wire.Invalid("%s makes whole seconds, not %d ms", r.Model, r.MakeMS)
	case r.Raster.Width <= 0 || r.Raster.Height <= 0:
		return wire.Invalid("%s makes no picture of %s", r.Model, r.Raster)
	}
	m, ok := p.model(r.Model)
	if !ok {
		return nil
	}
	switch {
	case !slices.Contains(m.Modes, r.Mode):
		return wire.Invalid("%s makes no take from %s", r.Model, r.Mode)
	case !slices.Contains(m.Rasters, r.Raster):
		return wire.Invalid("%s makes no picture of %s", r.Model, r.Raster)
	case len(m.DurationsMS) > 0 && !slices.Contains(m.DurationsMS, r.MakeMS), len(m.DurationsMS) == 0 && (r.MakeMS < m.MinMS || r.MakeMS > m.MaxMS):
		return wire.Invalid("%s makes no take of %d ms", r.Model, r.MakeMS)
	}
	return nil
}

// pictures adds a take's pictures. Of frames and references OpenRouter takes the
// frames, so only those of the mode are sent.
func pictures(ctx context.Context, r provider.Request, o *order) error {
	frame := func(of *provider.Picture, kind string) error {
		if of == nil {
			return wire.Invalid("a take from %s needs a %s", r.Mode, strings.ReplaceAll(kind, "_", " "))
		}
		i, err := picture(ctx, *of)
		i.FrameType = kind
		o.FrameImages = append(o.FrameImages, i)
		return err
	}
	if r.Mode == provider.ModeFirstFrame || r.Mode == provider.ModeFirstLast {
		if err := frame(r.FirstFrame, "first_frame"); err != nil {
			return err
		}
	}
	if r.Mode == provider.ModeFirstLast {
		return frame(r.LastFrame, "last_frame")
	}
	if r.Mode != provider.ModeReferences {
		return nil
	}
	if len(r.References) == 0 {
		return wire.Invalid("a take from %s needs pictures", r.Mode)
	}
	for _, ref := range r.References {
		i, err := picture(ctx, ref)
		if err != nil {
			return err
		}
		o.InputReferences = append(o.InputReferences, i)
	}
	return nil
}

func picture(ctx context.Context, of provider.Picture) (image, error) {
	i := image{Type: "image_url"}
	var err error
	i.ImageURL.URL, err = wire.URLOrData(ctx, of)
	return i, err
}
