package pages

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/httpapi/live"
)

// episodeShot is a line of the episode's page.
type episodeShot struct {
	Cell   live.Cell
	Script *drama.Shot
	Cut    *drama.ManifestShot // its place in the cut that is shown
}

// episodeData is a cut to watch, beside another one or not, and the script to read along.
type episodeData struct {
	E       *live.Episode
	Man     *drama.Manifest // of the cut that is shown
	Master  string
	Poster  string
	Missing bool // the cut has no film
	Cuts    []int
	Against *drama.Manifest // of the cut beside it
	Other   string          // its film
	Shots   []episodeShot
	Changed map[string]bool // slates whose take is another one than in Against
	Notes   []api.Note
	Damaged []string
	// Decided is what was decided about the cut that is shown. Produces: who looks may
	// decide and share; Links are those that they shared of the episode.
	Decided  api.ApprovalList
	Produces bool
	Links    []api.Link
	// Delivered is what was made of the cut that is shown. Film is what is played: its master,
	// or what ?play= names of that, and FilmName how it is called; Plain is the query that plays
	// the master again. Edits: who looks may bring a
	// timeline back.
	Delivered             delivered
	Film, FilmName, Plain string
	Edits                 bool
	// Drafts is how many circled drafts have finals that can be bought, DraftsUntil when the
	// first of them cannot any more; nil: no end is known.
	Drafts      int
	DraftsUntil *time.Time
}

// drafts counts the circled drafts whose finals can be bought.
func (d *episodeData) drafts(now time.Time) {
	for _, c := range d.E.Cells {
		if c.State != drama.ShotCircle || c.Draft == nil || c.Draft.Expired(now) {
			continue
		}
		d.Drafts++
		if until := c.Draft.Until; !until.IsZero() && (d.DraftsUntil == nil || until.Before(*d.DraftsUntil)) {
			d.DraftsUntil = &until
		}
	}
}

func (p *Pages) episode(r *http.Request, v *View) (string, error) {
	ctx := r.Context()
	e, err := p.find(r, v)
	if err != nil {
		return "", err
	}
	d := episodeData{E: e, Man: e.Manifest}
	d.drafts(v.now)
	if d.Cuts, err = p.api.Studio.Cuts(ctx, e.ID()); err != nil {
		return "", err
	}
	slices.Reverse(d.Cuts)
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
		d.Missing = d.Master == ""
	}
	if err := p.against(r, &d); err != nil {
		return "", err
	}
	for _, c := range e.Cells {
		s := episodeShot{Cell: c, Script: api.ScriptOf(e, c.Slate)}
		if d.Man != nil {
			if i := slices.IndexFunc(d.Man.Shots, func(m drama.ManifestShot) bool { return m.Slate == c.Slate }); i >= 0 {
				s.Cut = &d.Man.Shots[i]
			}
		}
		d.Shots = append(d.Shots, s)
	}
	if d.Notes, d.Damaged, err = p.api.Notes(ctx, e.ID(), ""); err != nil {
		return "", err
	}
	if err := p.reviewed(r, &d); err != nil {
		return "", err
	}
	if err := p.deliver(r, &d); err != nil {
		return "", err
	}
	d.film(v)
	v.Data = d
	return "episode", nil
}

// film is what the page plays.
func (d *episodeData) film(v *View) {
	if d.Man == nil {
		return
	}
	d.Film, d.FilmName, d.Plain = d.Master, fmt.Sprintf("%s %d", v.W("cut"), d.Man.Cut), "?"
	if d.Man.Cut != d.E.Cut {
		d.Plain = fmt.Sprintf("?cut=%d", d.Man.Cut)
	}
	if m := d.Delivered.Playing(); m != nil {
		d.Film, d.FilmName = m.Film, d.FilmName+" · "+v.Called(*m)
	}
}

// Called is how a master is called.
func (v *View) Called(m deliveredMaster) string {
	switch {
	case m.Dub != nil:
		return fmt.Sprintf("%s %s %d", v.W("dub"), m.Dub.Language, m.Dub.Number)
	case m.Version != "":
		return m.Version
	}
	return v.W("master")
}

// against reads the cut that ?vs= names, and which shots are others in it.
func (p *Pages) against(r *http.Request, d *episodeData) error {
	n, err := strconv.Atoi(r.URL.Query().Get("vs"))
	if err != nil || d.Man == nil || n == d.Man.Cut {
		return nil
	}
	man, err := p.api.Studio.Manifest(r.Context(), d.E.ID(), n)
	if err != nil {
		return err
	}
	d.Against, d.Other = &man, p.api.CutURLs(man)["master.mp4"]
	takes := map[string]drama.TakeID{}
	for _, s := range man.Shots {
		takes[s.Slate] = s.Take
	}
	d.Changed = map[string]bool{}
	for _, s := range d.Man.Shots {
		d.Changed[s.Slate] = takes[s.Slate] != s.Take
	}
	return nil
}

// reviewed reads what was decided about the cut, and who outside may look.
func (p *Pages) reviewed(r *http.Request, d *episodeData) (err error) {
	ctx := r.Context()
	d.Edits = access.From(ctx).May(access.Editor, d.E.Show) == nil
	if d.Man == nil {
		return nil
	}
	if d.Decided, err = p.api.Approvals(ctx, d.E.ID(), d.Man.Cut); err != nil {
		return err
	}
	if d.Produces = access.From(ctx).May(access.Producer, d.E.Show) == nil; !d.Produces {
		return nil
	}
	d.Links, err = p.api.Links(ctx, d.E.ID())
	return err
}

// Versus says whether a cut is the one beside.
func (d episodeData) Versus(cut int) bool { return d.Against != nil && d.Against.Cut == cut }
