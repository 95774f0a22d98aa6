// Package elevenlabs speaks lines with ElevenLabs, with times: one request, and
// in its answer PCM and when each character is spoken, from which come a Speech's
// clauses. It does not stream. The API has no pitch and takes no direction in
// words (models that read audio tags find them in the text itself).
//
// https://elevenlabs.io/docs/api-reference/text-to-speech/convert-with-timestamps
package elevenlabs

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/internal/voice/line"
	"github.com/dailies/dailies/internal/voice/online"
	"github.com/dailies/dailies/internal/voice/pcm"
)

// The service, and what it is asked for when the studio says nothing.
const (
	DefaultBase  = "https://api.elevenlabs.io"
	DefaultModel = "eleven_multilingual_v2"
	DefaultVoice = "JBFqnCBsd6RMkjVDRZzb" // George, of the quickstart; speaks every language
)

// Limits of the API's reference.
const (
	minSpeed, maxSpeed = 0.7, 1.2
	sampleRate         = 24000 // Hz: the best PCM that every plan has
	format             = "pcm_24000"
	maxAnswer          = 64 << 20
)

// maxText is how many characters a model takes:
// https://elevenlabs.io/docs/overview/models
func maxText(model string) int {
	switch model {
	case "eleven_flash_v2_5", "eleven_turbo_v2_5":
		return 40000
	case "eleven_flash_v2", "eleven_turbo_v2":
		return 30000
	case "eleven_v3":
		return 5000
	}
	return 10000
}

// Options say who speaks, and who pays.
type Options struct {
	BaseURL string // empty: DefaultBase
	Model   string // empty: DefaultModel
	Key     string
}

// Speaker speaks with one account. It is safe for concurrent use.
type Speaker struct {
	client wire.Client
	model  string
	key    bool
}

// New makes a Speaker without reaching out. It errs when the base URL is no web
// address.
func New(o Options) (*Speaker, error) {
	base, err := wire.Base(o.BaseURL, DefaultBase)
	if err != nil {
		return nil, fmt.Errorf("make voice elevenlabs: %w", err)
	}
	s := &Speaker{model: o.Model, key: o.Key != ""}
	if s.model == "" {
		s.model = DefaultModel
	}
	s.client = wire.Client{Base: strings.TrimSuffix(base, "/v1"), Explain: explain, MaxAnswer: maxAnswer, Secrets: []string{o.Key}, Sign: func(r *http.Request) error {
		r.Header.Set("xi-api-key", o.Key)
		return nil
	}}
	return s, nil
}

// Name is "elevenlabs".
func (s *Speaker) Name() string { return "elevenlabs" }

// Deterministic is false: every call speaks anew.
func (s *Speaker) Deterministic() bool { return false }

// voiceID keeps a voice from being a path.
var voiceID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// Speak speaks one line with one request. A voice is named by its id. Errors are
// *provider.Error.
func (s *Speaker) Speak(ctx context.Context, r voice.Request) (voice.Speech, error) {
	if !s.key {
		return voice.Speech{}, online.NoKey("ElevenLabs")
	}
	text, err := online.Text(r.Text, maxText(s.model))
	if err != nil {
		return voice.Speech{}, err
	}
	name := r.Name
	if name == "" {
		name = DefaultVoice
	}
	if !voiceID.MatchString(name) {
		return voice.Speech{}, online.Invalid("voice %q is not the id of a voice; %s", line.Shorten(name), whereVoices)
	}
	ask := request{Text: text, Model: s.model, Language: s.language(r.Language)}
	if speed := online.Speed(r.Rate, minSpeed, maxSpeed); speed != 0 {
		ask.Settings = &settings{Speed: speed}
	}
	ctx, cancel := online.Within(ctx)
	defer cancel()
	a, err := s.client.Do(ctx, wire.Request{
		Op: online.Op, Method: http.MethodPost, Path: "/v1/text-to-speech/" + name + "/with-timestamps", Query: url.Values{"output_format": {format}}, Body: ask,
	})
	if err != nil {
		return voice.Speech{}, withVoices(err)
	}
	return s.speech(a, text)
}

// speech reads an answer.
func (s *Speaker) speech(a wire.Answer, text string) (voice.Speech, error) {
	var got answer
	if err := json.Unmarshal(a.Body, &got); err != nil {
		return voice.Speech{}, online.NoSound(&s.client, a, err)
	}
	if got.Audio == "" {
		return voice.Speech{}, online.NoSound(&s.client, a, errors.New("it has no audio"))
	}
	raw, err := base64.StdEncoding.DecodeString(got.Audio)
	var samples []int16
	if err == nil {
		samples, err = pcm.Read(raw)
	}
	if err == nil {
		err = got.Alignment.within(len(samples))
	}
	if err != nil {
		return voice.Speech{}, online.NoSound(&s.client, wire.Answer{Status: a.Status, Header: a.Header}, err)
	}
	speech, cut, err := online.Speech(samples, sampleRate)
	if err != nil {
		return voice.Speech{}, err
	}
	speech.Clauses = clauses(text, got.Alignment, cut, len(speech.Samples))
	return speech, nil
}

// language is the two letters that the API takes. Multilingual v2 takes none, and
// the reference names no code for Cantonese.
func (s *Speaker) language(tag string) string {
	l := online.Language(tag)
	if s.model == "eleven_multilingual_v2" || len(l) != 2 {
		return ""
	}
	if l == "nb" {
		return "no"
	}
	return l
}

// Languages are those of the model, where its page lists them (checked 2026-11-29):
// https://elevenlabs.io/docs/overview/models
func (s *Speaker) Languages() []string {
	const v2 = "ar bg cs da de el en es fi fil fr hi hr id it ja ko ms nl pl pt ro ru sk sv ta tr uk zh"
	switch s.model {
	case "eleven_multilingual_v2":
		return strings.Fields(v2)
	case "eleven_flash_v2_5", "eleven_turbo_v2_5":
		return slices.Sorted(slices.Values(strings.Fields(v2 + " hu nb vi")))
	case "eleven_flash_v2", "eleven_turbo_v2":
		return []string{"en"}
	}
	return nil // eleven_v3 speaks over 70
}

const whereVoices = "My Voices and GET /v1/voices list the ids, such as " + DefaultVoice

// withVoices says where the voices are listed.
func withVoices(err error) error {
	var e *provider.Error
	if errors.As(err, &e) && e.Kind == provider.KindInvalid && strings.Contains(strings.ToLower(e.Code+e.Message), "voice") {
		e.Message += "; " + whereVoices
	}
	return err
}

var (
	_ voice.Speaker  = (*Speaker)(nil)
	_ voice.Linguist = (*Speaker)(nil)
)
