package pages

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/httpapi/live"
	"github.com/dailies/dailies/internal/phrase"
)

// roomData is the takes room: one shot, its takes, what was said about them.
type roomData struct {
	E         *live.Episode
	Cell      live.Cell
	Script    *drama.Shot
	Shot      api.ShotAnswer
	Place     place
	Takes     []api.Take
	Damaged   []string
	A, B      *api.Take // what is looked at, and beside it
	Circled   int
	FPS       string
	Said      []phrase.Phrase // of its takes, by code
	Match     string          // the circle's ETag
	Notes     []api.Note
	Providers []string
	Prompt    *promptData
	// Compared says that takes of it stand in a pair to vote on blind.
	Compared bool
	// Final says that the circled take is a draft whose final can be bought.
	Final bool
	// Context are the clips before and after it in the newest cut.
	ContextBefore, ContextAfter *api.Take
}

func (p *Pages) room(r *http.Request, v *View) (string, error) {
	ctx := r.Context()
	e, err := p.find(r, v)
	if err != nil {
		return "", err
	}
	shot, err := p.api.Shot(ctx, e.ID(), r.PathValue("slate"))
	if err != nil {
		return "", err
	}
	show, _, err := p.api.Find(ctx, e.Show)
	if err != nil {
		return "", err
	}
	d := roomData{E: e, Cell: shot.Cell, Script: shot.Script, Shot: shot, Match: shot.Version, FPS: e.FPS, Circled: shot.Circle.Take}
	d.Place = walk(r, show, e, shot.Slate)
	if e.Script != nil {
		d.FPS = e.Script.Season.Format.FPS.String()
	}
	if d.Takes, d.Damaged, err = p.api.Takes(ctx, e.ID(), shot.Slate); err != nil {
		return "", err
	}
	d.Said = api.SaidOf(d.Takes)
	number := func(key string) int { n, _ := strconv.Atoi(r.URL.Query().Get(key)); return n }
	if d.Compared, err = p.api.Studio.Voted(ctx, e.ID(), shot.Slate); err != nil {
		return "", err
	}
	d.A = playable(d.Takes, cmp.Or(number("take"), d.Circled))
	if n := number("b"); n > 0 {
		d.B = numbered(d.Takes, n)
	}
	if t := numbered(d.Takes, d.Circled); t != nil {
		d.Final = t.Draft != nil && !t.Draft.Expired(v.now) && t.Final == nil
	}
	var damaged []string
	if d.Notes, damaged, err = p.api.Notes(ctx, e.ID(), shot.Slate); err != nil {
		return "", err
	}
	d.Damaged = append(d.Damaged, damaged...)
	if d.Providers, err = p.api.Instances(ctx); err != nil {
		return "", err
	}
	if d.A != nil {
		d.Prompt = promptOf(*d.A, numbered(d.Takes, d.Circled))
	}
	if err := p.context(r, &d); err != nil {
		return "", err
	}
	v.Title = shot.Slate + " · " + v.Title
	v.Data = d
	return "takes", nil
}

// context finds the clips that are cut before and after the shot.
func (p *Pages) context(r *http.Request, d *roomData) error {
	i := slices.IndexFunc(d.E.Cells, func(c live.Cell) bool { return c.Slate == d.Cell.Slate })
	beside := func(i int) (*api.Take, error) {
		if i < 0 || i >= len(d.E.Cells) || d.E.Cells[i].Take == 0 {
			return nil, nil
		}
		all, _, err := p.api.Takes(r.Context(), d.E.ID(), d.E.Cells[i].Slate)
		return numbered(all, d.E.Cells[i].Take), err
	}
	var err error
	if d.ContextBefore, err = beside(i - 1); err != nil {
		return err
	}
	d.ContextAfter, err = beside(i + 1)
	return err
}

// playable is the take of a number, or else the newest that can be looked at.
func playable(all []api.Take, number int) *api.Take {
	if t := numbered(all, number); t != nil && t.Clip() != "" {
		return t
	}
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Clip() != "" {
			return &all[i]
		}
	}
	return nil
}

func numbered(all []api.Take, number int) *api.Take {
	if i := slices.IndexFunc(all, func(t api.Take) bool { return t.Number == number }); i >= 0 {
		return &all[i]
	}
	return nil
}
