package activities_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/test/rehearsal"
)

// scripted is a vendor that answers what the test says.
type scripted struct {
	provider.Provider
	submit  error
	status  provider.Status
	pollErr error
	body    func() (io.ReadCloser, error)
	fetched int
	polled  int
}

func (s *scripted) Submit(context.Context, provider.Request) (provider.Job, error) {
	return provider.Job{ID: "j1"}, s.submit
}

func (s *scripted) Poll(context.Context, provider.Job) (provider.Status, error) {
	s.polled++
	return s.status, s.pollErr
}

func (s *scripted) Fetch(context.Context, provider.Status) (io.ReadCloser, error) {
	s.fetched++
	return s.body()
}

func vendor(t *testing.T, v *scripted) (*rehearsal.Stage, activities.GenerateInput) {
	t.Helper()
	s := rehearsal.New(t, rehearsal.Options{NoFinder: true})
	in := take(t, s, "plain")
	v.Provider = s.Providers["fake"]
	if v.status.State == "" {
		v.status.State = provider.Succeeded
	}
	if v.body == nil {
		v.body = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("null clip")), nil }
	}
	s.Providers["fake"] = v
	i := s.Instances["fake"]
	i.DeadlineMS, i.PollEveryMS = 20_000, 1
	s.Instances["fake"] = i
	return s, in
}

func no(k provider.Kind) *provider.Error {
	return &provider.Error{Kind: k, Op: "submit", Message: "no", RetryAfter: 7 * time.Second}
}

// Each Kind of a submit's error is one decision for the engine and one entry in
// the ledger.
func TestKindsOfSubmit(t *testing.T) {
	yes := true
	refusedBilled := no(provider.KindRefused)
	refusedBilled.Billed = &yes
	for _, c := range []struct {
		err   error
		kind  string
		final bool
		state string // of the ledger's first attempt; empty: open
		price int64
	}{
		{no(provider.KindTransient), "transient", false, "not_accepted", 0},
		{no(provider.KindThrottled), "throttled", false, "not_accepted", 0},
		{no(provider.KindInvalid), "invalid", true, "not_accepted", 0},
		{no(provider.KindAuth), "auth", true, "not_accepted", 0},
		{no(provider.KindQuota), "quota", true, "not_accepted", 0},
		{no(provider.KindRefused), "refused", true, "refused", 0},
		{refusedBilled, "refused", true, "refused", 4_000_000},
		{no(provider.KindFailed), "failed", true, "failed", 0},
		{no(provider.KindAmbiguous), "held", true, "", 0},
		{no(provider.KindUnknown), "held", true, "", 0},
		{errors.New("who knows"), "held", true, "", 0},
	} {
		t.Run(c.err.Error()+" "+c.kind, func(t *testing.T) {
			s, in := vendor(t, &scripted{submit: c.err})
			_, err := s.Generator.Generate(t.Context(), in)
			var f *activities.Failure
			if !errors.As(err, &f) || f.Type != c.kind || f.Final != c.final {
				t.Fatalf("got %+v", err)
			}
			if !c.final && f.After != 7*time.Second {
				t.Errorf("the vendor's wish to wait is lost: %s", f.After)
			}
			if c.final && (f.NoClip == nil || f.NoClip.Price.Micros != c.price) {
				t.Errorf("told to the run: %+v", f.NoClip)
			}
			e, err := s.Ledger.Get(t.Context(), ledger.ID{Take: in.Take, Attempt: 1})
			if err != nil {
				t.Fatal(err)
			}
			if c.state == "" && !e.Held() || c.state != "" && (e.Outcome == nil || e.Outcome.State != c.state || e.Outcome.Price.Micros != c.price) {
				t.Errorf("ledger: %+v", e)
			}
		})
	}
}

func TestEndsOfAJob(t *testing.T) {
	price := drama.Money{Micros: 2_500_000, Currency: "CNY"}
	text := func(body string) func() (io.ReadCloser, error) {
		return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(body)), nil }
	}
	for _, c := range []struct {
		name   string
		v      scripted
		kind   string // of the failure; empty: a clip
		final  bool
		state  string
		micros int64
	}{
		{"clip, price told", scripted{status: provider.Status{State: provider.Succeeded, Price: &price}}, "", true, "succeeded", 2_500_000},
		{"clip, no price", scripted{}, "", true, "succeeded", 4_000_000},
		{"failed", scripted{status: provider.Status{State: provider.Failed}}, "failed", true, "failed", 0},
		{"refused late", scripted{status: provider.Status{State: provider.Failed, Err: no(provider.KindRefused)}}, "refused", true, "refused", 0},
		{"expired", scripted{status: provider.Status{State: provider.Expired}}, "failed", true, "expired", 0},
		{"never done", scripted{status: provider.Status{State: provider.Running}}, "failed", true, "expired", 4_000_000},
		{"a word nobody knows", scripted{status: provider.Status{State: "marinating"}}, "unknown", true, "expired", 4_000_000},
		{"poll broken", scripted{pollErr: &provider.Error{Kind: provider.KindTransient, Op: "poll", Message: "no"}}, "transient", false, "", 0},
		{"key broken while it runs", scripted{pollErr: no(provider.KindAuth)}, "auth", false, "", 0},
		{"forgotten by the vendor", scripted{pollErr: no(provider.KindNotFound)}, "failed", true, "expired", 4_000_000},
		{"a web page", scripted{body: text("<!doctype html><p>Sorry")}, "transient", false, "", 0},
		{"an error as JSON", scripted{body: text(` {"error": 1}`)}, "transient", false, "", 0},
		{"XML", scripted{body: text(`<?xml version="1.0"?><Error/>`)}, "transient", false, "", 0},
		{"nothing", scripted{body: text("")}, "transient", false, "", 0},
		{"endless", scripted{body: func() (io.ReadCloser, error) { return io.NopCloser(endless{}), nil }}, "failed", true, "failed", 4_000_000},
		{"cut off", scripted{body: func() (io.ReadCloser, error) { return nil, errors.New("reset") }}, "transient", false, "", 0},
	} {
		// In a bubble, as what a vendor denies is asked again for a while.
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, in := vendor(t, &c.v)
				s.Generator.Buyer.MaxBytes = 1 << 20
				clip, err := s.Generator.Generate(t.Context(), in)
				var f *activities.Failure
				if c.kind == "" && err != nil || c.kind != "" && (!errors.As(err, &f) || f.Type != c.kind || f.Final != c.final) {
					t.Fatalf("got %+v, %v", f, err)
				}
				e, err := s.Ledger.Get(t.Context(), ledger.ID{Take: in.Take, Attempt: 1})
				if err != nil || e.Receipt == nil {
					t.Fatalf("ledger: %+v, %v", e, err)
				}
				if c.state == "" {
					if e.Outcome != nil {
						t.Errorf("a job that goes on was settled: %+v", e.Outcome)
					}
					return
				}
				if e.Outcome == nil || e.Outcome.State != c.state || e.Outcome.Price.Micros != c.micros {
					t.Errorf("ledger: %+v", e.Outcome)
				}
				if c.kind == "" && (clip.Price.Micros != c.micros || clip.Media.Key == "") {
					t.Errorf("clip: %+v", clip)
				}
				if c.v.fetched > 2 {
					t.Errorf("fetched %d times in one try", c.v.fetched)
				}
			})
		})
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return copy(p, bytes.Repeat([]byte{1}, len(p))), nil }

// The SDK looks at the outermost error only: the interceptor must make it the one
// that says whether to try again.
func TestInterceptorDecides(t *testing.T) {
	for kind, retryable := range map[provider.Kind]bool{
		provider.KindRefused: false, provider.KindInvalid: false, provider.KindAuth: false, provider.KindThrottled: true, provider.KindTransient: true,
	} {
		s, in := vendor(t, &scripted{submit: no(kind)})
		var suite testsuite.WorkflowTestSuite
		e := suite.NewTestActivityEnvironment()
		e.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{activities.Interceptor()}})
		e.RegisterActivity(s.Generator)
		_, err := e.ExecuteActivity(s.Generator.Generate, in)
		var app *temporal.ApplicationError
		if !errors.As(err, &app) || app.Type() != string(kind) || app.NonRetryable() == retryable {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		if retryable && app.NextRetryDelay() != 7*time.Second {
			t.Errorf("%s: next after %s", kind, app.NextRetryDelay())
		}
		var told activities.NoClip
		if !retryable && (app.Details(&told) != nil || told.Reason == "") {
			t.Errorf("%s: the run is told %+v", kind, told)
		}
	}
}

// A request names its attempt, and the second attempt asks under another key.
func TestEveryAttemptHasItsKey(t *testing.T) {
	s := rehearsal.New(t, rehearsal.Options{})
	in := take(t, s, "[fake: throttled*2]")
	for range 2 {
		if _, err := s.Generator.Generate(t.Context(), in); failure(err) != "throttled" {
			t.Fatalf("want throttled, got %v", err)
		}
	}
	clip, err := s.Generator.Generate(t.Context(), in)
	if err != nil || clip.VendorJob != "fake-rehearsal-ep01-1A-t1-a3" || s.Bought(t) != 1 {
		t.Errorf("%+v, %v, %d bought", clip, err, s.Bought(t))
	}
}
