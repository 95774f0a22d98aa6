package workflows_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/webhook"
	"github.com/dailies/dailies/test/rehearsal"
	"github.com/dailies/dailies/workflows"
)

// listened is a stage whose runs have a webhook for everything; events are found in the
// book.
func listened(t *testing.T, o rehearsal.Options) (*rehearsal.Stage, *activities.Herald) {
	t.Helper()
	s := rehearsal.New(t, o)
	hooks := []webhook.Hook{{URL: "https://relay.example", SpentOver: []drama.Money{yuan(3), yuan(8), yuan(1000)}}}
	s.Planner.Hooks = hooks
	return s, &activities.Herald{Book: webhook.Book{Store: s.Store}, Hooks: hooks, Start: func(context.Context, webhook.Event) error { return nil }}
}

// told are the kinds of what was told, with what each is about.
func told(t *testing.T, h *activities.Herald) (all []string) {
	t.Helper()
	events, err := h.Book.Since(t.Context(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		s := string(e.Type)
		switch d := e.Data; e.Type {
		case webhook.Delivered, webhook.Ended:
			s += " " + string(d.State)
		case webhook.Waiting:
			s += " " + string(d.Wait.For) + " " + d.Wait.Slate
		case webhook.SpentOver:
			s += " " + d.Over.String()
		case webhook.Parked:
			s += " " + d.Provider
		}
		if e.Data.Show != "rehearsal" || e.Data.Episode != 1 || e.At.IsZero() {
			t.Errorf("%+v", e)
		}
		all = append(all, s)
	}
	slices.Sort(all)
	return all
}

func (h hooked) run(t *testing.T, in workflows.EpisodeInput, during func(e hooked)) drama.Delivery {
	t.Helper()
	e := env(t, h.stage)
	workflows.RegisterHerald(e, h.herald)
	if during != nil {
		e.RegisterDelayedCallback(func() { during(h) }, time.Hour)
	}
	if h.then != nil {
		e.RegisterDelayedCallback(func() { h.then(e) }, 2*time.Hour)
	}
	return run(t, e, in)
}

type hooked struct {
	stage  *rehearsal.Stage
	herald *activities.Herald
	then   func(e updater)
}

type updater = interface {
	CancelWorkflow()
}

func same(t *testing.T, h *activities.Herald, want ...string) {
	t.Helper()
	if got := told(t, h); !slices.Equal(got, want) {
		t.Errorf("told %q, want %q", got, want)
	}
}

// TestADeliveryIsTold: once, with the amounts that the episode came to cost more than; a
// run that changes nothing tells nothing.
func TestADeliveryIsTold(t *testing.T) {
	s, herald := listened(t, rehearsal.Options{Price: yuan(1)}) // a take is four
	h := hooked{stage: s, herald: herald}
	p := rehearsal.Production([]string{"fake"}, rehearsal.Shots(3)...)
	want := []string{"episode.delivered delivered", "episode.spent_over 3.00 CNY", "episode.spent_over 8.00 CNY"}
	for range 2 {
		if d := h.run(t, s.Submit(t, p), nil); d.State != drama.StateDelivered {
			t.Fatalf("%+v", d)
		}
		same(t, herald, want...)
	}
}

// TestAHeldJobIsTold: while the run waits, not when it ends; a run that a person cancels
// tells its end.
func TestAHeldJobIsTold(t *testing.T) {
	s, herald := listened(t, rehearsal.Options{NoFinder: true})
	h := hooked{stage: s, herald: herald, then: func(e updater) { e.CancelWorkflow() }}
	seen := false
	d := h.run(t, s.Submit(t, rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "She waits. [fake: dropped]"))), func(h hooked) {
		seen = true
		same(t, herald, "episode.waiting job 1A")
	})
	if !seen || d.State != drama.StateCancelled {
		t.Errorf("seen: %v, ended as %s", seen, d.State)
	}
	same(t, herald, "episode.ended cancelled", "episode.waiting job 1A")
}

// TestAParkedProviderIsTold: once, whatever shots find out, and that they wait.
func TestAParkedProviderIsTold(t *testing.T) {
	s, herald := listened(t, rehearsal.Options{})
	broken := &atomic.Bool{}
	broken.Store(true)
	s.Providers["fake"] = keyless{s.Providers["fake"], broken, &atomic.Int32{}}
	h := hooked{stage: s, herald: herald, then: func(e updater) { broken.Store(false) }}
	d := h.run(t, s.Submit(t, rehearsal.Production([]string{"fake"}, rehearsal.Shots(3)...)), nil)
	got := told(t, herald)
	parked := slices.DeleteFunc(slices.Clone(got), func(s string) bool { return s != "provider.parked fake" })
	if d.State != drama.StateDelivered || len(parked) == 0 || len(parked) > 4 || !slices.Contains(got, "episode.waiting provider ") {
		t.Errorf("ended as %s, told %q", d.State, got)
	}
}

// TestNGIsTold, with its reasons.
func TestNGIsTold(t *testing.T) {
	s, herald := listened(t, rehearsal.Options{})
	h := hooked{stage: s, herald: herald}
	h.run(t, s.Submit(t, rehearsal.Production([]string{"fake"}, rehearsal.Shot("1A", "She falls. [fake: black]"))), nil)
	same(t, herald, "episode.ended NG")
	events, err := herald.Book.Since(t.Context(), time.Time{})
	if err != nil || len(events[0].Data.Problems) == 0 || events[0].Data.Spent == nil {
		t.Errorf("%+v, %v", events, err)
	}
}
