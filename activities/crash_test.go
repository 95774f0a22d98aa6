package activities_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/purchase"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/test/rehearsal"
)

var errDied = errors.New("the worker died")

// process is a worker's life: it ends before or after one of its steps, and from
// then on nothing that it does reaches the world.
type process struct {
	mu   sync.Mutex
	dies int // at this step; 0: never
	step int
	name string // of the step at which it died
}

// do is one step: two places to die, before and after it took effect.
func (p *process) do(name string, effect func() error) error {
	if p.at("before " + name) {
		return errDied
	}
	err := effect()
	if p.at("after " + name) {
		return errDied
	}
	return err
}

func (p *process) at(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.name != "" {
		return true
	}
	p.step++
	if p.step == p.dies {
		p.name = name
	}
	return p.name != ""
}

type mortalLedger struct {
	ledger.Ledger
	p *process
}

func (l mortalLedger) Intend(ctx context.Context, i ledger.Intent) error {
	return l.p.do("intend", func() error { return l.Ledger.Intend(ctx, i) })
}

func (l mortalLedger) Receive(ctx context.Context, id ledger.ID, r ledger.Receipt) error {
	return l.p.do("receive", func() error { return l.Ledger.Receive(ctx, id, r) })
}

func (l mortalLedger) Hold(ctx context.Context, id ledger.ID, h ledger.Hold) error {
	return l.p.do("hold", func() error { return l.Ledger.Hold(ctx, id, h) })
}

func (l mortalLedger) Settle(ctx context.Context, id ledger.ID, o ledger.Outcome) error {
	return l.p.do("settle", func() error { return l.Ledger.Settle(ctx, id, o) })
}

type mortalStore struct {
	store.Store
	p *process
}

func (s mortalStore) Put(ctx context.Context, key string, body io.ReadSeeker, kind string) (ref store.Ref, err error) {
	err = s.p.do("put", func() error { ref, err = s.Store.Put(ctx, key, body, kind); return err })
	return ref, err
}

type mortalProvider struct {
	provider.Provider
	p *process
}

func (m mortalProvider) Submit(ctx context.Context, r provider.Request) (j provider.Job, err error) {
	err = m.p.do("submit", func() error { j, err = m.Provider.Submit(ctx, r); return err })
	return j, err
}

func (m mortalProvider) Poll(ctx context.Context, j provider.Job) (st provider.Status, err error) {
	err = m.p.do("poll", func() error { st, err = m.Provider.Poll(ctx, j); return err })
	return st, err
}

func (m mortalProvider) Fetch(ctx context.Context, st provider.Status) (r io.ReadCloser, err error) {
	err = m.p.do("fetch", func() error { r, err = m.Provider.Fetch(ctx, st); return err })
	return r, err
}

type mortalFinder struct {
	mortalProvider
	f provider.Finder
}

func (m mortalFinder) Find(ctx context.Context, r provider.Request) (j provider.Job, ok bool, err error) {
	err = m.p.do("find", func() error { j, ok, err = m.f.Find(ctx, r); return err })
	return j, ok, err
}

// mortal is a Generator over the stage whose process may die.
func mortal(s *rehearsal.Stage, p *process) *activities.Generator {
	return &activities.Generator{Buyer: purchase.Buyer{
		Store: mortalStore{s.Store, p}, Ledger: mortalLedger{s.Ledger, p}, Scratch: s.Generator.Buyer.Scratch, Grace: 2 * time.Millisecond,
		Providers: func(name string) (provider.Provider, provider.Instance, bool) {
			m := mortalProvider{s.Providers[name], p}
			if f, ok := s.Providers[name].(provider.Finder); ok {
				return mortalFinder{m, f}, s.Instances[name], true
			}
			return m, s.Instances[name], true
		},
	}}
}

// take plans an episode of one shot and returns the request for its first take.
func take(t *testing.T, s *rehearsal.Stage, action string) activities.GenerateInput {
	t.Helper()
	in := s.Submit(t, rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", action)))
	p, err := s.Planner.Plan(t.Context(), activities.PlanInput{ID: in.ID, Script: in.Script, Retake: &drama.Retake{Slates: []string{"1A"}}})
	if err != nil || len(p.Problems) > 0 {
		t.Fatalf("plan: %v, %q", err, p.Problems)
	}
	return activities.GenerateInput{
		Plan: p.Plan, Take: drama.TakeID{Episode: in.ID, Slate: "1A", Number: 1}, Instance: "fake", Seed: 7,
		Estimate: drama.Money{Micros: 4_000_000, Currency: "CNY"},
	}
}

// A worker may die between any two steps of buying a take, and the next one may
// die too: the vendor is never asked for the same take twice, and with a vendor
// that can look a job up the take always arrives.
func TestDeathBetweenAnyTwoSteps(t *testing.T) {
	for _, c := range []struct {
		name     string
		noFinder bool
		action   string
	}{
		{"finder", false, "plain"},
		{"finder, answer lost", false, "[fake: lost]"},
		{"finder, slow and expired", false, "[fake: slow, expired]"},
		{"nobody to ask", true, "plain"},
		{"nobody to ask, answer lost", true, "[fake: lost]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { // what is waited for takes no time
				deaths := 0
				for first := 1; ; first++ {
					survived := false
					for second := 0; second <= 6; second++ {
						s := rehearsal.New(t, rehearsal.Options{NoFinder: c.noFinder})
						in := take(t, s, c.action)
						p := &process{dies: first}
						_, err := mortal(s, p).Generate(t.Context(), in)
						if p.name == "" {
							survived = true
							break
						}
						deaths++
						if err == nil {
							t.Fatalf("died %s and still gave a clip", p.name)
						}
						q := &process{dies: second}
						_, _ = mortal(s, q).Generate(t.Context(), in)
						clip, err := mortal(s, &process{}).Generate(t.Context(), in)
						where := fmt.Sprintf("died %s, then %q", p.name, q.name)
						if bought := s.Bought(t); bought > 1 {
							t.Errorf("%s: the take was bought %d times", where, bought)
						}
						held := failure(err) == activities.ErrHeld
						if err != nil && (!c.noFinder || !held) {
							t.Errorf("%s: %v", where, err)
						}
						if err == nil && (clip.Media.Key == "" || s.Bought(t) != 1) {
							t.Errorf("%s: clip %+v, %d bought", where, clip, s.Bought(t))
						}
						if again, err2 := mortal(s, &process{}).Generate(t.Context(), in); (err == nil) != (err2 == nil) || again.Media != clip.Media {
							t.Errorf("%s: asked again it gives %+v, %v", where, again, err2)
						}
					}
					if survived {
						break
					}
				}
				if deaths < 40 {
					t.Errorf("only %d deaths were rehearsed", deaths)
				}
			})
		})
	}
}

// failure is the type of an activity's error.
func failure(err error) string {
	if f, ok := activities.AsFailure(err); ok {
		return f.Type
	}
	return ""
}
