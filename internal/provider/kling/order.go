package kling

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// extraPath is where a Job says what path it is asked at.
const extraPath = "path"

// order is a take, addressed to the generation that makes it.
type order struct {
	path string // of the submit
	ask  string // of polls
	body any
}

func (o order) job(id, model string) provider.Job {
	return provider.Job{ID: id, Model: model, Extra: map[string]string{extraPath: o.ask}}
}

// trait is how a model's requests look, beyond its facts.
type trait struct {
	omni      bool   // one path and one schema for all modes
	legacy    string // model_name; empty: not in the legacy generation
	switches  bool   // has a switch for sound
	multiShot bool   // cuts the take into shots unless told not to
	// silentEnd: no sound with a last frame.
	silentEnd bool
}

// traits are from the models' pages under https://klingai.com/document-api/api/video.
var traits = map[string]trait{
	"kling-3.0":       {legacy: "kling-v3", switches: true, multiShot: true},
	"kling-3.0-turbo": {},
	"kling-3.0-omni":  {legacy: "kling-v3-omni", omni: true, switches: true, multiShot: true},
	"kling-o1":        {legacy: "kling-video-o1", omni: true},
	"kling-2.6":       {legacy: "kling-v2-6", switches: true, silentEnd: true},
	"kling-2.5-turbo": {legacy: "kling-v2-5-turbo"},
}

// named is what a model of the present generation is called.
var named = regexp.MustCompile(`^kling-(o?[0-9])`)

// traitOf is a model's trait. One that is newer than this release, which a studio
// says is like a known one, is taken by its name for a present model.
func traitOf(model string) (trait, bool) {
	t, ok := traits[model]
	switch {
	case ok || !named.MatchString(model):
		return t, ok
	case strings.Contains(model, "turbo"):
		return traits["kling-3.0-turbo"], true
	case strings.Contains(model, "omni"):
		return trait{omni: true, switches: true, multiShot: true}, true
	case strings.HasPrefix(model, "kling-o"):
		return trait{omni: true}, true
	}
	return trait{switches: true, multiShot: true}, true
}

// legacyPrompt is how long a prompt the legacy generation takes, characters.
const legacyPrompt = 2500

// legacyVoices is how the legacy generation's models with a switch for sound are given
// voices. What Kling takes for a take with one is no part of the facts' prices: it says so
// with the take.
var legacyVoices = &provider.Voices{
	IDs: 2, Modes: []provider.Mode{provider.ModeText, provider.ModeFirstFrame, provider.ModeFirstLast}, Cite: "<<<voice_{n}>>>",
	Source: "https://klingai.com/document-api/api/video/3-0-omni/text-to-video/legacy",
}

// legacyFacts is what the legacy generation has of the models: no Turbo, shorter
// prompts, a negative prompt (but not for omni-video), and its own way to cite.
func legacyFacts(models []provider.Model) []provider.Model {
	var out []provider.Model
	for _, m := range models {
		if m.LipSync != nil {
			out = append(out, m)
			continue
		}
		t := traits[m.ID]
		if t.legacy == "" {
			continue
		}
		m.MaxPrompt = min(m.MaxPrompt, legacyPrompt)
		m.Negative = !t.omni
		if t.switches && !t.omni {
			m.Voices = legacyVoices
		}
		if m.Cite != "" {
			m.Cite = "<<<image_{n}>>>"
		}
		out = append(out, m)
	}
	return out
}

// place is where a take goes to, and where it is asked for.
func (p *Provider) place(r provider.Request) (order, error) {
	t, ok := traitOf(r.Model)
	switch {
	case r.Mode == provider.ModeLipSync:
		return order{path: lipsPath, ask: lipsPath}, nil
	case !ok:
		return order{}, wire.Invalid("Kling has no model %q that is known here", r.Model)
	case p.legacy && t.legacy == "":
		return order{}, wire.Invalid("model %s needs an API key and a host with the present API; the legacy one does not have it", r.Model)
	case p.legacy && t.omni:
		return order{path: legacyOmni, ask: legacyOmni}, nil
	case p.legacy && r.Mode == provider.ModeText:
		return order{path: legacyText, ask: legacyText}, nil
	case p.legacy:
		return order{path: legacyShot, ask: legacyShot}, nil
	case t.omni:
		return order{path: "/omni-video/" + r.Model, ask: tasksPath}, nil
	case r.Mode == provider.ModeText:
		return order{path: "/text-to-video/" + r.Model, ask: tasksPath}, nil
	}
	return order{path: "/image-to-video/" + r.Model, ask: tasksPath}, nil
}

// order is the whole request.
func (p *Provider) order(ctx context.Context, r provider.Request) (order, error) {
	o, err := p.place(r)
	if err != nil {
		return order{}, err
	}
	if err := p.check(r); err != nil {
		return order{}, err
	}
	t, _ := traitOf(r.Model)
	s, err := size(r)
	if err != nil {
		return order{}, err
	}
	pictures, err := pictures(ctx, r)
	if err != nil {
		return order{}, err
	}
	if p.legacy {
		o.body = legacyOf(t, r, s, pictures)
	} else {
		o.body = bodyOf(t, r, s, pictures)
	}
	return o, nil
}

// check holds a request against the model's facts. A model that is like a known
// one has them with the plan.
func (p *Provider) check(r provider.Request) error {
	if r.MakeMS < 1000 || r.MakeMS%1000 != 0 {
		return wire.Invalid("Kling makes whole seconds, not %d ms", r.MakeMS)
	}
	if err := wire.Complete(r); err != nil {
		return err
	}
	if r.Mode == provider.ModeFirstLast && r.Audio && traits[r.Model].silentEnd {
		return wire.Invalid("model %s makes no sound for a take with a last frame", r.Model)
	}
	i := slices.IndexFunc(p.models, func(m provider.Model) bool { return m.ID == r.Model })
	if i < 0 {
		return nil
	}
	m := p.models[i].For(provider.Asked{Mode: r.Mode, Raster: r.Raster, Audio: r.Audio})
	switch {
	case !slices.Contains(m.Modes, r.Mode):
		return wire.Invalid("model %s has no mode %q", m.ID, r.Mode)
	case !m.Makes(r.MakeMS):
		return wire.Invalid("model %s makes no take of %d ms", m.ID, r.MakeMS)
	case !slices.Contains(m.Rasters, r.Raster):
		return wire.Invalid("model %s makes no picture of %s in mode %s with sound %v", m.ID, r.Raster, r.Mode, r.Audio)
	case r.Audio && !m.Audio:
		return wire.Invalid("model %s makes no sound", m.ID)
	case utf8.RuneCountInString(r.Prompt) > m.MaxPrompt:
		return wire.Invalid("model %s takes prompts of %d characters", m.ID, m.MaxPrompt)
	case r.Mode.Shown() && len(r.References) > m.MaxReferences:
		return wire.Invalid("model %s takes %d references, not %d", m.ID, m.MaxReferences, len(r.References))
	}
	return wire.CheckVoices(m, r)
}

// shape is a raster in Kling's words.
type shape struct{ resolution, ratio string }

var rasters = map[media.Raster]shape{
	{Width: 720, Height: 1280}:  {"720p", "9:16"},
	{Width: 1280, Height: 720}:  {"720p", "16:9"},
	{Width: 720, Height: 720}:   {"720p", "1:1"},
	{Width: 1080, Height: 1920}: {"1080p", "9:16"},
	{Width: 1920, Height: 1080}: {"1080p", "16:9"},
	{Width: 1080, Height: 1080}: {"1080p", "1:1"},
	{Width: 2160, Height: 3840}: {"4k", "9:16"},
	{Width: 3840, Height: 2160}: {"4k", "16:9"},
	{Width: 2160, Height: 2160}: {"4k", "1:1"},
}

// size is what to ask for.
func size(r provider.Request) (shape, error) {
	s, ok := rasters[r.Raster]
	if !ok {
		return shape{}, wire.Invalid("Kling makes no picture of %s", r.Raster)
	}
	if r.Mode.Framed() {
		s.ratio = "" // the frame's
	}
	return s, nil
}

// A picture of a request, with what it is for.
type picture struct{ use, data string }

const (
	useFirst = "first_frame"
	useLast  = "last_frame"
	useRefer = "refer_image"
)

func pictures(ctx context.Context, r provider.Request) ([]picture, error) {
	var out []picture
	add := func(use string, p provider.Picture) error {
		data, err := wire.URLOrBase64(ctx, p)
		if err != nil {
			return err
		}
		if p.URL == "" && strings.HasPrefix(data, webP) {
			return wire.Invalid("picture %s is WebP; Kling takes PNG and JPEG", p.Name)
		}
		out = append(out, picture{use, data})
		return nil
	}
	for _, p := range framesOf(r) {
		if err := add(p.use, p.from); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// frame is a picture to be read, with what it is for.
type frame struct {
	use  string
	from provider.Picture
}

// framesOf are the pictures of the request's mode, in the order they are sent.
func framesOf(r provider.Request) (out []frame) {
	switch r.Mode {
	case provider.ModeFirstFrame:
		return []frame{{useFirst, *r.FirstFrame}}
	case provider.ModeFirstLast:
		return []frame{{useFirst, *r.FirstFrame}, {useLast, *r.LastFrame}}
	case provider.ModeReferences, provider.ModeFrameReferences:
		for _, p := range r.References {
			out = append(out, frame{useRefer, p})
		}
		if r.Mode == provider.ModeFrameReferences {
			// Behind the references: the legacy generation counts its pictures by place.
			out = append(out, frame{useFirst, *r.FirstFrame})
		}
	case provider.ModeText:
	}
	return out
}

// webP is how a WebP begins in base64: "RIFF".
const webP = "UklGR"

func bodyOf(t trait, r provider.Request, s shape, pictures []picture) body {
	b := body{Settings: settings{Resolution: s.resolution, AspectRatio: s.ratio, Duration: r.MakeMS / 1000}, Options: options{ExternalTaskID: r.Key, CallbackURL: r.Callback}}
	if t.switches {
		b.Settings.Audio = map[bool]string{true: "native", false: "off"}[r.Audio]
	}
	if t.multiShot {
		b.Settings.MultiShot = new(bool)
	}
	if r.Mode == provider.ModeText && !t.omni {
		b.Prompt = r.Prompt
		return b
	}
	b.Contents = []content{{Type: "prompt", Text: r.Prompt}}
	for i, p := range pictures {
		c := content{Type: p.use, URL: p.data}
		if p.use == useRefer {
			c.ID = fmt.Sprintf("image_%d", i+1)
		}
		b.Contents = append(b.Contents, c)
	}
	return b
}

func legacyOf(t trait, r provider.Request, s shape, pictures []picture) legacyBody {
	b := legacyBody{
		ModelName: t.legacy, Prompt: r.Prompt, Mode: map[string]string{"720p": "std", "1080p": "pro", "4k": "4k"}[s.resolution],
		AspectRatio: s.ratio, Duration: strconv.FormatInt(r.MakeMS/1000, 10), ExternalTaskID: r.Key, CallbackURL: r.Callback,
	}
	if t.switches {
		b.Sound = map[bool]string{true: "on", false: "off"}[r.Audio]
	}
	if t.multiShot {
		b.MultiShot = new(bool)
	}
	if !t.omni {
		b.NegativePrompt = r.Negative
		for _, v := range r.Voices {
			b.VoiceList = append(b.VoiceList, legacyVoice{v.ID})
		}
	}
	for _, p := range pictures {
		switch {
		case t.omni:
			b.ImageList = append(b.ImageList, legacyImage{URL: p.data, Type: map[string]string{useFirst: "first_frame", useLast: "end_frame"}[p.use]})
		case p.use == useFirst:
			b.Image = p.data
		case p.use == useLast:
			b.ImageTail = p.data
		}
	}
	return b
}
