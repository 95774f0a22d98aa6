package fal

import "encoding/json"

// submitted is the answer to a submit: https://fal.ai/docs/inference-api/queue/submit
type submitted struct {
	RequestID   string `json:"request_id"`
	StatusURL   string `json:"status_url"`
	ResponseURL string `json:"response_url"`
	CancelURL   string `json:"cancel_url"`
}

// status is the answer to a poll and to a cancel:
// https://fal.ai/docs/inference-api/queue/status, https://fal.ai/docs/inference-api/queue/cancel
type status struct {
	Status    string `json:"status"`
	Error     string `json:"error"`
	ErrorType string `json:"error_type"`
}

// result is the output of every model here: https://fal.ai/docs/inference-api/queue/result
type result struct {
	Video struct {
		URL string `json:"url"`
	} `json:"video"`
	// Seed is a number, where a model says it.
	Seed lenient `json:"seed"`
}

// lenient is a number that may come as a text, or as something else altogether.
type lenient string

// UnmarshalJSON takes whatever there is.
func (l *lenient) UnmarshalJSON(b []byte) error {
	*l = lenient(b)
	if len(b) > 1 && b[0] == '"' {
		*l = lenient(b[1 : len(b)-1])
	}
	return nil
}

// Int64 is the number, if it is a whole one.
func (l lenient) Int64() (int64, error) { return json.Number(l).Int64() }
