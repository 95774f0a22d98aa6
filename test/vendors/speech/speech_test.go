package speech

import (
	"net/http/httptest"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/listen"
	listenopenai "github.com/dailies/dailies/internal/listen/openai"
	"github.com/dailies/dailies/internal/listen/qwen"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/internal/voice/openai"
	"github.com/dailies/dailies/test/vendors/tongue"
)

// What the booth says it hears again, by each of its listeners' adapters.
func TestSaysAndHears(t *testing.T) {
	b := New(Options{Key: "k", Tongue: &tongue.Tongue{}, PerMinute: 300_000, PerThousand: 1_000_000})
	srv := httptest.NewServer(b)
	defer srv.Close()
	speaker, err := openai.New(openai.Options{BaseURL: srv.URL, Model: "gpt-4o-mini-tts", Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	said, err := speaker.Speak(t.Context(), voice.Request{Text: "我们打烊 at noon.", Name: "alloy", Language: "zh"})
	if err != nil {
		t.Fatal(err)
	}
	sound := listen.Sound{Samples: said.Samples, Rate: said.Rate}
	whisper, err := listenopenai.New(listenopenai.Options{BaseURL: srv.URL, Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	asr, err := qwen.New(qwen.Options{BaseURL: srv.URL + "/compatible-mode/v1", Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	for name, l := range map[string]listen.Transcriber{"whisper": whisper, "qwen": asr} {
		got, err := l.Hear(t.Context(), sound, listen.Hint{Language: "zh"})
		if err != nil || got.Text != "我们打烊 at noon" || name == "whisper" && len(got.Words) != 6 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	want := 2 * (drama.Money{Micros: 300_000}).PerMinute(sound.Length()).Micros
	if listened, spoken, _ := b.Books(); listened != want || spoken != 13_000 || len(b.Refusals()) > 0 {
		t.Errorf("billed %d and %d, refused %q", listened, spoken, b.Refusals())
	}
}
