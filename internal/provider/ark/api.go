package ark

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// taskRequest is the body of a create: https://www.volcengine.com/docs/82379/1520757.
// It is validated strictly, so a field that a model does not take is left out.
type taskRequest struct {
	Model      string    `json:"model"`
	Content    []content `json:"content"`
	Resolution string    `json:"resolution,omitempty"`
	Ratio      string    `json:"ratio,omitempty"`
	Duration   int64     `json:"duration,omitempty"` // seconds
	Seed       *int64    `json:"seed,omitempty"`
	// GenerateAudio is true where it is not said, by the vendor's default.
	GenerateAudio         *bool  `json:"generate_audio,omitempty"`
	Watermark             bool   `json:"watermark"`
	ReturnLastFrame       bool   `json:"return_last_frame"`
	ExecutionExpiresAfter int64  `json:"execution_expires_after"` // seconds, from creation
	SafetyIdentifier      string `json:"safety_identifier,omitempty"`
	CallbackURL           string `json:"callback_url,omitempty"`
	Draft                 bool   `json:"draft,omitempty"`
}

// content is one thing that a take is made from.
type content struct {
	Type      string     `json:"type"` // text, image_url, audio_url, draft_task
	Text      string     `json:"text,omitempty"`
	ImageURL  *imageURL  `json:"image_url,omitempty"`
	AudioURL  *soundURL  `json:"audio_url,omitempty"`
	Role      string     `json:"role,omitempty"` // first_frame, last_frame, reference_image, reference_audio
	DraftTask *draftTask `json:"draft_task,omitempty"`
}

// draftTask is the draft of which the final is asked for.
type draftTask struct {
	ID string `json:"id"`
}

type soundURL struct {
	URL string `json:"url"` // or a data URI
}

type imageURL struct {
	URL string `json:"url"` // or a data URI
}

// task is the answer to a get, and an item of a list:
// https://www.volcengine.com/docs/82379/1521309. The fields that are not here are
// not used; those that may be a number or a text are numbers.
type task struct {
	ID      string    `json:"id"`
	Model   string    `json:"model"`
	Status  string    `json:"status"`
	Error   *apiError `json:"error"`
	Content struct {
		VideoURL     string `json:"video_url"`
		LastFrameURL string `json:"last_frame_url"`
	} `json:"content"`
	Usage struct {
		CompletionTokens number `json:"completion_tokens"`
	} `json:"usage"`
	CreatedAt        number `json:"created_at"` // Unix seconds
	Seed             number `json:"seed"`
	Resolution       string `json:"resolution"`
	GenerateAudio    *bool  `json:"generate_audio"`
	ServiceTier      string `json:"service_tier"`
	SafetyIdentifier string `json:"safety_identifier"`
}

// taskList is a page of the list: https://www.volcengine.com/docs/82379/1521675.
type taskList struct {
	Items []task `json:"items"`
	Total number `json:"total"`
}

// apiError is the body of an error, and of a task that failed:
// https://www.volcengine.com/docs/82379/1299023.
type apiError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// number is a whole number that may be written as a float or as a text, or not
// be there. Nothing that a paid job's answer holds may make it unreadable.
type number struct {
	N     int64
	Known bool
}

// UnmarshalJSON never errs: what is no number is not known.
func (n *number) UnmarshalJSON(raw []byte) error {
	*n = number{}
	text := string(bytes.Trim(raw, `"`))
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		*n = number{N: i, Known: true}
	} else if f, err := strconv.ParseFloat(text, 64); err == nil && f == float64(int64(f)) {
		*n = number{N: int64(f), Known: true}
	}
	return nil
}

var _ json.Unmarshaler = (*number)(nil)
