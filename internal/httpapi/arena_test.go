package httpapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/ballots"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/httpapi/live"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
	"github.com/dailies/dailies/internal/studio"
)

// arenaOf is a Studio with n bake-offs of two models, "seedance-secret" and
// "kling-secret", whose clips say "clip NUMBER".
func arenaOf(t *testing.T, n int) (http.Handler, *studio.Studio, *time.Time) {
	t.Helper()
	now := time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)
	h, st := arenaAt(t, n, address, func() time.Time { return now }, func(k int) []byte { return fmt.Appendf(nil, "clip %d", k) })
	return h, st, &now
}

// arenaAt is arenaOf at an address, with a clock and clips of its own.
func arenaAt(t *testing.T, n int, address string, clock func() time.Time, clip func(k int) []byte) (http.Handler, *studio.Studio) {
	t.Helper()
	ctx, s, now := t.Context(), mem.New(), clock()
	l, b := library.Library{Store: s}, ballots.Ballots{Store: s}
	for i := range n {
		id := drama.EpisodeID{Show: "pier", Number: 1}
		slate, digest := fmt.Sprintf("%dA", i+1), fmt.Sprintf("%064x", i)
		p := arena.Pair{ID: arena.BakeoffID("pier", digest), Episode: id, Slate: slate, Digest: digest, Kind: arena.Close, Origin: arena.Bakeoff, At: now}
		for k, e := range []*arena.Entrant{&p.A, &p.B} {
			name := []string{"seedance-secret", "kling-secret"}[k]
			*e = arena.Entrant{Take: drama.TakeID{Episode: id, Slate: slate, Number: k + 1}, Provider: "at-" + name, Model: name}
			brief := drama.Brief{Action: "She waits.", Size: "CU", Frames: 48, FPS: media.Rational{Num: 24, Den: 1}}
			_, err := l.WriteTake(ctx, drama.Take{
				ID: e.Take, Digest: digest, Provider: e.Provider, Model: name, VendorJob: "job-" + name, Verdict: drama.Verdict{Pass: true},
				Asked: &drama.Asked{Brief: brief}, Measured: &media.Measurements{HasAudio: true, Integrated: -20 - 6*float64(k)},
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Put(ctx, store.Keys{Show: "pier"}.TakeReview(e.Take), bytes.NewReader(clip(k+1)), "video/mp4"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := b.File(ctx, p); err != nil {
			t.Fatal(err)
		}
	}
	st := &studio.Studio{Store: s, Ledger: ledger.Objects{Store: s}, Now: clock}
	o := httpapi.Options{Studio: st, Version: "test", Log: slog.New(slog.DiscardHandler), Access: access.Options{Address: address}}
	h, err := httpapi.Handler(o, live.New(st, o.Log))
	if err != nil {
		t.Fatal(err)
	}
	return h, st
}

func get[T any](t *testing.T, h http.Handler, path string) (T, *httptest.ResponseRecorder) {
	t.Helper()
	var v T
	w := ask(h, "GET", path)
	if w.Code == http.StatusOK {
		if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	return v, w
}

// sent counts requests: each has a key of its own.
var sent atomic.Int64

func send(h http.Handler, method, path, kind, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://"+address+path, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Idempotency-Key", fmt.Sprintf("%08x-0000-4000-8000-000000000000", sent.Add(1)))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// over asks over a connection, as media wants one.
func over(t *testing.T, h http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	s := httptest.NewServer(h)
	defer s.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = address
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	w := httptest.NewRecorder()
	if _, err := io.Copy(w.Body, answer.Body); err != nil {
		t.Fatal(err)
	}
	w.Code = answer.StatusCode
	maps.Copy(w.Header(), answer.Header)
	return w
}

func vote(t *testing.T, h http.Handler, p api.Pair, choice string, loops int) api.Voted {
	t.Helper()
	w := send(h, "POST", api.Prefix+"/arena/votes", "application/json", fmt.Sprintf(`{"showing":%q,"choice":%q,"loops":%d,"reasons":["visual_quality"]}`, p.Showing, choice, loops))
	var v api.Voted
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil || w.Code != http.StatusCreated {
		t.Fatalf("vote: %d %s", w.Code, w.Body)
	}
	return v
}

// secrets are what nobody may see before they have voted.
var secrets = []string{"secret", "seedance", "kling", "at-", "job-", "/takes/", "0001", "0002"}

func blind(t *testing.T, what string, w *httptest.ResponseRecorder) {
	t.Helper()
	var all bytes.Buffer
	_ = w.Header().Write(&all)
	all.Write(w.Body.Bytes())
	for _, s := range secrets {
		if strings.Contains(strings.ToLower(all.String()), s) {
			t.Errorf("%s tells of %q: %.600s", what, s, all.String())
		}
	}
}

// TestBlindIsBlind: neither page, answer, address nor header says whose takes are
// seen, and both sides are alike.
func TestBlindIsBlind(t *testing.T) {
	h, _, _ := arenaOf(t, 3)
	p, w := get[api.Pair](t, h, api.Prefix+"/arena/pair")
	blind(t, "the pair", w)
	page := ask(h, "GET", "/blind")
	if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), "js/blind.js") || strings.Contains(page.Body.String(), "js/page.js") {
		t.Errorf("the page: %d %.300s", page.Code, page.Body)
	}
	// Its words of help are ours, and tell of vendors in an example only where there is no pair.
	blind(t, "the page", page)
	if p.Brief.Action != "She waits." || p.LastsMS != 2000 || p.Nth != 1 || p.Of != studio.RoundOf || !p.Sound {
		t.Errorf("pair: %+v", p)
	}
	if quiet := min(p.Left.Gain, p.Right.Gain); max(p.Left.Gain, p.Right.Gain) != 1 || quiet < 0.49 || quiet > 0.51 {
		t.Errorf("gains are %v and %v, want 1 and a half", p.Left.Gain, p.Right.Gain)
	}
	seen := make(map[string]bool)
	for _, c := range []api.Clip{p.Left, p.Right} {
		w := over(t, h, c.URL)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "video/mp4" || w.Header().Get("ETag") != "" || w.Header().Get("Last-Modified") != "" {
			t.Errorf("%s: %d %v", c.URL, w.Code, w.Header())
		}
		blind(t, "a clip", w)
		seen[w.Body.String()] = true
		if ranged := over(t, h, c.URL, "Range", "bytes=0-3"); ranged.Code != http.StatusPartialContent || ranged.Body.String() != "clip" {
			t.Errorf("a range: %d %q", ranged.Code, ranged.Body)
		}
	}
	if len(seen) != 2 {
		t.Errorf("both sides are %v", seen)
	}
	// The same until there is a vote, however often the page is loaded.
	if again, _ := get[api.Pair](t, h, api.Prefix+"/arena/pair"); again.Showing == p.Showing {
		t.Error("a token is made twice")
	} else if over(t, h, again.Left.URL).Body.String() != over(t, h, p.Left.URL).Body.String() {
		t.Error("loading the page again draws again")
	}
	for _, bad := range []string{"x", p.Showing[:40], strings.Repeat("A", 500), "..%2f..%2f"} {
		if w := ask(h, "GET", api.Prefix+"/arena/showings/"+bad+"/left"); w.Code != http.StatusNotFound && w.Code != http.StatusUnprocessableEntity {
			t.Errorf("showing %q: %d", bad, w.Code)
		}
	}
	if w := ask(h, "GET", api.Prefix+"/arena/showings/"+p.Showing+"/middle"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a third side: %d", w.Code)
	}
}

func TestVoting(t *testing.T) {
	h, st, now := arenaOf(t, 4)
	next := func() api.Pair {
		t.Helper()
		p, w := get[api.Pair](t, h, api.Prefix+"/arena/pair")
		if w.Code != http.StatusOK {
			t.Fatalf("pair: %d %s", w.Code, w.Body)
		}
		return p
	}
	p := next()
	if v := vote(t, h, p, "left", 1); v.Counts || v.Why != string(arena.WhyLoop) {
		t.Errorf("a vote before a loop was over: %+v", v)
	}
	p = next()
	*now = now.Add(3 * time.Second)
	if v := vote(t, h, p, "left", 1); !v.Counts || v.Nth != 2 || v.Told {
		t.Errorf("a vote: %+v", v)
	}
	p = next()
	*now = now.Add(3 * time.Second)
	if v := vote(t, h, p, "known", 1); v.Counts || v.Why != string(arena.WhyKnown) {
		t.Errorf("whose it is was seen: %+v", v)
	}
	p = next()
	*now = now.Add(3 * time.Second)
	if v := vote(t, h, p, "skip", 1); v.Counts || v.Nth != 3 {
		t.Errorf("skipped: %+v", v)
	}
	votes, _, err := st.Votes(t.Context(), nil)
	if err != nil || len(votes) != 4 || len(votes[1].Reasons) != 1 {
		t.Errorf("votes: %+v, %v", votes, err)
	}
	old := next()
	*now = now.Add(3 * time.Hour)
	if w := send(h, "POST", api.Prefix+"/arena/votes", "application/json", fmt.Sprintf(`{"showing":%q,"choice":"left","loops":1}`, old.Showing)); w.Code != http.StatusNotFound {
		t.Errorf("a showing of three hours ago: %d", w.Code)
	}
	for _, body := range []string{`{"showing":"x","choice":"left","loops":1}`, `{"choice":"best"}`, `[]`, fmt.Sprintf(`{"showing":%q,"choice":"left","loops":1,"by":"leo"}`, next().Showing)} {
		if w := send(h, "POST", api.Prefix+"/arena/votes", "application/json", body); w.Code < 400 || w.Code >= 500 {
			t.Errorf("%s: %d", body, w.Code)
		}
	}
	if w := ask(h, "POST", api.Prefix+"/arena/votes"); w.Code != http.StatusPreconditionRequired {
		t.Errorf("without a key: %d", w.Code)
	}
}

// TestWhoHasSeenTheTakesIsNoJudge: what the takes room shows is not shown blind.
func TestWhoHasSeenTheTakesIsNoJudge(t *testing.T) {
	h, _, now := arenaOf(t, 1)
	p, w := get[api.Pair](t, h, api.Prefix+"/arena/pair")
	if w.Code != http.StatusOK {
		t.Fatal(w.Body)
	}
	if w := ask(h, "GET", api.Prefix+"/shows/pier/episodes/1/shots/1A/takes"); w.Code != http.StatusOK {
		t.Fatal(w.Body)
	}
	if _, w := get[api.Pair](t, h, api.Prefix+"/arena/pair"); w.Code != http.StatusNotFound {
		t.Errorf("a pair whose takes were opened: %d", w.Code)
	}
	*now = now.Add(3 * time.Second)
	if v := vote(t, h, p, "left", 1); v.Counts || v.Why != string(arena.WhyOpened) {
		t.Errorf("a vote on it: %+v", v)
	}
	*now = now.Add(25 * time.Hour)
	if page := ask(h, "GET", "/blind"); page.Code != http.StatusOK || !strings.Contains(page.Body.String(), "compare:") {
		t.Errorf("no pair is left, and the page does not say how to make some: %d %s", page.Code, page.Body)
	}
}

// TestARoundIsToldAtItsEnd, and not before.
func TestARoundIsToldAtItsEnd(t *testing.T) {
	h, _, now := arenaOf(t, studio.RoundOf+5)
	for i := range studio.RoundOf {
		if r, _ := get[api.RoundAnswer](t, h, api.Prefix+"/arena/round"); len(r.Items) != 0 || r.Nth != i {
			t.Fatalf("after %d votes: %+v", i, r)
		}
		p, _ := get[api.Pair](t, h, api.Prefix+"/arena/pair")
		*now = now.Add(3 * time.Second)
		if v := vote(t, h, p, "right", 1); v.Told != (i == studio.RoundOf-1) || v.Nth != i+1 {
			t.Fatalf("vote %d: %+v", i+1, v)
		}
	}
	r, _ := get[api.RoundAnswer](t, h, api.Prefix+"/arena/round")
	if len(r.Items) != studio.RoundOf || r.Nth != 0 {
		t.Fatalf("%+v", r)
	}
	for _, x := range r.Items {
		if x.Left == x.Right || !strings.HasSuffix(x.Left, "-secret") || x.Choice != arena.Right || x.Show != "pier" {
			t.Errorf("told: %+v", x)
		}
	}
	if page := ask(h, "GET", "/blind"); !strings.Contains(page.Body.String(), "kling-secret") {
		t.Error("the page does not tell the round")
	}
	blind(t, "the next round", ask(h, "GET", "/blind?go=1"))
}

func TestLeaderboardOverHTTP(t *testing.T) {
	h, st, now := arenaOf(t, 40)
	var file bytes.Buffer
	pairs, _, _, err := ballots.Ballots{Store: st.Store}.All(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var votes []arena.Vote
	for i, p := range pairs {
		at := time.Date(2026, 11, 28, 0, 0, i, 0, time.UTC)
		v := arena.Vote{ID: arena.VoteID(at, "00000000"), Pair: p.ID, By: "ana <script>", Left: arena.SideA, Choice: arena.Left, At: at}
		if i%2 == 0 {
			v.Left, v.Choice = arena.SideB, arena.Right
		}
		votes = append(votes, v)
	}
	if err := arena.WriteCSV(&file, arena.Count(pairs, votes)); err != nil {
		t.Fatal(err)
	}
	if w := send(h, "POST", api.Prefix+"/arena/imports", "text/csv", file.String()); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"new":40`) {
		t.Errorf("import: %d %s", w.Code, w.Body)
	}
	if w := send(h, "POST", api.Prefix+"/arena/imports", "text/csv", "a,b\n1,2\n"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("import of something else: %d %s", w.Code, w.Body)
	}
	l, w := get[api.Leaderboard](t, h, api.Prefix+"/arena/leaderboard")
	if w.Code != http.StatusOK || l.Votes != 40 || len(l.Rows) != 2 || l.Rows[0].Model != "seedance-secret" || l.Rows[0].State != arena.Preliminary {
		t.Errorf("%d %+v", w.Code, l)
	}
	more := votes[0]
	more.ID, more.By = arena.VoteID(more.At, "11111111"), "leo"
	if err := (ballots.Ballots{Store: st.Store}).Cast(t.Context(), more); err != nil {
		t.Fatal(err)
	}
	if l, _ := get[api.Leaderboard](t, h, api.Prefix+"/arena/leaderboard"); l.Votes != 40 {
		t.Errorf("the ranking was made anew within a minute: %d votes", l.Votes)
	}
	*now = now.Add(time.Minute)
	if l, _ := get[api.Leaderboard](t, h, api.Prefix+"/arena/leaderboard"); l.Votes != 41 {
		t.Errorf("after a minute it has %d votes, want 41", l.Votes)
	}
	if one, _ := get[api.Leaderboard](t, h, api.Prefix+"/arena/leaderboard?show=other"); one.Votes != 0 {
		t.Errorf("another show has %d votes", one.Votes)
	}
	if w := ask(h, "GET", api.Prefix+"/arena/votes.csv"); w.Code != http.StatusOK || strings.Count(w.Body.String(), "\n") != 42 || !strings.Contains(w.Header().Get("Content-Disposition"), "votes.csv") {
		t.Errorf("csv: %d %d lines", w.Code, strings.Count(w.Body.String(), "\n"))
	}
	for path, want := range map[string]string{"/leaderboard": "seedance-secret", "/leaderboard?kind=close&show=pier": "seedance-secret", "/leaderboard?kind=talk": "No votes yet"} {
		page := ask(h, "GET", path)
		if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), want) || strings.Contains(page.Body.String(), "<script>alert") {
			t.Errorf("%s: %d, without %q: %.1500s", path, page.Code, want, page.Body)
		}
	}
	if page := ask(h, "GET", "/leaderboard?kind=crowd"); page.Code != http.StatusNotFound {
		t.Errorf("a kind that is none: %d", page.Code)
	}
	if w := send(h, "PUT", api.Prefix+"/arena/frozen", "application/json", `{"frozen":true}`); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"table"`) {
		t.Errorf("freeze: %d %s", w.Code, w.Body)
	}
	if w := send(h, "POST", api.Prefix+"/arena/reveals", "application/json", `{"code":"aurora"}`); w.Code != http.StatusNotFound {
		t.Errorf("reveal of nothing: %d %s", w.Code, w.Body)
	}
}
