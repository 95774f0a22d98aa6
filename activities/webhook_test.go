package activities_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/webhook"
)

const hookSecret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

// mailbox is a receiver that answers as it is told, then with 204, and what sends to it.
type mailbox struct {
	*activities.Messenger
	herald  *activities.Herald
	hook    webhook.Hook
	answers []int // 0: it takes the event and its answer is lost
	got     []string
	started []string
	now     time.Time
}

func newMailbox(t *testing.T, answers ...int) *mailbox {
	t.Helper()
	m := &mailbox{answers: answers, now: time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.got = append(m.got, r.Header.Get("webhook-id"))
		if len(m.answers) == 0 {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		code := m.answers[0]
		m.answers = m.answers[1:]
		if code == 0 {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(code)
	}))
	t.Cleanup(s.Close)
	m.hook = webhook.Hook{URL: s.URL + "/?key=hush", SecretEnv: "S"}
	book := webhook.Book{Store: mem.New()}
	m.Messenger = &activities.Messenger{
		Book: book, Hooks: []webhook.Hook{m.hook}, Secret: func(string) string { return hookSecret }, Now: func() time.Time { return m.now },
	}
	m.herald = &activities.Herald{Book: book, Hooks: m.Hooks, Start: func(_ context.Context, e webhook.Event) error {
		m.started = append(m.started, e.ID)
		return nil
	}}
	return m
}

func (m *mailbox) tell(t *testing.T) string {
	t.Helper()
	err := m.herald.Tell(t.Context(), activities.TellInput{Type: webhook.Delivered, Subject: "cut 1", At: m.now, Data: webhook.Data{Show: "tide", Episode: 1, Cut: 1}})
	if err != nil {
		t.Fatal(err)
	}
	return m.started[len(m.started)-1]
}

// send tries until a round is over, as the engine does, and says how long it waited.
func (m *mailbox) send(t *testing.T, in activities.SendInput) (waited []time.Duration) {
	t.Helper()
	in.Hook = m.hook.ID()
	for range 20 {
		err := m.SendWebhook(t.Context(), in)
		if err == nil {
			return waited
		}
		f, ok := errors.AsType[*activities.Failure](err)
		if !ok || f.Final || f.After <= 0 || strings.Contains(err.Error(), "hush") {
			t.Fatalf("not an error that says when to try again: %v", err)
		}
		waited = append(waited, f.After)
		m.now = m.now.Add(f.After)
	}
	t.Fatal("it is tried for ever")
	return nil
}

func (m *mailbox) want(t *testing.T, id string, state webhook.State, attempts int) {
	t.Helper()
	e, err := m.Book.Entry(t.Context(), id)
	if err != nil || len(e.Tellings) != 1 || e.Tellings[0].State != state || e.Tellings[0].Attempts != attempts {
		t.Errorf("%+v, %v; want %s after %d", e.Tellings, err, state, attempts)
	}
}

// TestAnEventIsToldOnce: however often it is told of, and under one id when an answer is
// lost; what a dead worker has done already is not done again.
func TestAnEventIsToldOnce(t *testing.T) {
	m := newMailbox(t, 0, 503)
	id := m.tell(t)
	if again := m.tell(t); again != id {
		t.Errorf("told again it is %s, want %s", again, id)
	}
	m.send(t, activities.SendInput{Event: id, Round: "r"})
	m.want(t, id, webhook.Taken, 3)
	m.send(t, activities.SendInput{Event: id, Round: "r"}) // its end was lost
	if want := []string{id, id, id}; !slices.Equal(m.got, want) {
		t.Errorf("the receiver saw %v", m.got)
	}
	m.send(t, activities.SendInput{Event: id, Round: "again", Replay: true})
	m.want(t, id, webhook.Taken, 1)
	if len(m.got) != 4 || m.got[3] != id {
		t.Errorf("a replay: %v", m.got)
	}
}

// TestTriedForDays: as the specification's schedule has it, then it is given up, and a
// person can have it sent again.
func TestTriedForDays(t *testing.T) {
	m := newMailbox(t, slices.Repeat([]int{500}, 10)...)
	id := m.tell(t)
	waited := m.send(t, activities.SendInput{Event: id, Round: "r"})
	m.want(t, id, webhook.Failed, 10)
	all := time.Duration(0)
	for i, w := range waited {
		all += w
		if i > 0 && w <= waited[i-1] {
			t.Errorf("wait %d is %v, after %v", i, w, waited[i-1])
		}
	}
	if len(m.got) != 10 || waited[0] < 5*time.Second || all < 75*time.Hour || all > 92*time.Hour {
		t.Errorf("%d tries over %v: %v", len(m.got), all, waited)
	}
	m.send(t, activities.SendInput{Event: id, Round: "by a person", Replay: true})
	m.want(t, id, webhook.Taken, 1)
}

// TestGone: a receiver that answers 410 is told nothing more, until a person says so.
func TestGone(t *testing.T) {
	m := newMailbox(t, 410)
	id := m.tell(t)
	m.send(t, activities.SendInput{Event: id, Round: "r"})
	m.want(t, id, webhook.Off, 1)
	m.send(t, activities.SendInput{Event: id, Round: "another event's"})
	m.want(t, id, webhook.Off, 0)
	if len(m.got) != 1 {
		t.Errorf("%d requests to a receiver that wants none", len(m.got))
	}
	m.send(t, activities.SendInput{Event: id, Round: "replay", Replay: true})
	m.want(t, id, webhook.Taken, 1)
	m.send(t, activities.SendInput{Event: id, Round: "from now on"})
	m.want(t, id, webhook.Taken, 1)
}

// TestNoSecret: without its secret nothing is sent and no try is used up.
func TestNoSecret(t *testing.T) {
	m := newMailbox(t)
	id := m.tell(t)
	there := m.Secret
	m.Secret = func(string) string { return "" }
	in := activities.SendInput{Event: id, Hook: m.hook.ID(), Round: "r"}
	f, ok := errors.AsType[*activities.Failure](m.SendWebhook(t.Context(), in))
	if !ok || f.Final || len(m.got) != 0 {
		t.Errorf("%+v, %d requests", f, len(m.got))
	}
	m.want(t, id, webhook.Pending, 0)
	m.Secret = there
	m.send(t, in)
	m.want(t, id, webhook.Taken, 1)
	m.Hooks = nil
	m.send(t, activities.SendInput{Event: id, Round: "the config has changed"})
	m.want(t, id, webhook.Failed, 0)
}
