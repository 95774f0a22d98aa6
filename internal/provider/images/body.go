package images

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// ask is the request for a picture, and how its answer is read. What the model cannot
// do is Invalid.
func (p *Provider) ask(ctx context.Context, r provider.Request) (wire.Request, func([]byte) (answer, error), error) {
	out := wire.Request{Op: wire.Submit, Method: http.MethodPost, Path: "/images/generations"}
	m, ok := p.model(r.Model)
	if !ok {
		return out, nil, wire.Invalid("the model %s is not known; say like: and one that is", r.Model)
	}
	err := check(m, r)
	if err != nil {
		return out, nil, err
	}
	if own := p.quirks.own; own != nil {
		out.Path = own.path(r)
		out.Body, err = own.body(ctx, r)
		return out, own.read, err
	}
	out.Body, err = p.body(ctx, m, r)
	return out, func(body []byte) (made answer, err error) {
		err = json.Unmarshal(body, &made)
		return made, err
	}, err
}

// body is what a server of the common shape is told.
func (p *Provider) body(ctx context.Context, m provider.Model, r provider.Request) (map[string]any, error) {
	b := map[string]any{"prompt": r.Prompt, "size": r.Raster.String(), "response_format": p.quirks.format}
	if r.Model != "" && r.Model != anyModel {
		b["model"] = r.Model
	}
	if m.Seed && r.Seed != nil {
		b["seed"] = *r.Seed
	}
	if m.Negative && r.Negative != "" {
		b["negative_prompt"] = r.Negative
	}
	if p.quirks.keyField != "" {
		b[p.quirks.keyField] = r.Key
	}
	maps.Copy(b, p.quirks.fixed(r.Model))
	var refs []string
	for _, picture := range r.References {
		u, err := wire.URLOrData(ctx, picture)
		if err != nil {
			return nil, err
		}
		refs = append(refs, u)
	}
	if len(refs) > 0 {
		b["image"] = refs
	}
	return b, nil
}

// check refuses what the model has not. Of a model that is not listed only the
// server knows the sizes.
func check(m provider.Model, r provider.Request) error {
	switch {
	case r.Prompt == "":
		return wire.Invalid("there is no prompt")
	case r.Mode != provider.ModeImage:
		return wire.Invalid("%s makes pictures, and no take from %s", r.Model, r.Mode)
	case len(r.References) < m.MinReferences:
		return wire.Invalid("%s edits pictures, and there is none", r.Model)
	case len(r.References) > 0 && !slices.Contains(m.Modes, provider.ModeReferences):
		return wire.Invalid("%s takes no reference pictures", r.Model)
	case len(r.References) > m.MaxReferences:
		return wire.Invalid("%s takes %d reference pictures, not %d", r.Model, m.MaxReferences, len(r.References))
	case m.MaxPrompt > 0 && utf8.RuneCountInString(r.Prompt) > m.MaxPrompt:
		return wire.Invalid("%s takes prompts of %d characters", r.Model, m.MaxPrompt)
	case r.Raster.Width <= 0 || r.Raster.Height <= 0, !m.AnyModel && !slices.Contains(m.Rasters, r.Raster):
		return wire.Invalid("%s makes no %s picture", r.Model, r.Raster)
	}
	return nil
}
