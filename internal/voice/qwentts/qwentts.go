// Package qwentts speaks lines with Qwen-TTS at Alibaba Cloud Model Studio
// (Bailian), by its DashScope API without streaming: one request that names the
// sound's address, and a download of it. It is not CosyVoice and not
// Qwen-Audio-TTS, which have other paths. It makes no voices; one that was cloned
// or designed in the console is named like any other, with the model that it was
// made for. The API gives no times, so a Speech of it has no clauses, and has
// neither speed nor pitch: an instruct model takes both as Tone.
//
// https://help.aliyun.com/zh/model-studio/non-realtime-tts-user-guide
package qwentts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/internal/voice/online"
	"github.com/dailies/dailies/internal/voice/pcm"
)

// The API in Beijing, and what it is asked for when the studio says nothing.
// Model, host and key must be of one region.
const (
	DefaultBase  = "https://dashscope.aliyuncs.com/api/v1"
	DefaultModel = "qwen3-tts-flash"
	DefaultVoice = "Cherry" // speaks every language
)

// Limits of the guide.
const (
	maxText  = 600      // characters
	maxTone  = 1600     // tokens, of which a character is at most about one
	maxSound = 64 << 20 // bytes: the longest line at 48 kHz
)

// Options say who speaks, and who pays.
type Options struct {
	BaseURL string // with /api/v1; empty: DefaultBase
	Model   string // empty: DefaultModel
	Key     string // of Model Studio, sk-…
	FakeIP  bool   // the sound may lie at an address that a proxy made up
}

// Speaker speaks with one account. It is safe for concurrent use.
type Speaker struct {
	client wire.Client
	model  string
	key    bool
	fakeIP bool
}

// New makes a Speaker without reaching out. It errs when the base URL is no web
// address.
func New(o Options) (*Speaker, error) {
	base, err := wire.Base(o.BaseURL, DefaultBase)
	if err != nil {
		return nil, fmt.Errorf("make voice qwen-tts: %w", err)
	}
	s := &Speaker{model: o.Model, key: o.Key != "", fakeIP: o.FakeIP}
	if s.model == "" {
		s.model = DefaultModel
	}
	s.client = wire.Client{Base: base, Explain: explain, Secrets: []string{o.Key}, Sign: wire.Bearer(o.Key)}
	return s, nil
}

// Name is "qwen-tts".
func (s *Speaker) Name() string { return "qwen-tts" }

// Deterministic is false: every call speaks anew.
func (s *Speaker) Deterministic() bool { return false }

// Speak speaks one line. Tone goes along as instructions if the model is one that
// takes them (…-instruct-…). Errors are *provider.Error.
func (s *Speaker) Speak(ctx context.Context, r voice.Request) (voice.Speech, error) {
	if !s.key {
		return voice.Speech{}, online.NoKey("Model Studio")
	}
	text, err := online.Text(r.Text, maxText)
	if err != nil {
		return voice.Speech{}, err
	}
	ask := request{Model: s.model, Input: input{Text: text, Voice: r.Name, Language: language(r.Language)}}
	if ask.Input.Voice == "" {
		ask.Input.Voice = DefaultVoice
	}
	if strings.Contains(s.model, "instruct") {
		if n := utf8.RuneCountInString(r.Tone); n > maxTone {
			return voice.Speech{}, online.Invalid("the tone has %d characters; the model reads at most %d", n, maxTone)
		}
		ask.Input.Instructions = r.Tone
	}
	ctx, cancel := online.Within(ctx)
	defer cancel()
	at, err := s.ask(ctx, ask)
	if err != nil {
		return voice.Speech{}, withVoices(err)
	}
	sound, err := s.fetch(ctx, at)
	if err != nil {
		return voice.Speech{}, err
	}
	samples, rate, err := pcm.ReadWAV(sound)
	if err != nil {
		return voice.Speech{}, online.NoSound(&s.client, wire.Answer{Status: http.StatusOK, Body: sound}, err)
	}
	speech, _, err := online.Speech(samples, rate)
	return speech, err
}

// ask has the line spoken and says where the sound is.
func (s *Speaker) ask(ctx context.Context, ask request) (string, error) {
	a, err := s.client.Do(ctx, wire.Request{Op: online.Op, Method: http.MethodPost, Path: "/services/aigc/multimodal-generation/generation", Body: ask})
	if err != nil {
		return "", err
	}
	var got answer
	if err := json.Unmarshal(a.Body, &got); err != nil {
		return "", online.NoSound(&s.client, a, err)
	}
	if got.Output.Audio.URL == "" {
		return "", online.NoSound(&s.client, a, errors.New("it names no address"))
	}
	return secure(got.Output.Audio.URL, s.client.Base), nil
}

// fetch reads the whole sound. Its host is not told the key.
func (s *Speaker) fetch(ctx context.Context, at string) ([]byte, error) {
	body, err := s.client.Result(ctx, provider.Status{FakeIP: s.fakeIP}, at, false)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	sound, err := io.ReadAll(io.LimitReader(body, maxSound+1))
	switch {
	case err != nil:
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return nil, &provider.Error{Kind: provider.KindTransient, Op: string(wire.Fetch), Message: s.client.Clean(fmt.Sprintf("read the sound: %v", err)), Err: err}
	case len(sound) > maxSound:
		return nil, &provider.Error{Kind: provider.KindTransient, Op: string(wire.Fetch), Message: fmt.Sprintf("the sound is over %d bytes long", maxSound)}
	}
	return sound, nil
}

// secure makes a result's address as secure as the API's: the vendor's documented
// answers have http://, which the same hosts serve as https:// too, and which many
// a proxy lets no sound through.
func secure(result, base string) string {
	if rest, plain := strings.CutPrefix(result, "http://"); plain && strings.HasPrefix(base, "https://") {
		return "https://" + rest
	}
	return result
}

// withVoices adds what there is to an error about a voice.
func withVoices(err error) error {
	var e *provider.Error
	if errors.As(err, &e) && e.Kind == provider.KindInvalid && strings.Contains(strings.ToLower(e.Message), "voice") {
		e.Message += "; among the voices are " + strings.Join(voices, ", ")
	}
	return err
}

// voices are some that exist: https://help.aliyun.com/zh/model-studio/non-realtime-tts-user-guide
var voices = []string{
	"Cherry", "Serena", "Ethan", "Chelsie", "Ryan", "Jennifer", "Neil", "Elias", "Momo", "Vivian", "Moon", "Maia", "Kai", "Katerina", "Bella",
	"Eldric Sage", "Vincent", "Jada", "Dylan", "Sunny", "Eric", "Rocky", "Kiki",
}

// languages are the words of language_type. Cantonese is Chinese: which of the two
// is spoken is the voice's doing.
var languages = map[string]string{
	"zh": "Chinese", "yue": "Chinese", "en": "English", "de": "German", "it": "Italian", "pt": "Portuguese", "es": "Spanish",
	"ja": "Japanese", "ko": "Korean", "fr": "French", "ru": "Russian",
}

// Languages are those of language_type.
func (s *Speaker) Languages() []string { return slices.Sorted(maps.Keys(languages)) }

func language(tag string) string {
	if word := languages[online.Language(tag)]; word != "" {
		return word
	}
	return "Auto"
}

var (
	_ voice.Speaker  = (*Speaker)(nil)
	_ voice.Linguist = (*Speaker)(nil)
)
