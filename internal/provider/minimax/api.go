package minimax

import "github.com/dailies/dailies/internal/provider/wire"

// baseResp is in every answer of v1: https://platform.minimax.io/docs/api-reference/errorcode
type baseResp struct {
	Code    wire.Text `json:"status_code"`
	Message string    `json:"status_msg"`
}

// createV1 is https://platform.minimax.io/docs/api-reference/video/generation/api/text-to-video.json
// and its neighbours image-to-video, start-end-to-video and subject-reference-to-video:
// the fields decide what the take starts from.
type createV1 struct {
	Model   string    `json:"model"`
	Prompt  string    `json:"prompt"`
	First   string    `json:"first_frame_image,omitempty"`
	Last    string    `json:"last_frame_image,omitempty"`
	Subject []subject `json:"subject_reference,omitempty"`
	// Optimize is off: camera directions are meant literally.
	Optimize    bool   `json:"prompt_optimizer"`
	Duration    int64  `json:"duration,omitempty"`
	Resolution  string `json:"resolution,omitempty"`
	CallbackURL string `json:"callback_url,omitempty"`
}

type subject struct {
	Type  string   `json:"type"` // character
	Image []string `json:"image"`
}

// answerV1 is the answer to a create and to a query:
// https://platform.minimax.io/docs/api-reference/video/generation/api/openapi.json
type answerV1 struct {
	TaskID wire.Text `json:"task_id"`
	Status string    `json:"status"`
	FileID wire.Text `json:"file_id"`
	Base   baseResp  `json:"base_resp"`
}

// fileV1 is https://platform.minimax.io/docs/api-reference/file/management/api/openapi.json
type fileV1 struct {
	File struct {
		URL    string `json:"download_url"`
		Backup string `json:"backup_download_url"` // not in the specification, but seen
	} `json:"file"`
	Base baseResp `json:"base_resp"`
}

// createV2 is https://platform.minimax.io/docs/api-reference/video-generation-v2-create
type createV2 struct {
	Model       string   `json:"model"`
	Content     []item   `json:"content"`
	Resolution  string   `json:"resolution"`
	Duration    int64    `json:"duration"`
	Ratio       string   `json:"ratio"`
	Extra       *extraV2 `json:"extra,omitempty"` // H3-Max only
	CallbackURL string   `json:"callback_url,omitempty"`
}

type item struct {
	Type  string `json:"type"` // text, image_url, audio_url
	Text  string `json:"text,omitempty"`
	Image *image `json:"image_url,omitempty"`
	Sound *image `json:"audio_url,omitempty"`
	Role  string `json:"role,omitempty"` // first_frame, last_frame, reference_image, reference_audio
}

type image struct {
	URL string `json:"url"`
}

type extraV2 struct {
	Expansion string `json:"prompt_expansion_mode"`
}

// createdV2 is the answer to a create; with a type it is an error all the same.
type createdV2 struct {
	TaskID wire.Text `json:"task_id"`
}

// queriedV2 is https://platform.minimax.io/docs/api-reference/video-generation-v2-query
type queriedV2 struct {
	Task struct {
		Status  string `json:"status"`
		Content struct {
			URL string `json:"url"`
		} `json:"content"`
		Resolution string `json:"resolution"`
		Usage      struct {
			Total wire.Text `json:"total_seconds"` // seconds that are billed
		} `json:"usage"`
		Error struct {
			Code    wire.Text `json:"code"`
			Message string    `json:"message"`
		} `json:"error"`
	} `json:"task"`
}

// deletedV2 is https://platform.minimax.io/docs/api-reference/video-generation-v2-delete
type deletedV2 struct {
	Action string `json:"action"` // cancelled, deleted
}

// refusal is an error's body: of v2 with a type, of v1 with a base_resp.
type refusal struct {
	Type  string `json:"type"`
	Error struct {
		Type    string `json:"type"`
		Message string `json:"message"`
	} `json:"error"`
	Base baseResp `json:"base_resp"`
}
