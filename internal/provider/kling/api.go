package kling

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/dailies/dailies/internal/provider/wire"
)

// Paths that a job is asked at. The present generation has one for all
// (https://klingai.com/document-api/api/video/3-0-omni/text-to-video), the legacy
// one has one for each kind of job
// (https://klingai.com/document-api/api/video/3-0-omni/text-to-video/legacy).
const (
	tasksPath  = "/tasks"
	legacyText = "/v1/videos/text2video"
	legacyShot = "/v1/videos/image2video"
	legacyOmni = "/v1/videos/omni-video"
)

var askPaths = []string{tasksPath, legacyText, legacyShot, legacyOmni, lipsPath}

// body is what makes a take in the present generation. Text-to-video has Prompt,
// the others have Contents.
type body struct {
	Prompt   string    `json:"prompt,omitempty"`
	Contents []content `json:"contents,omitempty"`
	Settings settings  `json:"settings"`
	Options  options   `json:"options"`
}

// content is a prompt, first_frame, last_frame or refer_image.
type content struct {
	Type string `json:"type"`
	Text string `json:"text,omitempty"`
	URL  string `json:"url,omitempty"` // or base64 without a prefix
	ID   string `json:"id,omitempty"`  // as prompts cite it: @image_1
}

type settings struct {
	Resolution  string `json:"resolution"`
	AspectRatio string `json:"aspect_ratio,omitempty"`
	Duration    int64  `json:"duration"` // seconds
	Audio       string `json:"audio,omitempty"`
	MultiShot   *bool  `json:"multi_shot,omitempty"` // Kling cuts by itself unless told not to
}

type options struct {
	ExternalTaskID string    `json:"external_task_id"`
	CallbackURL    string    `json:"callback_url,omitempty"`
	Watermark      watermark `json:"watermark_info"`
}

type watermark struct {
	Enabled bool `json:"enabled"`
}

// legacyBody is what makes a take in the legacy generation.
type legacyBody struct {
	ModelName      string        `json:"model_name"`
	Prompt         string        `json:"prompt"`
	NegativePrompt string        `json:"negative_prompt,omitempty"`
	Mode           string        `json:"mode"`
	Sound          string        `json:"sound,omitempty"`
	AspectRatio    string        `json:"aspect_ratio,omitempty"`
	Duration       string        `json:"duration"` // seconds, as text
	MultiShot      *bool         `json:"multi_shot,omitempty"`
	Image          string        `json:"image,omitempty"`
	ImageTail      string        `json:"image_tail,omitempty"`
	ImageList      []legacyImage `json:"image_list,omitempty"`
	VoiceList      []legacyVoice `json:"voice_list,omitempty"` // cited as <<<voice_1>>>
	ExternalTaskID string        `json:"external_task_id"`
	CallbackURL    string        `json:"callback_url,omitempty"`
	Watermark      watermark     `json:"watermark_info"`
}

// legacyVoice is a voice of the account's or of Kling's own.
type legacyVoice struct {
	ID string `json:"voice_id"`
}

// legacyImage is a picture of omni-video: a reference, or a frame if it has a Type.
type legacyImage struct {
	URL  string `json:"image_url"`
	Type string `json:"type,omitempty"`
}

// envelope is around every answer, errors too:
// https://klingai.com/document-api/api/get-started/error-codes.
type envelope struct {
	Code    wire.Text       `json:"code"`
	Message string          `json:"message"`
	Data    json.RawMessage `json:"data"`
}

// task is a job in either generation's words.
type task struct {
	// Present generation.
	ID         wire.Text `json:"id"`
	Status     string    `json:"status"`
	Message    string    `json:"message"`
	ExternalID string    `json:"external_id"`
	Outputs    []output  `json:"outputs"`
	Billing    []billing `json:"billing"`
	// Legacy generation.
	TaskID     wire.Text `json:"task_id"`
	TaskStatus string    `json:"task_status"`
	StatusMsg  string    `json:"task_status_msg"`
	TaskInfo   struct {
		ExternalTaskID string `json:"external_task_id"`
	} `json:"task_info"`
	TaskResult struct {
		Videos []output `json:"videos"`
	} `json:"task_result"`
	UnitDeduction    wire.Text       `json:"final_unit_deduction"`
	BalanceDeduction json.RawMessage `json:"final_balance_deduction"`
}

type output struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

// billing is what a job cost: units of a pack, or money.
type billing struct {
	ChargeType string    `json:"charge_type"` // unit or cash
	Amount     wire.Text `json:"amount"`
	Currency   string    `json:"currency"` // of cash
}

func (t task) id() string       { return either(string(t.ID), string(t.TaskID)) }
func (t task) external() string { return either(t.ExternalID, t.TaskInfo.ExternalTaskID) }
func (t task) reason() string   { return either(t.Message, t.StatusMsg) }

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

var errNoEnvelope = errors.New("no answer of Kling's")

// decode reads an envelope; one without a code is none.
func decode(raw []byte) (envelope, error) {
	var e envelope
	if err := json.Unmarshal(raw, &e); err != nil {
		return envelope{}, err
	}
	if e.Code == "" {
		return e, errNoEnvelope
	}
	return e, nil
}

// one is the task that a create answers with.
func (e envelope) one() (task, error) {
	var t task
	err := json.Unmarshal(e.Data, &t)
	return t, err
}

// all are the tasks of an answer that is a list, or in the legacy generation one
// task. No list is an error: it does not say that there is none.
func (e envelope) all() ([]task, error) {
	data := bytes.TrimSpace(e.Data)
	if len(data) == 0 || string(data) == "null" {
		return nil, errNoEnvelope
	}
	if data[0] != '[' {
		t, err := e.one()
		return []task{t}, err
	}
	var all []task
	err := json.Unmarshal(data, &all)
	return all, err
}
