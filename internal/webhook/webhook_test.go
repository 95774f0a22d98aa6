package webhook_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/webhook"
)

const (
	secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
	next   = "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
)

func event(at time.Time) webhook.Event {
	return webhook.New(webhook.Delivered, "cut 3", at, webhook.Data{Show: "tide", Episode: 2, Cut: 3, Reason: strings.Repeat("é", 1000)})
}

// TestSignedAsTheSpecificationHasIt: its own library verifies what is sent, by either
// secret while they are exchanged, and the body is the same when it is sent again.
func TestSignedAsTheSpecificationHasIt(t *testing.T) {
	var bodies []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies = append(bodies, string(body))
		for _, k := range []string{secret, next} {
			judge, err := standardwebhooks.NewWebhook(k)
			if err == nil {
				err = judge.Verify(body, r.Header)
			}
			if err != nil {
				t.Error(err)
			}
		}
		if r.Header.Get("Content-Type") != "application/json" || len(body) > 20<<10 {
			t.Errorf("%s of %d bytes", r.Header.Get("Content-Type"), len(body))
		}
		w.WriteHeader(http.StatusAccepted)
	}))
	defer s.Close()
	for range 2 {
		a, err := webhook.Sender{}.Post(t.Context(), webhook.Hook{URL: s.URL}, secret+" "+next, event(time.Now()))
		if err != nil || !a.Taken() || a.Off() {
			t.Errorf("%+v, %v", a, err)
		}
	}
	var said struct {
		Type      string
		Timestamp time.Time
		Data      struct {
			Show         string
			Episode, Cut int
		}
	}
	if err := json.Unmarshal([]byte(bodies[0]), &said); err != nil || said.Type != "episode.delivered" || said.Timestamp.IsZero() || said.Data.Show != "tide" || said.Data.Episode != 2 || said.Data.Cut != 3 {
		t.Errorf("%s, %v", bodies[0], err)
	}
}

// TestReceivers: what each answers, or does not, is told without the URL and its secret,
// and nobody is followed elsewhere.
func TestReceivers(t *testing.T) {
	followed := 0
	mux := http.NewServeMux()
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/there", http.StatusTemporaryRedirect)
	})
	mux.HandleFunc("/there", func(http.ResponseWriter, *http.Request) { followed++ })
	mux.HandleFunc("/gone", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	mux.HandleFunc("/busy", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "90")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	mux.HandleFunc("/lost", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		<-r.Context().Done() // until the sender is gone
	})
	mux.HandleFunc("/endless", func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
	})
	s := httptest.NewServer(mux)
	defer s.Close()
	named := strings.Replace(s.URL, "127.0.0.1", "relay.example", 1)
	for at, want := range map[string]struct {
		status int
		after  time.Duration
		words  string
	}{
		s.URL + "/moved?key=hush":   {307, 0, "redirects are not followed"},
		s.URL + "/gone?key=hush":    {410, 0, "410"},
		s.URL + "/busy?key=hush":    {503, 90 * time.Second, "503"},
		s.URL + "/lost?key=hush":    {0, 0, "EOF"},
		s.URL + "/slow?key=hush":    {0, 0, "no answer within"},
		s.URL + "/endless?key=hush": {200, 0, "200"},
		named + "/there?key=hush":   {0, 0, "private: true"},
		// Nobody listens there.
		"http://127.0.0.1:1/?key=hush": {0, 0, "refused"},
	} {
		sender := webhook.Sender{Resolver: &net.Resolver{PreferGo: true, Dial: inward}}
		if strings.Contains(at, "/slow") {
			sender.Patience = 50 * time.Millisecond
		}
		a, err := sender.Post(t.Context(), webhook.Hook{URL: at}, secret, event(time.Now()))
		if err != nil || a.Status != want.status || a.After != want.after || !strings.Contains(a.Words, want.words) || strings.Contains(a.Words, "hush") {
			t.Errorf("%s: %+v, %v", at, a, err)
		}
	}
	if followed != 0 {
		t.Error("a redirect was followed, or a private address reached")
	}
	if a, err := (webhook.Sender{Resolver: &net.Resolver{PreferGo: true, Dial: inward}}).Post(t.Context(), webhook.Hook{URL: named + "/there", Private: true}, secret, event(time.Now())); err != nil || !a.Taken() {
		t.Errorf("a private address that is meant: %+v, %v", a, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (webhook.Sender{}).Post(ctx, webhook.Hook{URL: s.URL + "/there"}, secret, event(time.Now())); err == nil {
		t.Error("a step that stops says what came of the request")
	}
}

// inward is a server of names that leads every one to this machine.
func inward(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	go func() {
		defer theirs.Close()
		for {
			var size [2]byte
			if _, err := io.ReadFull(theirs, size[:]); err != nil {
				return
			}
			ask := make([]byte, binary.BigEndian.Uint16(size[:]))
			var m dnsmessage.Message
			if _, err := io.ReadFull(theirs, ask); err != nil || m.Unpack(ask) != nil {
				return
			}
			m.Response, m.Additionals = true, nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, Type: q.Type}, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}}}}
			}
			answer, err := m.AppendPack([]byte{0, 0})
			if err != nil {
				return
			}
			binary.BigEndian.PutUint16(answer, uint16(len(answer)-2))
			if _, err := theirs.Write(answer); err != nil {
				return
			}
		}
	}()
	return ours, nil
}

func TestSecrets(t *testing.T) {
	for value, good := range map[string]bool{
		secret: true, secret + " " + next: true, "": false, "whsec_": false, "hush": false, "whsec_aHVzaA==": false, strings.TrimPrefix(secret, "whsec_"): false, secret + " hush": false,
	} {
		if err := webhook.CheckSecret(value); (err == nil) != good || err != nil && strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: %v", value, err)
		}
	}
}

// TestWhoWantsWhat: by type, show and amount.
func TestWhoWantsWhat(t *testing.T) {
	yuan := func(n int64) drama.Money { return drama.Money{Micros: n * drama.Micro, Currency: "CNY"} }
	hooks := []webhook.Hook{
		{URL: "https://all.example/x"},
		{URL: "https://money.example", Events: []webhook.Type{webhook.SpentOver}, SpentOver: []drama.Money{yuan(7), yuan(71)}, Shows: []string{"tide"}},
	}
	x := drama.Exchange{Rates: map[string]int64{"CNY": drama.Micro, "USD": 7_100_000}}
	w := webhook.Of(hooks, "tide", x, "USD")
	if len(w.Types) != 5 || len(w.Over) != 2 || w.Over[1].In != (drama.Money{Micros: 10 * drama.Micro, Currency: "USD"}) {
		t.Errorf("%+v", w)
	}
	if w := webhook.Of(hooks[1:], "noon", x, "USD"); w != nil {
		t.Errorf("nobody wants to know of noon: %+v", w)
	}
	over := yuan(71)
	to := webhook.For(hooks, webhook.New(webhook.SpentOver, "s", time.Now(), webhook.Data{Show: "tide", Over: &over}))
	if len(to) != 1 || to[0].Place != "money.example" || to[0].Hook != hooks[1].ID() {
		t.Errorf("%+v", to)
	}
	if to := webhook.For(hooks, webhook.New(webhook.Parked, "kling", time.Now(), webhook.Data{})); len(to) != 1 || to[0].Place != "all.example" {
		t.Errorf("%+v", to)
	}
}

// TestTheBook: an event is one however often it is written, and is found by its day.
func TestTheBook(t *testing.T) {
	b := webhook.Book{Store: mem.New()}
	at := time.Date(2026, 11, 30, 23, 59, 59, 0, time.UTC)
	first := event(at)
	first.To = []webhook.Target{{Hook: "aa", Place: "a.example"}, {Hook: "bb", Place: "b.example"}}
	again := first
	again.To = nil
	for _, e := range []webhook.Event{first, again} {
		kept, err := b.Write(t.Context(), e)
		if d := cmp.Diff(first, kept); err != nil || d != "" {
			t.Errorf("%v: %s", err, d)
		}
	}
	later := webhook.New(webhook.Ended, "run", at.Add(time.Hour), webhook.Data{Show: "tide", Episode: 2})
	if _, err := b.Write(t.Context(), later); err != nil {
		t.Fatal(err)
	}
	told := webhook.Telling{Target: first.To[1], State: webhook.Taken, Attempts: 2}
	if err := b.Note(t.Context(), first.ID, told); err != nil {
		t.Fatal(err)
	}
	all, err := b.Since(t.Context(), at)
	if err != nil || len(all) != 2 || all[0].ID != first.ID || all[0].Tellings[0].State != webhook.Pending || all[0].Tellings[1] != told {
		t.Errorf("%+v, %v", all, err)
	}
	if all, err = b.Since(t.Context(), at.Add(time.Hour)); err != nil || len(all) != 1 {
		t.Errorf("since the next day: %+v, %v", all, err)
	}
	for _, id := range []string{"", "evt_20261130_240c0ea56b1d11ba700c6fa9", "../../x", "evt_20261130_../x"} {
		if _, err := b.Entry(t.Context(), id); err == nil || !strings.Contains(err.Error(), webhook.ErrNoEvent.Error()) {
			t.Errorf("%q: %v", id, err)
		}
	}
	for text, local := range map[string]bool{"http://localhost:1": true, "http://10.0.0.7": true, "http://[::1]/": true, "https://relay.example": false, "https://8.8.8.8": false} {
		u, err := url.Parse(text)
		if err != nil || webhook.Local(u) != local {
			t.Errorf("%s is local: %v, %v", text, !local, err)
		}
	}
}
