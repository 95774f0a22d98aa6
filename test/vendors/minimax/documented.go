package minimax

import (
	"fmt"
	"strings"

	"github.com/dailies/dailies/test/vendors"
)

// ask is a request that was understood.
type ask struct {
	callback                          string
	model, prompt, resolution, ratio  string
	seconds, pictures, videos, sounds int
	price                             int64 // micro-units
	warnings                          []string
}

func (a *ask) warn(format string, args ...any) {
	a.warnings = append(a.warnings, fmt.Sprintf(format, args...))
}

func (a *ask) inputSeconds() int { return a.videos * int(vendors.InputVideo.Seconds()) }

// look notes a picture whose sides the vendor may not like.
func (a *ask) look(p vendors.Picture, least int) vendors.Picture {
	a.pictures++
	if p.Width > 0 && min(p.Width, p.Height) < least {
		a.warn("a picture of %dx%d is under %d pixels", p.Width, p.Height, least)
	}
	return p
}

// hailuo is what the documentation says of a model of v1.
type hailuo struct {
	text, image, last bool
	face              bool
	resolutions       []string // the first is the default
	fixed             bool     // 6 s, and no duration or resolution besides the one
	pretreatment      bool
	cny, usd          map[string]int64 // by "768P 6"; what is not documented is missing
}

var (
	two     = []string{"768P", "1080P"}
	series1 = hailuo{resolutions: []string{"720P"}, fixed: true}

	hailuos = map[string]hailuo{
		"MiniMax-Hailuo-2.3": {
			text: true, image: true, resolutions: two, pretreatment: true,
			cny: map[string]int64{"768P 6": 2_000_000, "768P 10": 4_000_000, "1080P 6": 3_500_000}, usd: map[string]int64{"768P 6": 280_000},
		},
		"MiniMax-Hailuo-2.3-Fast": {
			image: true, resolutions: two, pretreatment: true,
			cny: map[string]int64{"768P 6": 1_350_000, "768P 10": 2_250_000, "1080P 6": 2_310_000}, usd: map[string]int64{"768P 6": 190_000},
		},
		"MiniMax-Hailuo-02": {
			text: true, image: true, last: true, resolutions: []string{"768P", "512P", "1080P"}, pretreatment: true,
			usd: map[string]int64{"512P 6": 100_000},
		},
		"S2V-01":          {face: true, resolutions: series1.resolutions, fixed: true, cny: map[string]int64{"720P 6": 3_000_000}},
		"T2V-01":          {text: true, resolutions: series1.resolutions, fixed: true},
		"T2V-01-Director": {text: true, resolutions: series1.resolutions, fixed: true},
		"I2V-01":          {image: true, resolutions: series1.resolutions, fixed: true},
		"I2V-01-Director": {image: true, resolutions: series1.resolutions, fixed: true},
		"I2V-01-live":     {image: true, resolutions: series1.resolutions, fixed: true},
	}
	all = []string{"16:9", "21:9", "4:3", "1:1", "3:4", "9:16"}
)

// retired says whether a model's name gives a 404.
func retired(model string) bool { return strings.HasPrefix(model, "video-01") }

// readOld understands a request of v1; what is wrong is the body's Problem.
func (a *ask) readOld(body *vendors.Object, currency string) {
	body.Need("model")
	a.model = body.String("model")
	f, ok := hailuos[a.model]
	if !ok {
		body.Wrong("model", "%q does not exist", a.model)
		return
	}
	forms := vendors.PictureForms{Data: true}
	a.prompt = body.String("prompt")
	if n := len([]rune(a.prompt)); n > 2000 {
		a.warn("the prompt of %d is over 2000", n)
	}
	a.ratio = all[0]
	switch first, last := body.Has("first_frame_image"), body.Has("last_frame_image"); {
	case f.face:
		body.Forbid("is not taken by "+a.model, "first_frame_image", "last_frame_image")
		a.faces(body, forms)
	case first && !f.image:
		body.Wrong("first_frame_image", "is not taken by %s", a.model)
	case !first && !f.text:
		body.Lacks("first_frame_image")
	case last && (!f.last || !first):
		body.Wrong("last_frame_image", "is not taken by %s without a first frame, or at all", a.model)
	case first:
		a.ratio = a.look(body.Picture("first_frame_image", forms), 300).Ratio(all...)
		if last {
			a.look(body.Picture("last_frame_image", forms), 300)
		}
	}
	if a.pictures == 0 && strings.TrimSpace(a.prompt) == "" {
		body.Lacks("prompt")
	}
	if !f.pretreatment {
		body.Forbid("is not taken by "+a.model, "fast_pretreatment")
	}
	body.Bool("fast_pretreatment", false)
	body.Bool("prompt_optimizer", true)
	if body.Bool("aigc_watermark", false) {
		a.warn("a watermark is asked for")
	}
	a.callback = body.URL("callback_url")
	a.resolution = body.OneOf("resolution", f.resolutions[0], f.resolutions...)
	a.seconds = int(body.Int("duration", 6, 6, 10))
	switch {
	case a.seconds != 6 && (a.seconds != 10 || f.fixed):
		body.Wrong("duration", "%d is not made by %s", a.seconds, a.model)
	case a.seconds == 10 && a.resolution == "1080P":
		body.Wrong("duration", "1080P is 6 seconds only")
	case a.resolution == "512P" && (a.pictures != 1):
		body.Wrong("resolution", "512P is made of a first frame only")
	}
	body.End()
	table := f.cny
	if currency == "USD" {
		table = f.usd
	}
	a.price = table[fmt.Sprintf("%s %d", a.resolution, a.seconds)]
}

func (a *ask) faces(body *vendors.Object, forms vendors.PictureForms) {
	body.Need("subject_reference")
	subjects := body.Objects("subject_reference")
	if len(subjects) != 1 {
		body.Wrong("subject_reference", "must be one")
	}
	for _, s := range subjects {
		s.Need("type", "image")
		s.OneOf("type", "", "character")
		faces := s.Strings("image")
		if len(faces) != 1 {
			s.Wrong("image", "must be one face")
		}
		for _, face := range faces {
			p, err := vendors.CheckPicture(face, forms)
			if err != nil {
				s.Wrong("image", "%s", err)
			}
			a.look(p, 300)
		}
		s.End()
	}
}

// h3 is what the documentation says of a model of v2.
type h3 struct {
	resolutions []string
	low         int64
	extra       bool
	free        int              // pictures
	cny, usd    map[string]int64 // a second; a picture more than free is "picture"
}

var h3s = map[string]h3{
	"MiniMax-H3": {
		resolutions: []string{"768P", "2K"}, low: 4, free: 5,
		cny: map[string]int64{"768P": 500_000, "2K": 800_000, "picture": 200_000}, usd: map[string]int64{"768P": 80_000, "2K": 130_000, "picture": 40_000},
	},
	"MiniMax-H3-Max": {
		resolutions: []string{"480P", "768P"}, low: 5, extra: true, free: 2,
		usd: map[string]int64{"480P": 50_000, "768P": 80_000, "picture": 40_000},
	},
}

// read understands a request of v2; what is wrong is the body's Problem.
func (a *ask) read(body *vendors.Object, currency string) {
	body.Need("model", "content", "resolution", "duration")
	a.model = body.String("model")
	f, ok := h3s[a.model]
	if !ok {
		body.Wrong("model", "%q does not exist", a.model)
		return
	}
	n, first := a.content(body)
	a.resolution = body.OneOf("resolution", "", f.resolutions...)
	a.seconds = int(body.Int("duration", 0, f.low, 15))
	a.ratio = body.OneOf("ratio", "adaptive", append([]string{"adaptive"}, all...)...)
	switch framed := n["first_frame"] > 0; {
	case framed && a.ratio != "adaptive":
		a.warn("ratio is ignored: the clip follows its first frame")
		a.ratio = "adaptive"
	case len(n) == 1 && a.ratio == "adaptive": // text alone
		body.Wrong("ratio", "must be said, and not adaptive, for text alone")
	}
	if a.ratio == "adaptive" {
		a.ratio = first.Ratio(all...)
	}
	a.callback = body.URL("callback_url")
	if !f.extra {
		body.Forbid("is not taken by "+a.model, "extra")
	}
	extra := body.Object("extra")
	extra.OneOf("prompt_expansion_mode", "", "disabled", "balanced", "quality")
	extra.End()
	body.End()
	table := f.cny
	if currency == "USD" {
		table = f.usd
	}
	a.price = table[a.resolution]*int64(a.seconds+a.inputSeconds()) + table["picture"]*int64(max(0, a.pictures-f.free))
}

// content reads text and media, and is how many of each there are and the first picture.
func (a *ask) content(body *vendors.Object) (n map[string]int, first vendors.Picture) {
	forms := vendors.PictureForms{Data: true, Schemes: []string{"mm_file://"}}
	n = map[string]int{}
	for _, item := range body.Objects("content") {
		item.Need("type")
		kind := item.OneOf("type", "", "text", "image_url", "video_url", "audio_url")
		if kind == "text" {
			item.Need("text")
			if a.prompt = item.String("text"); strings.TrimSpace(a.prompt) == "" {
				item.Lacks("text")
			}
			n["text"]++
			item.End()
			continue
		}
		roles := []string{"reference_" + strings.TrimSuffix(kind, "_url")}
		if kind == "image_url" {
			roles = []string{"first_frame", "last_frame", "reference_image"}
		}
		item.Need("role", kind)
		role := item.OneOf("role", "", roles...)
		n[role]++
		in := item.Object(kind)
		switch kind {
		case "image_url":
			if p := a.look(in.Picture("url", forms), 256); a.pictures == 1 {
				first = p
			}
		case "video_url":
			a.videos++
			fallthrough
		default:
			in.Need("url")
			if s := in.String("url"); !strings.HasPrefix(s, "mm_file://") && !strings.HasPrefix(s, "data:") {
				in.URL("url")
			}
		}
		in.End()
		item.End()
	}
	if l := len([]rune(a.prompt)); l > 7000 {
		a.warn("the prompt of %d is over 7000", l)
	}
	a.sounds = n["reference_audio"]
	files, references := 0, n["reference_image"]+n["reference_video"]+n["reference_audio"]
	for role, k := range n {
		if role != "text" {
			files += k
		}
		if limit, ok := map[string]int{"text": 1, "first_frame": 1, "last_frame": 1, "reference_image": 9, "reference_video": 3, "reference_audio": 3}[role]; ok && k > limit {
			body.Wrong("content", "more than %d of %s", limit, role)
		}
	}
	switch {
	case n["text"] == 0:
		body.Wrong("content", "one text is required")
	case files > 12:
		body.Wrong("content", "more than 12 files")
	case references > 0 && n["first_frame"]+n["last_frame"] > 0:
		body.Wrong("content", "frames and references are mutually exclusive")
	case n["last_frame"] > 0 && n["first_frame"] == 0:
		body.Wrong("content", "a last_frame needs a first_frame")
	case n["reference_audio"] > 0 && n["reference_image"]+n["reference_video"] == 0:
		body.Wrong("content", "a sound needs a picture or a video")
	}
	return n, first
}
