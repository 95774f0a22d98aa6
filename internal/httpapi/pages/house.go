package pages

import (
	"cmp"
	"maps"
	"net/http"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/studio"
)

// moneyRow is what one vendor's model, or one episode, has cost.
type moneyRow struct {
	Name    string
	Jobs    int
	Settled drama.Money
	Open    drama.Money
	// Share is the row's part of the dearest one of its currency, in thousandths.
	Share int64
}

type moneyData struct {
	Shows    []string // whose money may be looked at
	Show     string   // the one that is looked at; empty: all
	Totals   []moneyRow
	Vendors  []moneyRow
	Episodes []moneyRow
	Damaged  []string
}

func (p *Pages) money(r *http.Request, v *View) (string, error) {
	ctx := r.Context()
	if err := access.From(ctx).May(access.Producer, ""); err != nil {
		return "", err
	}
	v.Title, v.Seq = v.W("Money"), p.api.Model.Seq()
	shows, err := p.api.Visible(ctx)
	if err != nil {
		return "", err
	}
	d := moneyData{Show: r.URL.Query().Get("show")}
	for _, s := range shows {
		d.Shows = append(d.Shows, s.Show)
	}
	list, err := p.api.Costs(ctx, d.Show)
	if err != nil {
		return "", err
	}
	d.Damaged = list.Damaged
	d.Totals = rows(list.Items, func(studio.Cost) string { return "" })
	d.Vendors = rows(list.Items, func(c studio.Cost) string { return c.Provider + " " + c.Model })
	d.Episodes = rows(list.Items, func(c studio.Cost) string { return c.Episode.String() })
	v.Data = d
	return "money", nil
}

// rows sums costs by a name and their currency, the dearest first.
func rows(costs []studio.Cost, name func(studio.Cost) string) []moneyRow {
	type key struct{ name, currency string }
	sums := map[key]*moneyRow{}
	most := map[string]int64{}
	for _, c := range costs {
		k := key{name(c), cmp.Or(c.Settled.Currency, c.Open.Currency)}
		if sums[k] == nil {
			sums[k] = &moneyRow{Name: k.name, Settled: drama.Money{Currency: k.currency}, Open: drama.Money{Currency: k.currency}}
		}
		sums[k].Jobs += c.Jobs
		sums[k].Settled.Micros += c.Settled.Micros
		sums[k].Open.Micros += c.Open.Micros
		most[k.currency] = max(most[k.currency], sums[k].Settled.Micros)
	}
	var all []moneyRow
	for k, row := range sums {
		if m := most[k.currency]; m > 0 {
			row.Share = row.Settled.Micros * 1000 / m
		}
		all = append(all, *row)
	}
	slices.SortFunc(all, func(a, b moneyRow) int {
		return cmp.Or(cmp.Compare(a.Settled.Currency, b.Settled.Currency), cmp.Compare(b.Settled.Micros, a.Settled.Micros), cmp.Compare(a.Name, b.Name))
	})
	return all
}

type jobsData struct {
	Show  string
	Held  bool
	Jobs  []api.Job
	Next  string
	Shows []string
}

// jobsAPage is how many jobs are shown at once.
const jobsAPage = 100

func (p *Pages) jobs(r *http.Request, v *View) (string, error) {
	ctx := r.Context()
	v.Title, v.Seq = v.W("Jobs"), p.api.Model.Seq()
	q := r.URL.Query()
	shows, err := p.api.Visible(ctx)
	if err != nil {
		return "", err
	}
	d := jobsData{Show: q.Get("show"), Held: q.Get("held") == "1"}
	for _, s := range shows {
		d.Shows = append(d.Shows, s.Show)
	}
	list, err := p.api.Jobs(ctx, d.Show, d.Held, api.InPage{Limit: jobsAPage, After: q.Get("after")})
	if err != nil {
		return "", err
	}
	d.Jobs, d.Next = list.Items, list.Next
	v.Data = d
	return "jobs", nil
}

// maker is who can make takes, as a page shows it.
type maker struct {
	Name, Type, Model, Parked string
	Jobs                      int
	Settled                   []drama.Money
}

func (p *Pages) providers(r *http.Request, v *View) (string, error) {
	ctx := r.Context()
	if err := access.From(ctx).May(access.Editor, ""); err != nil {
		return "", err
	}
	v.Title, v.Seq = v.W("Providers"), p.api.Model.Seq()
	list, err := p.api.Costs(ctx, "")
	if err != nil {
		return "", err
	}
	var makers []maker
	for _, f := range p.api.Studio.Providers {
		m := maker{Name: f.Instance, Type: f.Type, Model: cmp.Or(f.CodeName, f.Model.ID), Parked: f.Parked}
		spent := map[string]int64{}
		for _, c := range list.Items {
			if c.Provider == f.Instance {
				m.Jobs += c.Jobs
				spent[c.Settled.Currency] += c.Settled.Micros
			}
		}
		for _, currency := range slices.Sorted(maps.Keys(spent)) {
			m.Settled = append(m.Settled, drama.Money{Micros: spent[currency], Currency: currency})
		}
		makers = append(makers, m)
	}
	v.Data = makers
	return "providers", nil
}
