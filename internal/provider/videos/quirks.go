package videos

import "github.com/dailies/dailies/internal/provider/wire"

// quirks are what one server does differently from the other.
type quirks struct {
	// multipart: a create is a form; else it is JSON. vLLM-Omni answers 422 to
	// JSON, and older builds of SGLang want a picture in every form.
	multipart bool
	// keyField has room for our key, for the server's log; empty: none.
	keyField string
	// soundField asks for sound of the model's own; empty: it is the model's choice.
	soundField string
	// deleteAborts: DELETE stops a running job. SGLang's only forgets it, and with it
	// the way to the clip, so it is not called.
	deleteAborts bool
}

// servers by the config's word for them.
//
// vllm: https://docs.vllm.ai/projects/vllm-omni/en/latest/serving/videos_api/
// sglang: https://docs.sglang.io/docs/sglang-diffusion/api/openai_api
var servers = map[string]quirks{
	"vllm":   {multipart: true, keyField: "user", soundField: "generate_sound", deleteAborts: true},
	"sglang": {},
}

const defaultServer = "vllm"

func quirksOf(server string) (quirks, error) {
	return wire.Server("videos", servers, defaultServer, server)
}
