package omni

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/dailies/dailies/internal/provider/wire"
)

// The wire's structs follow https://ai.google.dev/gemini-api/docs/omni, and where
// that says nothing the vendor's Go client, google.golang.org/genai/interactions.

// createRequest asks for an interaction.
type createRequest struct {
	Model            string            `json:"model"`
	Input            []part            `json:"input"`
	ResponseFormat   responseFormat    `json:"response_format"`
	GenerationConfig *generationConfig `json:"generation_config,omitempty"`
	Background       bool              `json:"background"`
	Store            bool              `json:"store"`
	Webhook          *webhookConfig    `json:"webhook_config,omitempty"`
}

// webhookConfig is where the vendor calls about this interaction alone.
type webhookConfig struct {
	URIs []string `json:"uris"`
}

// part is a piece of the input: a text, or a picture's bytes.
type part struct {
	Type     string `json:"type"`
	Text     string `json:"text,omitempty"`
	MimeType string `json:"mime_type,omitempty"`
	Data     []byte `json:"data,omitempty"` // base64 on the wire
}

type responseFormat struct {
	Type        string `json:"type"`
	AspectRatio string `json:"aspect_ratio"`
	Resolution  string `json:"resolution"`
	Duration    string `json:"duration"`
	Delivery    string `json:"delivery"`
}

type generationConfig struct {
	VideoConfig videoConfig `json:"video_config"`
}

type videoConfig struct {
	Task string `json:"task"`
}

// interaction is what the vendor says of one.
type interaction struct {
	ID     string        `json:"id"`
	Status string        `json:"status"`
	Steps  []step[there] `json:"steps"`
	Usage  struct {
		Output []struct {
			Modality string `json:"modality"`
			Tokens   count  `json:"tokens"`
		} `json:"output_tokens_by_modality"`
	} `json:"usage"`
	Error failure `json:"error"`
}

// step is one of an interaction's. D is what is made of a clip that is in the
// answer itself: a poll notes that it is there, a fetch takes its text.
type step[D any] struct {
	Type    string      `json:"type"`
	Content contents[D] `json:"content"`
}

type contents[D any] []content[D]

// UnmarshalJSON passes over what is no list: steps that are not the model's output
// may have anything there.
func (c *contents[D]) UnmarshalJSON(raw []byte) error {
	if len(raw) == 0 || raw[0] != '[' {
		return nil
	}
	return json.Unmarshal(raw, (*[]content[D])(c))
}

type content[D any] struct {
	Type string `json:"type"`
	Text string `json:"text"`
	URI  string `json:"uri"`
	Data D      `json:"data"`
}

// Types of steps and contents.
const (
	stepOutput   = "model_output"
	contentVideo = "video"
	contentText  = "text"
)

// failure is an error: in an interaction that failed, or as an answer's body
// (https://ai.google.dev/gemini-api/docs/api-errors). Its code is a text here; in
// front of this API older parts of Google answer with a number and a status.
type failure struct {
	Code    word   `json:"code"`
	Status  string `json:"status"`
	Message string `json:"message"`
}

// UnmarshalJSON takes a bare text for the message.
func (f *failure) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '"' {
		return json.Unmarshal(raw, &f.Message)
	}
	type plain failure
	return json.Unmarshal(raw, (*plain)(f))
}

// there says that a text is in the answer, without keeping it.
type there bool

func (t *there) UnmarshalJSON(raw []byte) error {
	*t = len(raw) > len(`""`) && raw[0] == '"'
	return nil
}

// word is a text that some answers have as a number.
type word string

func (w *word) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '"' {
		return json.Unmarshal(raw, (*string)(w))
	}
	if !bytes.Equal(raw, []byte("null")) {
		*w = word(raw)
	}
	return nil
}

// count is a whole number, which Google's JSON may have as a text; 0 if it is
// anything else.
type count int64

func (c *count) UnmarshalJSON(raw []byte) error {
	n, err := strconv.ParseFloat(string(bytes.Trim(raw, `"`)), 64)
	if err == nil && n > 0 && n < 1e15 {
		*c = count(n)
	}
	return nil
}

// read reads an interaction.
func read(body []byte) (interaction, error) {
	var i interaction
	err := wire.Decode(body, &i)
	return i, err
}
