// Package measured shows that what a house tells Prometheus is what happened: an
// episode on the embedded engine, with the fake vendor and null media, and its numbers
// read as Prometheus reads them.
package measured

import (
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/metrics"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// stage is a rehearsal whose seams are counted as app does it, on an engine.
func stage(t *testing.T, set *metrics.Set) (*studio.Studio, *rehearsal.Stage) {
	t.Helper()
	c := rehearsal.OnEngine(t, 0, set.Temporal())

	s := rehearsal.New(t, rehearsal.Options{Price: drama.Money{Micros: 1_250_000, Currency: "CNY"}}) // a second; a take is four
	l := set.Ledger(s.Ledger)
	s.Ledger, s.Planner.Ledger, s.Bank.Account.Ledger = l, l, l
	buyer := &s.Generator.Buyer
	buyer.Ledger, buyer.Watch, buyer.Slots = l, set, &ledger.Slots{Store: s.Store, Ledger: l}
	s.Media.Runner = set.Runner(s.Media.Runner)
	i := s.Instances["fake"]
	i.Slots = 2
	s.Instances["fake"] = i
	set.Serves("fake", i.Slots, false)
	work := func(queue string, register func(worker.Worker)) {
		w := worker.New(c, queue, worker.Options{Interceptors: []interceptor.WorkerInterceptor{activities.Interceptor()}})
		register(w)
		if err := w.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(w.Stop)
	}
	work(workflows.TaskQueue, func(w worker.Worker) {
		workflows.RegisterWorkflows(w)
		workflows.RegisterRecords(w, s.Planner, s.Library, s.Bank)
	})
	work(workflows.MediaQueue, func(w worker.Worker) { workflows.RegisterMedia(w, s.Media) })
	work(workflows.ProviderQueue("fake"), func(w worker.Worker) { workflows.RegisterProvider(w, s.Generator) })
	return &studio.Studio{Temporal: c, Store: s.Store, Ledger: l, Account: s.Bank.Account, Facts: s.Planner.Facts, Poll: 20 * time.Millisecond}, s
}

// scraped are the numbers as a scrape has them: by name and labels, as in PromQL.
type scraped struct {
	t    *testing.T
	body string
	all  map[string]*dto.MetricFamily
}

func scrape(t *testing.T, h http.Handler) scraped {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	body := w.Body.String()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	all, err := parser.TextToMetricFamilies(strings.NewReader(body))
	if err != nil || w.Code != http.StatusOK {
		t.Fatalf("status %d, %v", w.Code, err)
	}
	return scraped{t, body, all}
}

// value is the sum of the series of a name with the labels, written NAME=VALUE; of a
// histogram, how many were observed.
func (s scraped) value(name string, labels ...string) (sum float64) {
	s.t.Helper()
	found := false
	for _, m := range s.all[name].GetMetric() {
		has := map[string]bool{}
		for _, l := range m.GetLabel() {
			has[l.GetName()+"="+l.GetValue()] = true
		}
		all := true
		for _, want := range labels {
			all = all && has[want]
		}
		if all {
			found = true
			sum += m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	if !found {
		s.t.Errorf("no %s %v", name, labels)
	}
	return sum
}

func (s scraped) want(want float64, name string, labels ...string) {
	s.t.Helper()
	if got := s.value(name, labels...); math.Abs(got-want) > 1e-6 {
		s.t.Errorf("%s %v is %v, want %v", name, labels, got, want)
	}
}

func TestAnEpisodesNumbers(t *testing.T) {
	set := metrics.New("rehearsal")
	house, s := stage(t, set)
	p := rehearsal.Production([]string{"fake"},
		rehearsal.Shot("1A", "She waits."),
		rehearsal.Shot("1B", "She runs. [fake: black*1]"),                // NG, then good
		rehearsal.Shot("1C", "She shouts. [fake: throttled*2, unknown]"), // asked again, then a word nobody knows
		rehearsal.Shot("1D", "She falls. [fake: black]"),                 // NG three times
	)
	run, err := house.Submit(t.Context(), studio.Submission{Production: p, Open: func(string) (io.ReadSeekCloser, error) { return nil, errors.New("there are no files") }})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
	defer stop()
	d, err := house.Wait(ctx, run, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := scrape(t, set.Handler())

	spent, jobs := map[string]int64{}, map[string]int{}
	err = s.Ledger.List(t.Context(), "rehearsal", 0, func(e ledger.Entry) error {
		jobs[e.Outcome.State]++
		spent[e.Intent.Provider+" "+e.Outcome.Price.Currency] += e.Outcome.Price.Micros
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if spent["fake CNY"] == 0 || len(spent) != 1 {
		t.Fatalf("the ledger has %v", spent)
	}
	got.want(float64(spent["fake CNY"])/drama.Micro, "dailies_spend_total", "provider=fake", "currency=CNY")
	for state, n := range jobs {
		got.want(float64(n), "dailies_jobs_settled_total", "provider=fake", "state="+state)
	}
	states, made := map[string]int{}, 0
	for _, shot := range d.Shots {
		states[string(shot.State)]++
		if shot.State == drama.ShotCircle {
			made += shot.Attempts
		}
	}
	for state, n := range states {
		got.want(float64(n), "dailies_shots_total", "provider=fake", "state="+state)
	}
	got.want(float64(made), "dailies_circled_shot_takes_total", "provider=fake")
	got.want(3, "dailies_takes_total", "provider=fake", "verdict=good")
	got.want(4, "dailies_takes_total", "provider=fake", "verdict=NG")

	got.want(2, "dailies_vendor_errors_total", "provider=fake", "operation=submit", "kind=throttled")
	got.want(1, "dailies_vendor_unknown_words_total", "provider=fake")
	got.want(float64(s.Bought(t)+2), "dailies_vendor_call_seconds", "provider=fake", "operation=submit")
	got.want(float64(jobs["succeeded"]), "dailies_vendor_call_seconds", "provider=fake", "operation=fetch")
	got.want(0, "dailies_jobs_in_flight", "provider=fake")
	got.want(0, "dailies_slots_waited_for", "provider=fake")
	got.want(2, "dailies_slots", "provider=fake")
	got.want(0, "dailies_provider_parked", "provider=fake")
	got.want(0, "dailies_media_jobs_running", "kind=conform")

	conformed := got.value("dailies_media_job_seconds", "kind=conform")
	if made := got.value("dailies_media_made_seconds_total", "kind=conform"); conformed < 7 || made < 4*7 {
		t.Errorf("%v conforms made %v seconds", conformed, made)
	}
	got.want(1, "temporal_workflow_completed_total", "workflow_type=Episode")
	if n := got.value("temporal_activity_execution_latency_seconds", "task_queue=provider:fake", "activity_type=Generate"); n < 7 {
		t.Errorf("%v tries of Generate", n)
	}
	if got.value("temporal_activity_execution_failed_total", "task_queue=provider:fake") < 2 {
		t.Error("tries that were throttled have not failed")
	}

	// Without the shot that is NG there is a cut, and it is counted once.
	p.Episode.Scenes[0].Shots = p.Episode.Scenes[0].Shots[:3]
	for range 2 {
		if run, err = house.Submit(t.Context(), studio.Submission{Production: p, Open: func(string) (io.ReadSeekCloser, error) { return nil, errors.New("there are no files") }}); err != nil {
			t.Fatal(err)
		}
		if d, err = house.Wait(ctx, run, nil); err != nil || d.Cut != 1 {
			t.Fatalf("%+v, %v", d, err)
		}
	}
	scrape(t, set.Handler()).want(math.Round(d.Master.Duration), "dailies_finished_seconds_total")

	// What grows with what is rendered is nowhere, and neither is a job's or a take's name.
	for _, never := range []string{`"1A"`, `"rehearsal/`, "ep01"} {
		if strings.Contains(strings.ReplaceAll(got.body, `version="rehearsal"`, ""), never) {
			t.Errorf("a scrape names %s", never)
		}
	}
}
