package runway

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// creation is the body of text_to_video and image_to_video:
// https://docs.dev.runwayml.com/api/
type creation struct {
	Model    string `json:"model"`
	Prompt   string `json:"promptText"`
	Negative string `json:"negativePrompt,omitempty"`
	// Image is a URL or a data URI, or a list of placed.
	Image    any    `json:"promptImage,omitempty"`
	Ratio    string `json:"ratio"` // in pixels, 720:1280
	Duration int64  `json:"duration"`
	Audio    *bool  `json:"audio,omitempty"`
	Seed     *int64 `json:"seed,omitempty"`
}

type placed struct {
	URI      string `json:"uri"`
	Position string `json:"position"` // first, last
}

// task is the answer to GET /v1/tasks/{id}: https://docs.dev.runwayml.com/api/
type task struct {
	Status   string   `json:"status"`
	Progress number   `json:"progress"` // 0..1, while RUNNING
	Output   []string `json:"output"`
	Failure  string   `json:"failure"`
	Code     string   `json:"failureCode"`
	Cost     *cost    `json:"cost"` // final; 0 when it was given back
}

type cost struct {
	Credits number `json:"credits"`
}

// A credit is a cent: https://docs.dev.runwayml.com/guides/pricing/
const (
	creditMicros = 10_000
	maxCredits   = 1_000_000 // more than any task costs: a sum over it is not believed
)

// price is what was charged; nil if that is not told.
func (c *cost) price() *drama.Money {
	if c == nil {
		return nil
	}
	n, err := strconv.ParseFloat(string(c.Credits), 64)
	if err != nil || !(n >= 0 && n <= maxCredits) {
		return nil
	}
	const dust = 1e-6 // of a float's sum
	return &drama.Money{Micros: int64(math.Ceil(n*creditMicros - dust)), Currency: "USD"}
}

// number is a number that may come as a text; nothing but that is kept.
type number string

// UnmarshalJSON never fails: a number that cannot be read is as one not told.
func (n *number) UnmarshalJSON(b []byte) error {
	*n = ""
	s := strings.Trim(string(b), `"`)
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		*n = number(s)
	}
	return nil
}

// part is the number as a share of 1.
func (n number) part() float64 {
	f, err := strconv.ParseFloat(string(n), 64)
	if err != nil || !(f > 0) {
		return 0
	}
	return min(f, 1)
}

// refusal is the body of an error: https://docs.dev.runwayml.com/errors/errors/
type refusal struct {
	Error  json.RawMessage `json:"error"` // a text, where the page is right
	Issues json.RawMessage `json:"issues"`
}

// says is the refusal in one line.
func (r refusal) says() string {
	said := string(r.Error)
	var text string
	if json.Unmarshal(r.Error, &text) == nil {
		said = text
	}
	if len(r.Issues) > 0 && string(r.Issues) != "null" && string(r.Issues) != "[]" {
		said += ": " + string(r.Issues)
	}
	return said
}
