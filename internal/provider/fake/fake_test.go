package fake_test

import (
	"errors"
	"io"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/fake"
	"github.com/dailies/dailies/internal/provider/providertest"
)

func request(action string) provider.Request {
	return provider.Request{
		Key:   "k",
		Take:  drama.TakeID{Episode: drama.EpisodeID{Show: "s", Number: 1}, Slate: "1A", Number: 1},
		Model: "fake-1", Mode: provider.ModeText, Prompt: "a field",
		Frames: 24, FPS: media.Rational{Num: 24, Den: 1}, Raster: media.Raster{Width: 64, Height: 112},
		Brief: drama.Brief{Action: action},
	}
}

func of(model string) provider.Request {
	r := request("she looks up")
	r.Model = model
	return r
}

func TestConformance(t *testing.T) {
	dir := t.TempDir()
	now := time.Unix(1_800_000_000, 0)
	providertest.Run(t, providertest.Suite{
		New: func(t *testing.T) provider.Provider {
			t.Helper()
			p, err := fake.New(fake.Options{Dir: dir, Ready: time.Minute, Now: func() time.Time {
				now = now.Add(20 * time.Second)
				return now
			}})
			if err != nil {
				t.Fatal(err)
			}
			return p
		},
		Request: func() provider.Request { return request("she looks up") },
		Foreign: provider.Job{ID: "fake-nobody"},
		Invalid: map[string]provider.Request{"a wrong field": request("[fake: invalid]")},
		Draft:   func() provider.Request { return of(fake.DraftModel) },
		Final:   func() provider.Request { return of(fake.DraftModel) },
	})
}

func TestMisbehaviourAtSubmit(t *testing.T) {
	for word, want := range map[string]provider.Kind{
		"throttled": provider.KindThrottled, "transient": provider.KindTransient, "lost": provider.KindAmbiguous,
		"dropped": provider.KindAmbiguous, "refused": provider.KindRefused, "auth": provider.KindAuth, "quota": provider.KindQuota,
	} {
		dir := t.TempDir()
		p, err := fake.New(fake.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		for n := range 2 {
			_, err := p.Submit(t.Context(), request("[fake: "+word+"*1]"))
			got := provider.KindOf(err, "")
			if n == 0 && got != want {
				t.Errorf("%s: first submit is %q, want %q", word, got, want)
			}
			if n == 1 && err != nil {
				t.Errorf("%s*1: second submit: %v, want a job", word, err)
			}
		}
		jobs, err := fake.Jobs(dir)
		if err != nil {
			t.Fatal(err)
		}
		if want := map[bool]int{true: 2, false: 1}[word == "lost"]; len(jobs) != want {
			t.Errorf("%s: the vendor made %d jobs, want %d", word, len(jobs), want)
		}
	}
}

func TestFinderKnowsALostJob(t *testing.T) {
	p, err := fake.New(fake.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	r := request("[fake: lost]")
	if _, err := p.Submit(t.Context(), r); err == nil {
		t.Fatal("the answer was not lost")
	}
	job, found, err := p.(provider.Finder).Find(t.Context(), r)
	if err != nil || !found {
		t.Fatalf("found=%v, err=%v", found, err)
	}
	if s, err := p.Poll(t.Context(), job); err != nil || s.State != provider.Succeeded {
		t.Errorf("the found job is %v, %v", s.State, err)
	}
}

func TestMisbehaviourWhilePolling(t *testing.T) {
	for _, c := range []struct {
		word   string
		states []provider.State
		kinds  []provider.Kind
	}{
		{"slow", []provider.State{provider.Running, provider.Running, provider.Running, provider.Succeeded}, []provider.Kind{"", "", "", ""}},
		{"unknown", []provider.State{provider.Running, provider.Succeeded}, []provider.Kind{provider.KindUnknown, ""}},
		{"failed*1", []provider.State{provider.Failed, provider.Failed}, []provider.Kind{provider.KindFailed, provider.KindFailed}},
		{"stuck", []provider.State{provider.Running, provider.Running}, []provider.Kind{"", ""}},
	} {
		p, err := fake.New(fake.Options{Dir: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		job, err := p.Submit(t.Context(), request("[fake: "+c.word+"]"))
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range c.states {
			s, err := p.Poll(t.Context(), job)
			if err != nil {
				t.Fatal(err)
			}
			var kind provider.Kind
			if s.Err != nil {
				kind = s.Err.Kind
			}
			if s.State != want || kind != c.kinds[i] {
				t.Errorf("%s: poll %d is %s/%s, want %s/%s", c.word, i, s.State, kind, want, c.kinds[i])
			}
		}
	}
}

func TestExpiredURLWorksTheSecondTime(t *testing.T) {
	p, err := fake.New(fake.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	job, err := p.Submit(t.Context(), request("[fake: expired]"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Poll(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Fetch(t.Context(), s)
	var e *provider.Error
	if !errors.As(err, &e) || e.Kind != provider.KindNotFound {
		t.Fatalf("first fetch: %v, want not_found", err)
	}
	body, err := p.Fetch(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(body); err != nil || len(b) == 0 {
		t.Errorf("second fetch: %d bytes, %v", len(b), err)
	}
}

// A job that failed stays failed, and the next take of the shot does not.
func TestCountedFailureBelongsToOneTake(t *testing.T) {
	p, err := fake.New(fake.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	var states []provider.State
	for _, key := range []string{"first", "second"} {
		r := request("[fake: failed*1]")
		r.Key = key
		job, err := p.Submit(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			s, err := p.Poll(t.Context(), job)
			if err != nil {
				t.Fatal(err)
			}
			states = append(states, s.State)
		}
	}
	want := []provider.State{provider.Failed, provider.Failed, provider.Succeeded, provider.Succeeded}
	for i := range want {
		if states[i] != want[i] {
			t.Fatalf("states are %v, want %v", states, want)
		}
	}
}
