package httpapi_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/review"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/mem"
)

// screening is a house with one cut of an episode, and a link to it.
type screening struct {
	t    *testing.T
	h    http.Handler
	st   *mem.Store
	link review.Link
	pass string
	by   map[access.Role]string
}

const secretNote = "do not tell the client about the hand"

func newScreening(t *testing.T) screening {
	t.Helper()
	st := mem.New()
	s := screening{t: t, st: st}
	id := drama.EpisodeID{Show: "mine", Number: 1}
	keys := store.Keys{Show: "mine"}
	s.put(keys.Cut(id, 4)+"master.mp4", strings.Repeat("picture ", 100))
	manifest := drama.Manifest{
		ID: id, Cut: 4, Title: drama.Text{"en": `<script>alert("title")</script>`}, Frames: 96, FPS: "24/1",
		Shots: []drama.ManifestShot{{Slate: "1A", Frames: 96, Take: drama.TakeID{Episode: id, Slate: "1A", Number: 1}, Provider: "secret-vendor"}},
		Files: []drama.ManifestFile{{Name: "master.mp4", Bytes: 800, Type: "video/mp4"}}, Spent: drama.Money{Micros: 12345, Currency: "CNY"},
	}
	s.put(keys.Cut(id, 4)+"manifest.json", manifest)
	take := drama.Take{ID: drama.TakeID{Episode: id, Slate: "1A", Number: 1}, Digest: "d", Provider: "secret-vendor", Measured: &media.Measurements{Conformed: 96}}
	s.put(keys.Take(take.ID), take)
	s.put(keys.TakeReview(take.ID), "a clip")
	s.h, s.by = house(t, st)
	desk := review.Desk{Store: st}
	var err error
	if s.link, s.pass, err = desk.Make(t.Context(), review.Link{Episode: id, Cut: 4, By: "ana"}, ""); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s screening) put(key string, v any) {
	s.t.Helper()
	body, ok := v.(string)
	if !ok {
		b, err := json.Marshal(v)
		if err != nil {
			s.t.Fatal(err)
		}
		body = string(b)
	}
	if _, err := s.st.Put(s.t.Context(), key, bytes.NewReader([]byte(body)), "video/mp4"); err != nil {
		s.t.Fatal(err)
	}
}

func (s screening) ask(method, path, cookie string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://"+address+path, strings.NewReader(form.Encode()))
	r.RemoteAddr = "127.0.0.1:50000"
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.h.ServeHTTP(w, r)
	return w
}

// enter opens the link and returns the guest's cookie.
func (s screening) enter(l review.Link, pass, name string) string {
	s.t.Helper()
	w := s.ask("POST", "/review/"+l.ID+"/open", "", url.Values{"passphrase": {pass}, "name": {name}})
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/review/"+l.ID {
		s.t.Fatalf("open the link: %d %s", w.Code, w.Body)
	}
	set := w.Header().Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Lax", "Path=/review/" + l.ID} {
		if !strings.Contains(set, want) {
			s.t.Errorf("the cookie lacks %s: %s", want, set)
		}
	}
	cookie, _, _ := strings.Cut(set, ";")
	return cookie
}

func TestAGuestSeesOneCutAndLeavesWords(t *testing.T) {
	s := newScreening(t)
	at := "/review/" + s.link.ID
	if w := s.ask("GET", at, "", nil); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "alert") || strings.Contains(w.Body.String(), "mine") {
		t.Errorf("before the passphrase: %d %s", w.Code, w.Body)
	}
	cookie := s.enter(s.link, s.pass, "Mo Li <b>")
	page := s.ask("GET", at, cookie, nil)
	body := page.Body.String()
	if page.Code != http.StatusOK || !strings.Contains(body, at+"/cut.mp4") || !strings.Contains(body, "&lt;script&gt;") || strings.Contains(body, "<script>alert") || strings.Contains(body, "<b>") {
		t.Errorf("the page: %d %s", page.Code, body)
	}
	for _, secret := range []string{"secret-vendor", "12345", "CNY", secretNote, s.link.Hash} {
		if strings.Contains(body, secret) {
			t.Errorf("the page tells %q", secret)
		}
	}
	if w := s.ask("GET", at+"/cut.mp4", cookie, nil, "Range", "bytes=8-15"); w.Code != http.StatusPartialContent || w.Body.String() != "picture " {
		t.Errorf("a part of the cut: %d %q", w.Code, w.Body)
	}
	if w := s.ask("POST", at+"/note", cookie, url.Values{"from": {"12"}, "to": {"20"}, "text": {`<img src=x onerror=alert(1)> the hand`}}); w.Code != http.StatusSeeOther {
		t.Errorf("a note: %d %s", w.Code, w.Body)
	}
	if w := s.ask("POST", at+"/decision", cookie, url.Values{"approved": {"yes"}, "why": {"lovely"}}); w.Code != http.StatusSeeOther {
		t.Errorf("a decision: %d %s", w.Code, w.Body)
	}
	body = s.ask("GET", at, cookie, nil).Body.String()
	if !strings.Contains(body, "&lt;img src=x") || strings.Contains(body, "<img src=x") || !strings.Contains(body, "f12–20") || !strings.Contains(body, "lovely") {
		t.Errorf("after it: %s", body)
	}
	w := ask(s.h, "GET", "/api/v1/shows/mine/episodes/1/cuts/4/approvals", "Authorization", "Bearer "+s.by[access.Viewer])
	var list struct {
		Items    []review.Approval
		Approved bool
	}
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || !list.Approved || len(list.Items) != 1 || list.Items[0].Name != "Mo Li <b>" || list.Items[0].Link != s.link.ID || time.Since(list.Items[0].At) > time.Minute {
		t.Errorf("what the house is told: %d %s", w.Code, w.Body)
	}
}

func TestAGuestGetsNothingElse(t *testing.T) {
	s := newScreening(t)
	at := "/review/" + s.link.ID
	cookie := s.enter(s.link, s.pass, "Mo")
	other, otherPass, err := review.Desk{Store: s.st}.Make(t.Context(), review.Link{Episode: s.link.Episode, Takes: []drama.TakeID{{Episode: s.link.Episode, Slate: "1A", Number: 1}}}, "")
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := "/review/" + other.ID
	for name, c := range map[string]struct {
		method, path, cookie string
		form                 url.Values
		want                 int
	}{
		"without the passphrase, the cut":      {"GET", at + "/cut.mp4", "", nil, 403},
		"without the passphrase, a note":       {"POST", at + "/note", "", url.Values{"text": {"x"}, "from": {"0"}}, 403},
		"without the passphrase, a decision":   {"POST", at + "/decision", "", url.Values{"approved": {"yes"}}, 403},
		"another link by this one's cookie":    {"GET", elsewhere + "/takes/1.mp4", cookie, nil, 403},
		"a take, by the link of a cut":         {"GET", at + "/takes/1.mp4", cookie, nil, 404},
		"another file of the cut":              {"GET", at + "/manifest.json", cookie, nil, 401},
		"a path out of it":                     {"GET", at + "/takes/..%2f..%2f..%2fmine%2fep01%2fscript.json", cookie, nil, 404},
		"the API":                              {"GET", "/api/v1/shows/mine", cookie, nil, 401},
		"the API's media":                      {"GET", "/api/v1/shows/mine/episodes/1/cuts/4/files/master.mp4", cookie, nil, 401},
		"the API's notes":                      {"GET", "/api/v1/shows/mine/episodes/1/notes", cookie, nil, 401},
		"a page of the house":                  {"GET", "/s/mine", cookie, nil, 401},
		"a wrong passphrase":                   {"POST", at + "/open", "", url.Values{"passphrase": {"wrong-wrong"}, "name": {"Mo"}}, 403},
		"no name":                              {"POST", at + "/open", "", url.Values{"passphrase": {s.pass}, "name": {" "}}, 403},
		"a name that turns the line around":    {"POST", at + "/open", "", url.Values{"passphrase": {s.pass}, "name": {"Mo\u202e"}}, 403},
		"a link that is nowhere":               {"POST", "/review/" + strings.Repeat("a", 26) + "/open", "", url.Values{"passphrase": {s.pass}, "name": {"Mo"}}, 403},
		"a note behind the end":                {"POST", at + "/note", cookie, url.Values{"text": {"x"}, "from": {"96"}}, 422},
		"a note before the beginning":          {"POST", at + "/note", cookie, url.Values{"text": {"x"}, "from": {"-1"}}, 422},
		"a note of nothing":                    {"POST", at + "/note", cookie, url.Values{"text": {" "}, "from": {"0"}}, 422},
		"a note of control characters":         {"POST", at + "/note", cookie, url.Values{"text": {"\x1b[2J"}, "from": {"0"}}, 422},
		"a note of a book":                     {"POST", at + "/note", cookie, url.Values{"text": {strings.Repeat("x", 70_000)}, "from": {"0"}}, 413},
		"a decision of neither":                {"POST", at + "/decision", cookie, url.Values{"approved": {"maybe"}}, 422},
		"a decision about a list":              {"POST", elsewhere + "/decision", s.enter(other, otherPass, "Mo"), url.Values{"approved": {"yes"}}, 422},
		"a take of the list that is not there": {"GET", elsewhere + "/takes/2.mp4", s.enter(other, otherPass, "Mo"), nil, 404},
		"a take of the list":                   {"GET", elsewhere + "/takes/1.mp4", s.enter(other, otherPass, "Mo"), nil, 200},
	} {
		if w := s.ask(c.method, c.path, c.cookie, c.form); w.Code != c.want {
			t.Errorf("%s: %d, want %d: %.200s", name, w.Code, c.want, w.Body)
		}
	}
	// The house's word for a cookie is none of a guest's.
	stolen := strings.Replace(cookie, "dailies-review", access.PlainCookie, 1)
	if w := s.ask("GET", "/api/v1/shows", stolen, nil); w.Code != http.StatusUnauthorized {
		t.Errorf("a guest's cookie as a session: %d", w.Code)
	}
	if err := (review.Desk{Store: s.st}).Revoke(t.Context(), "mine", s.link.ID); err != nil {
		t.Fatal(err)
	}
	if w := s.ask("GET", at+"/cut.mp4", cookie, nil); w.Code != http.StatusForbidden {
		t.Errorf("after the link was taken back: %d", w.Code)
	}
}

// TestWhatAGuestLeavesIsToldAtOnce: open pages of the house hear of a note and of a
// decision that came by a link.
func TestWhatAGuestLeavesIsToldAtOnce(t *testing.T) {
	s := newScreening(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = address
		s.h.ServeHTTP(w, r)
	}))
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/api/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.by[access.Viewer])
	stream, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	lines := bufio.NewScanner(stream.Body)
	hears := func(kind, what string) {
		t.Helper()
		now := ""
		for lines.Scan() {
			line := lines.Text()
			if of, ok := strings.CutPrefix(line, "event: "); ok {
				now = of
			}
			if now == kind && strings.HasPrefix(line, "data: ") && strings.Contains(line, what) {
				return
			}
		}
		t.Fatalf("no event %s of %s: %v", kind, what, lines.Err())
	}
	hears("hello", "")
	at, cookie := "/review/"+s.link.ID, s.enter(s.link, s.pass, "Mo Li")
	s.ask("POST", at+"/note", cookie, url.Values{"from": {"12"}, "text": {"the hand"}})
	hears("note", `"by":"Mo Li (guest)"`)
	s.ask("POST", at+"/decision", cookie, url.Values{"approved": {"no"}, "why": {"the hand"}})
	hears("approval", `"approved":false,"by":"Mo Li"`)
}

// TestOnlyALinkThatSaysSoOffersDownloads: what is shown can be watched; whether it is
// offered as a file is the link's.
func TestOnlyALinkThatSaysSoOffersDownloads(t *testing.T) {
	s := newScreening(t)
	open, pass, err := review.Desk{Store: s.st}.Make(t.Context(), review.Link{Episode: s.link.Episode, Cut: 4, Download: true}, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		link review.Link
		pass string
		code int
	}{{s.link, s.pass, http.StatusForbidden}, {open, pass, http.StatusOK}} {
		at, cookie := "/review/"+c.link.ID, s.enter(c.link, c.pass, "Mo")
		w := s.ask("GET", at+"/cut.mp4?download", cookie, nil)
		if w.Code != c.code || strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") != c.link.Download {
			t.Errorf("download %v: %d %q", c.link.Download, w.Code, w.Header().Get("Content-Disposition"))
		}
		if page := s.ask("GET", at, cookie, nil).Body.String(); strings.Contains(page, "?download") != c.link.Download {
			t.Errorf("download %v: the page says %s", c.link.Download, page)
		}
	}
}

func TestGuessingAPassphraseIsSlowedDown(t *testing.T) {
	s := newScreening(t)
	guess := func() int {
		return s.ask("POST", "/review/"+s.link.ID+"/open", "", url.Values{"passphrase": {"wrong-wrong"}, "name": {"Mo"}}).Code
	}
	for n := 0; guess() != http.StatusTooManyRequests; n++ {
		if n > 20 {
			t.Fatal("nobody is slowed down")
		}
	}
}

func TestLinksAreMadeByProducersAndToldOnce(t *testing.T) {
	s := newScreening(t)
	make1 := func(role access.Role, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", "http://"+address+"/api/v1/shows/mine/links", strings.NewReader(body))
		r.RemoteAddr = "127.0.0.1:50000"
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+s.by[role])
		w := httptest.NewRecorder()
		s.h.ServeHTTP(w, r)
		return w
	}
	if w := make1(access.Editor, `{"episode":1,"cut":4}`); w.Code != http.StatusForbidden {
		t.Errorf("by an editor: %d", w.Code)
	}
	for body, want := range map[string]int{
		`{"episode":1,"cut":9}`: 404, `{"episode":1}`: 422, `{"episode":1,"takes":[{"slate":"9Z","take":1}]}`: 404, `{"episode":1,"cut":4,"passphrase":"short"}`: 422,
		`{"episode":1,"cut":4,"days":400}`: 422,
	} {
		if w := make1(access.Producer, body); w.Code != want {
			t.Errorf("%s: %d, want %d: %s", body, w.Code, want, w.Body)
		}
	}
	w := make1(access.Producer, `{"episode":1,"cut":4,"days":3}`)
	var link struct{ ID, URL, Passphrase string }
	if err := json.Unmarshal(w.Body.Bytes(), &link); err != nil || w.Code != http.StatusCreated || link.Passphrase == "" || link.URL != "http://"+address+"/review/"+link.ID {
		t.Fatalf("made: %d %s", w.Code, w.Body)
	}
	s.enter(review.Link{ID: link.ID}, link.Passphrase, "Mo")
	for _, path := range []string{"/api/v1/shows/mine/links", "/api/v1/audit?show=mine"} {
		w := ask(s.h, "GET", path, "Authorization", "Bearer "+s.by[access.Producer])
		if body := w.Body.String(); w.Code != http.StatusOK || !strings.Contains(body, link.ID) || strings.Contains(body, link.Passphrase) || strings.Contains(body, "argon2") {
			t.Errorf("%s: %d %s", path, w.Code, body)
		}
	}
}

func TestLogInByTheForm(t *testing.T) {
	s := newScreening(t)
	if w := s.ask("GET", "/login?next=%2Fs%2Fmine", "", nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `value="/s/mine"`) {
		t.Errorf("the page: %d %s", w.Code, w.Body)
	}
	w := s.ask("POST", "/login", "", url.Values{"token": {s.by[access.Viewer]}, "next": {"//evil.example"}})
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/" || !strings.HasPrefix(w.Header().Get("Set-Cookie"), access.PlainCookie) {
		t.Errorf("logged in: %d %v", w.Code, w.Header())
	}
	if w := s.ask("POST", "/login", "", url.Values{"token": {access.NewSecret()}}); w.Code != http.StatusUnauthorized || w.Header().Get("Set-Cookie") != "" {
		t.Errorf("a wrong token: %d %v", w.Code, w.Header())
	}
	if w := s.ask("POST", "/login", "", url.Values{"token": {s.by[access.Viewer]}}, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"); w.Code != http.StatusForbidden {
		t.Errorf("another site's form: %d", w.Code)
	}
}
