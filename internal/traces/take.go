package traces

import (
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.temporal.io/sdk/temporal"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
)

const otelError = codes.Error

// Verdicts of takes, as in the numbers for Prometheus.
const (
	good   = "good"
	ng     = "NG"
	noClip = "none"
)

// take is what a step knows of the take that it works on; is: it works on one that this run
// has made.
type take struct {
	is              bool
	provider, model string
	price           drama.Money
	verdict         string
}

func (t take) attributes() []attribute.KeyValue {
	all := price("price", t.price)
	if t.provider != "" {
		all = append(all, text("provider", t.provider))
	}
	if t.model != "" {
		all = append(all, text("model", t.model))
	}
	return all
}

// takeOf reads a step's input and answer; ends: with it the take is what it will be.
func takeOf(args []any, out any, err error) (t take, ends bool) {
	if len(args) == 0 {
		return t, false
	}
	switch in := args[0].(type) {
	case activities.GenerateInput:
		// A clip of several shots, or other lips, is no take by itself; what is held, or
		// asked for again, is bought by a later step.
		if len(in.Pack) > 0 || in.Lips != nil {
			return t, false
		}
		t = take{is: true, provider: in.Instance}
		if made, ok := out.(activities.Made); ok && err == nil {
			t.model, t.price = made.Model, made.Price
			if made.Ready != nil {
				t.verdict = verdictOf(*made.Ready)
			}
			return t, made.Ready != nil
		}
		switch fault := faultOf(err); {
		case fault == activities.ErrHeld, fault == activities.ErrResubmit:
			return take{}, false
		case fault == activities.ErrCancelled, temporal.IsCanceledError(err):
			t.verdict = noClip
			return t, true
		}
		if app, ok := errors.AsType[*temporal.ApplicationError](err); ok && app.HasDetails() {
			var no activities.NoClip
			if app.Details(&no) == nil {
				t.price = no.Price
			}
		}
		return t, false
	case activities.ConformInput:
		if in.Clip == nil { // made by an earlier run, or the script's own
			return t, false
		}
		t = take{is: true, provider: in.Clip.Provider, model: in.Clip.Model, price: in.Clip.Price, verdict: noClip}
		if c, ok := out.(activities.Conformed); ok && err == nil {
			t.verdict = verdictOf(c)
		}
		return t, true
	case activities.NGInput:
		return take{is: true, provider: in.Provider, model: in.Model, price: in.Price, verdict: noClip}, true
	case activities.StillInput:
		return take{is: true, provider: in.Provider, model: in.Model, price: in.Price, verdict: good}, true
	}
	return t, false
}

func verdictOf(c activities.Conformed) string {
	if c.Verdict.Pass {
		return good
	}
	return ng
}

// found is what the answer of another step says.
func found(out any) []attribute.KeyValue {
	switch o := out.(type) {
	case activities.PlanResult:
		return []attribute.KeyValue{count("shots", len(o.Shots)), count("problems", len(o.Problems))}
	case activities.Delivered:
		return []attribute.KeyValue{count("cut", o.Cut)}
	}
	return nil
}

func ofSubject(s activities.Subject, run string) []attribute.KeyValue {
	all := []attribute.KeyValue{text("run", run)}
	if s.Episode.Show != "" {
		all = append(all, text("show", s.Episode.Show), count("episode", s.Episode.Number))
	}
	if s.Shot != "" {
		all = append(all, text("shot", s.Shot))
	}
	if s.Take > 0 {
		all = append(all, count("take", s.Take))
	}
	return all
}

func price(name string, m drama.Money) []attribute.KeyValue {
	if m.Currency == "" {
		return nil
	}
	return []attribute.KeyValue{attribute.Float64("dailies."+name, float64(m.Micros)/drama.Micro), text("currency", m.Currency)}
}

func text(name, value string) attribute.KeyValue { return attribute.String("dailies."+name, value) }

func count(name string, n int) attribute.KeyValue { return attribute.Int("dailies."+name, n) }
