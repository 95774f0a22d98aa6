package purchase_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/prompt"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/videos"
	"github.com/dailies/dailies/internal/purchase"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
)

// server is a vendor of the /v1/videos shape that delivers as a test says.
type server struct {
	*httptest.Server
	mu      sync.Mutex
	submits int
	polls   int
	gets    int
	ranges  []string

	// answer is the body of a submit's answer; nil: a plain one.
	answer func(n int) string
	// status is what a poll says of a job; nil: completed.
	status func(w http.ResponseWriter, id string, poll int)
	// content delivers; get counts from 1.
	content func(w http.ResponseWriter, r *http.Request, get int)
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path := strings.TrimPrefix(r.URL.Path, "/v1/videos")
	switch {
	case r.Method == http.MethodPost:
		_, _ = io.Copy(io.Discard, r.Body)
		s.submits++
		if s.answer != nil {
			fmt.Fprint(w, s.answer(s.submits))
			return
		}
		fmt.Fprintf(w, `{"id":"v%d","object":"video","status":"queued"}`, s.submits)
	case strings.HasSuffix(path, "/content"):
		s.gets++
		s.ranges = append(s.ranges, r.Header.Get("Range"))
		content, get := s.content, s.gets
		s.mu.Unlock()
		defer s.mu.Lock()
		content(w, r, get)
	default:
		s.polls++
		if s.status != nil {
			s.status(w, strings.TrimPrefix(path, "/"), s.polls)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"id": strings.TrimPrefix(path, "/"), "status": "completed", "progress": 100})
	}
}

// house is a buyer with all that it needs, and one order.
type house struct {
	t      *testing.T
	server *server
	buyer  *purchase.Buyer
	ledger ledger.Objects
	store  *flaky
	order  purchase.Order
}

// flaky is a store that refuses clips while it is told to.
type flaky struct {
	*mem.Store
	err error
}

func (f *flaky) Put(ctx context.Context, key string, body io.ReadSeeker, kind string) (store.Ref, error) {
	if f.err != nil {
		return store.Ref{}, f.err
	}
	return f.Store.Put(ctx, key, body, kind)
}

func newHouse(t *testing.T, s *server) *house {
	t.Helper()
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	p, err := videos.New(videos.Options{BaseURL: s.URL})
	if err != nil {
		t.Fatal(err)
	}
	st := &flaky{Store: mem.New()}
	h := &house{t: t, server: s, store: st, ledger: ledger.Objects{Store: st}}
	h.buyer = &purchase.Buyer{
		Store: st, Ledger: h.ledger, Scratch: t.TempDir(), Grace: 20 * time.Millisecond, Stall: 50 * time.Millisecond, Trouble: &purchase.Trouble{},
		Providers: func(name string) (provider.Provider, provider.Instance, bool) {
			return p, provider.Instance{Name: name, Type: "videos", Model: "any", PollEveryMS: 1, DeadlineMS: 200}, true
		},
	}
	h.order = order(1)
	return h
}

func order(take int) purchase.Order {
	fps := media.Rational{Num: 24, Den: 1}
	return purchase.Order{
		Take:     drama.TakeID{Episode: drama.EpisodeID{Show: "s", Number: 1}, Slate: "1A", Number: take},
		Instance: "wan", Seed: 7, Estimate: drama.Money{Micros: 4_000_000, Currency: "CNY"},
		Shot: plan.Shot{
			Slate: "1A", Frames: 48, Brief: drama.Brief{FPS: fps}, Prompt: prompt.Prompt{Text: "A pier."},
			Routes: []plan.Route{{Route: attempts.Route{Instance: "wan", Model: "any"}, Mode: provider.ModeText, MakeMS: 2000, Raster: media.Raster{Width: 720, Height: 1280}}},
		},
	}
}

// until runs the order as an engine does: again after every failure that is not
// final, without the waiting. It returns every failure on the way.
func (h *house) until(most int) (purchase.Clip, []*purchase.Failure) {
	h.t.Helper()
	var failures []*purchase.Failure
	for range most {
		clip, err := h.buyer.Buy(h.t.Context(), h.order)
		if err == nil {
			return clip, failures
		}
		f, ok := errors.AsType[*purchase.Failure](err)
		if !ok {
			h.t.Fatalf("no *purchase.Failure: %v", err)
		}
		failures = append(failures, f)
		if f.Final {
			break
		}
	}
	return purchase.Clip{}, failures
}

func (h *house) entry() ledger.Entry {
	h.t.Helper()
	e, err := h.ledger.Get(h.t.Context(), ledger.ID{Take: h.order.Take, Attempt: 1})
	if err != nil {
		h.t.Fatal(err)
	}
	return e
}

// whatIs reads what was stored.
func (h *house) whatIs(clip purchase.Clip) []byte {
	h.t.Helper()
	r, err := h.store.Get(h.t.Context(), clip.Media)
	if err != nil {
		h.t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		h.t.Fatal(err)
	}
	return b
}

// box is an MP4 box.
func box(kind string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(8+len(body)))
	return append(append(b, kind...), body...)
}

// mp4 is a file with the outer form of one: its movie at the end, as most vendors'
// encoders write it.
func mp4(size int) []byte {
	return bytes.Join([][]byte{
		box("ftyp", []byte("isom\x00\x00\x02\x00isommp41")), box("mdat", bytes.Repeat([]byte{0x5a}, size)), box("moov", make([]byte, 300)),
	}, nil)
}
