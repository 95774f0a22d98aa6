package images

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"regexp"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// quirks are what one server does differently from the others.
type quirks struct {
	// vendor: somebody else's, who is paid and has models of his own, known by their
	// names; base is where.
	vendor bool
	models *regexp.Regexp
	base   string
	// format is how the picture is asked for: url, or b64_json of those who have no
	// place for it.
	format string
	// keyField has room for our key, for the server's log; empty: none.
	keyField string
	// always is sent with every request, series with those to models that could make
	// several pictures of one request.
	always, series map[string]any
	// own is a vendor's own shape; nil: that of /images/generations.
	own *shape
}

// shape is how a vendor is asked who does not speak OpenAI's.
type shape struct {
	path func(r provider.Request) string
	sign func(key string) func(*http.Request) error
	body func(context.Context, provider.Request) (any, error)
	read func(body []byte) (answer, error)
}

// alone are models that refuse to be told of series.
var alone = regexp.MustCompile(`seedream-5-0-(pro|flash)`)

// fixed is what a request to a model has whatever the take is.
func (q quirks) fixed(model string) map[string]any {
	all := maps.Clone(q.always)
	if !alone.MatchString(model) {
		maps.Copy(all, q.series)
	}
	return all
}

// servers by the config's word for them.
//
// vllm: https://docs.vllm.ai/projects/vllm-omni/en/stable/serving/image_generation_api/
// sglang: python/sglang/multimodal_gen/runtime/entrypoints/openai/protocol.py of its repository
// ark: https://www.volcengine.com/docs/82379/1541523
// gemini: https://ai.google.dev/gemini-api/docs/image-generation
// openai: https://developers.openai.com/api/reference/resources/images
// dashscope: https://help.aliyun.com/zh/model-studio/qwen-image-edit-api
var servers = map[string]quirks{
	"vllm":   {format: "b64_json", keyField: "user", always: map[string]any{"n": 1}},
	"sglang": {format: "b64_json", keyField: "user", always: map[string]any{"n": 1}},
	"ark": {
		vendor: true, models: regexp.MustCompile(`seedream`), base: "https://ark.cn-beijing.volces.com/api/v3", format: "url",
		// One picture, not a series of them, and no mark on it.
		always: map[string]any{"watermark": false}, series: map[string]any{"sequential_image_generation": "disabled"},
	},
	"openai": {
		vendor: true, models: regexp.MustCompile(`^gpt-image-`), base: openaiBase,
		own: &shape{path: openaiPath, sign: wire.Bearer, body: openaiBody, read: readOpenAI},
	},
	"dashscope": {
		vendor: true, models: regexp.MustCompile(`^qwen-image-`), base: dashscopeBase,
		own: &shape{path: dashscopePath, sign: wire.Bearer, body: dashscopeBody, read: readDashscope},
	},
	"gemini": {
		vendor: true, models: regexp.MustCompile(`^gemini-`), base: "https://generativelanguage.googleapis.com/v1beta",
		own: &shape{path: geminiPath, sign: geminiSign, body: geminiBody, read: func(body []byte) (answer, error) {
			var g geminiAnswer
			err := json.Unmarshal(body, &g)
			return g.made(), err
		}},
	},
}

const defaultServer = "vllm"

func quirksOf(server string) (quirks, error) {
	return wire.Server("images", servers, defaultServer, server)
}

// has says whether a model of models.yaml is the server's.
func (q quirks) has(m provider.Model) bool {
	return q.vendor == (m.Currency() != "") && (q.models == nil || q.models.MatchString(m.ID))
}
