// Package speech emulates who speaks and who listens for a studio: the speech and the
// transcriptions of OpenAI's API (https://platform.openai.com/docs/api-reference/audio),
// and Qwen3-ASR on DashScope (https://help.aliyun.com/zh/model-studio/qwen-asr-api-reference).
// It hears what is spoken in the tongue of emulated vendors, and nothing else. It is no
// part of the program.
package speech

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/voice/pcm"
	"github.com/dailies/dailies/test/vendors/tongue"
)

// Options are one account.
type Options struct {
	Key    string
	Tongue *tongue.Tongue
	Seed   uint64
	// Faults is the share of requests that are answered 500 or 429. Nothing is sold then.
	Faults float64
	// PerMinute is the price of a minute of sound that is listened to, of which every
	// second begun counts, and PerThousand that of so many characters that are spoken, in
	// micro-units.
	PerMinute, PerThousand int64
}

// Vendor is one account. Its methods are safe for concurrent use.
type Vendor struct {
	opts Options
	mux  *http.ServeMux

	mu            sync.Mutex
	rng           *rand.Rand
	heard         []string
	listen, speak int64
	answers       map[string]int
	refused       []string
}

// New opens an account.
func New(o Options) *Vendor {
	b := &Vendor{opts: o, mux: http.NewServeMux(), rng: rand.New(rand.NewPCG(o.Seed, 9)), answers: map[string]int{}} //nolint:gosec // a test wants the same chances again
	b.mux.HandleFunc("POST /v1/audio/transcriptions", b.transcribe)
	b.mux.HandleFunc("POST /v1/audio/speech", b.say)
	b.mux.HandleFunc("POST /compatible-mode/v1/chat/completions", b.chat)
	b.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { b.refuse(w, "no such path: "+r.URL.Path) })
	return b
}

// ServeHTTP answers with the day's faults.
func (b *Vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 64<<20))
	if err != nil {
		return // the client is gone
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	b.mu.Lock()
	bad := b.rng.Float64() < b.opts.Faults
	throttled := b.rng.IntN(2) == 0
	b.mu.Unlock()
	switch {
	case r.Header.Get("Authorization") != "Bearer "+b.opts.Key:
		b.answer(w, http.StatusUnauthorized, problem("invalid_api_key", "Incorrect API key provided."))
	case bad && throttled:
		b.answer(w, http.StatusTooManyRequests, problem("rate_limit_exceeded", "Rate limit reached."))
	case bad:
		b.answer(w, http.StatusInternalServerError, problem("server_error", "The server had an error."))
	default:
		b.mux.ServeHTTP(w, r)
	}
}

func problem(code, message string) any {
	return map[string]any{"error": map[string]any{"code": code, "message": message, "type": code, "param": nil}}
}

func (b *Vendor) answer(w http.ResponseWriter, status int, v any) {
	b.mu.Lock()
	b.answers[http.StatusText(status)]++
	b.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client may be gone
}

// refuse answers a request that is wrong, and records it.
func (b *Vendor) refuse(w http.ResponseWriter, why string) {
	b.mu.Lock()
	b.refused = append(b.refused, why)
	b.mu.Unlock()
	b.answer(w, http.StatusBadRequest, problem("invalid_request_error", why))
}

// Books are what listening and speaking cost so far, in micro-units, and what was heard.
func (b *Vendor) Books() (listened, spoken int64, heard []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.listen, b.speak, append([]string{}, b.heard...)
}

// Refusals are why requests were refused, and Answers how often each answer was given.
func (b *Vendor) Refusals() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string{}, b.refused...)
}

// Answers are how often each status was answered.
func (b *Vendor) Answers() map[string]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.answers)
}

// hear writes down a WAV file, and sells that.
func (b *Vendor) hear(w http.ResponseWriter, wav []byte) (text string, words []tongue.Word, length time.Duration, ok bool) {
	samples, rate, err := pcm.ReadWAV(wav)
	if err != nil || rate < 8000 {
		b.refuse(w, "the sound cannot be read")
		return "", nil, 0, false
	}
	length = pcm.Length(len(samples), rate)
	words = b.opts.Tongue.Hear(samples, rate)
	text = written(words)
	b.mu.Lock()
	b.heard = append(b.heard, text)
	b.listen += (int64(math.Ceil(length.Seconds()))*b.opts.PerMinute + 59) / 60
	b.mu.Unlock()
	return text, words, length, true
}

// written is words as text: spaces only between those of an alphabet.
func written(words []tongue.Word) string {
	var out strings.Builder
	for _, w := range words {
		first, _ := utf8.DecodeRuneInString(w.Text)
		if out.Len() > 0 && !unicode.Is(unicode.Han, first) {
			out.WriteByte(' ')
		}
		out.WriteString(w.Text)
	}
	return out.String()
}

// transcribe is https://platform.openai.com/docs/api-reference/audio/createTranscription
func (b *Vendor) transcribe(w http.ResponseWriter, r *http.Request) {
	f, _, err := r.FormFile("file")
	if err != nil || r.FormValue("model") != "whisper-1" || r.FormValue("response_format") != "verbose_json" || r.FormValue("timestamp_granularities[]") != "word" {
		b.refuse(w, "the form is not as documented")
		return
	}
	wav, err := io.ReadAll(f)
	if err != nil {
		b.refuse(w, "the file breaks off")
		return
	}
	text, heard, length, ok := b.hear(w, wav)
	if !ok {
		return
	}
	words := []any{}
	for _, at := range heard {
		words = append(words, map[string]any{"word": at.Text, "start": at.At.Seconds(), "end": (at.At + tongue.Length).Seconds()})
	}
	b.answer(w, http.StatusOK, map[string]any{"task": "transcribe", "language": r.FormValue("language"), "duration": length.Seconds(), "text": text, "words": words})
}

// chat is Qwen3-ASR's: one sound in a message, its text in the answer.
func (b *Vendor) chat(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Model    string
		Messages []struct {
			Role    string
			Content []struct {
				Type  string
				Audio struct{ Data string } `json:"input_audio"`
			}
		}
	}
	if json.NewDecoder(r.Body).Decode(&q) != nil || q.Model != "qwen3-asr-flash" {
		b.refuse(w, "the request is not as documented")
		return
	}
	var wav []byte
	for _, m := range q.Messages {
		for _, part := range m.Content {
			if data, ok := strings.CutPrefix(part.Audio.Data, "data:audio/wav;base64,"); ok && m.Role == "user" {
				wav, _ = base64.StdEncoding.DecodeString(data) // what is no base64 is no sound
			}
		}
	}
	text, _, length, ok := b.hear(w, wav)
	if !ok {
		return
	}
	b.answer(w, http.StatusOK, map[string]any{
		"id": "chatcmpl-emulated", "object": "chat.completion", "model": q.Model,
		"choices": []any{map[string]any{"index": 0, "finish_reason": "stop", "message": map[string]any{
			"role": "assistant", "content": text, "annotations": []any{map[string]any{"type": "audio_info", "language": "zh", "emotion": "neutral"}},
		}}},
		"usage": map[string]any{"seconds": int(math.Ceil(length.Seconds()))},
	})
}

// say is https://platform.openai.com/docs/api-reference/audio/createSpeech
func (b *Vendor) say(w http.ResponseWriter, r *http.Request) {
	var q struct{ Model, Input, Voice, Instructions, Format string }
	body, err := io.ReadAll(r.Body)
	if err != nil || json.Unmarshal(bytes.ReplaceAll(body, []byte(`"response_format"`), []byte(`"format"`)), &q) != nil || q.Input == "" || q.Voice == "" || q.Format != "wav" {
		b.refuse(w, "the request is not as documented")
		return
	}
	const rate = 24_000
	length := max(tongue.Lasts(q.Input)+500*time.Millisecond, 3*time.Second)
	sound := make([]float64, int(length.Seconds()*rate))
	b.opts.Tongue.Say(sound, rate, 200*time.Millisecond, q.Input)
	out := make([]int16, len(sound))
	for i, v := range sound {
		out[i] = int16(math.Round(v * 9000))
	}
	b.mu.Lock()
	b.speak += (b.opts.PerThousand*int64(utf8.RuneCountInString(q.Input)) + 999) / 1000
	b.answers[http.StatusText(http.StatusOK)]++
	b.mu.Unlock()
	w.Header().Set("Content-Type", "audio/wav")
	_, _ = w.Write(pcm.EncodeWAV(out, rate)) // the client may be gone
}
