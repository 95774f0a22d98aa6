package api

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/httpapi/live"
	"github.com/dailies/dailies/internal/studio"
)

func (s *Server) registerSheets() {
	add(s, "get-look-book", s.getLookBook)
	add(s, "get-sheet-picture", s.sheetPicture)
	add(s, "draw-sheets", s.drawSheets)
	add(s, "retake-sheets", s.retakeSheets)
	add(s, "approve-sheets", s.approveSheets)
}

// LookBook is a show's look book: its sheets, and how the run is doing that makes them.
type LookBook struct {
	Show     string    `json:"show"`
	Sheets   []Sheet   `json:"sheets" doc:"Cast, places, props, by name"`
	Problems []string  `json:"problems,omitempty" doc:"What stands in the way of making any"`
	Warnings []string  `json:"warnings,omitempty"`
	Run      *live.Row `json:"run,omitempty" doc:"The run that makes pictures, or the last one; absent: there was none"`
}

// Sheet is one picture of the look book.
type Sheet struct {
	Name       string            `json:"name" doc:"How it is called: mara:body:gala"`
	Kind       string            `json:"kind" enum:"cast,location,prop"`
	Of         string            `json:"of" doc:"The id of the member of the cast, place or prop"`
	As         drama.Role        `json:"as" doc:"face, body, back, expression, plate, reverse or detail"`
	Wardrobe   string            `json:"wardrobe,omitempty"`
	Time       string            `json:"time,omitempty"`
	State      studio.SheetState `json:"state" enum:"missing,waits,choose,approved,stale"`
	Reason     string            `json:"reason,omitempty" doc:"What it waits for, or why it is stale"`
	For        string            `json:"for,omitempty" doc:"The name of the sheet that must be approved first"`
	StaleSince *time.Time        `json:"stale_since,omitempty" doc:"When the sheet that it was made from was approved anew; absent: the script has changed"`
	Provider   string            `json:"provider,omitempty" doc:"Who would make it"`
	Price      drama.Money       `json:"price" doc:"Of one picture"`
	ApprovedBy string            `json:"approved_by,omitempty"`
	ApprovedAt *time.Time        `json:"approved_at,omitempty"`
	Making     drama.ShotState   `json:"making,omitempty" doc:"Where the run is with it; absent: it is not in the run"`
	Why        []string          `json:"why,omitempty" doc:"What the run says of it"`
	Pictures   []SheetPicture    `json:"pictures" doc:"Its candidates, the first that was made first"`
}

// SheetPicture is a candidate of a sheet.
type SheetPicture struct {
	Candidate int         `json:"candidate"`
	Provider  string      `json:"provider"`
	Model     string      `json:"model"`
	Price     drama.Money `json:"price"`
	Current   bool        `json:"current" doc:"It was made as the sheet is asked for now"`
	Approved  bool        `json:"approved" doc:"It is one of the show's references"`
	Picture   string      `json:"picture" doc:"Where it is seen"`
}

// Approved is the picture that the show goes by; nil: none.
func (s Sheet) Approved() *SheetPicture {
	if i := slices.IndexFunc(s.Pictures, func(p SheetPicture) bool { return p.Approved }); i >= 0 {
		return &s.Pictures[i]
	}
	return nil
}

type inLookBook struct {
	InShow
	Roles string `query:"roles" maxLength:"100" doc:"Further sheets, with commas between: back, expression, reverse"`
}

func (s *Server) getLookBook(ctx context.Context, in *inLookBook) (*Out[LookBook], error) {
	roles, err := rolesOf(strings.FieldsFunc(in.Roles, func(r rune) bool { return r == ',' || r == ' ' }))
	if err != nil {
		return nil, err
	}
	b, err := s.LookBook(ctx, in.Show, roles)
	if err != nil {
		return nil, err
	}
	return out(b), nil
}

// rolesOf are the usual sheets and those named; nil: the usual ones.
func rolesOf(names []string) ([]drama.Role, error) {
	if len(names) == 0 {
		return nil, nil
	}
	roles, further := studio.SheetRoles()
	known := append(slices.Clone(roles), further...)
	for _, name := range names {
		r := drama.Role(name)
		if !slices.Contains(known, r) {
			return nil, ProblemInvalid.With(fmt.Sprintf("no sheet is a %q", name), &huma.ErrorDetail{Location: "roles", Message: fmt.Sprintf("there are %v", known)})
		}
		if !slices.Contains(roles, r) {
			roles = append(roles, r)
		}
	}
	return roles, nil
}

// lookAt is the look book that the newest scripts of a show's episodes call for.
func (s *Server) lookAt(ctx context.Context, show string, roles []drama.Role, uses []string) (*studio.LookBook, error) {
	v, _, err := s.Find(ctx, show)
	if err != nil {
		return nil, err
	}
	var eps []drama.Production
	for _, e := range v.Episodes {
		if e.Script != nil {
			eps = append(eps, *e.Script)
		}
	}
	return s.Studio.LookAt(ctx, eps, roles, uses)
}

// LookBook is a show's look book as it stands.
func (s *Server) LookBook(ctx context.Context, show string, roles []drama.Role) (LookBook, error) {
	b, err := s.lookAt(ctx, show, roles, nil)
	if err != nil {
		return LookBook{}, err
	}
	run, err := s.Model.LookBook(ctx, show)
	if err != nil {
		return LookBook{}, err
	}
	names, err := s.names(ctx)
	if err != nil {
		return LookBook{}, err
	}
	out := LookBook{Show: show, Sheets: []Sheet{}, Problems: b.Problems, Warnings: b.Warnings}
	if run.State != "" {
		out.Run = &run.Row
	}
	for _, x := range b.Sheets {
		one := Sheet{
			Name: x.Name, Kind: x.Kind, Of: x.ID, As: x.As, Wardrobe: x.Wardrobe, Time: x.Time, State: x.State, Reason: x.Reason, For: x.For, Provider: x.Provider,
			Price: x.Price, ApprovedBy: x.ApprovedBy, ApprovedAt: when(x.ApprovedAt), StaleSince: when(x.StaleSince), Pictures: []SheetPicture{},
		}
		if c, ok := run.Cell(x.Slate); ok {
			one.Making, one.Why = c.State, c.Reasons
		}
		for _, c := range x.Candidates {
			one.Pictures = append(one.Pictures, SheetPicture{
				Candidate: c.Number, Provider: c.Provider, Model: names.Of(c.Model), Price: c.Price, Current: c.Current, Approved: c.Approved,
				Picture: s.mediaURL("get-sheet-picture", c.Image, show, x.Slate, fmt.Sprint(c.Number)),
			})
		}
		out.Sheets = append(out.Sheets, one)
	}
	return out, nil
}

// when is a moment that there may not be.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

type inSheetPicture struct {
	InShow
	Slate     string `path:"slate" maxLength:"40" pattern:"^[0-9][0-9A-Za-z-]*$" doc:"Under which the sheet is bought: 0-mara-face"`
	Candidate int    `path:"candidate" minimum:"1" maximum:"999999"`
	InVersion
}

func (s *Server) sheetPicture(ctx context.Context, in *inSheetPicture) (*huma.StreamResponse, error) {
	c, err := s.Studio.SheetPicture(ctx, in.Show, in.Slate, in.Candidate)
	if err != nil {
		return nil, err
	}
	return s.file(ctx, c.Image, fmt.Sprintf("%s-%s-%d", in.Show, in.Slate, in.Candidate), in.Version)
}

// drawing is what an act would make of a look book.
func (s *Server) drawing(ctx context.Context, a Act) (*studio.LookBook, studio.Drawing, error) {
	roles, err := rolesOf(a.Roles)
	if err != nil {
		return nil, studio.Drawing{}, err
	}
	b, err := s.lookAt(ctx, a.Show, roles, a.Uses)
	if err != nil {
		return nil, studio.Drawing{}, err
	}
	w := studio.Drawing{Candidates: a.Candidates, Note: a.Note}
	for _, name := range a.Sheets {
		x, err := b.Find(name)
		if err != nil {
			return nil, w, err
		}
		if a.Op == "draw-sheets" && x.State != studio.SheetMissing && x.State != studio.SheetWaits {
			continue // it has a picture
		}
		w.Sheets = append(w.Sheets, x)
	}
	if a.Op == "draw-sheets" && len(a.Sheets) == 0 {
		w.Sheets = b.Missing()
	}
	switch {
	case len(w.Sheets) > 0:
		return b, w, nil
	case a.Op == "draw-sheets":
		return nil, w, ProblemInvalid.With("every sheet that can be made now has a picture; retake-sheets makes another", &huma.ErrorDetail{Location: "body.sheets", Message: "nothing of it is missing"})
	}
	return nil, w, ProblemInvalid.With("name the sheets", &huma.ErrorDetail{Location: "body.sheets", Message: "it is empty"})
}

// priceSheets is what pictures of a look book cost.
func (s *Server) priceSheets(ctx context.Context, a Act) (Quote, error) {
	b, w, err := s.drawing(ctx, a)
	if err != nil {
		return Quote{}, err
	}
	made, err := s.Studio.PriceDraw(ctx, b, w)
	if err != nil {
		return Quote{}, err
	}
	q := Quote{}
	q.add(made, nil, false, "")
	q.Make = []string{}
	for _, x := range w.Sheets {
		q.Make = append(q.Make, x.Name)
	}
	return q, nil
}

type inDraw struct {
	InShow
	Body struct {
		Sheets     []string `json:"sheets,omitempty" maxItems:"500" doc:"Names of sheets; empty: all that can be made and have no picture"`
		Candidates int      `json:"candidates,omitempty" minimum:"0" maximum:"8" doc:"How many pictures of each; 0: one"`
		Roles      []string `json:"roles,omitempty" maxItems:"7" doc:"Further sheets: back, expression, reverse"`
		Uses       []string `json:"uses,omitempty" maxItems:"20" doc:"Provider instances, best first, instead of the season's"`
		Quote      string   `json:"quote" maxLength:"1000" doc:"From make-quote"`
	}
}

// drawSheets makes what of the look book has no picture yet.
func (s *Server) drawSheets(ctx context.Context, in *inDraw) (*Out[Run], error) {
	b := in.Body
	return s.drawn(ctx, Act{Op: "draw-sheets", Show: in.Show, Sheets: b.Sheets, Candidates: b.Candidates, Roles: b.Roles, Uses: b.Uses}, b.Quote)
}

type inRetakeSheets struct {
	InShow
	Body struct {
		Sheets     []string `json:"sheets" minItems:"1" maxItems:"500" doc:"Names of sheets"`
		Note       string   `json:"note,omitempty" maxLength:"4000" doc:"A direction for the new pictures"`
		Candidates int      `json:"candidates,omitempty" minimum:"0" maximum:"8" doc:"How many pictures of each; 0: one"`
		Uses       []string `json:"uses,omitempty" maxItems:"20" doc:"Provider instances, best first, instead of the season's"`
		Quote      string   `json:"quote" maxLength:"1000" doc:"From make-quote"`
	}
}

// retakeSheets makes other pictures of sheets; those that are there stay.
func (s *Server) retakeSheets(ctx context.Context, in *inRetakeSheets) (*Out[Run], error) {
	b := in.Body
	return s.drawn(ctx, Act{Op: "retake-sheets", Show: in.Show, Sheets: b.Sheets, Note: b.Note, Candidates: b.Candidates, Uses: b.Uses}, b.Quote)
}

// drawn begins the run of pictures that were quoted. What files their briefs name lies in
// the store, with the scripts that were submitted.
func (s *Server) drawn(ctx context.Context, a Act, quote string) (*Out[Run], error) {
	q, _, err := s.honour(ctx, a, quote)
	if err != nil {
		return nil, err
	}
	b, w, err := s.drawing(ctx, a)
	if err != nil {
		return nil, err
	}
	run, err := s.by(ctx).Draw(ctx, b, w, studio.Submission{Open: gone})
	if err != nil {
		return nil, err
	}
	s.Model.Touch(ctx, drama.LookBookID(a.Show))
	return out(Run{a.Show, 0, run.RunID, run.Joined, q.Low, q.High, q.Make}), nil
}

type inApproveSheets struct {
	InShow
	Body struct {
		Sheets []ChosenSheet `json:"sheets" minItems:"1" maxItems:"500" doc:"All are approved, or none where one is not there"`
	}
}

// ChosenSheet is a picture that somebody chose for a sheet.
type ChosenSheet struct {
	Sheet     string `json:"sheet" minLength:"1" maxLength:"300" doc:"Its name"`
	Candidate int    `json:"candidate,omitempty" minimum:"0" doc:"The picture's number; 0: the newest that was made as the sheet is asked for now"`
}

// approveSheets makes pictures references of the show, from the next plan on.
func (s *Server) approveSheets(ctx context.Context, in *inApproveSheets) (*Out[LookBook], error) {
	usual, further := studio.SheetRoles()
	b, err := s.lookAt(ctx, in.Show, append(usual, further...), nil)
	if err != nil {
		return nil, err
	}
	var choices []studio.Choice
	for _, c := range in.Body.Sheets {
		choices = append(choices, studio.Choice{Name: c.Sheet, Number: c.Candidate})
	}
	if _, err := s.by(ctx).ApproveSheets(ctx, b, choices); err != nil {
		return nil, err
	}
	access.Changed(ctx, nil, in.Body.Sheets)
	now, err := s.LookBook(ctx, in.Show, nil)
	if err != nil {
		return nil, err
	}
	row := live.Row{Show: in.Show, Number: drama.LookBookNumber}
	if now.Run != nil {
		row = *now.Run
	}
	s.Model.Publish(live.EventSheet, drama.LookBookID(in.Show), "", row)
	return out(now), nil
}
