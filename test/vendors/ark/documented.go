package ark

import (
	"fmt"
	"hash/crc32"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/dailies/dailies/test/vendors"
)

const fps = 24

// facts are what the documentation says of a model.
type facts struct {
	second      bool // 2.x: takes a priority and the web, but no seed, camera_fixed, frames or flex
	low, high   int64
	length      int64 // default; -1: the model's choice
	smart       bool  // takes -1
	resolutions []string
	resolution  string // default
	audio       bool   // has generate_audio
	draft       bool
	final       string // the only resolution of a draft's final; empty: any
	output      bool   // output_format and omni_reference_task_type
	flow        bool   // first frames want an adaptive ratio
	text, image bool   // takes a prompt alone, takes pictures
	lastFrame   bool
	refs        [3]int // pictures, videos, sounds
	frames      bool
	rates       rates
}

// rates are micro-units of a currency: of a token in tenths, or of a second.
type rates struct {
	token, tokenVideo map[string]int64 // by resolution or ""; tenths of a micro-unit
	silent            int64            // a token without sound, tenths
	flex              bool             // half the price
	second            map[string]int64
	currency          string
}

var (
	upTo1080 = []string{"480p", "720p", "1080p"}

	s25 = facts{
		second: true, low: 4, high: 30, length: -1, smart: true, resolutions: upTo1080, resolution: "720p", audio: true, output: true, flow: true, draft: true, final: "1080p",
		text: true, image: true, lastFrame: true, refs: [3]int{30, 10, 10},
		rates: rates{
			token:      map[string]int64{"": 107, "1080p": 117},
			tokenVideo: map[string]int64{"": 64, "1080p": 70}, currency: "USD",
		},
	}
	s20 = facts{
		second: true, low: 4, high: 15, length: 5, smart: true, resolutions: []string{"480p", "720p", "1080p", "4k"}, resolution: "720p", audio: true,
		text: true, image: true, lastFrame: true, refs: [3]int{9, 3, 3},
		rates: rates{token: map[string]int64{"": 460}, tokenVideo: map[string]int64{"": 280}, currency: "CNY"},
	}
	s15 = facts{
		low: 4, high: 12, length: 5, smart: true, resolutions: upTo1080, resolution: "720p", audio: true, draft: true, text: true, image: true, lastFrame: true,
		rates: rates{token: map[string]int64{"": 160}, silent: 80, flex: true, currency: "CNY"},
	}
	s10 = facts{
		low: 2, high: 12, length: 5, resolutions: upTo1080, resolution: "1080p", text: true, image: true, lastFrame: true, frames: true,
		rates: rates{token: map[string]int64{"": 150}, flex: true, currency: "CNY"},
	}
	s10fast = with(s10, func(f *facts) {
		f.lastFrame, f.rates.token = false, map[string]int64{"": 42}
	})
	lite = with(s10, func(f *facts) {
		f.resolution, f.rates.token = "720p", map[string]int64{"": 100}
	})
)

func with(f facts, change func(*facts)) facts {
	change(&f)
	return f
}

// small is 2.0 fast and mini.
func small(r rates) facts {
	return with(s20, func(f *facts) { f.resolutions, f.rates = []string{"480p", "720p"}, r })
}

// usd is a price by the second: BytePlus bills 2.0 so.
func usd(second map[string]int64) rates { return rates{second: second, currency: "USD"} }

var models = map[string]facts{
	// The price in CNY is that of public billing tables, which do not know it with a video.
	"doubao-seedance-2-5-260628": with(s25, func(f *facts) {
		f.rates = rates{token: map[string]int64{"": 700, "1080p": 770}, currency: "CNY"}
	}),
	"dreamina-seedance-2-5-260628": s25,
	"doubao-seedance-2-0-260128":   s20,
	"dreamina-seedance-2-0-260128": with(s20, func(f *facts) {
		f.rates = usd(map[string]int64{"480p": 70_000, "720p": 150_000, "1080p": 370_000, "4k": 780_000})
	}),
	"doubao-seedance-2-0-fast-260128":   small(rates{token: map[string]int64{"": 370}, tokenVideo: map[string]int64{"": 220}, currency: "CNY"}),
	"dreamina-seedance-2-0-fast-260128": small(usd(map[string]int64{"720p": 120_000})),
	// The price in CNY is not documented.
	"doubao-seedance-2-0-mini-260615":     small(usd(map[string]int64{"720p": 80_000})),
	"dreamina-seedance-2-0-mini-260615":   small(usd(map[string]int64{"720p": 80_000})),
	"doubao-seedance-1-5-pro-251215":      s15,
	"seedance-1-5-pro-251215":             s15,
	"doubao-seedance-1-0-pro-250528":      s10,
	"seedance-1-0-pro-250528":             s10,
	"doubao-seedance-1-0-pro-fast-251015": s10fast,
	"seedance-1-0-pro-fast-251015":        s10fast,
	"doubao-seedance-1-0-lite-t2v-250428": with(lite, func(f *facts) { f.image = false }),
	"doubao-seedance-1-0-lite-i2v-250428": with(lite, func(f *facts) { f.text, f.refs = false, [3]int{4, 0, 0} }),
}

var ratios = []string{"16:9", "4:3", "1:1", "3:4", "9:16", "21:9"}

// sizes of a ratio that is wide; the tall ones are the same turned. Those of
// 480p and 1080p besides 16:9 are not all documented.
var sizes = map[string][2]int{
	"480p 16:9": {864, 496}, "480p 4:3": {752, 560}, "480p 1:1": {640, 640}, "480p 21:9": {992, 432},
	"720p 16:9": {1280, 720}, "720p 4:3": {1112, 834}, "720p 1:1": {960, 960}, "720p 21:9": {1470, 630},
	"1080p 16:9": {1920, 1080}, "1080p 4:3": {1664, 1248}, "1080p 1:1": {1440, 1440}, "1080p 21:9": {2206, 946},
	"4k 16:9": {3840, 2160}, "4k 4:3": {3328, 2496}, "4k 1:1": {2880, 2880}, "4k 21:9": {4412, 1892},
}

// ask is a request that was understood.
type ask struct {
	facts                                    facts
	model, prompt, resolution, ratio, safety string
	draftTask, callback                      string
	width, height, seconds, pictures, videos int
	sounds                                   int
	frames, expires, priority                int64
	seed                                     *int64
	audio, flex, draft, lastFrame            bool
	warnings                                 []string
}

func (a *ask) warn(format string, args ...any) {
	a.warnings = append(a.warnings, fmt.Sprintf(format, args...))
}

func (a *ask) tier() string {
	if a.flex {
		return "flex"
	}
	return "default"
}

func (a *ask) usedSeed(id string) int64 {
	if a.seed != nil && *a.seed >= 0 {
		return *a.seed
	}
	return int64(crc32.ChecksumIEEE([]byte(id))) % 100_000
}

// floors are the least tokens of a 2.0 task with a video, at 480p and 720p.
var floors = map[int][2]int64{4: {70308, 151200}, 5: {90396, 194400}, 10: {170748, 367200}, 15: {251100, 540000}}

// tokens is (input + output) seconds x width x height x 24 / 1024. A clip has
// one frame more than its seconds say: 1280x720 for 5 s was measured at 108900,
// which is 121 frames.
func (a *ask) tokens() int64 {
	frames := int64(a.seconds)*fps + 1
	if a.frames > 0 {
		frames = a.frames
	}
	frames += int64(a.videos) * int64(vendors.InputVideo.Seconds()) * fps
	n := frames * int64(a.width) * int64(a.height) / 1024
	if f, ok := floors[a.seconds]; ok && a.videos > 0 && a.facts.second && !a.facts.output {
		switch a.resolution {
		case "480p":
			n = max(n, f[0])
		case "720p":
			n = max(n, f[1])
		}
	}
	switch {
	case a.facts.second: // what a draft of 2.5 costs beside its size is not documented
	case a.draft && a.audio:
		n = n * 6 / 10
	case a.draft:
		n = n * 7 / 10
	}
	return n
}

// price is what a task costs, rounded half up; false when it is not documented.
func (a *ask) price(tokens int64) (micros int64, currency string, ok bool) {
	r := a.facts.rates
	if r.second != nil {
		each, ok := r.second[a.resolution]
		return each * (int64(a.seconds) + int64(a.videos)*int64(vendors.InputVideo.Seconds())), r.currency, ok
	}
	table := r.token
	if a.videos > 0 && r.tokenVideo != nil {
		table = r.tokenVideo
	}
	tenths, ok := table[a.resolution]
	if !ok {
		tenths = table[""]
	}
	if r.silent > 0 && !a.audio {
		tenths = r.silent
	}
	divisor := int64(10)
	if a.flex {
		divisor = 20
	}
	return (tokens*tenths + divisor/2) / divisor, r.currency, true
}

type no struct {
	status               int
	code, param, message string
}

// read understands a request, or says why not.
func read(body *vendors.Object) (*ask, *no) {
	a := &ask{model: body.String("model")}
	if a.model == "" {
		return nil, &no{http.StatusBadRequest, "MissingParameter", "model", "model is required."}
	}
	f, ok := models[a.model]
	if !ok {
		return nil, &no{http.StatusNotFound, "InvalidEndpointOrModel.NotFound", "model", "The model or endpoint " + a.model + " does not exist or you do not have access to it."}
	}
	a.facts = f
	first := a.content(body)
	a.params(body, first)
	body.End()
	if p := body.Problem(); p != nil {
		code := "InvalidParameter"
		switch {
		case strings.HasPrefix(p.Reason, "a final has"):
			code = "InvalidResolutionParameter"
		case p.Missing:
			code = "MissingParameter"
		case strings.HasPrefix(p.Reason, "this kind of task"):
			code = "InvalidParameter.TaskTypeConstraint"
		}
		return nil, &no{http.StatusBadRequest, code, p.Path, p.Error()}
	}
	return a, nil
}

// content reads the prompt and the media, and is the first frame.
func (a *ask) content(body *vendors.Object) vendors.Picture {
	body.Need("content")
	items := body.Objects("content")
	if body.Has("content") && len(items) == 0 {
		body.Lacks("content")
	}
	forms := vendors.PictureForms{Data: true, Schemes: []string{"asset://"}, Types: []string{"png", "jpeg", "webp", "bmp", "tiff", "gif"}}
	var first vendors.Picture
	n := map[string]int{}
	for _, item := range items {
		kind := item.OneOf("type", "", "text", "image_url", "video_url", "audio_url", "draft_task")
		item.Need("type")
		n[kind]++
		switch kind {
		case "text":
			item.Need("text")
			if a.prompt += item.String("text"); strings.TrimSpace(a.prompt) == "" {
				item.Lacks("text")
			}
		case "image_url":
			role := item.OneOf("role", "", "first_frame", "last_frame", "reference_image")
			item.Need(kind)
			in := item.Object(kind)
			p := in.Picture("url", forms)
			in.End()
			if role == "" {
				role = "alone"
			}
			if n[role]++; role == "first_frame" || role == "alone" {
				first = p
			}
			if p.Width > 0 && (min(p.Width, p.Height) < 300 || max(p.Width, p.Height) > 6000) {
				a.warn("a picture of %dx%d is not within 300 and 6000 pixels", p.Width, p.Height)
			}
			a.pictures++
		case "video_url", "audio_url":
			role := "reference_" + strings.TrimSuffix(kind, "_url")
			item.Need("role", kind)
			item.OneOf("role", "", role)
			in := item.Object(kind)
			in.Need("url")
			if s := in.String("url"); !strings.HasPrefix(s, "asset://") && (kind == "video_url" || !strings.HasPrefix(s, "data:audio/")) {
				in.URL("url")
			}
			in.End()
			n[role]++
			if kind == "video_url" {
				a.videos++
			} else {
				a.sounds++
			}
		case "draft_task":
			item.Need(kind)
			in := item.Object(kind)
			in.Need("id")
			a.draftTask = in.String("id")
			in.End()
			if !a.facts.draft {
				item.Wrong(kind, "is not taken by %s", a.model)
			}
		}
		item.End()
	}
	if words := len(strings.Fields(a.prompt)); vendors.Weight(a.prompt, 1) > 500 && words < 50 || words > 1000 {
		a.warn("the prompt is longer than advised")
	}
	if strings.Contains(a.prompt, " --") {
		a.warn("the prompt has parameters in its text")
	}
	a.scenes(body, n)
	return first
}

// scenes are first frame, first and last frame, and references, and exclude each other.
func (a *ask) scenes(body *vendors.Object, n map[string]int) {
	wrong := func(format string, args ...any) { body.Wrong("content", format, args...) }
	f := a.facts
	references := n["reference_image"] + n["reference_video"] + n["reference_audio"]
	frames := n["first_frame"] + n["last_frame"] + n["alone"]
	switch {
	case a.draftTask != "" && (n["draft_task"] > 1 || n["text"]+frames+references > 0):
		wrong("a draft_task goes alone")
	case a.draftTask != "": // it is what the draft was
	case n["text"] == 0 && frames+references == 0:
		body.Wrong("content", "neither text nor media")
	case frames > 0 && references > 0:
		wrong("frames and references are mutually exclusive")
	case n["alone"] > 1 || n["alone"] > 0 && n["first_frame"]+n["last_frame"] > 0:
		wrong("a picture without a role must be alone")
	case n["first_frame"] > 1 || n["last_frame"] > 1:
		wrong("more than one picture of a role")
	case n["last_frame"] > 0 && n["first_frame"] == 0:
		wrong("a last_frame needs a first_frame")
	case n["last_frame"] > 0 && !f.lastFrame:
		wrong("last_frame is not taken by %s", a.model)
	case a.pictures > 0 && !f.image:
		wrong("pictures are not taken by %s", a.model)
	case a.pictures == 0 && references == 0 && !f.text:
		wrong("a picture is required by %s", a.model)
	case n["reference_image"] > f.refs[0], n["reference_video"] > f.refs[1], n["reference_audio"] > f.refs[2]:
		wrong("%d pictures, %d videos, %d sounds as references are more than %s takes", n["reference_image"], n["reference_video"], n["reference_audio"], a.model)
	case n["reference_audio"] > 0 && n["reference_audio"] == references:
		wrong("a sound must not be the only reference")
	}
}

func (a *ask) params(body *vendors.Object, first vendors.Picture) {
	f := a.facts
	for _, k := range []struct {
		ok   bool
		keys []string
	}{
		{!f.second, []string{"seed", "camera_fixed"}},
		{f.frames, []string{"frames"}},
		{f.audio, []string{"generate_audio"}},
		{f.draft, []string{"draft"}},
		{f.second, []string{"priority", "tools"}},
		{f.output, []string{"output_format", "omni_reference_task_type"}},
	} {
		if !k.ok {
			body.Forbid("is not taken by "+a.model, k.keys...)
		}
	}
	otherwise := f.resolution
	switch {
	case a.draftTask != "":
		body.Forbid("is the draft's", "duration", "ratio", "generate_audio", "seed", "draft", "frames", "camera_fixed", "tools")
		otherwise = f.final
	case body.Bool("draft", false):
		otherwise = "480p"
	}
	a.resolution = body.OneOf("resolution", otherwise, f.resolutions...)
	if a.draftTask != "" && f.final != "" && a.resolution != f.final {
		body.Wrong("resolution", "a final has a resolution of %s", f.final)
	}
	a.size(body, first)

	low := f.low
	if f.smart {
		low = -1
	}
	n := body.Int("duration", f.length, low, f.high)
	if n != -1 && n < f.low {
		body.Wrong("duration", "%d is not in %d..%d", n, f.low, f.high)
	}
	if a.seconds = int(n); n == -1 {
		a.seconds = max(5, int(f.low))
	}
	if f.frames && body.Has("frames") {
		if a.frames = body.Int("frames", 0, 29, 289); (a.frames-25)%4 != 0 {
			body.Wrong("frames", "%d is not 25 and a multiple of 4", a.frames)
		}
		if body.Has("duration") {
			body.Wrong("frames", "goes without duration")
		}
		a.seconds = int(a.frames / fps)
	}
	if !f.second && body.Has("seed") {
		seed := body.Int("seed", -1, -1, math.MaxUint32)
		if a.seed = &seed; seed > math.MaxInt32 {
			a.warn("a seed of %d is more than one of the vendor's pages allows", seed)
		}
	}
	if body.Bool("camera_fixed", false) && f.refs[0] > 0 && a.pictures > 1 {
		body.Wrong("camera_fixed", "does not go with references")
	}
	a.audio = body.Bool("generate_audio", f.audio)
	if body.Bool("watermark", false) {
		a.warn("a watermark is asked for")
	}
	a.lastFrame = body.Bool("return_last_frame", false)
	if a.flex = body.OneOf("service_tier", "default", "default", "flex") == "flex"; a.flex && f.second {
		body.Wrong("service_tier", "flex is not taken by %s", a.model)
	}
	a.expires = body.Int("execution_expires_after", 172800, 3600, 259200)
	a.priority = body.Int("priority", 0, 0, 9)
	a.callback = body.URL("callback_url")
	if a.safety = body.String("safety_identifier"); len(a.safety) > 64 {
		body.Wrong("safety_identifier", "is over 64 characters")
	}
	if a.draft = body.Bool("draft", false); a.draft && a.resolution != "480p" {
		body.Wrong("draft", "wants a resolution of 480p")
	}
	body.OneOf("output_format", "mp4", "mp4", "mov")
	if body.OneOf("omni_reference_task_type", "auto", "auto", "reference", "edit", "extend") == "edit" && n != -1 {
		body.Wrong("duration", "this kind of task wants a duration of -1")
	}
	for _, t := range body.Objects("tools") {
		t.Need("type")
		t.OneOf("type", "", "web_search")
		t.End()
		if a.pictures+a.videos > 0 {
			body.Wrong("tools", "go with text alone")
		}
	}
}

// size decides the ratio and the pixels.
func (a *ask) size(body *vendors.Object, first vendors.Picture) {
	adaptive := a.facts.second || a.facts.audio || a.pictures > 0
	otherwise := ratios[0]
	if adaptive {
		otherwise = "adaptive"
	}
	a.ratio = body.OneOf("ratio", otherwise, append([]string{"adaptive"}, ratios...)...)
	kind := body.OneOf("omni_reference_task_type", "auto", "auto", "reference", "edit", "extend")
	if framed := a.pictures == 1 && kind == "auto" || kind == "edit" || kind == "extend"; framed && a.facts.flow && a.ratio != "adaptive" && !isReference(body) {
		body.Wrong("ratio", "this kind of task wants a ratio of adaptive")
	}
	if a.ratio == "adaptive" {
		a.ratio = first.Ratio(ratios...)
	}
	a.pixels()
}

// inherit makes a final what its draft was, but for the resolution.
func (a *ask) inherit(id string, draft *ask) {
	seed := draft.usedSeed(id)
	a.prompt, a.ratio, a.seconds, a.frames, a.audio, a.seed = draft.prompt, draft.ratio, draft.seconds, draft.frames, draft.audio, &seed
	if a.resolution == "" {
		a.resolution = a.facts.resolution
	}
	a.pixels()
}

// pixels decides them by resolution and ratio.
func (a *ask) pixels() {
	turned := slices.Contains([]string{"3:4", "9:16"}, a.ratio)
	name := a.ratio
	if turned {
		w, h := vendors.Sides(name)
		name = fmt.Sprintf("%d:%d", h, w)
	}
	s := sizes[a.resolution+" "+name]
	if a.facts.output && a.resolution == "480p" && name == "16:9" {
		s = [2]int{854, 480}
	}
	if a.width, a.height = s[0], s[1]; turned {
		a.width, a.height = s[1], s[0]
	}
}

// isReference says whether the media are references and not frames.
func isReference(body *vendors.Object) bool {
	for _, item := range body.Objects("content") {
		if strings.HasPrefix(item.String("role"), "reference_") {
			return true
		}
	}
	return false
}
