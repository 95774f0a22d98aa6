package videos

import (
	"encoding/json"
	"strings"
)

// video is a job.
// https://docs.vllm.ai/projects/vllm-omni/en/latest/serving/videos_api/
// https://docs.sglang.io/docs/sglang-diffusion/api/openai_api
type video struct {
	ID       string   `json:"id"`
	Status   string   `json:"status"`
	Progress number   `json:"progress"`
	URL      string   `json:"url"` // SGLang with a bucket of its own
	Error    *failure `json:"error"`
}

// failure is why a job failed. Code is an exception's name, a number, or absent.
type failure struct {
	Code    word   `json:"code"`
	Message string `json:"message"`
}

// problem is an answer with an error's status: FastAPI's {"detail"}, OpenAI's
// {"error"}, or the bare text of whoever checks the key.
type problem struct {
	Detail  json.RawMessage `json:"detail"`
	Error   json.RawMessage `json:"error"`
	Message string          `json:"message"`
}

// invalid is one of the fields that FastAPI does not like.
type invalid struct {
	Loc []word `json:"loc"`
	Msg string `json:"msg"`
}

// number is a JSON number, a text that holds one, or nothing.
type number float64

// UnmarshalJSON never fails: a progress that cannot be read is none.
func (n *number) UnmarshalJSON(raw []byte) error {
	var f float64
	if json.Unmarshal([]byte(strings.Trim(string(raw), `"`)), &f) == nil {
		*n = number(f)
	}
	return nil
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
