package pages

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/httpapi/live"
)

func (p *Pages) shows(r *http.Request, v *View) (string, error) {
	v.Title, v.Seq = v.W("Shows"), p.api.Model.Seq()
	shows, err := p.api.Visible(r.Context())
	v.Data = shows
	return "shows", err
}

func (p *Pages) board(r *http.Request, v *View) (string, error) {
	s, err := p.show(r, v)
	v.Data = s
	return "board", err
}

// show fills a view with the show that the path names.
func (p *Pages) show(r *http.Request, v *View) (live.Show, error) {
	s, seq, err := p.api.Find(r.Context(), r.PathValue("show"))
	v.Seq, v.Show, v.ShowTitle = seq, s.Show, title(s.Title, s.Show)
	v.Title = v.ShowTitle
	return s, err
}

// episodeShot is a line of the episode's page.
type episodeShot struct {
	Cell   live.Cell
	Script *drama.Shot
}

type episodeData struct {
	E      *live.Episode
	Man    *drama.Manifest // of the cut that is shown
	Master string
	Poster string
	Cuts   []int
	Shots  []episodeShot
}

func (p *Pages) episode(r *http.Request, v *View) (string, error) {
	ctx := r.Context()
	e, err := p.find(r, v)
	if err != nil {
		return "", err
	}
	d := episodeData{E: e, Man: e.Manifest}
	if d.Cuts, err = p.api.Studio.Cuts(ctx, e.ID()); err != nil {
		return "", err
	}
	if n, err := strconv.Atoi(r.URL.Query().Get("cut")); err == nil && n != e.Cut {
		man, err := p.api.Studio.Manifest(ctx, e.ID(), n)
		if err != nil {
			return "", err
		}
		d.Man = &man
	}
	if d.Man != nil {
		urls := p.api.CutURLs(*d.Man)
		d.Master, d.Poster = urls["master.mp4"], urls["poster.jpg"]
	}
	for _, c := range e.Cells {
		d.Shots = append(d.Shots, episodeShot{c, api.ScriptOf(e, c.Slate)})
	}
	v.Data = d
	return "episode", nil
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

type takesData struct {
	E             *live.Episode
	Cell          live.Cell
	Script        *drama.Shot
	Before, After string
	Takes         []api.Take
	Damaged       []string
	Shown         *api.Take
	Pick          int // of the take that is shown
	FPS           string
	Match         string // the circle's ETag
}

func (p *Pages) takes(r *http.Request, v *View) (string, error) {
	ctx := r.Context()
	e, err := p.find(r, v)
	if err != nil {
		return "", err
	}
	shot, err := p.api.Shot(ctx, e.ID(), r.PathValue("slate"))
	if err != nil {
		return "", err
	}
	d := takesData{E: e, Cell: shot.Cell, Script: shot.Script, Match: shot.Version, FPS: e.FPS, Pick: shot.Circle.Take}
	if e.Script != nil {
		d.FPS = e.Script.Season.Format.FPS.String()
	}
	i := slices.IndexFunc(e.Cells, func(c live.Cell) bool { return c.Slate == shot.Slate })
	if i > 0 {
		d.Before = e.Cells[i-1].Slate
	}
	if i+1 < len(e.Cells) {
		d.After = e.Cells[i+1].Slate
	}
	if d.Takes, d.Damaged, err = p.api.Takes(ctx, e.ID(), shot.Slate); err != nil {
		return "", err
	}
	if n, err := strconv.Atoi(r.URL.Query().Get("take")); err == nil {
		d.Pick = n
	}
	for i := range d.Takes {
		t := &d.Takes[i]
		if t.Original != "" && (d.Shown == nil || d.Shown.Number != d.Pick) {
			d.Shown = t
		}
	}
	if d.Shown != nil {
		d.Pick = d.Shown.Number
	}
	v.Title = shot.Slate + " · " + v.Title
	v.Data = d
	return "takes", nil
}

func (p *Pages) waiting(r *http.Request, v *View) (string, error) {
	v.Title, v.Seq = v.W("Waiting"), p.api.Model.Seq()
	all, err := p.api.Waiting(r.Context())
	v.Data = all
	return "waiting", err
}
