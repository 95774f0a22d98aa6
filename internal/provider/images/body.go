package images

import (
	"context"
	"maps"
	"slices"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// body is what the server is told. What the model cannot do is Invalid.
func (p *Provider) body(ctx context.Context, r provider.Request) (map[string]any, error) {
	m, ok := p.model(r.Model)
	if !ok {
		return nil, wire.Invalid("the model %s is not known; say like: and one that is", r.Model)
	}
	if err := check(m, r); err != nil {
		return nil, err
	}
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
	maps.Copy(b, p.quirks.always)
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
	case len(r.References) > 0 && !slices.Contains(m.Modes, provider.ModeReferences):
		return wire.Invalid("%s takes no reference pictures", r.Model)
	case len(r.References) > m.MaxReferences:
		return wire.Invalid("%s takes %d reference pictures, not %d", r.Model, m.MaxReferences, len(r.References))
	case r.Raster.Width <= 0 || r.Raster.Height <= 0, !m.AnyModel && !slices.Contains(m.Rasters, r.Raster):
		return wire.Invalid("%s makes no %s picture", r.Model, r.Raster)
	}
	return nil
}
