package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/test/vendors"
	"github.com/dailies/dailies/test/vendors/ark"
	"github.com/dailies/dailies/test/vendors/kling"
)

// turned is a clock that a test moves.
type turned struct {
	mu sync.Mutex
	at time.Time
}

func (c *turned) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *turned) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// freeAddress is one of this machine's that nobody listens at.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // closed at once
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// TestAVendorsCallBringsItsTake: two vendors that are asked every ten minutes, one that
// signs its calls and one that does not. The Studio runs beside the process that has the
// workers. A forged call is told nothing, a good one brings the take.
func TestAVendorsCallBringsItsTake(t *testing.T) {
	const secret = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI="
	h := newHouse(t, strings.NewReplacer("[fake]", "[seedance]", "360x640", "128x224", "action: a lamp", "action: a lamp, use: [kling]", "  - {shot: 1C, duration: 1s, action: the street}\n", "").Replace(tiny))
	// The house has waited for its turn by now: a signature's time is of now, or it is refused.
	clip, clock := testClip(t), &turned{at: time.Now()}
	o := vendors.Options{Key: "sk-called-0123456789", Now: clock.now, JobTime: time.Second, SubmitRPS: -1, QueryQPS: -1, Clip: func(vendors.Job) []byte { return clip }}
	seedance, klings := ark.New(o), kling.New(o)
	arkServer, klingServer := httptest.NewServer(seedance), httptest.NewServer(klings)
	t.Cleanup(arkServer.Close)
	t.Cleanup(klingServer.Close)

	at := freeAddress(t)
	h.write("dailies.yaml", fmt.Sprintf(`providers:
  seedance: {type: ark, model: doubao-seedance-2-0-260128, base_url: %q, api_key_env: TEST_CALLED, poll_every: 10m}
  kling: {type: kling, model: kling-3.0, base_url: %q, api_key_env: TEST_CALLED, callback_secret_env: TEST_SIGNED, poll_every: 10m}
studio: {listen: %q, callback_url: "http://%s"}
log: {level: debug}
`, ark.BaseURL(arkServer.URL), kling.BaseURL(klingServer.URL), at, at))
	h.env = append(h.env, "TEST_CALLED="+o.Key, "TEST_SIGNED="+secret)
	render := h.start("render", h.script, "--json")
	job := func(of *vendors.House) vendors.Job {
		for {
			render.alive(t)
			if jobs := of.Ledger(); len(jobs) == 1 && of.Answers()["get 200"] > 0 {
				return jobs[0]
			}
		}
	}
	first, second := job(seedance.House()), job(klings.House())
	up := h.start("up")
	for {
		up.alive(t)
		if r, err := http.Get("http://" + at + "/api/v1/healthz"); err == nil { //nolint:noctx // the test's own server
			r.Body.Close()
			break
		}
	}

	clock.move(time.Minute)
	asked := func() int { return seedance.House().Answers()["get 200"] + klings.House().Answers()["get 200"] }
	before := asked()
	for name, forged := range map[string]func() (*http.Response, error){
		"unsigned": func() (*http.Response, error) { return klings.Call(t.Context(), second.ID, "") },
		"signed by another": func() (*http.Response, error) {
			return klings.Call(t.Context(), second.ID, "whsec_bm90IHRoZWlycw==")
		},
		"guessed": func() (*http.Response, error) {
			return vendors.Call(t.Context(), first.Callback[:strings.LastIndex(first.Callback, "/")+1]+strings.Repeat("A", 65), map[string]string{"id": first.ID, "status": "succeeded"}, nil)
		},
	} {
		if r, err := forged(); err != nil || r.StatusCode != http.StatusNotFound {
			t.Errorf("a call that is %s: %v, %v", name, r, err)
		}
	}
	if asked() != before {
		t.Error("a forged call made somebody ask")
	}
	for range 2 {
		if r, err := seedance.Call(t.Context(), first.ID); err != nil || r.StatusCode != http.StatusAccepted {
			t.Fatalf("Ark's call: %v, %v", r, err)
		}
		if r, err := klings.Call(t.Context(), second.ID, secret); err != nil || r.StatusCode != http.StatusAccepted {
			t.Fatalf("Kling's call: %v, %v", r, err)
		}
	}
	r := <-render.done
	if d := decode[drama.Delivery](t, r); r.code != exitDone || d.State != drama.StateDelivered {
		t.Fatalf("%d %s", r.code, r.stderr)
	}
	if n := len(seedance.House().Ledger()) + len(klings.House().Ledger()); n != 2 {
		t.Errorf("%d jobs were bought", n)
	}
	left := up.interrupt()
	h.keepsAddresses([]string{first.Callback, second.Callback}, r.stdout, r.stderr, left.stdout, left.stderr)
}

// keepsAddresses looks for the secrets of callbacks in all that was written and said.
func (h house) keepsAddresses(all []string, said ...string) {
	h.t.Helper()
	err := filepath.WalkDir(h.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, at := range all {
			if token := at[strings.LastIndex(at, "/")+1:]; bytes.Contains(body, []byte(token)) {
				h.t.Errorf("%s holds the address of a callback", path)
			}
		}
		return nil
	})
	if err != nil {
		h.t.Error(err)
	}
	for _, text := range said {
		for _, at := range all {
			if strings.Contains(text, at[strings.LastIndex(at, "/")+1:]) {
				h.t.Errorf("the address of a callback was printed: %s", text)
			}
		}
	}
}
