// Package qwen listens with Qwen3-ASR on DashScope, by the chat completions that it has
// there: one call, the sound within it. It hears Mandarin and its dialects best, and
// tells no times of words. Beijing and Singapore have it.
//
// https://help.aliyun.com/zh/model-studio/qwen-asr-api-reference
// https://www.alibabacloud.com/help/en/model-studio/qwen-asr-api-reference
package qwen

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/listen"
	"github.com/dailies/dailies/internal/listen/online"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
	"github.com/dailies/dailies/internal/provider/wire/compat"
)

// DashScope in Beijing, and the model that is asked for when the studio says nothing.
const (
	DefaultBase  = "https://dashscope.aliyuncs.com/compatible-mode/v1"
	DefaultModel = "qwen3-asr-flash"
)

// maxSound is the largest file, bytes: 10 MB, as text.
const maxSound = 7_000_000

// Options say who listens, and who pays.
type Options struct {
	BaseURL string // up to and without /chat/completions; empty: DefaultBase
	Model   string // empty: DefaultModel
	Key     string
}

// Listener asks one model.
type Listener struct {
	client wire.Client
	model  string
	key    bool
}

// New makes a Listener without reaching out. It errs when the base URL is no web
// address.
func New(o Options) (*Listener, error) {
	base, err := wire.Base(o.BaseURL, DefaultBase)
	if err != nil {
		return nil, fmt.Errorf("make listener qwen-asr: %w", err)
	}
	l := &Listener{model: o.Model, key: o.Key != ""}
	if l.model == "" {
		l.model = DefaultModel
	}
	l.client = wire.Client{
		Base: strings.TrimSuffix(base, "/chat/completions"), Explain: compat.Explain, MaxAnswer: online.MaxAnswer,
		Secrets: []string{o.Key}, Sign: wire.Bearer(o.Key),
	}
	return l, nil
}

var _ listen.Transcriber = (*Listener)(nil)

// Model is the model's name.
func (l *Listener) Model() string { return l.model }

type request struct {
	Model    string    `json:"model"`
	Stream   bool      `json:"stream"`
	Messages []message `json:"messages"`
	Options  options   `json:"asr_options"`
}

type message struct {
	Role    string `json:"role"`
	Content []part `json:"content"` // a list, in the system's message too
}

type part struct {
	Type  string `json:"type"` // text, input_audio
	Text  string `json:"text,omitempty"`
	Audio *audio `json:"input_audio,omitempty"`
}

type audio struct {
	Data string `json:"data"` // a data URL
}

type options struct {
	Language string `json:"language,omitempty"`
	// ITN writes numbers as digits; without it they are written as they were said.
	ITN bool `json:"enable_itn"`
}

// Hear asks once.
func (l *Listener) Hear(ctx context.Context, s listen.Sound, h listen.Hint) (listen.Transcript, error) {
	if !l.key {
		return listen.Transcript{}, online.NoKey("DashScope")
	}
	if err := online.Check(s, maxSound); err != nil {
		return listen.Transcript{}, err
	}
	ctx, cancel := online.Within(ctx)
	defer cancel()
	r := request{Model: l.model, Options: options{Language: online.Language(h.Language)}}
	if terms := online.Terms(h); terms != "" {
		r.Messages = append(r.Messages, message{Role: "system", Content: []part{{Type: "text", Text: terms}}})
	}
	r.Messages = append(r.Messages, message{Role: "user", Content: []part{
		{Type: "input_audio", Audio: &audio{Data: "data:audio/wav;base64," + base64.StdEncoding.EncodeToString(s.WAV())}},
	}})
	a, err := l.client.Do(ctx, wire.Request{Op: online.Op, Method: http.MethodPost, Path: "/chat/completions", Body: r})
	if err != nil {
		return listen.Transcript{}, err
	}
	return l.read(a, s.Length())
}

type completion struct {
	Choices []struct {
		Finish  string `json:"finish_reason"`
		Message struct {
			Content     json.RawMessage `json:"content"` // a text, or a list of parts
			Annotations []struct {
				Language string `json:"language"`
			} `json:"annotations"`
		} `json:"message"`
	} `json:"choices"`
}

func (l *Listener) read(a wire.Answer, length time.Duration) (listen.Transcript, error) {
	var c completion
	if err := json.Unmarshal(a.Body, &c); err != nil {
		return listen.Transcript{}, online.NoTranscript(&l.client, a, "it is no chat completion")
	}
	if len(c.Choices) == 0 {
		return listen.Transcript{}, online.NoTranscript(&l.client, a, "it holds no choice")
	}
	first := c.Choices[0]
	if first.Finish == "content_filter" {
		return listen.Transcript{}, &provider.Error{Kind: provider.KindRefused, Op: string(online.Op), Message: "the listener's filter held the words back"}
	}
	text, ok := contents(first.Message.Content)
	if !ok {
		return listen.Transcript{}, online.NoTranscript(&l.client, a, "it has no text")
	}
	t := listen.Transcript{Text: text}
	for _, n := range first.Message.Annotations {
		if n.Language != "" {
			t.Language = n.Language
		}
	}
	return online.Clean(&l.client, t, length), nil
}

// contents is a text, or the texts of a list of parts; false: it is neither.
func contents(raw json.RawMessage) (string, bool) {
	var text *string
	if json.Unmarshal(raw, &text) == nil {
		if text == nil {
			return "", false
		}
		return *text, true
	}
	var parts []struct {
		Text string `json:"text"`
	}
	if json.Unmarshal(raw, &parts) != nil {
		return "", false
	}
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Text)
	}
	return b.String(), true
}
