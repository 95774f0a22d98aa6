package studio

import (
	"context"
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
)

// Offer is the final of a circled draft: what it costs, or why it cannot be bought.
type Offer struct {
	Slate    string       `json:"slate"`
	Take     int          `json:"take"` // the draft's
	Provider string       `json:"provider,omitempty"`
	Model    string       `json:"model,omitempty"`
	Price    drama.Money  `json:"price"`
	Draft    *drama.Draft `json:"draft,omitempty"`
	// With are the other shots that are cut out of the same clip: Price is a share of what
	// that costs.
	With []string `json:"with,omitempty"`
	// Why it cannot be bought, with what there is to choose; empty: it can.
	Why string `json:"why,omitempty"`
}

// Finals are the finals that can be bought for an episode's circled drafts, or for those
// of the slates and scenes, as things stand; of drafts that have none, why. It spends
// nothing. ErrUnknown.
func (s *Studio) Finals(ctx context.Context, id drama.EpisodeID, slates []string) ([]Offer, plan.Plan, error) {
	p, _, err := s.LatestScript(ctx, id)
	if err != nil {
		return nil, plan.Plan{}, err
	}
	if slates, err = Slates(p.Episode, slates); err != nil {
		return nil, plan.Plan{}, err
	}
	if len(slates) == 0 {
		made, err := s.Plan(ctx, Submission{Production: p})
		if err != nil {
			return nil, made, err
		}
		for _, shot := range made.Shots {
			if shot.Action == plan.Reuse && shot.Draft != nil {
				slates = append(slates, shot.Slate)
			}
		}
		if len(slates) == 0 {
			return nil, made, nil
		}
	}
	made, err := s.Plan(ctx, Submission{Production: p, Retake: &drama.Retake{Slates: slates, Final: true}})
	if err != nil {
		return nil, made, err
	}
	return offers(made), made, nil
}

// offers are what a plan of finals says of each.
func offers(made plan.Plan) (all []Offer) {
	why := map[string]string{}
	for _, p := range made.Problems {
		why[p.Slate] = p.Message
	}
	for _, shot := range made.Shots {
		o := Offer{Slate: shot.Slate, Provider: shot.Provider, Model: shot.Model, Price: shot.PriceLow, Why: why[shot.Slate]}
		switch {
		case shot.Final != nil:
			o.Take, o.Draft = shot.Final.Of.Number, &shot.Final.Draft
			if k, ok := made.PackOf(shot.Packed); ok {
				o.With = slices.DeleteFunc(k.Slates(), func(slate string) bool { return slate == shot.Slate })
			}
		case o.Why == "":
			continue
		case shot.Reuse != nil:
			o.Take, o.Draft = shot.Reuse.Number, shot.Draft
		}
		all = append(all, o)
	}
	return all
}

// Buyable are the slates of offers that can be bought, and their sum.
func Buyable(offers []Offer) (slates []string, total drama.Money) {
	for _, o := range offers {
		total.Currency = o.Price.Currency
		if o.Why == "" {
			slates = append(slates, o.Slate)
			total.Micros += o.Price.Micros
		}
	}
	return slates, total
}

// BuyFinals buys the finals of the circled drafts of slates: of the open run if there is
// one, else by a new run. ErrUnknown.
func (s *Studio) BuyFinals(ctx context.Context, id drama.EpisodeID, slates []string, maxCost *drama.Money) (Run, error) {
	if len(slates) == 0 {
		return Run{}, fmt.Errorf("buy finals of %s: name the slates", id)
	}
	return s.Retake(ctx, id, drama.Retake{Slates: slates, Final: true}, maxCost)
}
