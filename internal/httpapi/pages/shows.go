package pages

import (
	"net/http"

	"github.com/dailies/dailies/internal/httpapi/live"
)

func (p *Pages) shows(r *http.Request, v *View) (string, error) {
	v.Title, v.Seq = v.W("Shows"), p.api.Model.Seq()
	shows, err := p.api.Visible(r.Context())
	v.Data = shows
	return "shows", err
}

// show fills a view with the show that the path names.
func (p *Pages) show(r *http.Request, v *View) (live.Show, error) {
	s, seq, err := p.api.Find(r.Context(), r.PathValue("show"))
	v.Seq, v.Show, v.ShowTitle = seq, s.Show, v.Named(s.Title, s.Show)
	v.Title = v.ShowTitle
	return s, err
}

// find fills a view with the episode that the path names.
func (p *Pages) find(r *http.Request, v *View) (*live.Episode, error) {
	id, err := episodeOf(r)
	if err != nil {
		return nil, err
	}
	if _, err := p.show(r, v); err != nil {
		return nil, err
	}
	e, err := p.api.Episode(r.Context(), id)
	if err != nil {
		return nil, err
	}
	v.Code = id.Code()
	v.Title = v.Code + " · " + v.ShowTitle
	return e, nil
}

func (p *Pages) waiting(r *http.Request, v *View) (string, error) {
	v.Title, v.Seq = v.W("Waiting"), p.api.Model.Seq()
	all, err := p.api.Waiting(r.Context())
	v.Data = all
	return "waiting", err
}
