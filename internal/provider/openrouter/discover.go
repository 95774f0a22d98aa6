package openrouter

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// How much of a listing is believed.
const (
	maxModels  = 1000
	maxValues  = 100 // of one list or table of a model
	maxSeconds = 600
	maxName    = 80 // characters
	maxSide    = 8192
)

// listed is a model of the listing: https://openrouter.ai/docs/api/api-reference/video-generation/list-videos-models
type listed struct {
	ID            string             `json:"id"`
	Name          string             `json:"name"`
	Resolutions   texts              `json:"supported_resolutions"`
	Ratios        texts              `json:"supported_aspect_ratios"`
	Sizes         texts              `json:"supported_sizes"`
	Durations     []literal          `json:"supported_durations"`
	Frames        texts              `json:"supported_frame_images"`
	GenerateAudio flag               `json:"generate_audio"`
	Seed          flag               `json:"seed"`
	SKUs          map[string]literal `json:"pricing_skus"`
}

// flag is true or not; null and everything else is not.
type flag bool

// UnmarshalJSON takes whatever there is.
func (f *flag) UnmarshalJSON(b []byte) error {
	*f = string(b) == "true"
	return nil
}

// Discover reads OpenRouter's listing with one request and turns it into facts. It
// is what others say of themselves, so it is read with care: a model without a
// name, a length, a size or a price that is understood is left out, and so is what
// the listing does not tell: reference pictures, how a prompt cites them, and
// whether sound is speech.
func (p *Provider) Discover(ctx context.Context) ([]provider.Model, error) {
	a, err := p.client.Do(ctx, wire.Request{Op: wire.Find, Method: http.MethodGet, Path: "/videos/models"})
	if err != nil {
		return nil, err
	}
	var list struct {
		Data []json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(a.Body, &list); err != nil {
		return nil, p.client.Refuse(wire.Find, a, wire.Reason{Kind: provider.KindTransient, Message: "the listing of models cannot be read"})
	}
	var models []provider.Model
	seen := map[string]bool{}
	for _, raw := range list.Data[:min(len(list.Data), maxModels)] {
		var l listed
		if json.Unmarshal(raw, &l) != nil || seen[l.ID] {
			continue
		}
		if m, ok := l.model(); ok {
			m.Name = p.name(l)
			m.Source = strings.TrimSuffix(p.client.Base, "/") + "/videos/models"
			m.Checked = p.now().UTC().Format(time.DateOnly)
			seen[l.ID] = true
			models = append(models, m)
		}
	}
	return models, nil
}

func (p *Provider) name(l listed) string {
	name := p.client.Clean(l.Name)
	if name == "" {
		name = l.ID
	}
	if r := []rune(name); len(r) > maxName {
		name = string(r[:maxName])
	}
	return fmt.Sprintf("%s (OpenRouter)", name)
}

// id is what a model can be called: maker/model, perhaps with a variant.
var id = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}/[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$`)

// model is an entry's facts; false: it has too few, or some that cannot be.
func (l listed) model() (provider.Model, bool) {
	if !id.MatchString(l.ID) || len(l.SKUs) == 0 || len(l.SKUs) > maxValues {
		return provider.Model{}, false
	}
	m := provider.Model{ID: l.ID, Modes: []provider.Mode{provider.ModeText}, Audio: bool(l.GenerateAudio), Seed: bool(l.Seed), DurationsMS: l.durations()}
	if slices.Contains(l.Frames, "first_frame") {
		m.Modes = append(m.Modes, provider.ModeFirstFrame)
		if m.LastFrame = slices.Contains(l.Frames, "last_frame"); m.LastFrame {
			m.Modes = append(m.Modes, provider.ModeFirstLast)
		}
	}
	prices, ok := priced(l.SKUs)
	if !ok || len(m.DurationsMS) == 0 {
		return provider.Model{}, false
	}
	own := l.tiers()
	if m.Rasters = l.rasters(own, prices.tokens); len(m.Rasters) == 0 {
		return provider.Model{}, false
	}
	if m.Rates, ok = prices.rates(m, own); !ok {
		return provider.Model{}, false
	}
	return m, m.Currency() != "" || strings.HasSuffix(l.ID, ":free")
}

// durations are the whole seconds that there are, in milliseconds and in order.
func (l listed) durations() []int64 {
	var all []int64
	for _, d := range l.Durations[:min(len(l.Durations), maxValues)] {
		if n, err := strconv.ParseInt(string(d), 10, 64); err == nil && n > 0 && n <= maxSeconds {
			all = append(all, n*1000)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// tiers are the model's own, of those whose size is known, the smallest first.
func (l listed) tiers() []tier {
	var own []tier
	for _, t := range tiers {
		if slices.Contains(l.Resolutions, t.word) {
			own = append(own, t)
		}
	}
	return own
}

// rasters are the sizes by resolution and ratio. A model that is paid for by
// pixels is taken at its exact sizes where it lists them.
func (l listed) rasters(own []tier, byPixels bool) []media.Raster {
	var all []media.Raster
	for _, t := range own {
		for _, r := range ratios {
			if slices.Contains(l.Ratios, r.word) {
				all = append(all, raster(t, r))
			}
		}
	}
	if exact := l.sizes(); len(exact) > 0 && (byPixels || len(all) == 0) {
		return exact
	}
	return all
}

var wxh = regexp.MustCompile(`^([1-9][0-9]{1,3})x([1-9][0-9]{1,3})$`)

// sizes are the exact ones, upright first.
func (l listed) sizes() []media.Raster {
	var all []media.Raster
	for _, s := range l.Sizes[:min(len(l.Sizes), maxValues)] {
		if w := wxh.FindStringSubmatch(s); w != nil {
			width, _ := strconv.Atoi(w[1]) // two to four digits
			height, _ := strconv.Atoi(w[2])
			r := media.Raster{Width: width, Height: height}
			if max(width, height) <= maxSide && !slices.Contains(all, r) {
				all = append(all, r)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b media.Raster) int {
		if (a.Width < a.Height) == (b.Width < b.Height) {
			return a.ShortSide() - b.ShortSide()
		}
		if a.Width < a.Height {
			return -1
		}
		return 1
	})
	return all
}
