package dashscope

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/dailies/dailies/test/vendors"
)

// model is what the API reference says of one model or more.
type model struct {
	ids  []string
	path string // of the endpoint, below /services/aigc/
	wire string // the shape of its usage: int, float, old

	inputs      []string // fields of input
	params      []string // fields of parameters
	needsPrompt bool
	promptLimit int // where a Chinese character counts for han
	han         int
	media       map[string]count // types of input.media
	mediaCheck  func(n map[string]int) string

	resolutions []string // the last is the default
	ratios      []string // the first is the default
	low, high   int      // seconds
	smart       bool     // duration -1, seed -1
	sound       bool
	watermarked bool // unless told otherwise
	prices      map[string]int64
	sizes       map[string][2]int
}

type count struct{ low, high int }

const (
	videoGeneration = "video-generation/video-synthesis"
	image2video     = "image2video/video-synthesis"
)

var (
	horseRatios = []string{"16:9", "9:16", "1:1", "4:3", "3:4", "4:5", "5:4", "9:21", "21:9"}
	wanRatios   = []string{"16:9", "9:16", "1:1", "4:3", "3:4"}
	wan3Ratios  = []string{"adaptive", "21:9", "16:9", "4:3", "1:1", "3:4", "9:16"}

	// CNY micro-units a second.
	horse11 = map[string]int64{"480P": 450_000, "720P": 900_000, "1080P": 1_200_000}
	horse10 = map[string]int64{"720P": 900_000, "1080P": 1_600_000}
	wan27   = map[string]int64{"720P": 600_000, "1080P": 1_000_000}
	wan30   = map[string]int64{"480P": 300_000, "720P": 600_000, "1080P": 1_200_000}

	wanSizes = map[string][2]int{
		"720P 16:9": {1280, 720}, "720P 9:16": {720, 1280}, "720P 1:1": {960, 960}, "720P 4:3": {1104, 832}, "720P 3:4": {832, 1104},
		"1080P 16:9": {1920, 1080}, "1080P 9:16": {1080, 1920}, "1080P 1:1": {1440, 1440}, "1080P 4:3": {1648, 1248}, "1080P 3:4": {1248, 1648},
	}
)

var models = slices.Concat(
	horse("happyhorse-1.1", []string{"480P", "720P", "1080P"}, horse11),
	// 480P is documented for both generations in one table and confirmed for 1.1 only.
	horse("happyhorse-1.0", []string{"720P", "1080P"}, horse10),
	[]*model{
		{
			ids: []string{"happyhorse-1.0-video-edit"}, path: videoGeneration, inputs: []string{"prompt", "media"},
			params: []string{"resolution", "watermark", "seed", "audio_setting"}, needsPrompt: true, promptLimit: 5000, han: 2,
			media: map[string]count{"video": {1, 1}, "reference_image": {0, 5}}, resolutions: []string{"720P", "1080P"}, ratios: horseRatios,
			sound: true, watermarked: true, prices: horse10,
		},
		{
			ids: []string{"wan2.7-t2v", "wan2.7-t2v-2026-04-25", "wan2.7-t2v-2026-06-12"}, path: videoGeneration,
			inputs: []string{"prompt", "negative_prompt", "audio_url"}, params: []string{"resolution", "ratio", "duration", "prompt_extend", "watermark", "seed"},
			needsPrompt: true, promptLimit: 5000, han: 1, resolutions: []string{"720P", "1080P"}, ratios: wanRatios, low: 2, high: 15, sound: true,
			prices: wan27, sizes: wanSizes,
		},
		{
			ids: []string{"wan2.7-i2v", "wan2.7-i2v-2026-04-25"}, path: videoGeneration,
			inputs: []string{"prompt", "negative_prompt", "media"}, params: []string{"resolution", "duration", "prompt_extend", "watermark", "seed"},
			promptLimit: 5000, han: 1, media: map[string]count{"first_frame": {0, 1}, "last_frame": {0, 1}, "driving_audio": {0, 1}, "first_clip": {0, 1}},
			mediaCheck: func(n map[string]int) string {
				switch {
				case n["first_clip"] == 1 && (n["first_frame"] == 1 || n["driving_audio"] == 1):
					return "first_clip goes with last_frame only"
				case n["first_clip"] == 0 && n["first_frame"] == 0:
					return "a first_frame or a first_clip is required"
				}
				return ""
			},
			resolutions: []string{"720P", "1080P"}, ratios: wanRatios, low: 2, high: 15, sound: true, prices: wan27, sizes: wanSizes,
		},
		{
			ids: []string{"wan2.7-r2v", "wan2.7-r2v-2026-06-12"}, path: videoGeneration,
			inputs: []string{"prompt", "negative_prompt", "media"}, params: []string{"resolution", "ratio", "duration", "prompt_extend", "watermark", "seed"},
			needsPrompt: true, promptLimit: 5000, han: 1, media: map[string]count{"first_frame": {0, 1}, "reference_image": {0, 5}, "reference_video": {0, 5}},
			mediaCheck: func(n map[string]int) string {
				if refs := n["reference_image"] + n["reference_video"]; refs < 1 || refs > 5 {
					return "between 1 and 5 references are required"
				}
				return ""
			},
			resolutions: []string{"720P", "1080P"}, ratios: wanRatios, low: 2, high: 15, sound: true, prices: wan27, sizes: wanSizes,
		},
		{
			// The price of -prime is not documented apart; it is taken to be the same.
			ids: []string{"wan3.0-video", "wan3.0-video-prime"}, path: videoGeneration, wire: "float", inputs: []string{"prompt", "media"},
			params: []string{"resolution", "ratio", "duration", "audio", "prompt_extend", "watermark", "seed"}, promptLimit: 20000, han: 1,
			media: map[string]count{
				"first_frame": {0, 1}, "last_frame": {0, 1}, "reference_image": {0, 10}, "reference_video": {0, 5}, "reference_audio": {0, 5},
				"file": {0, 1}, "link": {0, 1},
			},
			mediaCheck: func(n map[string]int) string {
				switch {
				case n["file"]+n["link"] > 1:
					return "file and link are mutually exclusive"
				case n["reference_video"]*int(vendors.InputVideo.Seconds()) > 15:
					return "the reference videos are over 15 seconds in total"
				}
				return ""
			},
			resolutions: []string{"480P", "720P", "1080P"}, ratios: wan3Ratios, low: 2, high: 30, smart: true, sound: true, prices: wan30, sizes: wanSizes,
		},
		{
			ids: []string{"wan2.2-kf2v-flash", "wanx2.1-kf2v-plus"}, path: image2video, wire: "old",
			inputs: []string{"prompt", "first_frame_url", "last_frame_url"}, params: []string{"resolution", "duration", "prompt_extend", "watermark", "seed"},
			promptLimit: 800, han: 1, resolutions: []string{"480P", "1080P", "720P"}, ratios: wanRatios, low: 5, high: 5,
		},
	},
)

func horse(name string, resolutions []string, prices map[string]int64) []*model {
	base := model{
		path: videoGeneration, promptLimit: 5000, han: 2, resolutions: resolutions, ratios: horseRatios, low: 3, high: 15, sound: true,
		watermarked: true, prices: prices,
	}
	t2v, i2v, r2v := base, base, base
	t2v.ids, t2v.inputs, t2v.needsPrompt = []string{name + "-t2v"}, []string{"prompt"}, true
	t2v.params = []string{"resolution", "ratio", "duration", "watermark", "seed"}
	i2v.ids, i2v.inputs = []string{name + "-i2v"}, []string{"prompt", "media"}
	i2v.params = []string{"resolution", "duration", "watermark", "seed"}
	i2v.media = map[string]count{"first_frame": {1, 1}}
	r2v.ids, r2v.inputs, r2v.needsPrompt = []string{name + "-r2v"}, []string{"prompt", "media"}, true
	r2v.params = t2v.params
	r2v.media = map[string]count{"reference_image": {1, 9}}
	return []*model{&t2v, &i2v, &r2v}
}

// size is the raster; HappyHorse's are not documented and follow the short side.
func (m *model) size(resolution, ratio string) (w, h int) {
	if s, ok := m.sizes[resolution+" "+ratio]; ok {
		return s[0], s[1]
	}
	return vendors.Size(lines(resolution), ratio)
}

func lines(resolution string) (n int) {
	_, _ = fmt.Sscanf(resolution, "%dP", &n)
	return n
}

// ask is a request that was understood.
type ask struct {
	model, prompt, resolution, ratio  string
	seconds, pictures, videos, sounds int
	audio                             bool
	seed                              *int64
	doomed                            *vendors.Reason
	warnings                          []string
}

func (a *ask) inputSeconds() int { return a.videos * int(vendors.InputVideo.Seconds()) }

// billed is the seconds that count: what came in as video and what went out.
func (a *ask) billed() int { return a.inputSeconds() + a.seconds }

func (a *ask) warn(format string, args ...any) {
	a.warnings = append(a.warnings, fmt.Sprintf(format, args...))
}

type no struct {
	status        int
	code, message string
}

// read understands a request, or says why not.
func read(body *vendors.Object, r *http.Request, a *ask) (*model, *no) {
	a.model = body.String("model")
	switch {
	case a.model == "":
		return nil, &no{http.StatusBadRequest, "BadRequest.EmptyModel", "Required parameter \"model\" missing from request."}
	case !body.Has("input"):
		return nil, &no{http.StatusBadRequest, "BadRequest.EmptyInput", "Required input parameter missing from request."}
	}
	i := slices.IndexFunc(models, func(m *model) bool { return slices.Contains(m.ids, a.model) })
	if i < 0 {
		return nil, &no{http.StatusNotFound, "ModelNotFound", "Model not exist."}
	}
	m := models[i]
	if !strings.HasSuffix(r.URL.Path, "/"+m.path) {
		return nil, &no{http.StatusBadRequest, "InvalidParameter", "url error, please check url!"}
	}
	oss := strings.EqualFold(r.Header.Get("X-DashScope-OssResourceResolve"), "enable")
	input, params := body.Object("input"), body.Object("parameters")
	for _, k := range allInputs {
		if !slices.Contains(m.inputs, k) {
			input.Forbid("is not taken by "+a.model, k)
		}
	}
	for _, k := range allParams {
		if !slices.Contains(m.params, k) {
			params.Forbid("is not taken by "+a.model, k)
		}
	}
	m.readInput(input, a, oss)
	m.readParams(params, a)
	input.End()
	params.End()
	body.End()
	if p := body.Problem(); p != nil {
		return nil, &no{http.StatusBadRequest, "InvalidParameter", p.Error()}
	}
	if m.wire == "float" && a.videos > 0 && a.billed() > 30 {
		return nil, &no{http.StatusBadRequest, "InvalidParameter", "input and output are over 30 seconds in total"}
	}
	return m, nil
}

var (
	allInputs = []string{"prompt", "negative_prompt", "audio_url", "media", "first_frame_url", "last_frame_url", "img_url", "reference_urls"}
	allParams = []string{
		"resolution", "ratio", "duration", "watermark", "seed", "prompt_extend", "audio", "audio_setting", "negative_prompt", "size", "fps", "shot_type", "n",
	}
)

func (m *model) readInput(input *vendors.Object, a *ask, oss bool) {
	forms := vendors.PictureForms{Data: true, Types: []string{"png", "jpeg", "webp", "bmp"}}
	if oss {
		forms.Schemes = []string{"oss://"}
	}
	a.prompt = input.String("prompt")
	if m.needsPrompt && strings.TrimSpace(a.prompt) == "" {
		input.Lacks("prompt")
	}
	if n := vendors.Weight(a.prompt, m.han); n > m.promptLimit {
		a.warn("the prompt of %d is cut at %d", n, m.promptLimit)
	}
	if n := len([]rune(input.String("negative_prompt"))); n > 500 {
		a.warn("the negative prompt of %d is cut at 500", n)
	}
	input.URL("audio_url")
	var frame vendors.Picture
	look := func(o *vendors.Object, key string) vendors.Picture {
		p := o.Picture(key, forms)
		a.pictures++
		if p.Width > 0 && min(p.Width, p.Height) < 300 {
			a.warn("a picture of %dx%d is under 300 pixels", p.Width, p.Height)
		}
		return p
	}
	if slices.Contains(m.inputs, "first_frame_url") {
		frame = look(input, "first_frame_url")
		look(input, "last_frame_url")
	}
	n := map[string]int{}
	for _, item := range input.Objects("media") {
		kind := item.String("type")
		n[kind]++
		limit, ok := m.media[kind]
		switch {
		case !ok:
			item.Wrong("type", "%q is not taken by %s", kind, a.model)
		case n[kind] > limit.high:
			item.Wrong("type", "more than %d of %s", limit.high, kind)
		}
		switch kind {
		case "first_frame":
			frame = look(item, "url")
		case "last_frame", "reference_image":
			look(item, "url")
		default:
			item.Need("url")
			item.URL("url")
		}
		if kind == "video" || kind == "reference_video" || kind == "first_clip" {
			a.videos++
		}
		if kind == "reference_audio" {
			a.sounds++
		}
		if m.ids[0] == "wan2.7-r2v" && kind != "first_frame" {
			if item.URL("reference_voice") != "" {
				a.sounds++
			}
		}
		item.End()
	}
	for kind, limit := range m.media {
		if n[kind] < limit.low {
			input.Wrong("media", "a %s is required", kind)
		}
	}
	if m.mediaCheck != nil {
		if s := m.mediaCheck(n); s != "" {
			input.Wrong("media", "%s", s)
		}
	}
	if m.wire == "float" {
		if a.prompt == "" && len(n) == 0 {
			input.Lacks("prompt")
		}
		if n["first_frame"]+n["last_frame"] > 0 && n["reference_image"]+n["reference_video"]+n["reference_audio"] > 0 {
			// The one mistake that is documented to be found later.
			a.doomed = &vendors.Reason{
				Code:    "InvalidParameter",
				Message: "The two modes are mutually exclusive. Do not pass reference_xx and first_frame/last_frame at the same time.",
			}
		}
	}
	plain := slices.DeleteFunc(slices.Clone(m.ratios), func(r string) bool { return r == "adaptive" })
	a.ratio = frame.Ratio(plain...)
}

func (m *model) readParams(params *vendors.Object, a *ask) {
	a.resolution = params.OneOf("resolution", m.resolutions[len(m.resolutions)-1], m.resolutions...)
	if slices.Contains(m.params, "ratio") {
		if r := params.OneOf("ratio", m.ratios[0], m.ratios...); r != "adaptive" && (a.pictures == 0 || params.Has("ratio")) {
			a.ratio = r
		}
	}
	low, high, lowSeed := int64(m.low), int64(m.high), int64(0)
	a.seconds = 5
	if m.smart {
		lowSeed = -1
		low = -1
	}
	if a.videos > 0 && m.ids[0] == "wan2.7-r2v" {
		high = 10
	}
	if slices.Contains(m.params, "duration") {
		a.seconds = int(params.Int("duration", 5, low, high))
	}
	switch {
	case a.seconds == -1:
		a.seconds = 5
	case a.seconds < m.low:
		params.Wrong("duration", "%d is not in %d..%d", a.seconds, m.low, m.high)
	}
	if params.Has("seed") {
		seed := params.Int("seed", 0, lowSeed, 1<<31-1)
		a.seed = &seed
	}
	if w := params.Bool("watermark", m.watermarked); w {
		if params.Has("watermark") {
			a.warn("a watermark is asked for")
		} else {
			a.warn("watermark is missing and on by default")
		}
	}
	params.Bool("prompt_extend", true)
	a.audio = params.Bool("audio", true)
	params.OneOf("audio_setting", "auto", "auto", "origin")
}

// float is a whole number written as one that is not.
func float(n int) json.Number { return json.Number(fmt.Sprintf("%d.0", n)) }

func (d detail) usage() map[string]any {
	a := d.ask
	switch d.model.wire {
	case "float":
		return map[string]any{
			"video_count": 1, "duration": float(a.billed()), "input_video_duration": float(a.inputSeconds()), "output_video_duration": float(a.seconds),
			"fps": 30, "SR": lines(a.resolution), "ratio": a.ratio,
		}
	case "retalk":
		return map[string]any{"video_duration": a.seconds, "video_ratio": "standard"}
	case "old":
		return map[string]any{"video_duration": a.seconds, "video_ratio": "standard", "video_count": 1, "SR": fmt.Sprint(lines(a.resolution))}
	}
	return map[string]any{
		"duration": a.billed(), "input_video_duration": a.inputSeconds(), "output_video_duration": a.seconds, "video_count": 1,
		"SR": lines(a.resolution), "ratio": a.ratio,
	}
}
