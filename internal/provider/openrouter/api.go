package openrouter

import "encoding/json"

// order is a submit: https://openrouter.ai/docs/api/api-reference/video-generation/create-videos
type order struct {
	Model  string `json:"model"`
	Prompt string `json:"prompt"`
	// Duration is in seconds.
	Duration    int64  `json:"duration"`
	Resolution  string `json:"resolution,omitempty"`
	AspectRatio string `json:"aspect_ratio,omitempty"`
	// Size is "WxH", instead of the two above.
	Size            string  `json:"size,omitempty"`
	GenerateAudio   *bool   `json:"generate_audio,omitempty"`
	Seed            *int64  `json:"seed,omitempty"`
	FrameImages     []image `json:"frame_images,omitempty"`
	InputReferences []image `json:"input_references,omitempty"`
	CallbackURL     string  `json:"callback_url,omitempty"`
}

// image is a picture of an order, by URL or data URI.
type image struct {
	Type     string `json:"type"` // image_url
	ImageURL struct {
		URL string `json:"url"`
	} `json:"image_url"`
	FrameType string `json:"frame_type,omitempty"` // first_frame, last_frame
}

// job is the answer to a submit and to a poll:
// https://openrouter.ai/docs/api/api-reference/video-generation/get-videos
type job struct {
	ID           string  `json:"id"`
	PollingURL   string  `json:"polling_url"`
	Status       string  `json:"status"`
	Error        problem `json:"error"`
	URLs         texts   `json:"urls"`          // signed
	UnsignedURLs texts   `json:"unsigned_urls"` // want the key
	Usage        usage   `json:"usage"`
}

// problem is an error: a text in a job, {code, message, metadata} elsewhere
// (https://openrouter.ai/docs/api/reference/errors-and-debugging). Whatever else it
// is, it is no reason not to read the rest.
type problem struct {
	Code     literal `json:"code"`
	Message  string  `json:"message"`
	Metadata struct {
		Reasons      []any  `json:"reasons"`
		FlaggedInput string `json:"flagged_input"`
	} `json:"metadata"`
}

// UnmarshalJSON takes either form.
func (p *problem) UnmarshalJSON(b []byte) error {
	*p = problem{}
	if json.Unmarshal(b, &p.Message) == nil {
		return nil
	}
	type plain problem
	var whole plain
	if json.Unmarshal(b, &whole) == nil {
		*p = problem(whole)
	}
	return nil
}

// usage is what a job has cost.
type usage struct {
	Cost   literal `json:"cost"` // USD
	IsBYOK bool    `json:"is_byok"`
}

// literal is a number or a text as it was written, so that no amount goes through
// a float; anything else is empty.
type literal string

// UnmarshalJSON takes whatever there is.
func (l *literal) UnmarshalJSON(b []byte) error {
	*l = ""
	var text string
	switch {
	case len(b) > 0 && b[0] == '"':
		if json.Unmarshal(b, &text) == nil {
			*l = literal(text)
		}
	case len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9'):
		*l = literal(b)
	}
	return nil
}

// texts are those of a list that are texts.
type texts []string

// UnmarshalJSON takes whatever there is.
func (t *texts) UnmarshalJSON(b []byte) error {
	*t = nil
	var all []any
	if json.Unmarshal(b, &all) != nil {
		return nil
	}
	for _, v := range all {
		if s, ok := v.(string); ok {
			*t = append(*t, s)
		}
	}
	return nil
}
