package pages

import (
	"net/http"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/httpapi/api"
	"github.com/dailies/dailies/internal/httpapi/live"
	"github.com/dailies/dailies/internal/studio"
)

// sheetsData is a show's look book: the sheets of each member of the cast, place and prop.
type sheetsData struct {
	api.LookBook
	Of       []sheetsOf
	Approved int
	Missing  int // can be made now
	// Choose are the sheets that have pictures and no approved one, each with its newest.
	Choose []api.ChosenSheet
	// Edits and Produces say what who looks may do.
	Edits, Produces bool
}

// sheetsOf are the sheets of one.
type sheetsOf struct {
	Kind, ID, Name string
	Sheets         []api.Sheet
}

func (p *Pages) sheets(r *http.Request, v *View) (string, error) {
	ctx := r.Context()
	s, err := p.show(r, v)
	if err != nil {
		return "", err
	}
	book, err := p.api.LookBook(ctx, s.Show, nil)
	if err != nil {
		return "", err
	}
	d := sheetsData{LookBook: book}
	d.Edits, d.Produces = access.From(ctx).May(access.Editor, s.Show) == nil, access.From(ctx).May(access.Producer, s.Show) == nil
	for _, x := range book.Sheets {
		if n := len(d.Of); n == 0 || d.Of[n-1].Kind != x.Kind || d.Of[n-1].ID != x.Of {
			d.Of = append(d.Of, sheetsOf{Kind: x.Kind, ID: x.Of, Name: nameOf(s, x.Kind, x.Of)})
		}
		last := &d.Of[len(d.Of)-1]
		last.Sheets = append(last.Sheets, x)
		switch x.State {
		case studio.SheetApproved, studio.SheetStale:
			d.Approved++
		case studio.SheetMissing:
			d.Missing++
		case studio.SheetChoose:
			if i := slices.IndexFunc(x.Pictures, func(p api.SheetPicture) bool { return p.Current }); i >= 0 {
				d.Choose = append(d.Choose, api.ChosenSheet{Sheet: x.Name})
			}
		case studio.SheetWaits:
		}
	}
	v.Title, v.Data = v.W("look book")+" · "+v.ShowTitle, d
	return "sheets", nil
}

// nameOf is what the newest script that knows it calls a member of the cast, place or prop.
func nameOf(s live.Show, kind, id string) string {
	for _, e := range slices.Backward(s.Episodes) {
		if e.Script == nil {
			continue
		}
		name := ""
		switch kind {
		case "cast":
			name = e.Script.Season.Cast[id].Name
		case "location":
			name = e.Script.Season.Locations[id].Name
		case "prop":
			name = e.Script.Season.Props[id].Name
		}
		if name != "" {
			return name
		}
	}
	return id
}

// Making says that the run is at the sheet.
func (d sheetsData) Making(x api.Sheet) bool {
	return d.Run != nil && d.Run.Open && x.Making != "" && x.Making != drama.ShotCircle && x.Making != drama.ShotNG && x.Making != drama.ShotCancelled
}

// Failed says that the last run could not make the sheet.
func (d sheetsData) Failed(x api.Sheet) bool {
	return x.Making == drama.ShotNG || x.Making == drama.ShotHeld
}

// Shows is what a picture of the look book shows of whom: "face", "body · gala".
func (v *View) Shows(x api.Sheet) string {
	what := v.W("sheet " + string(x.As))
	if x.Wardrobe != "" {
		return what + " · " + x.Wardrobe
	}
	if x.Time != "" {
		return what + " · " + x.Time
	}
	return what
}
