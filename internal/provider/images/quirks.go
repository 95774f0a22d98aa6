package images

import "github.com/dailies/dailies/internal/provider/wire"

// quirks are what one server does differently from the others.
type quirks struct {
	// vendor: somebody else's, who is paid and has models of his own; base is where.
	vendor bool
	base   string
	// format is how the picture is asked for: url, or b64_json of those who have no
	// place for it.
	format string
	// keyField has room for our key, for the server's log; empty: none.
	keyField string
	// always is sent with every request.
	always map[string]any
}

// servers by the config's word for them.
//
// vllm: https://docs.vllm.ai/projects/vllm-omni/en/stable/serving/image_generation_api/
// sglang: python/sglang/multimodal_gen/runtime/entrypoints/openai/protocol.py of its repository
// ark: https://www.volcengine.com/docs/82379/1541523
var servers = map[string]quirks{
	"vllm":   {format: "b64_json", keyField: "user", always: map[string]any{"n": 1}},
	"sglang": {format: "b64_json", keyField: "user", always: map[string]any{"n": 1}},
	"ark": {
		vendor: true, base: "https://ark.cn-beijing.volces.com/api/v3", format: "url",
		// One picture, not a series of them, and no mark on it.
		always: map[string]any{"watermark": false, "sequential_image_generation": "disabled"},
	},
}

const defaultServer = "vllm"

func quirksOf(server string) (quirks, error) {
	return wire.Server("images", servers, defaultServer, server)
}
