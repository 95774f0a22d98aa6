package traces

import (
	"errors"
	"testing"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
)

func final(kind string, details ...any) error {
	return temporal.NewApplicationErrorWithOptions("of https://vendor.example: a prompt", kind, temporal.ApplicationErrorOptions{NonRetryable: true, Details: details})
}

// TestSteps: which spans a step tells, below what, and with which verdict.
func TestSteps(t *testing.T) {
	id := drama.TakeID{Episode: drama.EpisodeID{Show: "tide", Number: 1}, Slate: "1A", Number: 2}
	yuan := drama.Money{Micros: 2 * drama.Micro, Currency: "CNY"}
	clip := activities.Clip{Provider: "ark", Model: "m", Price: yuan}
	for name, c := range map[string]struct {
		in, out any
		err     error
		below   string // what the step's own span is below: take, episode
		verdict string // of the take's span; empty: none is told
		price   float64
		fault   string
	}{
		"a clip":                 {in: activities.GenerateInput{Take: id, Instance: "ark"}, out: activities.Made{Clip: clip}, below: "take"},
		"conformed at once":      {in: activities.GenerateInput{Take: id, Instance: "ark"}, out: activities.Made{Clip: clip, Ready: &activities.Conformed{Verdict: drama.Verdict{Pass: true}}}, below: "take", verdict: "good", price: 2},
		"NG at once":             {in: activities.GenerateInput{Take: id, Instance: "ark"}, out: activities.Made{Clip: clip, Ready: &activities.Conformed{}}, below: "take", verdict: "NG", price: 2},
		"refused":                {in: activities.GenerateInput{Take: id, Instance: "ark"}, err: final("refused", activities.NoClip{Price: yuan}), below: "take", fault: "refused"},
		"held, and bought later": {in: activities.GenerateInput{Take: id, Instance: "ark"}, err: final(activities.ErrHeld), below: "episode", fault: "held"},
		"cancelled":              {in: activities.GenerateInput{Take: id, Instance: "ark"}, err: temporal.NewCanceledError(), below: "take", verdict: "none", fault: "cancelled"},
		"several shots":          {in: activities.GenerateInput{Take: id, Instance: "ark", Pack: []drama.TakeID{id}}, out: activities.Made{Clip: clip}, below: "episode"},
		"good":                   {in: activities.ConformInput{Take: id, Clip: &clip}, out: activities.Conformed{Verdict: drama.Verdict{Pass: true}}, below: "take", verdict: "good", price: 2},
		"NG":                     {in: activities.ConformInput{Take: id, Clip: &clip}, out: activities.Conformed{}, below: "take", verdict: "NG", price: 2},
		"no verdict":             {in: activities.ConformInput{Take: id, Clip: &clip}, err: final(activities.ErrRecord), below: "take", verdict: "none", price: 2, fault: activities.ErrRecord},
		"of an earlier run":      {in: activities.ConformInput{Take: id}, out: activities.Conformed{}, below: "episode"},
		"nothing came":           {in: activities.NGInput{Take: id, Provider: "ark", Price: yuan}, below: "take", verdict: "none", price: 2},
		"a plan":                 {in: activities.PlanInput{ID: id.Episode}, out: activities.PlanResult{}, below: "episode"},
	} {
		began := time.Now().Add(-time.Hour)
		info := activity.Info{ActivityID: "7", Attempt: 3, ScheduledTime: began.Add(time.Minute)}
		spans := stepSpans(about{Run: "r", Began: began}, info, []any{c.in}, c.out, c.err)
		takeID := spanID("r", "take", "1A/2")
		want := map[string]any{"take": takeID, "episode": rootOf("r")}[c.below]
		if spans[0].parent != want || spans[0].fault != c.fault || spans[0].from != info.ScheduledTime {
			t.Errorf("%s: %+v", name, spans[0])
		}
		if len(spans) == 1 {
			if c.verdict != "" {
				t.Errorf("%s: no take is told", name)
			}
			continue
		}
		got := map[string]any{}
		for _, a := range spans[1].attributes {
			got[string(a.Key)] = a.Value.AsInterface()
		}
		if c.price > 0 && got["dailies.price"] != c.price {
			t.Errorf("%s: %v", name, got)
		}
		if spans[1].id != takeID || spans[1].parent != rootOf("r") || spans[1].from != began || got["dailies.verdict"] != c.verdict || got["dailies.shot"] != "1A" || got["dailies.take"] != int64(2) {
			t.Errorf("%s: %+v", name, spans[1])
		}
	}
}

// TestWhatIsTriedAgainIsNotToldYet, but for the last try.
func TestWhatIsTriedAgainIsNotToldYet(t *testing.T) {
	again := temporal.NewApplicationError("busy", "throttled")
	limited := activity.Info{Attempt: 9, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 10}}
	last := limited
	last.Attempt = 10
	for i, c := range []struct {
		err  error
		info activity.Info
		want bool
	}{
		{again, activity.Info{Attempt: 100}, false},
		{again, limited, false},
		{again, last, true},
		{final("auth"), activity.Info{Attempt: 1}, true},
		{temporal.NewCanceledError(), activity.Info{Attempt: 1}, true},
		{errors.New("this worker stops"), activity.Info{Attempt: 1}, false},
	} {
		if got := lasting(c.err, c.info); got != c.want {
			t.Errorf("%d: %v", i, got)
		}
	}
}
