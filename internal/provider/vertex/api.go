package vertex

import (
	"bytes"
	"strconv"

	"github.com/dailies/dailies/internal/provider/wire"
)

// The wire's structs follow
// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation

// predictRequest is the body of predictLongRunning.
type predictRequest struct {
	Instances  []instance `json:"instances"`
	Parameters parameters `json:"parameters"`
}

type instance struct {
	Prompt          string      `json:"prompt"`
	Image           *image      `json:"image,omitempty"`
	LastFrame       *image      `json:"lastFrame,omitempty"`
	ReferenceImages []reference `json:"referenceImages,omitempty"`
}

type image struct {
	Data     []byte `json:"bytesBase64Encoded"`
	MimeType string `json:"mimeType"`
}

type reference struct {
	Image         image  `json:"image"`
	ReferenceType string `json:"referenceType"`
}

// parameters leave storageUri out, so that the clip comes in the answer.
type parameters struct {
	AspectRatio      string `json:"aspectRatio"`
	DurationSeconds  int64  `json:"durationSeconds"`
	Resolution       string `json:"resolution"`
	NegativePrompt   string `json:"negativePrompt,omitempty"`
	PersonGeneration string `json:"personGeneration"`
	GenerateAudio    bool   `json:"generateAudio"`
	SampleCount      int    `json:"sampleCount"`
	Seed             *int64 `json:"seed,omitempty"`
}

// fetchRequest is the body of fetchPredictOperation.
type fetchRequest struct {
	OperationName string `json:"operationName"`
}

// operation is what both answer.
type operation struct {
	Name     string         `json:"name"`
	Done     bool           `json:"done"`
	Error    *failure       `json:"error"`
	Response *result[there] `json:"response"`
}

// result is what a finished operation has made. D is what is made of a clip: a
// poll notes that it is there, a fetch takes its text.
type result[D any] struct {
	FilteredCount   count      `json:"raiMediaFilteredCount"`
	FilteredReasons []string   `json:"raiMediaFilteredReasons"`
	Videos          []video[D] `json:"videos"`
}

type video[D any] struct {
	Data D      `json:"bytesBase64Encoded"`
	URI  string `json:"gcsUri"`
}

// failure is google.rpc.Status; the body of an HTTP error has its name besides.
type failure struct {
	Code    count  `json:"code"`
	Status  string `json:"status"`
	Message string `json:"message"`
}

// there says that a text is in the answer, without keeping it.
type there bool

func (t *there) UnmarshalJSON(raw []byte) error {
	*t = len(raw) > len(`""`) && raw[0] == '"'
	return nil
}

// count is a whole number, which Google's JSON may have as a text; 0 if it is
// anything else.
type count int64

func (c *count) UnmarshalJSON(raw []byte) error {
	n, err := strconv.ParseInt(string(bytes.Trim(raw, `"`)), 10, 64)
	if err == nil {
		*c = count(n)
	}
	return nil
}

// read reads an operation.
func read(body []byte) (operation, error) {
	var o operation
	err := wire.Decode(body, &o)
	return o, err
}
