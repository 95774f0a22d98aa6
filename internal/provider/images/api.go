package images

import (
	"encoding/json"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider"
)

// answer is that to a generation.
// https://docs.vllm.ai/projects/vllm-omni/en/stable/serving/image_generation_api/
// https://www.volcengine.com/docs/82379/1541523
type answer struct {
	Data  []picture `json:"data"`
	Usage struct {
		Generated int `json:"generated_images"` // Ark
	} `json:"usage"`
	bill *drama.Money // what it came to, of a vendor who tells that by tokens
}

// picture is one of those made: where it lies, itself, or why there is none.
type picture struct {
	URL   string   `json:"url"`
	B64   []byte   `json:"b64_json"` // base64 in JSON
	Error *failure `json:"error"`    // Ark
}

type failure struct {
	Code    word   `json:"code"`
	Status  string `json:"status"` // Google's word; its code is the HTTP status
	Message string `json:"message"`

	kind provider.Kind // where the answer itself says
}

// name is the code by which errors are known.
func (f failure) name() string {
	if f.Status != "" {
		return f.Status
	}
	return string(f.Code)
}

// problem is an answer with an error's status: the {"error"} of OpenAI's shape,
// FastAPI's {"detail"}, which is a text or a list of fields, or a flat code.
type problem struct {
	Error  *failure        `json:"error"`
	Detail json.RawMessage `json:"detail"`
	// Model Studio's: https://help.aliyun.com/zh/model-studio/error-code
	Code    word   `json:"code"`
	Message string `json:"message"`
}

// word is a JSON text, or anything else as it is written.
type word string

// UnmarshalJSON never fails.
func (w *word) UnmarshalJSON(raw []byte) error {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		s = string(raw)
	}
	if s != "null" {
		*w = word(s)
	}
	return nil
}
