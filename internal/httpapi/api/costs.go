package api

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/studio"
)

func (s *Server) registerCosts() {
	add(s, "list-costs", s.costs)
	add(s, "get-costs-csv", s.costsCSV)
	add(s, "list-providers", s.providers)
	add(s, "unpark-provider", s.unpark)
}

// CostList is what shows have cost.
type CostList struct {
	Items   []studio.Cost `json:"items" doc:"By episode, provider and model"`
	Damaged []string      `json:"damaged,omitempty" doc:"Records that could not be read"`
}

type inCosts struct {
	Show string `query:"show" maxLength:"64" doc:"Of one show; empty: of all"`
}

func (s *Server) costs(ctx context.Context, in *inCosts) (*Out[CostList], error) {
	list, err := s.Costs(ctx, in.Show)
	if err != nil {
		return nil, err
	}
	return out(list), nil
}

// Costs is what a show has cost; empty: what all have that the actor may know of.
func (s *Server) Costs(ctx context.Context, show string) (CostList, error) {
	list := CostList{Items: []studio.Cost{}}
	shows, err := s.Visible(ctx)
	if err != nil {
		return list, err
	}
	if show != "" && !access.From(ctx).Sees(show) {
		return list, access.ErrUnseen
	}
	names, err := s.names(ctx)
	if err != nil {
		return list, err
	}
	for _, v := range shows {
		if show != "" && show != v.Show {
			continue
		}
		costs, damaged, err := s.Studio.Costs(ctx, v.Show)
		if err != nil {
			return list, err
		}
		for _, c := range costs {
			c.Model = names.Of(c.Model)
			list.Items = append(list.Items, c)
		}
		for _, e := range damaged {
			list.Damaged = append(list.Damaged, e.Error())
		}
	}
	return list, nil
}

type csvAnswer struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *Server) costsCSV(ctx context.Context, in *inCosts) (*csvAnswer, error) {
	list, err := s.costs(ctx, in)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"show", "episode", "provider", "model", "jobs", "settled", "open", "currency", "estimated_jobs"}}
	for _, c := range list.Body.Items {
		rows = append(rows, []string{
			c.Episode.Show, c.Episode.Code(), c.Provider, c.Model, fmt.Sprint(c.Jobs), units(c.Settled), units(c.Open), c.Settled.Currency, fmt.Sprint(c.Estimated),
		})
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("write costs: %w", err)
	}
	return &csvAnswer{Type: "text/csv; charset=utf-8", Disposition: `attachment; filename="costs.csv"`, Body: b.Bytes()}, nil
}

// units is an amount without its currency.
func units(m drama.Money) string { return drama.Money{Micros: m.Micros}.String() }

// ProviderList is who can make takes.
type ProviderList struct {
	Items []provider.Facts `json:"items"`
}

func (s *Server) providers(ctx context.Context, _ *struct{}) (*Out[ProviderList], error) {
	all, err := s.Makers(ctx)
	if err != nil {
		return nil, err
	}
	return out(ProviderList{Items: all}), nil
}

type inProvider struct {
	Name string `path:"name" maxLength:"64" doc:"The instance"`
}

// unpark lets the runs go on that wait for vendors: each asks again, and is parked again by
// a vendor that still says no.
func (s *Server) unpark(ctx context.Context, in *inProvider) (*Out[ChangedList], error) {
	known, err := s.Instances(ctx)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(known, in.Name) {
		return nil, fmt.Errorf("provider %q is %w", in.Name, studio.ErrUnknown)
	}
	shows, err := s.Visible(ctx)
	if err != nil {
		return nil, err
	}
	list := ChangedList{Items: []Changed{}}
	for _, v := range shows {
		for _, e := range v.Episodes {
			if !slices.ContainsFunc(e.Waits, func(w drama.Wait) bool { return w.For == drama.WaitProvider }) {
				continue
			}
			one := Changed{Name: e.ID().String()}
			if err := s.by(ctx).Resume(ctx, e.ID()); err != nil {
				one.Refused = err.Error()
			}
			list.Items = append(list.Items, one)
			s.Model.Touch(ctx, e.ID())
		}
	}
	return out(list), nil
}
