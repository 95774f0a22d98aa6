// Package openai listens by the /v1/audio/transcriptions API: OpenAI's own, or a server
// of the studio's that has the same (speaches and others with faster-whisper, vLLM with
// Whisper). It asks for the times of words; a server or model that has none is asked
// again for the text alone, once and from then on.
//
// https://platform.openai.com/docs/api-reference/audio/createTranscription
package openai

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/dailies/dailies/internal/listen"
	"github.com/dailies/dailies/internal/listen/online"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
	"github.com/dailies/dailies/internal/provider/wire/compat"
)

// OpenAI's own service. Its whisper-1 has times of words; other servers have models of
// their own.
const (
	DefaultBase  = "https://api.openai.com/v1"
	DefaultModel = "whisper-1"
)

// maxSound is the largest file, bytes: 25 MB.
const maxSound = 25_000_000

// Options say who listens, and who pays.
type Options struct {
	BaseURL string // with or without /v1; empty: DefaultBase
	Model   string // empty: DefaultModel
	Key     string // empty: a server of one's own may need none
}

// Listener asks one server.
type Listener struct {
	client wire.Client
	model  string
	own    bool // OpenAI's own service
	key    bool
	plain  atomic.Bool // the server has no times
}

// New makes a Listener without reaching out. It errs when the base URL is no web
// address.
func New(o Options) (*Listener, error) {
	base, err := wire.Base(o.BaseURL, DefaultBase)
	if err != nil {
		return nil, fmt.Errorf("make listener openai: %w", err)
	}
	base = strings.TrimSuffix(strings.TrimSuffix(base, "/audio/transcriptions"), "/v1") + "/v1"
	l := &Listener{model: o.Model, own: openAI(base), key: o.Key != ""}
	if l.model == "" {
		l.model = DefaultModel
	}
	l.client = wire.Client{Base: base, Explain: compat.Explain, MaxAnswer: online.MaxAnswer}
	if l.key {
		l.client.Secrets, l.client.Sign = []string{o.Key}, wire.Bearer(o.Key)
	}
	return l, nil
}

var _ listen.Transcriber = (*Listener)(nil)

// openAI says whether an address is OpenAI's, of whatever region.
func openAI(base string) bool {
	u, err := url.Parse(base)
	return err == nil && (u.Hostname() == "openai.com" || strings.HasSuffix(u.Hostname(), ".openai.com"))
}

// Model is the model's name.
func (l *Listener) Model() string { return l.model }

// Hear asks once, and once more where the server refuses to tell times: nothing was
// sold then.
func (l *Listener) Hear(ctx context.Context, s listen.Sound, h listen.Hint) (listen.Transcript, error) {
	if l.own && !l.key {
		return listen.Transcript{}, online.NoKey("OpenAI")
	}
	if err := online.Check(s, maxSound); err != nil {
		return listen.Transcript{}, err
	}
	ctx, cancel := online.Within(ctx)
	defer cancel()
	times := !l.plain.Load()
	a, err := l.ask(ctx, s, h, times)
	if times && provider.KindOf(err, "") == provider.KindInvalid && (a.Status == http.StatusBadRequest || a.Status == http.StatusUnprocessableEntity) {
		if a, err = l.ask(ctx, s, h, false); err == nil {
			l.plain.Store(true)
		}
	}
	if err != nil {
		return listen.Transcript{}, err
	}
	return l.read(a, s.Length())
}

// ask makes one request. Its temperature is 0, which of all models that have one hears
// most alike from time to time.
func (l *Listener) ask(ctx context.Context, s listen.Sound, h listen.Hint, times bool) (wire.Answer, error) {
	fields := [][2]string{{"model", l.model}, {"response_format", "json"}, {"temperature", "0"}}
	if times {
		fields[1][1] = "verbose_json"
		fields = append(fields, [2]string{"timestamp_granularities[]", "word"})
	}
	if code := online.Language(h.Language); code != "" {
		fields = append(fields, [2]string{"language", code})
	}
	if terms := online.Terms(h); terms != "" {
		fields = append(fields, [2]string{"prompt", terms})
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body) // memory cannot err
	for _, f := range fields {
		_ = form.WriteField(f[0], f[1])
	}
	part, _ := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="take.wav"`}, "Content-Type": {"audio/wav"},
	})
	_, _ = part.Write(s.WAV())
	_ = form.Close()
	return l.client.Do(ctx, wire.Request{Op: online.Op, Method: http.MethodPost, Path: "/audio/transcriptions", Raw: &body, Type: form.FormDataContentType()})
}

// word is a word as told; some servers have it within its segment.
type word struct {
	Word  string  `json:"word"`
	Start float64 `json:"start"` // seconds
	End   float64 `json:"end"`
}

type answer struct {
	Text     *string `json:"text"`
	Language string  `json:"language"`
	Words    []word  `json:"words"`
	Segments []struct {
		Words []word `json:"words"`
	} `json:"segments"`
}

func (l *Listener) read(a wire.Answer, length time.Duration) (listen.Transcript, error) {
	var got answer
	if err := json.Unmarshal(a.Body, &got); err != nil {
		return listen.Transcript{}, online.NoTranscript(&l.client, a, "it cannot be read")
	}
	if got.Text == nil {
		return listen.Transcript{}, online.NoTranscript(&l.client, a, "it has no text")
	}
	words := got.Words
	if len(words) == 0 {
		for _, s := range got.Segments {
			words = append(words, s.Words...)
		}
	}
	t := listen.Transcript{Text: *got.Text, Language: got.Language}
	for _, w := range words {
		t.Words = append(t.Words, listen.Word{Word: w.Word, Start: seconds(w.Start), End: seconds(w.End)})
	}
	return online.Clean(&l.client, t, length), nil
}

// seconds reads a time; one that cannot be is before all others.
func seconds(s float64) time.Duration {
	if s < 0 || s > listen.MaxLength.Seconds()*10 {
		return -1
	}
	return time.Duration(s * float64(time.Second))
}
