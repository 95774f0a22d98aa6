package httpapi_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/studio"
)

// factsAre lets a test say who can make takes.
func factsAre(facts *[]provider.Facts) func(*studio.Studio) {
	return func(st *studio.Studio) {
		made := st.Facts
		st.Facts = func(ctx context.Context) ([]provider.Facts, error) {
			if *facts == nil {
				return made(ctx)
			}
			return *facts, nil
		}
	}
}

func (d asker) page(path string) string {
	d.Helper()
	w := httptest.NewRecorder()
	d.ServeHTTP(w, httptest.NewRequest("GET", "http://"+address+path, http.NoBody))
	if w.Code != http.StatusOK {
		d.Fatalf("%s: %d %.300s", path, w.Code, w.Body)
	}
	return w.Body.String()
}

var takeOfA = drama.TakeID{Episode: drama.EpisodeID{Show: "rehearsal", Number: 1}, Slate: "1A", Number: 1}

// TestAModelStaysUnderItsCodeName: until somebody reveals it, nothing that the Studio
// tells says which model it is, nor where the store keeps what it made.
func TestAModelStaysUnderItsCodeName(t *testing.T) {
	hidden := []provider.Facts{{Instance: "fake", Type: "secretvendor", CodeName: "Heron", Model: provider.Model{ID: "secret-2", Name: "Secret 2", Source: "https://secret.example", Until: "2026-11-11", UntilSource: "https://secret.example/ends", Instead: "secret-3"}}}
	d := newAsker(t, factsAre(&hidden))
	job := ledger.ID{Take: takeOfA, Attempt: 1}
	intent := ledger.Intent{ID: job, Key: job.Key(), Provider: "fake", Model: "secret-2", Estimate: drama.Money{Micros: drama.Micro, Currency: "CNY"}, At: time.Now()}
	if err := d.studio.Ledger.Intend(t.Context(), intent); err != nil {
		t.Fatal(err)
	}
	if err := d.studio.Ledger.Receive(t.Context(), job, ledger.Receipt{Job: provider.Job{ID: "j1", Model: "secret-2"}, Provider: "fake", At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	_, err := (library.Library{Store: d.studio.Store}).WriteTake(t.Context(), drama.Take{
		ID: takeOfA, Origin: drama.OriginGenerated, Provider: "fake", Model: "secret-2", Verdict: drama.Verdict{Pass: true},
		Media: drama.Object{Bucket: "vault", Key: "vault/clip.mp4", SHA256: "77ab", Bytes: 3, Type: "video/mp4"}, Asked: &drama.Asked{Prompt: "She runs.", Dialect: "v3/secret"},
	})
	if err != nil {
		t.Fatal(err)
	}
	paths := []string{
		"/providers", "/jobs", "/s/rehearsal/", "/s/rehearsal/ep01/1A", "/money",
		api.Prefix + "/providers", api.Prefix + "/jobs", api.Prefix + "/money", api.Prefix + "/money.csv", api.Prefix + ep + "/shots/1A/takes", api.Prefix + "/shows/rehearsal/board",
	}
	for _, path := range paths {
		if body := d.page(path); strings.Contains(strings.ToLower(body), "secret") || strings.Contains(body, "vault") {
			t.Errorf("%s tells of the model, or of the store's keys: %.2000s", path, body)
		}
	}
	if body := d.page(api.Prefix + ep + "/shots/1A/takes"); !strings.Contains(body, "Heron") || !strings.Contains(body, "/takes/1/original") {
		t.Errorf("takes: %s", body)
	}
	if code, p, _ := d.do("POST", "/arena/reveals", `{"code":"Heron"}`, nil); code != http.StatusOK {
		t.Fatalf("reveal: %d %+v", code, p)
	}
	if body := d.page("/providers"); !strings.Contains(body, "secret-2") {
		t.Errorf("revealed, and /providers says %s", body)
	}
}

// TestWhoCanMakeTakesIsAsOfNow: a worker that comes or goes while the Studio runs.
func TestWhoCanMakeTakesIsAsOfNow(t *testing.T) {
	now := time.Now()
	var facts []provider.Facts
	d := newAsker(t, factsAre(&facts), func(st *studio.Studio) { st.Now = func() time.Time { return now } })
	if q := d.quote(`{"op":"start-run","show":"rehearsal","episode":1}`); len(q.Refused) != 0 {
		t.Fatalf("with its vendor: %+v", q.Refused)
	}
	if body := d.page("/providers"); !strings.Contains(body, "<td>fake</td>") {
		t.Errorf("/providers: %s", body)
	}
	facts = []provider.Facts{}
	now = now.Add(time.Minute)
	if q := d.quote(`{"op":"start-run","show":"rehearsal","episode":1}`); len(q.Refused) == 0 {
		t.Error("a run without anybody who can make takes is not refused")
	}
	if body := d.page("/providers"); strings.Contains(body, "<td>fake</td>") {
		t.Error("/providers shows a vendor that is gone")
	}
}

// TestAModelsEndIsShown: who makes takes by a model that has ended is not called ready.
func TestAModelsEndIsShown(t *testing.T) {
	facts := []provider.Facts{
		{Instance: "gone", Model: provider.Model{ID: "old-1", Until: "2020-01-31", Instead: "new-1"}},
		{Instance: "going", Model: provider.Model{ID: "old-2", Until: "2999-01-31"}},
	}
	d := newAsker(t, factsAre(&facts))
	body := d.page("/providers")
	for _, want := range []string{"ended on 2020-01-31; new-1 takes its place", "ends on 2999-01-31"} {
		if !strings.Contains(body, want) {
			t.Errorf("/providers does not say %q: %s", want, body)
		}
	}
	if n := strings.Count(body, `data-s="ok"`); n != 1 {
		t.Errorf("/providers calls %d ready, want the one whose model goes on: %s", n, body)
	}
}

// TestBuyingAgainHasAPrice: a held job that is bought again costs its estimate, which
// somebody has seen.
func TestBuyingAgainHasAPrice(t *testing.T) {
	d := newAsker(t)
	estimate := drama.Money{Micros: 4 * drama.Micro, Currency: "CNY"}
	for i, c := range []struct{ op, path, state string }{
		{"resubmit-job", "resubmit", "resubmitted"},
		{"absent-job", "absent", "not_accepted"},
	} {
		id := ledger.ID{Take: takeOfA, Attempt: i + 1}
		if err := d.studio.Ledger.Intend(t.Context(), ledger.Intent{ID: id, Key: id.Key(), Provider: "fake", Model: "fake-1", Estimate: estimate, At: time.Now()}); err != nil {
			t.Fatal(err)
		}
		if err := d.studio.Ledger.Hold(t.Context(), id, ledger.Hold{Question: "is it there?", At: time.Now()}); err != nil {
			t.Fatal(err)
		}
		q := d.quote(fmt.Sprintf(`{"op":%q,"show":"rehearsal","episode":1,"slates":["1A"],"take":1,"try":%d}`, c.op, id.Attempt))
		if q.Low != estimate || q.High != estimate {
			t.Errorf("%s: the quote says %s to %s, want %s", c.op, q.Low, q.High, estimate)
		}
		path := fmt.Sprintf("/jobs/rehearsal/1/1A/1/%d/%s", id.Attempt, c.path)
		if code, p, _ := d.do("POST", path, `{"quote":"e30.e30"}`, nil); p.Type != "/problems/plan-changed" {
			t.Errorf("%s without the price: %d %+v", c.op, code, p)
		}
		var job api.Job
		if code, p, _ := d.do("POST", path, fmt.Sprintf(`{"quote":%q}`, q.ID), &job); code != http.StatusOK || job.Outcome == nil || job.Outcome.State != c.state {
			t.Errorf("%s by its quote: %d %+v %+v", c.op, code, p, job)
		}
	}
	if code, p, _ := d.do("POST", "/quotes", `{"op":"redo-still","show":"rehearsal","episode":1,"slates":["1A"]}`, nil); p.Type != "/problems/unknown" {
		t.Errorf("a still that the script does not want: %d %+v", code, p)
	}
}

// TestAnActOfADeadProcessIsNotDoneTwice: it died in the middle, and nobody knows how far
// it came.
func TestAnActOfADeadProcessIsNotDoneTwice(t *testing.T) {
	d := newAsker(t)
	q := d.quote(`{"op":"retake","show":"rehearsal","episode":1,"slates":["1B"]}`)
	body := fmt.Sprintf(`{"slates":["1B"],"quote":%q}`, q.ID)
	if code, p, _ := d.do("POST", ep+"/retakes", body, nil, "Idempotency-Key", key1); code != http.StatusAccepted {
		t.Fatalf("retake: %d %+v", code, p)
	}
	var key string
	if err := d.studio.Store.List(t.Context(), "_studio/acts/", func(i store.Info) error { key = i.Key; return nil }); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "POST %s\n%s", api.Prefix+ep+"/retakes", body))
	undone, err := json.Marshal(map[string]any{"request": fmt.Sprintf("%x", sum), "at": time.Now().Add(-time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.studio.Store.Put(t.Context(), key, strings.NewReader(string(undone)), "application/json"); err != nil {
		t.Fatal(err)
	}
	if code, p, _ := d.do("POST", ep+"/retakes", body, nil, "Idempotency-Key", key1); p.Type != "/problems/in-work" {
		t.Errorf("asked again: %d %+v", code, p)
	}
	if n := len(d.engine.started); n != 1 {
		t.Errorf("%d runs were started, want 1", n)
	}
}

// TestAProblemLeadsOn: by operations, which every front offers in its own way.
func TestAProblemLeadsOn(t *testing.T) {
	p := api.ProblemOf(fmt.Errorf("ask: %w", &studio.StaleError{Name: "pier/ep02", Reason: "x"}))
	if strings.Contains(p.Detail, "dailies cancel") || len(p.Next) != 1 || p.Next[0] != (api.NextStep{Operation: "cancel-episode", Method: "POST", Path: api.Prefix + "/shows/pier/episodes/2/cancel"}) {
		t.Errorf("%+v", p)
	}
	d := newAsker(t)
	_, p2, _ := d.do("POST", "/jobs/rehearsal/1/1A/7/1/drop", "", nil)
	if p2.Type != "/problems/unknown" || len(p2.Next) != 1 || p2.Next[0].Path != api.Prefix+"/jobs?show=rehearsal" {
		t.Errorf("a job that is not there: %+v", p2)
	}
}
