package kling

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/dailies/dailies/test/vendors"
)

// price is micro-units a second: silent and with sound.
type price struct{ silent, sound int64 }

// facts are what the documentation says of a model.
type facts struct {
	kinds       []string // of the new generation's paths; the old one has text2video etc. for the same
	seconds     []int64
	resolutions []string // the first is the default
	audio       []string // resolutions with native sound
	last        []string // resolutions with a last frame
	prompt      int
	elements    int
	pictures    int // references
	multi       bool
	usd         map[string]price
}

var (
	three = []int64{3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
	fives = []int64{5, 10}
	both  = []string{"720p", "1080p"}
	with4 = []string{"720p", "1080p", "4k"}
	hd    = []string{"1080p"}

	// CNY: one list for all models.
	cny = map[string]price{"720p": {600_000, 800_000}, "1080p": {800_000, 1_000_000}, "4k": {3_000_000, 3_000_000}}

	v3 = facts{
		kinds: []string{"text-to-video", "image-to-video"}, seconds: three, resolutions: with4, audio: with4, last: with4, prompt: 3072, elements: 3, multi: true,
		usd: map[string]price{"720p": {84_000, 126_000}, "1080p": {112_000, 168_000}, "4k": {420_000, 420_000}},
	}
	turbo = facts{
		kinds: []string{"text-to-video", "image-to-video"}, seconds: three, resolutions: both, audio: both, prompt: 3072, multi: true,
		usd: map[string]price{"720p": {112_000, 112_000}, "1080p": {140_000, 140_000}},
	}
	omni3 = facts{
		kinds: []string{"omni-video"}, seconds: three, resolutions: with4, audio: with4, last: with4, prompt: 3072, elements: 3, pictures: 7, multi: true, usd: v3.usd,
	}
	o1 = facts{
		kinds: []string{"omni-video"}, seconds: three[:8], resolutions: both, last: both, prompt: 3072, elements: 3, pictures: 7,
		usd: map[string]price{"720p": {84_000, 0}, "1080p": {112_000, 0}},
	}
	v26 = facts{
		kinds: []string{"image-to-video"}, seconds: fives, resolutions: both, audio: hd, last: hd, prompt: 2500,
		usd: map[string]price{"720p": {42_000, 0}, "1080p": {70_000, 140_000}},
	}
	v25 = facts{
		kinds: []string{"image-to-video"}, seconds: fives, resolutions: both, last: hd, prompt: 2500,
		usd: map[string]price{"720p": {42_000, 0}, "1080p": {70_000, 0}},
	}

	models = map[string]facts{"kling-3.0": v3, "kling-3.0-turbo": turbo, "kling-2.6": v26, "kling-2.5-turbo": v25, "kling-3.0-omni": omni3, "kling-o1": o1}

	// old are the models of the old generation, whose paths are named by their
	// kind. 1.6 and 2.1 retired on 2026-09-15.
	old = map[string]facts{
		"kling-v3": v3, "kling-v2-6": legacyOf(v26), "kling-v2-5-turbo": legacyOf(v25), "kling-v3-omni": omni3, "kling-video-o1": o1,
	}
	ratios = []string{"16:9", "9:16", "1:1"}
)

func legacyOf(f facts) facts {
	f.kinds = []string{"text-to-video", "image-to-video"}
	return f
}

// ask is a request that was understood.
type ask struct {
	model, prompt, resolution, ratio, external string
	callback                                   string
	seconds, pictures, videos                  int
	audio, watermark                           bool
	each                                       int64 // micro-units a second
	warnings                                   []string
}

func (a *ask) warn(format string, args ...any) {
	a.warnings = append(a.warnings, fmt.Sprintf(format, args...))
}

func (a *ask) price(f facts, currency string) {
	table := cny
	if currency == "USD" {
		table = f.usd
	}
	if p := table[a.resolution]; a.audio {
		a.each = p.sound
	} else {
		a.each = p.silent
	}
}

func (a *ask) look(p vendors.Picture) vendors.Picture {
	a.pictures++
	if p.Width > 0 && min(p.Width, p.Height) < 300 {
		a.warn("a picture of %dx%d is under 300 pixels", p.Width, p.Height)
	}
	return p
}

type no struct {
	status, code int
	message      string
}

func end(body *vendors.Object, a *ask) (*ask, *no) {
	body.End()
	if p := body.Problem(); p != nil {
		return nil, &no{http.StatusBadRequest, 1201, p.Error()}
	}
	return a, nil
}

// pictures are URLs or base64, never data: URIs.
var pictures = vendors.PictureForms{Raw: true, Types: []string{"png", "jpeg"}}

// readNew understands a request of the new generation, or says why not.
func readNew(body *vendors.Object, kind, model, currency string) (*ask, *no) {
	f, ok := models[model]
	if !ok || !slices.Contains(f.kinds, kind) {
		return nil, &no{http.StatusNotFound, 1203, "the model " + model + " does not exist for " + kind}
	}
	a := &ask{model: model}
	var first vendors.Picture
	framed, last := false, false
	if kind == "text-to-video" {
		body.Need("prompt")
		a.prompt = body.String("prompt")
	} else {
		body.Need("contents")
		first, framed, last = a.contents(body, f, kind)
	}
	if strings.TrimSpace(a.prompt) == "" && a.pictures == 0 {
		body.Lacks("prompt")
	}
	if n := len([]rune(a.prompt)); n > f.prompt {
		a.warn("the prompt of %d is over %d", n, f.prompt)
	}
	a.settings(body.Object("settings"), f, kind, first, framed, last)

	options := body.Object("options")
	a.callback = options.URL("callback_url")
	a.external = options.String("external_task_id")
	a.mark(options)
	options.End()
	a.price(f, currency)
	return end(body, a)
}

func (a *ask) mark(o *vendors.Object) {
	mark := o.Object("watermark_info")
	if a.watermark = mark.Bool("enabled", false); a.watermark {
		a.warn("a watermark is asked for")
	}
	mark.End()
}

func (a *ask) contents(body *vendors.Object, f facts, kind string) (first vendors.Picture, framed, last bool) {
	types := []string{"prompt", "first_frame", "last_frame", "element"}
	if kind == "omni-video" {
		types = append(types, "refer_image", "feature_video", "base_video")
	}
	n := map[string]int{}
	for _, item := range body.Objects("contents") {
		item.Need("type")
		what := item.OneOf("type", "", types...)
		n[what]++
		switch what {
		case "prompt":
			item.Need("text")
			a.prompt = item.String("text")
		case "first_frame":
			first = a.look(item.Picture("url", pictures))
		case "last_frame":
			a.look(item.Picture("url", pictures))
		case "refer_image":
			a.look(item.Picture("url", pictures))
			item.String("id")
		case "element":
			item.Need("element_id")
			item.String("element_id")
			item.String("id")
		default:
			item.Need("url")
			item.URL("url")
			a.videos++
		}
		item.End()
	}
	most := f.pictures
	if a.videos > 0 {
		most = min(most, 4)
	}
	switch {
	case n["prompt"] > 1 || n["first_frame"] > 1 || n["last_frame"] > 1 || a.videos > 1:
		body.Wrong("contents", "more than one of a type")
	case n["last_frame"] > 0 && n["first_frame"] == 0:
		body.Wrong("contents", "a last_frame needs a first_frame")
	case n["last_frame"] > 0 && len(f.last) == 0:
		body.Wrong("contents", "last_frame is not taken by %s", a.model)
	case kind == "image-to-video" && n["first_frame"] == 0:
		body.Wrong("contents", "a first_frame is required")
	case n["element"] > f.elements, n["refer_image"] > most:
		body.Wrong("contents", "%d elements and %d pictures are more than %s takes", n["element"], n["refer_image"], a.model)
	}
	return first, n["first_frame"] > 0, n["last_frame"] > 0
}

func (a *ask) settings(s *vendors.Object, f facts, kind string, first vendors.Picture, framed, last bool) {
	a.resolution = s.OneOf("resolution", f.resolutions[0], f.resolutions...)
	a.ratio = s.OneOf("aspect_ratio", first.Ratio(ratios...), ratios...)
	if framed && s.Has("aspect_ratio") {
		a.warn("aspect_ratio is ignored: the clip follows its first frame")
		a.ratio = first.Ratio(ratios...)
	}
	a.duration(s, f, s.Int("duration", 5, 1, 1000))
	if last && !slices.Contains(f.last, a.resolution) {
		s.Wrong("resolution", "last_frame is not taken at %s", a.resolution)
	}
	sounds := []string{"off"}
	if slices.Contains(f.audio, a.resolution) {
		sounds = append(sounds, "native")
	}
	if kind == "omni-video" && a.videos > 0 {
		sounds = append(sounds, "original")
	}
	a.audio = s.OneOf("audio", "off", sounds...) == "native"
	switch {
	case !s.Has("audio") && len(sounds) > 1:
		a.warn("audio is not said")
	case a.audio && last && a.model == "kling-2.6":
		s.Wrong("audio", "a last_frame goes without sound")
	}
	if !f.multi {
		s.Forbid("is not taken by "+a.model, "multi_shot")
	}
	s.Bool("multi_shot", true)
	s.End()
}

func (a *ask) duration(o *vendors.Object, f facts, n int64) {
	if !slices.Contains(f.seconds, n) {
		o.Wrong("duration", "%d is none of %v", n, f.seconds)
	}
	a.seconds = int(n)
}

// readLegacy understands a request of the old generation, or says why not.
func readLegacy(body *vendors.Object, kind, currency string) (*ask, *no) {
	a := &ask{}
	body.Need("model_name")
	a.model = body.String("model_name")
	f, ok := old[a.model]
	want := map[string]string{"text2video": "text-to-video", "image2video": "image-to-video", "omni-video": "omni-video"}[kind]
	if body.Has("model_name") && (!ok || !slices.Contains(f.kinds, want)) {
		return nil, &no{http.StatusNotFound, 1203, "the model " + a.model + " does not exist for " + kind}
	}
	if !ok {
		return end(body, a)
	}
	a.prompt = body.String("prompt")
	if n := len([]rune(a.prompt)); n > 2500 {
		a.warn("the prompt of %d is over 2500", n)
	}
	modes := []string{"std", "pro", "4k"}[:len(f.resolutions)]
	a.resolution = map[string]string{"std": "720p", "pro": "1080p", "4k": "4k"}[body.OneOf("mode", "std", modes...)]
	seconds, err := strconv.Atoi(body.String("duration"))
	if !body.Has("duration") {
		seconds, err = 5, nil
	}
	if err != nil {
		body.Wrong("duration", "is not a number in a string")
	}
	a.duration(body, f, int64(seconds))
	if len(f.audio) == 0 {
		body.Forbid("is not taken by "+a.model, "sound")
	}
	if a.audio = body.OneOf("sound", "off", "on", "off") == "on"; a.audio && !slices.Contains(f.audio, a.resolution) {
		body.Wrong("sound", "is not made at %s", a.resolution)
	}
	a.ratio = body.OneOf("aspect_ratio", ratios[0], ratios...)
	a.callback = body.URL("callback_url")
	a.external = body.String("external_task_id")
	a.mark(body)
	a.legacyMedia(body, f, kind)
	if strings.TrimSpace(a.prompt) == "" && a.pictures == 0 && !body.Has("multi_prompt") {
		body.Lacks("prompt")
	}
	a.multi(body, f)
	a.price(f, currency)
	return end(body, a)
}

func (a *ask) legacyMedia(body *vendors.Object, f facts, kind string) {
	if kind != "omni-video" {
		if n := len([]rune(body.String("negative_prompt"))); n > 2500 {
			a.warn("the negative prompt of %d is over 2500", n)
		}
		if strings.HasPrefix(a.model, "kling-v2") {
			body.Forbid("is not taken by "+a.model, "cfg_scale")
		}
		body.Number("cfg_scale", 0.5, 0, 1)
		camera(body)
	}
	switch kind {
	case "image2video":
		body.Need("image")
		first := a.look(body.Picture("image", pictures))
		a.ratio = first.Ratio(ratios...)
		if body.Has("aspect_ratio") {
			a.warn("aspect_ratio is ignored: the clip follows its first frame")
		}
		if body.Has("image_tail") {
			a.look(body.Picture("image_tail", pictures))
			if !slices.Contains(f.last, a.resolution) {
				a.warn("image_tail is silently ignored at %s", a.resolution)
			}
		}
	case "omni-video":
		for _, item := range body.Objects("image_list") {
			key := "image"
			if item.Has("image_url") {
				key = "image_url"
			}
			a.look(item.Picture(key, pictures))
			item.OneOf("type", "", "first_frame", "end_frame")
			item.End()
		}
		for _, item := range body.Objects("video_list") {
			a.videos++
			item.Need("video_url")
			item.URL("video_url")
			item.OneOf("refer_type", "base", "base", "feature")
			item.OneOf("keep_original_sound", "yes", "yes", "no")
			item.End()
		}
		if a.pictures > f.pictures || a.videos > 0 && a.pictures > 4 {
			body.Wrong("image_list", "%d pictures are more than %s takes", a.pictures, a.model)
		}
	}
	if items := body.Objects("element_list"); len(items) > f.elements {
		body.Wrong("element_list", "%d are more than %s takes", len(items), a.model)
	} else {
		for _, item := range items {
			item.Need("element_id")
			item.Int("element_id", 0, 0, 1<<62)
			item.End()
		}
	}
}

func camera(body *vendors.Object) {
	if !body.Has("camera_control") {
		return
	}
	c := body.Object("camera_control")
	kind := c.OneOf("type", "", "simple", "down_back", "forward_up", "right_turn_forward", "left_turn_forward")
	if kind == "simple" {
		c.Need("config")
	} else {
		c.Forbid("goes with simple", "config")
	}
	config, moved := c.Object("config"), 0
	for _, axis := range []string{"horizontal", "vertical", "pan", "tilt", "roll", "zoom"} {
		if config.Number(axis, 0, -10, 10) != 0 {
			moved++
		}
	}
	if kind == "simple" && moved != 1 {
		c.Wrong("config", "%d axes move, and exactly one may", moved)
	}
	config.End()
	c.End()
}

func (a *ask) multi(body *vendors.Object, f facts) {
	if !f.multi {
		body.Forbid("is not taken by "+a.model, "multi_shot", "shot_type", "multi_prompt")
	}
	body.Bool("multi_shot", false)
	body.OneOf("shot_type", "", "customize", "intelligence")
	shots := body.Objects("multi_prompt")
	if len(shots) > 6 {
		body.Wrong("multi_prompt", "more than 6 shots")
	}
	for _, s := range shots {
		s.Need("index", "prompt", "duration")
		s.Int("index", 0, 1, 6)
		if n := len([]rune(s.String("prompt"))); n > 512 {
			a.warn("the prompt of a shot of %d is over 512", n)
		}
		s.String("duration")
		s.End()
	}
	voices := body.Objects("voice_list")
	if len(voices) > 2 {
		body.Wrong("voice_list", "more than 2 voices")
	}
	for _, s := range voices {
		s.Need("voice_id")
		s.String("voice_id")
		s.End()
	}
}
