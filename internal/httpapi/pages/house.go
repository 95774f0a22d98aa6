package pages

import (
	"net/http"

	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/httpapi/api"
)

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
	End                       string // of its model, in words; Ended: it has come
	Ended                     bool
	api.Sold
}

func (p *Pages) providers(r *http.Request, v *View) (string, error) {
	ctx := r.Context()
	if err := access.From(ctx).May(access.Editor, ""); err != nil {
		return "", err
	}
	v.Title, v.Seq = v.W("Providers"), p.api.Model.Seq()
	facts, err := p.api.Makers(ctx)
	if err != nil {
		return "", err
	}
	sold, err := p.api.Sold(ctx)
	if err != nil {
		return "", err
	}
	var makers []maker
	for _, f := range facts {
		makers = append(makers, maker{Name: f.Instance, Type: f.Type, Model: f.Model.ID, Parked: f.Parked, End: f.End(v.now), Ended: f.Model.Ended(v.now), Sold: sold[f.Instance]})
	}
	v.Data = makers
	return "providers", nil
}
