// Package minimax speaks lines with MiniMax's T2A v2 without streaming: one
// request, and WAV in hex in its answer. It makes takes no more than package
// internal/provider/minimax speaks, and makes no voices; one that was cloned or
// designed is named like any other. A Speech of it has no clauses: the API's own
// subtitles are of sentences, and behind another address.
//
// https://platform.minimax.io/docs/api-reference/speech-t2a-http
package minimax

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/internal/voice/online"
	"github.com/dailies/dailies/internal/voice/pcm"
)

// The international site, and what it is asked for when the studio says nothing.
// Keys are of one site only; the Chinese one is https://api.minimaxi.com.
const (
	DefaultBase    = "https://api.minimax.io"
	DefaultModel   = "speech-2.8-hd"
	DefaultChinese = "male-qn-qingse"
	DefaultOther   = "English_expressive_narrator"
)

// Limits of the API's reference.
const (
	maxText            = 9999 // characters: fewer than 10,000
	minSpeed, maxSpeed = 0.5, 2.0
	maxPitch           = 12    // semitones, up and down
	sampleRate         = 32000 // Hz; the API's own default
	maxAnswer          = 96 << 20
)

// Options say who speaks, and who pays.
type Options struct {
	BaseURL string // empty: DefaultBase
	Model   string // empty: DefaultModel
	Key     string // of the same site
}

// Speaker speaks with one site of MiniMax. It is safe for concurrent use.
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
		return nil, fmt.Errorf("make voice minimax: %w", err)
	}
	s := &Speaker{model: o.Model, key: o.Key != ""}
	if s.model == "" {
		s.model = DefaultModel
	}
	s.client = wire.Client{Base: base, Explain: explain, MaxAnswer: maxAnswer, Secrets: []string{o.Key}, Sign: wire.Bearer(o.Key)}
	return s, nil
}

// Name is "minimax".
func (s *Speaker) Name() string { return "minimax" }

// Deterministic is false: every call speaks anew.
func (s *Speaker) Deterministic() bool { return false }

// Speak speaks one line with one request. Pitch 50 is the voice's own, 1 and 99
// are an octave down and up. The API takes no direction in words; a Tone that is
// one of its emotions is sent as that. Errors are *provider.Error.
func (s *Speaker) Speak(ctx context.Context, r voice.Request) (voice.Speech, error) {
	if !s.key {
		return voice.Speech{}, online.NoKey("MiniMax")
	}
	text, err := online.Text(r.Text, maxText)
	if err != nil {
		return voice.Speech{}, err
	}
	ask := request{
		Model: s.model, Text: text, Output: "hex", Language: s.language(r.Language),
		Voice: voiceSetting{ID: r.Name, Speed: online.Speed(r.Rate, minSpeed, maxSpeed), Pitch: semitones(r.Pitch), Emotion: emotion(r.Tone)},
		Audio: audioSetting{Rate: sampleRate, Format: "wav", Channels: 1},
	}
	if ask.Voice.ID == "" {
		ask.Voice.ID = defaultVoice(r.Language)
	}
	ctx, cancel := online.Within(ctx)
	defer cancel()
	a, err := s.client.Do(ctx, wire.Request{Op: online.Op, Method: http.MethodPost, Path: "/v1/t2a_v2", Body: ask})
	if err != nil {
		return voice.Speech{}, withVoices(err)
	}
	samples, rate, err := s.sound(a)
	if err != nil {
		return voice.Speech{}, withVoices(err)
	}
	speech, _, err := online.Speech(samples, rate)
	return speech, err
}

// sound reads an answer, whose no has a good status too.
func (s *Speaker) sound(a wire.Answer) ([]int16, int, error) {
	var got answer
	if err := json.Unmarshal(a.Body, &got); err != nil {
		return nil, 0, online.NoSound(&s.client, a, err)
	}
	switch {
	case got.Base.Code != "" && got.Base.Code != "0":
		return nil, 0, s.client.Refuse(online.Op, a, explain(a.Status, a.Body))
	case got.Data == nil || got.Data.Audio == "":
		return nil, 0, online.NoSound(&s.client, a, errors.New("it has no data"))
	case got.Data.Status == inParts:
		return nil, 0, online.NoSound(&s.client, wire.Answer{Status: a.Status, Header: a.Header}, errors.New("it is a part"))
	}
	raw, err := hex.DecodeString(got.Data.Audio)
	got.Data.Audio = ""
	if err != nil {
		return nil, 0, online.NoSound(&s.client, wire.Answer{Status: a.Status, Header: a.Header}, err)
	}
	samples, rate, err := pcm.ReadWAV(raw)
	if err != nil {
		return nil, 0, online.NoSound(&s.client, wire.Answer{Status: a.Status, Header: a.Header, Body: raw}, err)
	}
	return samples, rate, nil
}

// semitones is a pitch of 1..99 in the API's steps; 0 is the voice's own.
func semitones(pitch int) int {
	if pitch <= 0 {
		return 0
	}
	return int(math.Round(float64(min(pitch, 99)-50) * maxPitch / 49))
}

// emotion is a tone that is one of the API's words.
func emotion(tone string) string {
	switch word := strings.ToLower(strings.TrimSpace(tone)); word {
	case "happy", "sad", "angry", "fearful", "disgusted", "surprised", "calm":
		return word
	}
	return ""
}

// defaultVoice is the voice of the API's own examples. Both speak every language.
func defaultVoice(tag string) string {
	if l := online.Language(tag); l == "zh" || l == "yue" {
		return DefaultChinese
	}
	return DefaultOther
}

// withVoices says where the voices are listed.
func withVoices(err error) error {
	var e *provider.Error
	if errors.As(err, &e) && e.Kind == provider.KindInvalid && strings.Contains(strings.ToLower(e.Message), "voice") {
		e.Message += "; male-qn-qingse and English_expressive_narrator are voices, POST /v1/get_voice lists all"
	}
	return err
}

var (
	_ voice.Speaker  = (*Speaker)(nil)
	_ voice.Linguist = (*Speaker)(nil)
)
