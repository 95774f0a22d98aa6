// Package openai is a judge behind any chat completions API in OpenAI's form that
// takes pictures: OpenAI itself, Qwen-VL on DashScope, Doubao on Ark, OpenRouter,
// vLLM, SGLang, Ollama. The request holds only what every one of them knows, so
// neither a limit of tokens (two names for it), nor a temperature (refused by
// models that reason), nor a format of the answer (three dialects) is asked for.
// https://platform.openai.com/docs/api-reference/chat/create
package openai

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/judge"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
	"github.com/dailies/dailies/internal/provider/wire/compat"
)

// op is what wire calls our requests: nothing is bought that could be lost.
const op wire.Op = "look"

const (
	maxAnswer = 1 << 20 // bytes of a completion with all around it
	// minVideo is the shortest clip that Qwen-VL takes:
	// https://help.aliyun.com/zh/model-studio/vision
	minVideo = 2 * time.Second
)

// Options say which model is asked, and where.
type Options struct {
	BaseURL string // up to and without /chat/completions
	Model   string
	Key     string // empty: none is sent, for servers of one's own
}

// Judge asks one model.
type Judge struct {
	api   wire.Client
	model string
	video bool // the model takes clips by URL
}

// New makes a judge. It asks nothing yet.
func New(o Options) *Judge {
	j := &Judge{model: o.Model, video: takesVideo(o.Model)}
	j.api = wire.Client{
		Base:    strings.TrimSuffix(strings.TrimSuffix(o.BaseURL, "/"), "/chat/completions"),
		Explain: compat.Explain, Secrets: []string{o.Key}, MaxAnswer: maxAnswer,
	}
	if o.Key != "" {
		j.api.Header = map[string]string{"Authorization": "Bearer " + o.Key}
	}
	return j
}

var _ judge.Judge = (*Judge)(nil)

// takesVideo says whether a model is one of Qwen-VL, which reads video_url.
func takesVideo(model string) bool {
	model = strings.ToLower(model)
	return strings.Contains(model, "qwen") && strings.Contains(model, "vl")
}

// Look asks once.
func (j *Judge) Look(ctx context.Context, r judge.Request) (judge.Opinion, error) {
	video := j.video && r.Length >= minVideo && judge.Public(r.ClipURL)
	if !video && len(r.Frames) == 0 {
		return judge.Opinion{}, &provider.Error{Kind: provider.KindInvalid, Op: string(op), Message: "there is no picture to show"}
	}
	var parts []part
	sheets, err := judge.Sheets(r)
	if video {
		parts = append(parts, part{Type: "video_url", Video: &link{URL: r.ClipURL}})
		sheets, err = judge.Sheets(judge.Request{References: r.References})
	}
	if err != nil {
		return judge.Opinion{}, j.fail(provider.KindFailed, "%v", err)
	}
	said, err := j.ask(ctx, judge.Ask(r, video), parts, sheets)
	if err != nil {
		return judge.Opinion{}, err
	}
	o, err := judge.Parse(said, judge.Questions(r.Brief))
	if err != nil {
		return judge.Opinion{}, j.fail(provider.KindFailed, "%v", err)
	}
	for i, reason := range o.Reasons {
		o.Reasons[i] = j.api.Clean(reason)
	}
	for i, g := range o.Grades {
		o.Grades[i].Why, o.Grades[i].At = j.api.Clean(g.Why), j.api.Clean(g.At)
	}
	return o, nil
}

// Compare implements judge.Comparer. Both takes are shown as pictures.
func (j *Judge) Compare(ctx context.Context, d judge.Duel) (judge.Choice, error) {
	if len(d.First.Frames) == 0 || len(d.Second.Frames) == 0 {
		return "", &provider.Error{Kind: provider.KindInvalid, Op: string(op), Message: "there is no picture to show"}
	}
	sheets, err := judge.DuelSheets(d)
	if err != nil {
		return "", j.fail(provider.KindFailed, "%v", err)
	}
	said, err := j.ask(ctx, judge.AskDuel(d), nil, sheets)
	if err != nil {
		return "", err
	}
	c, err := judge.ParseDuel(said)
	if err != nil {
		return "", j.fail(provider.KindFailed, "%v", err)
	}
	return c, nil
}

// Model implements judge.Named.
func (j *Judge) Model() string { return j.model }

func (j *Judge) fail(kind provider.Kind, format string, args ...any) error {
	return &provider.Error{Kind: kind, Op: string(op), Message: j.api.Clean(fmt.Sprintf(format, args...))}
}

// ask sends a question with its sheets and gives the model's words.
func (j *Judge) ask(ctx context.Context, q judge.Prompt, parts []part, sheets [][]byte) (string, error) {
	for _, s := range sheets {
		parts = append(parts, part{Type: "image_url", Image: &link{URL: "data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(s)}})
	}
	parts = append(parts, part{Type: "text", Text: q.User})
	a, err := j.api.Do(ctx, wire.Request{Op: op, Method: http.MethodPost, Path: "/chat/completions", Body: request{
		Model: j.model, Messages: []message{{Role: "system", Content: q.System}, {Role: "user", Content: parts}},
	}})
	if err != nil {
		return "", err
	}
	return j.read(a)
}

// read takes the model's words out of a completion.
func (j *Judge) read(a wire.Answer) (string, error) {
	fail := func(kind provider.Kind, format string, args ...any) (string, error) {
		return "", j.fail(kind, format, args...)
	}
	var c completion
	if err := json.Unmarshal(a.Body, &c); err != nil {
		return fail(provider.KindFailed, "the server's answer is no chat completion")
	}
	if len(c.Choices) == 0 {
		if no := compat.Explain(a.Status, a.Body); no.Message != "" || no.Code != "" {
			return "", j.api.Refuse(op, a, no) // some say no with HTTP 200
		}
		return fail(provider.KindFailed, "the server's answer holds no choice")
	}
	first := c.Choices[0]
	switch {
	case first.Finish == "content_filter":
		return fail(provider.KindRefused, "the model's filter held the answer back")
	case first.Message.Refusal != "":
		return fail(provider.KindRefused, "the model refuses: %s", first.Message.Refusal)
	case first.Finish == "length":
		return fail(provider.KindFailed, "the answer was cut off by a limit of tokens")
	}
	return string(first.Message.Content), nil
}
