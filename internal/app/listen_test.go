package app

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/config"
	"github.com/dailies/dailies/internal/listen"
	"github.com/dailies/dailies/internal/listen/listentest"
	"github.com/dailies/dailies/internal/provider"
)

func TestListenerOfTheConfig(t *testing.T) {
	var paths []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.URL.Path)
		if r.Header.Get("Authorization") != "Bearer sk-123456" {
			t.Errorf("asked with %v", r.Header)
		}
		_, _ = io.WriteString(w, `{"text": "hm", "choices": [{"message": {"content": "hm"}}]}`)
	}))
	defer srv.Close()
	a := &Main{Env: []string{"EAR_KEY=sk-123456"}}
	if l := a.listener(); l != nil || a.listens() != nil {
		t.Errorf("none is configured: %v", l)
	}
	for kind, want := range map[string]string{config.ListenOpenAI: "/v1/audio/transcriptions", config.ListenQwen: "/chat/completions"} {
		paths = nil
		a.Env = []string{"EAR_KEY=sk-123456"}
		a.Config.Listen = config.Listen{Type: kind, BaseURL: srv.URL, APIKeyEnv: "EAR_KEY", Price: "0.006 USD"}
		got, err := a.listener().Hear(t.Context(), listentest.Sound(), listen.Hint{})
		if err != nil || got.Text != "hm" || len(paths) != 1 || paths[0] != want {
			t.Errorf("%s: %+v, %v, asked %v", kind, got, err, paths)
		}
		if p := a.listens(); p == nil || p.Minute.Micros != 6000 || p.Minute.Currency != "USD" {
			t.Errorf("%s: %+v", kind, p)
		}
		a.Env = nil
		if _, err := a.listener().Hear(t.Context(), listentest.Sound(), listen.Hint{}); provider.KindOf(err, "") != provider.KindAuth || !strings.Contains(err.Error(), "EAR_KEY is not set") || len(paths) != 1 {
			t.Errorf("%s without its key: %v", kind, err)
		}
	}
}
