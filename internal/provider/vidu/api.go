package vidu

import "github.com/dailies/dailies/internal/provider/wire"

// Endpoints of the four modes. Each refuses fields that it does not know
// (FieldUnwanted), so a body is built for its endpoint:
// https://platform.vidu.cn/docs/text-to-video,
// https://platform.vidu.cn/docs/image-to-video,
// https://platform.vidu.cn/docs/start-end-to-video,
// https://platform.vidu.cn/docs/reference-to-video.
const (
	textPath     = "/ent/v2/text2video"
	imagePath    = "/ent/v2/img2video"
	startEndPath = "/ent/v2/start-end2video"
	referPath    = "/ent/v2/reference2video"
)

// body is what makes a take.
type body struct {
	Model       string    `json:"model"`
	Images      []string  `json:"images,omitempty"` // URLs or data URIs
	Subjects    []subject `json:"subjects,omitempty"`
	Prompt      string    `json:"prompt"`
	Duration    int64     `json:"duration"`               // seconds
	Seed        int64     `json:"seed,omitempty"`         // 0: Vidu's choice
	AspectRatio string    `json:"aspect_ratio,omitempty"` // not beside frames
	Resolution  string    `json:"resolution"`
	Audio       *bool     `json:"audio,omitempty"` // its default differs from page to page
	Watermark   bool      `json:"watermark"`
	Payload     string    `json:"payload"` // given back with the task
	CallbackURL string    `json:"callback_url,omitempty"`
}

// subject is a reference that a prompt cites as @name.
type subject struct {
	Name   string   `json:"name"`
	Images []string `json:"images"`
	// VoiceID is the voice of who is in the picture.
	VoiceID string `json:"voice_id,omitempty"`
}

type cancelBody struct {
	ID string `json:"id"`
}

// task is what a create and a query answer with:
// https://platform.vidu.cn/docs/get-creations.
type task struct {
	ID        wire.Text  `json:"id"` // of a query
	State     string     `json:"state"`
	ErrCode   string     `json:"err_code"`
	ErrMsg    string     `json:"err_msg"`
	Credits   wire.Text  `json:"credits"`
	Seed      wire.Text  `json:"seed"`
	Creations []creation `json:"creations"`
}

type creation struct {
	URL string `json:"url"`
}

// refusal is an error of the gateway: https://platform.vidu.cn/docs/error-code.
type refusal struct {
	Reason  string `json:"reason"`
	Message string `json:"message"`
}
