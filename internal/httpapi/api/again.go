package api

import (
	"context"
	"errors"
	"fmt"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/live"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/studio"
)

// again prices the acts that buy one thing once more, without a plan of the episode; nil:
// the act is none of them.
func (s *Server) again(op string) func(context.Context, Act) (Quote, error) {
	switch op {
	case "redo-still":
		return s.priceStill
	case "resubmit-job", "absent-job":
		return s.priceJob
	case "draw-sheets", "retake-sheets":
		return s.priceSheets
	}
	return nil
}

// onlySlate is the slate of an act that is about one.
func onlySlate(a Act) (string, error) {
	if len(a.Slates) != 1 {
		return "", ProblemInvalid.With(a.Op+" is about one slate", &huma.ErrorDetail{Location: "body.slates", Message: "name one"})
	}
	return a.Slates[0], nil
}

// priceStill is what another still costs: what the plan says, or where it has one already,
// what that one was.
func (s *Server) priceStill(ctx context.Context, a Act) (Quote, error) {
	slate, err := onlySlate(a)
	if err != nil {
		return Quote{}, err
	}
	sub, err := s.script(ctx, a)
	if err != nil {
		return Quote{}, err
	}
	made, err := s.Studio.Plan(ctx, sub)
	if err != nil {
		return Quote{}, err
	}
	for _, shot := range made.Shots {
		if shot.Slate != slate || shot.Still == nil {
			continue
		}
		q := Quote{Low: shot.Still.PriceLow, High: shot.Still.PriceHigh, Make: []string{shot.Still.Slate}, Caps: made.Caps}
		if m := shot.Still.Made; m != nil && shot.Still.Action != plan.Make {
			q.Low, q.High = m.Price, m.Price
		}
		return q, nil
	}
	return Quote{}, fmt.Errorf("a still of %s %s is %w", a.ID(), slate, studio.ErrUnknown)
}

// priceJob is what a held job costs when it is bought again: its estimate. The vendor may
// bill the first one too, where it has one.
func (s *Server) priceJob(ctx context.Context, a Act) (Quote, error) {
	slate, err := onlySlate(a)
	if err != nil {
		return Quote{}, err
	}
	id := ledger.ID{Take: drama.TakeID{Episode: a.ID(), Slate: slate, Number: a.Take}, Attempt: a.Attempt}
	e, err := s.Studio.Ledger.Get(ctx, id)
	if errors.Is(err, ledger.ErrNotFound) {
		err = fmt.Errorf("job %s is %w", id, studio.ErrUnknown)
	}
	if err != nil {
		return Quote{}, err
	}
	return Quote{Low: e.Intent.Estimate, High: e.Intent.Estimate, Make: []string{slate}}, nil
}

// agreedAgain holds such an act against its quote.
func (s *Server) agreedAgain(ctx context.Context, a Act, quote string) error {
	_, _, err := s.honour(ctx, a, quote)
	return err
}

// inQuoted is the body of an act whose price is known.
type inQuoted struct {
	Quote string `json:"quote" maxLength:"1000" doc:"From make-quote"`
}

type inRedo struct {
	InShot
	Body inQuoted
}

func (s *Server) redo(ctx context.Context, in *inRedo) (*Out[live.Row], error) {
	if err := s.agreedAgain(ctx, redoOf(in.ID(), in.Slate), in.Body.Quote); err != nil {
		return nil, err
	}
	return s.still(ctx, &in.InShot, true)
}

// redoOf is what a quote of another still is asked with.
func redoOf(id drama.EpisodeID, slate string) Act {
	return Act{Op: "redo-still", Show: id.Show, Number: id.Number, Slates: []string{slate}}
}

type inAgain struct {
	InJob
	Body inQuoted
}

// againJob answers a held job with an operation after which it is bought again.
func (s *Server) againJob(op string, decide func(*studio.Studio, context.Context, ledger.ID) error) func(context.Context, *inAgain) (*Out[Job], error) {
	return func(ctx context.Context, in *inAgain) (*Out[Job], error) {
		if err := s.agreedAgain(ctx, againOf(op, in.ID()), in.Body.Quote); err != nil {
			return nil, err
		}
		if err := decide(s.by(ctx), ctx, in.ID()); err != nil {
			return nil, err
		}
		return s.job(ctx, in.InJob)
	}
}

// againOf is what a quote of a job that is bought again is asked with.
func againOf(op string, id ledger.ID) Act {
	ep := id.Take.Episode
	return Act{Op: op, Show: ep.Show, Number: ep.Number, Slates: []string{id.Take.Slate}, Take: id.Take.Number, Attempt: id.Attempt}
}
