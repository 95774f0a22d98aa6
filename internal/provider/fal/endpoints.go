package fal

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// family is how the endpoints of one model are asked: their inputs differ in
// names and types. They are those of fal's own client
// (https://github.com/fal-ai/fal-js, libs/client/src/types/endpoints.ts) and of
// each endpoint's page at https://fal.ai/models.
type family struct {
	id   string // what a studio configures: the endpoints' path up to the mode
	tail string // the path after the mode; id has it at its end
	// endpoints by mode.
	endpoints map[provider.Mode]endpoint
	// duration writes whole seconds.
	duration func(seconds int64) any
	// resolution writes a size's lines; nil: the endpoint makes one size.
	resolution func(lines int) string
	audio      string // the switch for sound; empty: it has none
	seed       bool
	negative   int   // takes a negative prompt of so many characters; 0: none
	fps        []int // takes these frames a second; empty: its own
	// plain switches the model's own prompt writer off: a prompt is made as it was
	// written.
	plain map[string]any
}

// endpoint is one mode's path and the fields that its pictures go into.
type endpoint struct {
	path              string
	ratio             bool // takes aspect_ratio; else the first frame's shape counts
	first, last, refs string
}

func text(seconds int64) any   { return strconv.FormatInt(seconds, 10) }
func suffix(seconds int64) any { return strconv.FormatInt(seconds, 10) + "s" }
func number(seconds int64) any { return seconds }

func lines(n int) string { return strconv.Itoa(n) + "p" }

// linesP is for those who write it large.
func linesP(n int) string { return strconv.Itoa(n) + "P" }

// lines4K is for those who call 2160 lines 4k.
func lines4K(n int) string {
	if n == 2160 {
		return "4k"
	}
	return lines(n)
}

// sound is the switch of those that have fal's own name for it.
const sound = "generate_audio"

var families = []family{
	seedance("bytedance/seedance-2.0"),
	seedance("bytedance/seedance-2.0/fast"),
	seedance("bytedance/seedance-2.5"),
	{
		id: "alibaba/happy-horse/v1.1", duration: number, resolution: lines, seed: true,
		endpoints: map[provider.Mode]endpoint{
			provider.ModeText:       {path: "text-to-video", ratio: true},
			provider.ModeFirstFrame: {path: "image-to-video", first: "image_url"},
			provider.ModeReferences: {path: "reference-to-video", ratio: true, refs: "image_urls"},
		},
	},
	kling("fal-ai/kling-video/v3/standard"),
	kling("fal-ai/kling-video/v3/pro"),
	{
		// Sound has no switch. The page of references names no field for pictures.
		id: "kling/v4", duration: text, resolution: lines,
		endpoints: map[provider.Mode]endpoint{
			provider.ModeText:       {path: "text-to-video", ratio: true},
			provider.ModeFirstFrame: {path: "image-to-video", first: "start_image_url"},
			provider.ModeFirstLast:  {path: "image-to-video", first: "start_image_url", last: "end_image_url"},
		},
	},
	{
		id: "fal-ai/wan/v2.7", duration: number, resolution: lines, seed: true, negative: 500, plain: map[string]any{"enable_prompt_expansion": false},
		endpoints: map[provider.Mode]endpoint{
			provider.ModeText:       {path: "text-to-video", ratio: true},
			provider.ModeFirstFrame: {path: "image-to-video", first: "image_url"},
			provider.ModeFirstLast:  {path: "image-to-video", first: "image_url", last: "end_image_url"},
			provider.ModeReferences: {path: "reference-to-video", ratio: true, refs: "reference_image_urls"},
		},
	},
	wan("alibaba/wan-3.0"),
	wan("alibaba/wan-3.0-prime"),
	ltx("fal-ai/ltx-2.3", "", 24, 25, 48, 50),
	ltx("fal-ai/ltx-2.3/fast", "/fast", 24, 25, 48, 50),
	ltx("lightricks/ltx-2.5/fast", "/fast", 24, 25, 48, 50),
	ltx("lightricks/ltx-2.5/pro", "/pro", 24, 25, 50),
	veo("fal-ai/veo3.1"),
	veo("fal-ai/veo3.1/fast"),
	{
		id: "xai/grok-imagine-video/v1.5", duration: number, resolution: lines,
		endpoints: map[provider.Mode]endpoint{
			provider.ModeText:       {path: "text-to-video", ratio: true},
			provider.ModeFirstFrame: {path: "image-to-video", first: "image_url"},
			provider.ModeReferences: {path: "reference-to-video", ratio: true, refs: "reference_image_urls"},
		},
	},
	{
		id: "minimax/h3-max", duration: number, resolution: linesP, seed: true, plain: map[string]any{"prompt_expansion_mode": "disabled"},
		endpoints: map[provider.Mode]endpoint{
			provider.ModeText:       {path: "text-to-video", ratio: true},
			provider.ModeFirstFrame: {path: "image-to-video", first: "image_url"},
			provider.ModeFirstLast:  {path: "image-to-video", first: "image_url", last: "end_image_url"},
			provider.ModeReferences: {path: "reference-to-video", ratio: true, refs: "reference_image_urls"},
		},
	},
}

func seedance(id string) family {
	return family{
		id: id, duration: text, resolution: lines4K, audio: sound,
		endpoints: map[provider.Mode]endpoint{
			provider.ModeText:       {path: "text-to-video", ratio: true},
			provider.ModeFirstFrame: {path: "image-to-video", ratio: true, first: "image_url"},
			provider.ModeFirstLast:  {path: "image-to-video", ratio: true, first: "image_url", last: "end_image_url"},
			provider.ModeReferences: {path: "reference-to-video", ratio: true, refs: "image_urls"},
		},
	}
}

func kling(id string) family {
	return family{
		id: id, duration: text, audio: sound, negative: 2500,
		endpoints: map[provider.Mode]endpoint{
			provider.ModeText:       {path: "text-to-video", ratio: true},
			provider.ModeFirstFrame: {path: "image-to-video", first: "start_image_url"},
			provider.ModeFirstLast:  {path: "image-to-video", first: "start_image_url", last: "end_image_url"},
		},
	}
}

func wan(id string) family {
	return family{
		id: id, duration: number, resolution: lines, audio: "audio", seed: true, plain: map[string]any{"enable_prompt_expansion": false},
		endpoints: map[provider.Mode]endpoint{
			provider.ModeText:       {path: "text-to-video", ratio: true},
			provider.ModeFirstFrame: {path: "image-to-video", ratio: true, first: "start_image_url"},
			provider.ModeFirstLast:  {path: "image-to-video", ratio: true, first: "start_image_url", last: "end_image_url"},
			provider.ModeReferences: {path: "reference-to-video", ratio: true, refs: "reference_image_urls"},
		},
	}
}

func ltx(id, tail string, fps ...int) family {
	return family{
		id: id, tail: tail, duration: number, resolution: lines, audio: sound, fps: fps,
		endpoints: map[provider.Mode]endpoint{
			provider.ModeText:       {path: "text-to-video", ratio: true},
			provider.ModeFirstFrame: {path: "image-to-video", ratio: true, first: "image_url"},
			provider.ModeFirstLast:  {path: "image-to-video", ratio: true, first: "image_url", last: "end_image_url"},
		},
	}
}

func veo(id string) family {
	return family{
		id: id, duration: suffix, resolution: lines4K, audio: sound, seed: true, negative: 2500, plain: map[string]any{"auto_fix": false},
		endpoints: map[provider.Mode]endpoint{
			provider.ModeText:       {ratio: true}, // the app itself
			provider.ModeFirstFrame: {path: "image-to-video", ratio: true, first: "image_url"},
			provider.ModeFirstLast:  {path: "first-last-frame-to-video", ratio: true, first: "first_frame_url", last: "last_frame_url"},
		},
	}
}

// size is a picture's size as the endpoints ask for it.
type size struct {
	lines int
	ratio string
}

// sizes are the words for every raster of models.yaml.
var sizes = map[media.Raster]size{
	{Width: 496, Height: 864}: {480, "9:16"}, {Width: 864, Height: 496}: {480, "16:9"},
	{Width: 480, Height: 854}: {480, "9:16"}, {Width: 854, Height: 480}: {480, "16:9"}, {Width: 480, Height: 480}: {480, "1:1"},
	{Width: 768, Height: 1366}: {768, "9:16"}, {Width: 1366, Height: 768}: {768, "16:9"}, {Width: 768, Height: 768}: {768, "1:1"},
	{Width: 720, Height: 1280}: {720, "9:16"}, {Width: 1280, Height: 720}: {720, "16:9"},
	{Width: 720, Height: 720}: {720, "1:1"}, {Width: 960, Height: 960}: {720, "1:1"},
	{Width: 834, Height: 1112}: {720, "3:4"}, {Width: 1112, Height: 834}: {720, "4:3"},
	{Width: 832, Height: 1104}: {720, "3:4"}, {Width: 1104, Height: 832}: {720, "4:3"},
	{Width: 1470, Height: 630}:  {720, "21:9"},
	{Width: 1080, Height: 1920}: {1080, "9:16"}, {Width: 1920, Height: 1080}: {1080, "16:9"},
	{Width: 1080, Height: 1080}: {1080, "1:1"}, {Width: 1440, Height: 1440}: {1080, "1:1"},
	{Width: 1248, Height: 1648}: {1080, "3:4"}, {Width: 1648, Height: 1248}: {1080, "4:3"},
	{Width: 1440, Height: 2560}: {1440, "9:16"}, {Width: 2560, Height: 1440}: {1440, "16:9"},
	{Width: 2160, Height: 3840}: {2160, "9:16"}, {Width: 3840, Height: 2160}: {2160, "16:9"},
}

// familyOf finds how a model is asked: its own entry, else that of the model of
// the same maker and line whose name is nearest, with the new one's name.
func familyOf(model string) (family, bool) {
	best, found := 0, family{}
	for _, f := range families {
		if f.id == model {
			return f, true
		}
		n := 0
		for n < len(f.id) && n < len(model) && f.id[n] == model[n] {
			n++
		}
		// What is alike has to reach three letters into the app's name, or to its version
		// where that is all there is: fal-ai/ is everybody's.
		if n > max(best, min(strings.Index(f.id, "/")+3, len(f.id)-2)) {
			best, found = n, f
		}
	}
	if best == 0 {
		return family{}, false
	}
	found.id, found.tail = model, ""
	for _, tail := range []string{"/fast", "/pro"} {
		if strings.Contains(model, "/ltx-") && strings.HasSuffix(model, tail) {
			found.tail = tail
		}
	}
	return found, true
}

// body is what a take's endpoint is asked, and its path.
func (p *Provider) body(ctx context.Context, r provider.Request) (path string, body map[string]any, err error) {
	f, ok := familyOf(r.Model)
	if !ok {
		return "", nil, wire.Invalid("fal: nobody knows how model %q is asked", r.Model)
	}
	e, ok := f.endpoints[r.Mode]
	if !ok {
		return "", nil, wire.Invalid("%s makes no take from %s", r.Model, r.Mode)
	}
	if err := p.allowed(r, f); err != nil {
		return "", nil, err
	}
	path = strings.TrimSuffix(f.id, f.tail)
	if e.path != "" {
		path += "/" + e.path
	}
	body = f.words(r, e)
	if err := pictures(ctx, r, e, body); err != nil {
		return "", nil, err
	}
	return path + f.tail, body, nil
}

// words is the body without its pictures.
func (f family) words(r provider.Request, e endpoint) map[string]any {
	body := map[string]any{"prompt": r.Prompt, "duration": f.duration(r.MakeMS / 1000)}
	s := sizes[r.Raster]
	if f.resolution != nil {
		body["resolution"] = f.resolution(s.lines)
	}
	if e.ratio {
		body["aspect_ratio"] = s.ratio
	}
	if f.audio != "" {
		body[f.audio] = r.Audio
	}
	if f.seed && r.Seed != nil {
		body["seed"] = *r.Seed
	}
	if f.negative > 0 && r.Negative != "" {
		body["negative_prompt"] = r.Negative
	}
	maps.Copy(body, f.plain)
	if r.FPS.Den == 1 && slices.Contains(f.fps, int(r.FPS.Num)) {
		body["fps"] = r.FPS.Num
	}
	return body
}

// allowed holds a request against the facts before anything is sent.
func (p *Provider) allowed(r provider.Request, f family) error {
	if _, ok := sizes[r.Raster]; !ok {
		return wire.Invalid("%s makes no picture of %s", r.Model, r.Raster)
	}
	if r.MakeMS <= 0 || r.MakeMS%1000 != 0 {
		return wire.Invalid("%s makes whole seconds, not %d ms", r.Model, r.MakeMS)
	}
	if n := utf8.RuneCountInString(r.Negative); f.negative > 0 && n > f.negative {
		return wire.Invalid("%s takes a negative prompt of %d characters, this one has %d", r.Model, f.negative, n)
	}
	i := slices.IndexFunc(p.models, func(m provider.Model) bool { return m.ID == r.Model })
	if i < 0 {
		return nil // the facts are those of another model, and a plan has used them
	}
	m := p.models[i].For(provider.Asked{Mode: r.Mode, Raster: r.Raster, Audio: r.Audio})
	switch {
	case !slices.Contains(m.Rasters, r.Raster):
		return wire.Invalid("%s makes no picture of %s", r.Model, r.Raster)
	case len(m.DurationsMS) > 0 && !slices.Contains(m.DurationsMS, r.MakeMS), len(m.DurationsMS) == 0 && (r.MakeMS < m.MinMS || r.MakeMS > m.MaxMS):
		return wire.Invalid("%s makes no take of %d ms", r.Model, r.MakeMS)
	case len(r.References) > m.MaxReferences && r.Mode == provider.ModeReferences:
		return wire.Invalid("%s takes %d reference pictures, not %d", r.Model, m.MaxReferences, len(r.References))
	}
	return nil
}

// pictures adds a take's pictures to its body.
func pictures(ctx context.Context, r provider.Request, e endpoint, body map[string]any) error {
	for _, one := range []struct {
		field string
		from  *provider.Picture
	}{{e.first, r.FirstFrame}, {e.last, r.LastFrame}} {
		if one.field == "" {
			continue
		}
		if one.from == nil {
			return wire.Invalid("a take from %s needs its picture for %s", r.Mode, one.field)
		}
		u, err := wire.URLOrData(ctx, *one.from)
		if err != nil {
			return err
		}
		body[one.field] = u
	}
	if e.refs == "" {
		return nil
	}
	if len(r.References) == 0 {
		return wire.Invalid("a take from %s needs pictures", r.Mode)
	}
	var all []string
	for _, ref := range r.References {
		u, err := wire.URLOrData(ctx, ref)
		if err != nil {
			return err
		}
		all = append(all, u)
	}
	body[e.refs] = all
	return nil
}
