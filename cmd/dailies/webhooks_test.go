package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/dailies/dailies/internal/webhook"
)

// relay is a receiver of webhooks, which believes what the specification's own library
// does. Its answers are done in order, then it takes all.
type relay struct {
	*httptest.Server
	secret string

	mu      sync.Mutex
	ids     []string
	answers []func(w http.ResponseWriter)
}

func newRelay(t *testing.T, answers ...func(w http.ResponseWriter)) *relay {
	t.Helper()
	r := &relay{secret: "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", answers: answers}
	judge, err := standardwebhooks.NewWebhook(r.secret)
	if err != nil {
		t.Fatal(err)
	}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err == nil {
			err = judge.Verify(body, q.Header)
		}
		if err != nil {
			t.Error(err)
		}
		r.mu.Lock()
		r.ids = append(r.ids, q.Header.Get("webhook-id"))
		var answer func(w http.ResponseWriter)
		if len(r.answers) > 0 {
			answer, r.answers = r.answers[0], r.answers[1:]
		}
		r.mu.Unlock()
		if answer != nil {
			answer(w)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *relay) seen() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.ids)
}

func (h house) events(args ...string) []webhook.Entry {
	h.t.Helper()
	return decode[struct{ Events []webhook.Entry }](h.t, h.must(exitDone, append([]string{"webhooks", "--json"}, args...)...)).Events
}

// TestWebhooks: a delivery is told although the program is killed while it tells it, under
// one id; what was not taken is sent again when a person says so; nothing shows the secret,
// or the URL that may hold one.
func TestWebhooks(t *testing.T) {
	h := newHouse(t, strings.NewReplacer("360x640", "128x224", "  - {shot: 1B, duration: 1s, action: a lamp}\n  - {shot: 1C, duration: 1s, action: the street}\n", "").Replace(tiny))
	killed := make(chan struct{})
	var p *process
	started := make(chan struct{})
	r := newRelay(t, func(http.ResponseWriter) {
		<-started
		p.kill() // it has been told, and nobody has heard that
		close(killed)
	}, func(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) })
	h.env = append(h.env, "RELAY_SECRET="+r.secret)
	h.write("dailies.yaml", "providers:\n  fake: {type: fake, slots: 4, poll_every: 100ms}\nwebhooks:\n- {url: \""+r.URL+"/?key=hush\", secret_env: RELAY_SECRET, events: [episode.delivered]}\n")
	p = h.spawn("render", h.script)
	close(started)
	<-killed

	// What is left of it goes on with the next command that runs the engine. Its first
	// answer is an error, so that it stays untaken: the next try is seconds away.
	outputs := []result{h.must(exitDone, "render", h.script)}
	told := h.events()
	if len(told) != 1 || told[0].Type != webhook.Delivered || told[0].Data.Cut != 1 || told[0].Data.Run == "" || len(told[0].Tellings) != 1 {
		t.Fatalf("told %+v", told)
	}
	outputs = append(outputs, h.must(exitDone, "webhooks", "--replay", "--since", "1d"), h.must(exitDone, "webhooks", told[0].ID))
	if again := h.events(told[0].ID); again[0].Tellings[0].State != webhook.Taken {
		t.Errorf("after a replay: %+v", again)
	}
	before := len(r.seen())
	outputs = append(outputs, h.must(exitDone, "webhooks", "--replay", told[0].ID))
	ids := r.seen()
	if len(ids) != before+1 {
		t.Errorf("%d requests for a replay", len(ids)-before)
	}
	for _, id := range ids {
		if id != told[0].ID {
			t.Errorf("told under %s, want %s", id, told[0].ID)
		}
	}
	for _, o := range outputs {
		if strings.Contains(o.stdout+o.stderr, "hush") || strings.Contains(o.stdout+o.stderr, r.secret) {
			t.Errorf("a secret is shown: %s%s", o.stdout, o.stderr)
		}
	}
	h.must(exitUsage, "webhooks", "evt_20261130_000000000000000000000000")
	h.must(exitUsage, "webhooks", "--replay")
	h.must(exitUsage, "webhooks", "--since", "tomorrow")
}
