// Package openai speaks lines with the /v1/audio/speech API: OpenAI's own, or a
// server of the studio's that has the same (vLLM-Omni with Qwen3-TTS, CosyVoice
// or another open model). It asks for WAV, which says its rate itself. It does
// not stream, and gets no times: a Speech of it has no clauses.
//
// https://platform.openai.com/docs/api-reference/audio/createSpeech
// https://docs.vllm.ai/projects/vllm-omni/en/latest/serving/speech_api/
package openai

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/dailies/dailies/internal/provider/wire"
	"github.com/dailies/dailies/internal/provider/wire/compat"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/internal/voice/online"
	"github.com/dailies/dailies/internal/voice/pcm"
)

// OpenAI's own service, and what it is asked for when the studio says nothing.
// Other servers are then left to choose themselves.
const (
	DefaultBase  = "https://api.openai.com/v1"
	DefaultModel = "gpt-4o-mini-tts"
	DefaultVoice = "alloy"
)

// Limits of the API's reference.
const (
	maxText            = 4096 // characters
	minSpeed, maxSpeed = 0.25, 4.0
	maxAnswer          = 64 << 20 // bytes: the longest line at 48 kHz
)

// Options say who speaks, and who pays.
type Options struct {
	BaseURL string // with or without /v1; empty: DefaultBase
	Model   string // empty: DefaultModel, or whatever another server has
	Key     string // empty: a server of one's own may need none
}

// Speaker speaks with one server. It is safe for concurrent use.
type Speaker struct {
	client wire.Client
	model  string
	own    bool // OpenAI's own service
	key    bool
}

// New makes a Speaker without reaching out. It errs when the base URL is no web
// address.
func New(o Options) (*Speaker, error) {
	base, err := wire.Base(o.BaseURL, DefaultBase)
	if err != nil {
		return nil, fmt.Errorf("make voice openai: %w", err)
	}
	base = strings.TrimSuffix(base, "/v1") + "/v1"
	s := &Speaker{model: o.Model, own: openAI(base), key: o.Key != ""}
	if s.model == "" && s.own {
		s.model = DefaultModel
	}
	s.client = wire.Client{Base: base, Explain: compat.Explain, MaxAnswer: maxAnswer}
	if s.key {
		s.client.Secrets = []string{o.Key}
		s.client.Sign = wire.Bearer(o.Key)
	}
	return s, nil
}

// openAI says whether an address is OpenAI's, of whatever region.
func openAI(base string) bool {
	u, err := url.Parse(base)
	return err == nil && (u.Hostname() == "openai.com" || strings.HasSuffix(u.Hostname(), ".openai.com"))
}

// Name is "openai".
func (s *Speaker) Name() string { return "openai" }

// Deterministic is false: every call speaks anew.
func (s *Speaker) Deterministic() bool { return false }

// Speak speaks one line with one request. Tone goes along as instructions, which
// the models tts-1 and tts-1-hd do not take. The API has no pitch and takes the
// language from the text. Errors are *provider.Error.
func (s *Speaker) Speak(ctx context.Context, r voice.Request) (voice.Speech, error) {
	if s.own && !s.key {
		return voice.Speech{}, online.NoKey("OpenAI")
	}
	text, err := online.Text(r.Text, maxText)
	if err != nil {
		return voice.Speech{}, err
	}
	ask := request{Model: s.model, Input: text, Voice: r.Name, Format: "wav", Speed: online.Speed(r.Rate, minSpeed, maxSpeed)}
	if ask.Voice == "" && s.own {
		ask.Voice = DefaultVoice
	}
	if !strings.HasPrefix(s.model, "tts-1") {
		ask.Instructions = r.Tone
	}
	ctx, cancel := online.Within(ctx)
	defer cancel()
	a, err := s.client.Do(ctx, wire.Request{Op: online.Op, Method: http.MethodPost, Path: "/audio/speech", Body: ask})
	if err != nil {
		return voice.Speech{}, err
	}
	samples, rate, err := pcm.ReadWAV(a.Body)
	if err != nil {
		return voice.Speech{}, online.NoSound(&s.client, a, err)
	}
	speech, _, err := online.Speech(samples, rate)
	return speech, err
}

var _ voice.Speaker = (*Speaker)(nil)
