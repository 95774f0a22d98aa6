// Package providertest holds every provider to the contract of package provider.
// A new provider's test is a dozen lines: fill a Suite, call Run.
package providertest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

// Suite says how to get at a provider and what is peculiar about it.
type Suite struct {
	// New makes a provider. All providers that one test makes talk to the same
	// vendor, so a second one stands for us after a restart.
	New func(t *testing.T) provider.Provider
	// Request is a take that the vendor can make; the suite sets Key.
	Request func() provider.Request
	// Wait lets time pass between two polls: advance a clock, or wait for work.
	Wait func(ctx context.Context)
	// MaxPolls is how many polls a take needs at most; 0: 1000.
	MaxPolls int
	// Foreign is a job that the vendor never made.
	Foreign provider.Job
	// Invalid are requests that the provider must refuse before or at the vendor.
	Invalid map[string]provider.Request
	// Draft is a request for a draft, and Final of its final, of which the suite sets
	// FinalOf; nil: the vendor sells none.
	Draft, Final func() provider.Request
}

// Run runs the suite.
func Run(t *testing.T, s Suite) {
	if s.MaxPolls == 0 {
		s.MaxPolls = 1000
	}
	for _, c := range []struct {
		name string
		run  func(*testing.T, Suite)
	}{
		{"facts are whole", facts},
		{"facts of voices are whole", voices},
		{"a take comes through", comesThrough},
		{"a job outlives us", outlivesUs},
		{"a cancelled submit buys nothing", cancelledSubmit},
		{"a foreign job is not found", foreignJob},
		{"a job is found by our key", findsByKey},
		{"a repeated submit is the same job", repeats},
		{"a cancel can be repeated", cancelTwice},
		{"what cannot be made is refused as invalid", refusesInvalid},
		{"a draft has a final", finishesDraft},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, s) })
	}
}

var date = regexp.MustCompile(`^20\d\d-[01]\d-[0-3]\d$`)

func facts(t *testing.T, s Suite) {
	p := s.New(t)
	if p.Name() == "" {
		t.Error("the provider has no name")
	}
	models := p.Models()
	if len(models) == 0 {
		t.Fatal("the provider has no models")
	}
	if diff := cmp.Diff(models, p.Models()); diff != "" {
		t.Errorf("Models changes between calls: %s", diff)
	}
	seen := map[string]bool{}
	for _, m := range models {
		if m.ID == "" || seen[m.ID] {
			t.Errorf("model id %q is empty or twice there", m.ID)
		}
		seen[m.ID] = true
		if len(m.Modes) == 0 {
			t.Errorf("%s: no mode", m.ID)
		}
		if m.Source == "" || !date.MatchString(m.Checked) {
			t.Errorf("%s: facts need a source (%q) and the date they were checked (%q)", m.ID, m.Source, m.Checked)
		}
		if m.Pictures() {
			if len(m.DurationsMS) > 0 || m.MaxMS > 0 || m.Audio {
				t.Errorf("%s: a picture has no length and no sound", m.ID)
			}
		} else if len(m.DurationsMS) == 0 && m.MaxMS <= m.MinMS {
			t.Errorf("%s: makes no duration: %d..%d ms", m.ID, m.MinMS, m.MaxMS)
		}
		if !slices.IsSorted(m.DurationsMS) {
			t.Errorf("%s: durations are not in order: %v", m.ID, m.DurationsMS)
		}
		priced(t, m)
		ends(t, m, models)
		drafts(t, m)
		lips(t, m)
		if m.PricePerSecond.Micros < 0 || m.PricePerSecond.Micros > 0 && len(m.PricePerSecond.Currency) != 3 {
			t.Errorf("%s: price %v", m.ID, m.PricePerSecond)
		}
	}
}

// lips holds the facts of who changes lips against the model's.
func lips(t *testing.T, m provider.Model) {
	l := m.LipSync
	if has := slices.Contains(m.Modes, provider.ModeLipSync); has != (l != nil) {
		t.Errorf("%s: mode %s and what it takes go together", m.ID, provider.ModeLipSync)
	}
	if l == nil {
		return
	}
	if l.MinSide < 0 || l.MaxSide < 0 || l.MaxSide > 0 && l.MaxSide < l.MinSide || l.MaxFPS > 0 && l.MaxFPS < l.MinFPS || l.MaxBytes < 0 || l.MaxSoundBytes < 0 || l.BilledFPS < 0 {
		t.Errorf("%s: limits of lips: %+v", m.ID, *l)
	}
	if _, _, why := m.Lip(120, media.Rational{Num: 24, Den: 1}, media.Raster{Width: 1080, Height: 1920}); why != "" {
		t.Errorf("%s: five seconds of an ordinary show: %s", m.ID, why)
	}
}

// drafts holds the facts of drafts against the model's.
func drafts(t *testing.T, m provider.Model) {
	d := m.Draft
	if d == nil {
		return
	}
	if d.Source == "" || !date.MatchString(d.Checked) || d.Days < 0 || d.PricePPM < 0 || d.PricePPM > 1_000_000 {
		t.Errorf("%s: facts of drafts need a source (%q), the date they were checked (%q), days (%d) and a part of the price (%d)", m.ID, d.Source, d.Checked, d.Days, d.PricePPM)
	}
	if (len(m.Rasters) > 0) != (len(d.Rasters) > 0) || (len(d.Rasters) > 0) == (d.ShortSide > 0) {
		t.Errorf("%s: drafts have sizes where the model has, else a shorter side: %v, %d", m.ID, d.Rasters, d.ShortSide)
	}
	for _, r := range d.Rasters {
		if !slices.Contains(m.Rasters, r) {
			t.Errorf("%s: drafts of %s, which the model does not make", m.ID, r)
		}
	}
}

func comesThrough(t *testing.T, s Suite) {
	p := s.New(t)
	job := submit(t, p, request(s, "suite-through"))
	done := s.finish(t, p, job)
	clip := fetch(t, p, done)
	again, err := p.Poll(t.Context(), job)
	if err != nil {
		t.Fatalf("poll a finished job again: %v", err)
	}
	if again.State != provider.Succeeded {
		t.Errorf("a finished job is %s when asked again", again.State)
	}
	if second := fetch(t, p, again); !bytes.Equal(clip, second) {
		t.Errorf("fetching twice gave %d bytes, then %d other bytes", len(clip), len(second))
	}
}

func outlivesUs(t *testing.T, s Suite) {
	job := submit(t, s.New(t), request(s, "suite-outlives"))
	wire, err := json.Marshal(job)
	if err != nil {
		t.Fatal(err)
	}
	var back provider.Job
	if err := json.Unmarshal(wire, &back); err != nil {
		t.Fatal(err)
	}
	p := s.New(t)
	if len(fetch(t, p, s.finish(t, p, back))) == 0 {
		t.Error("the clip is empty")
	}
}

func cancelledSubmit(t *testing.T, s Suite) {
	p := s.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := request(s, "suite-cancelled")
	_, err := p.Submit(ctx, r)
	if err == nil {
		t.Fatal("Submit took a job under a cancelled context")
	}
	if kind := provider.KindOf(err, provider.KindAmbiguous); kind != provider.KindTransient {
		t.Errorf("Kind is %s, want transient: nothing was sent", kind)
	}
	if f, ok := p.(provider.Finder); ok {
		if _, found, err := f.Find(t.Context(), r); err != nil || found {
			t.Errorf("after a cancelled submit: found=%v, err=%v", found, err)
		}
	}
}

func foreignJob(t *testing.T, s Suite) {
	_, err := s.New(t).Poll(t.Context(), s.Foreign)
	var e *provider.Error
	if !errors.As(err, &e) {
		t.Fatalf("poll a foreign job: %v, want a *provider.Error", err)
	}
	if e.Kind != provider.KindNotFound {
		t.Errorf("Kind is %s, want not_found", e.Kind)
	}
}

func findsByKey(t *testing.T, s Suite) {
	p := s.New(t)
	f, ok := p.(provider.Finder)
	if !ok {
		return // the vendor cannot: Ambiguous is then for a person
	}
	r := request(s, "suite-find")
	if _, found, err := f.Find(t.Context(), r); err != nil || found {
		t.Fatalf("before the submit: found=%v, err=%v", found, err)
	}
	job := submit(t, p, r)
	got, found, err := f.Find(t.Context(), r)
	if err != nil || !found {
		t.Fatalf("after the submit: found=%v, err=%v", found, err)
	}
	if diff := cmp.Diff(job, got); diff != "" {
		t.Errorf("Find gave another job: %s", diff)
	}
}

func repeats(t *testing.T, s Suite) {
	p := s.New(t)
	r := request(s, "suite-repeat")
	if again, ok := p.(provider.Repeater); !ok || again.Repeats(r) <= 0 {
		return // what is lost is in doubt
	}
	job := submit(t, p, r)
	if diff := cmp.Diff(job, submit(t, s.New(t), request(s, "suite-repeat"))); diff != "" {
		t.Errorf("the same request under the same key is another job: %s", diff)
	}
	if other := submit(t, p, request(s, "suite-repeat-2")); other.ID == job.ID {
		t.Error("another key is the same job")
	}
}

func cancelTwice(t *testing.T, s Suite) {
	p := s.New(t)
	c, ok := p.(provider.Canceler)
	if !ok {
		return // the vendor cannot: the job is collected, because it is paid for
	}
	job := submit(t, p, request(s, "suite-cancel"))
	first, err := c.Cancel(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Cancel(t.Context(), job); err != nil {
		t.Errorf("cancel again: %v", err)
	}
	if !first {
		return // too late: it goes on
	}
	status, err := p.Poll(t.Context(), job)
	if provider.KindOf(err, "") == provider.KindNotFound {
		return // some forget what they stopped
	}
	if err != nil {
		t.Fatal(err)
	}
	if status.State != provider.Cancelled {
		t.Errorf("a stopped job is %s", status.State)
	}
}

func refusesInvalid(t *testing.T, s Suite) {
	p := s.New(t)
	for name, r := range s.Invalid {
		r.Key = "suite-invalid"
		_, err := p.Submit(t.Context(), r)
		if kind := provider.KindOf(err, ""); kind != provider.KindInvalid {
			t.Errorf("%s: %v (kind %q), want invalid", name, err, kind)
		}
	}
}

// finishesDraft holds a vendor of drafts to it that a final is a job of its own, that it is
// asked for by what the draft's status says, also after a restart, and that of a draft
// that it does not know nothing is bought.
func finishesDraft(t *testing.T, s Suite) {
	if s.Draft == nil {
		for _, m := range s.New(t).Models() {
			if m.Draft != nil {
				t.Errorf("%s sells drafts, and the suite has none", m.ID)
			}
		}
		return
	}
	r := s.Draft()
	r.Key, r.Draft = "suite-draft", true
	p := s.New(t)
	job := submit(t, p, r)
	done := s.finish(t, p, job)
	fetch(t, p, done)
	id := done.Draft
	if id == "" {
		id = job.ID
	}
	p = s.New(t)
	f := s.Final()
	f.Key, f.FinalOf = "suite-final", id
	final := submit(t, p, f)
	if final.ID == job.ID {
		t.Error("the final is the draft's own job")
	}
	fetch(t, p, s.finish(t, p, final))
	f.Key, f.FinalOf = "suite-final-of-nothing", "cgt-nobody-knows"
	if _, err := p.Submit(t.Context(), f); provider.KindOf(err, "") != provider.KindInvalid {
		t.Errorf("the final of a draft that is not there: %v, want invalid", err)
	}
}

func request(s Suite, key string) provider.Request {
	r := s.Request()
	r.Key = key
	return r
}

func submit(t *testing.T, p provider.Provider, r provider.Request) provider.Job {
	t.Helper()
	job, err := p.Submit(t.Context(), r)
	if err != nil {
		t.Fatalf("submit: %v", err)
	}
	if job.ID == "" {
		t.Fatal("the job has no id")
	}
	return job
}

// finish polls until the job has succeeded.
func (s Suite) finish(t *testing.T, p provider.Provider, job provider.Job) provider.Status {
	t.Helper()
	for range s.MaxPolls {
		status, err := p.Poll(t.Context(), job)
		if err != nil {
			t.Fatalf("poll: %v", err)
		}
		if status.Word == "" {
			t.Error("a status has no word")
		}
		switch status.State {
		case provider.Succeeded:
			return status
		case provider.Queued, provider.Running:
			s.wait(t.Context())
		case provider.Failed, provider.Cancelled, provider.Expired:
			t.Fatalf("the job ended as %s: %v", status.State, status.Err)
		default:
			t.Fatalf("unknown state %q", status.State)
		}
	}
	t.Fatalf("the job has not ended after %d polls", s.MaxPolls)
	return provider.Status{}
}

func (s Suite) wait(ctx context.Context) {
	if s.Wait != nil {
		s.Wait(ctx)
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(10 * time.Millisecond):
	}
}

func fetch(t *testing.T, p provider.Provider, s provider.Status) []byte {
	t.Helper()
	body, err := p.Fetch(t.Context(), s)
	if err != nil {
		t.Fatalf("fetch: %v", err)
	}
	clip, err := io.ReadAll(body)
	if err != nil {
		t.Fatalf("read the clip: %v", err)
	}
	if err := body.Close(); err != nil {
		t.Fatalf("close the clip: %v", err)
	}
	if len(clip) == 0 {
		t.Fatal("the clip is empty")
	}
	return clip
}

// ends sees that an announced end has its day and its source, and that what takes the
// model's place goes on for longer.
func ends(t *testing.T, m provider.Model, models []provider.Model) {
	t.Helper()
	if m.Until == "" {
		if m.UntilSource != "" || m.Instead != "" {
			t.Errorf("%s: something takes the place of what has no end", m.ID)
		}
		return
	}
	if _, err := time.Parse(time.DateOnly, m.Until); err != nil || m.UntilSource == "" {
		t.Errorf("%s: an end needs its day (%q) and the page that says so (%q)", m.ID, m.Until, m.UntilSource)
	}
	if !slices.ContainsFunc(models, func(o provider.Model) bool { return o.ID == m.Instead && (o.Until == "" || o.Until > m.Until) }) {
		t.Errorf("%s: %q, which is to take its place, is no model that goes on for longer", m.ID, m.Instead)
	}
}

// priced sees that every way a model makes a take has a price, all in one currency.
func priced(t *testing.T, m provider.Model) {
	t.Helper()
	if m.Cite != "" && !strings.Contains(m.Cite, "{n}") && !strings.Contains(m.Cite, "{n0}") {
		t.Errorf("%s: cite %q has neither {n} nor {n0}", m.ID, m.Cite)
	}
	if m.Speech && !m.Audio || m.AudioAlways && !m.Audio {
		t.Errorf("%s: speaks, or always makes sound, but makes no sound", m.ID)
	}
	if m.PerPicture == nil && m.FreePictures != 0 || m.PerPicture != nil && (m.PerPicture.Micros <= 0 || m.PerPicture.Currency != m.Currency()) {
		t.Errorf("%s: %d pictures are free, and more cost %v", m.ID, m.FreePictures, m.PerPicture)
	}
	for _, mode := range m.Modes {
		for _, audio := range []bool{true, false} {
			if audio && !m.Audio || !audio && m.AudioAlways {
				continue
			}
			rasters := m.For(provider.Asked{Mode: mode, Audio: audio}).Rasters
			if len(rasters) == 0 {
				if len(m.Rasters) > 0 {
					t.Errorf("%s: the limits leave no size for %s, sound %v", m.ID, mode, audio)
				}
				rasters = []media.Raster{{Width: 1080, Height: 1920}}
			}
			for _, r := range rasters {
				made := m.For(provider.Asked{Mode: mode, Raster: r, Audio: audio})
				lengths := made.DurationsMS
				if len(lengths) == 0 {
					lengths = []int64{max(made.MinMS, 1), made.MaxMS}
				}
				for _, ms := range lengths {
					p, err := m.Price(provider.Bought{Mode: mode, Raster: r, Audio: audio, MS: ms})
					if err != nil || p.Micros > 0 && p.Currency != m.Currency() {
						t.Errorf("%s: %s at %s, %d ms, sound %v: price %s, %v", m.ID, mode, r, ms, audio, p, err)
					}
				}
			}
		}
	}
}
