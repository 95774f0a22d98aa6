package dashscope

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/provider/wire"
)

// synthesis creates a task:
// https://help.aliyun.com/zh/model-studio/text-to-video-api-reference,
// https://help.aliyun.com/zh/model-studio/happyhorse-text-to-video-api-reference,
// -image-to-video- and -reference-to-video-.
type synthesis struct {
	Model      string     `json:"model"`
	Input      input      `json:"input"`
	Parameters parameters `json:"parameters"`
}

type input struct {
	Prompt   string    `json:"prompt,omitempty"` // a first frame may do without
	Negative string    `json:"negative_prompt,omitempty"`
	Media    []picture `json:"media,omitempty"`
}

// picture is one of the media: first_frame, last_frame, reference_image.
type picture struct {
	Type string `json:"type"`
	URL  string `json:"url"` // or a data URI; of a sound, no data
	// Voice is the address of a sample of the voice of who is in a reference picture.
	Voice string `json:"reference_voice,omitempty"`
}

type parameters struct {
	Resolution string `json:"resolution"` // 480P, 720P, 1080P
	Ratio      string `json:"ratio,omitempty"`
	Duration   int64  `json:"duration"` // seconds
	Audio      *bool  `json:"audio,omitempty"`
	// PromptExtend lets the vendor write the prompt anew; its default is true.
	PromptExtend *bool `json:"prompt_extend,omitempty"`
	// Watermark is true by default for HappyHorse, so it is always sent.
	Watermark bool   `json:"watermark"`
	Seed      *int64 `json:"seed,omitempty"`
}

// created is the answer to a synthesis.
type created struct {
	Code    wire.Text `json:"code"`
	Message wire.Text `json:"message"`
	Output  struct {
		TaskID wire.Text `json:"task_id"`
	} `json:"output"`
}

// task is the answer to a poll:
// https://help.aliyun.com/zh/model-studio/manage-asynchronous-tasks.
type task struct {
	Code   wire.Text `json:"code"` // of a poll that says no
	Output struct {
		Status   wire.Text `json:"task_status"`
		VideoURL wire.Text `json:"video_url"`
		Code     wire.Text `json:"code"` // of a task that failed
		Message  wire.Text `json:"message"`
	} `json:"output"`
	// Usage has another shape for every generation of models.
	Usage json.RawMessage `json:"usage"`
}

// usage is what was billed. Numbers are whole, broken or texts, by model.
type usage struct {
	Duration wire.Text `json:"duration"` // billed seconds: of what was made, and of clips that were sent
	Made     wire.Text `json:"video_duration"`
	Tier     wire.Text `json:"SR"` // 720
}

// failure is the body of an answer that says no:
// https://help.aliyun.com/zh/model-studio/error-code.
type failure struct {
	Code    wire.Text `json:"code"`
	Message wire.Text `json:"message"`
}

// thousandths is a number that is above zero, times 1000.
func thousandths(t wire.Text) (int64, bool) {
	f, err := strconv.ParseFloat(strings.TrimSpace(string(t)), 64)
	if err != nil || math.IsNaN(f) || f <= 0 || f >= 1e9 {
		return 0, false
	}
	return int64(math.Round(f * 1000)), true
}
