package studio

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/lookbook"
	"github.com/dailies/dailies/internal/near"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
)

// SheetState is how far a sheet of a look book is.
type SheetState string

// States of a sheet.
const (
	SheetMissing  SheetState = "missing"  // no picture of it as it is asked for now
	SheetWaits    SheetState = "waits"    // for another one to be approved, which it is made from
	SheetChoose   SheetState = "choose"   // has candidates, and a person has to approve one
	SheetApproved SheetState = "approved" // is one of the show's references
	SheetStale    SheetState = "stale"    // is approved, and would be asked for in another way now
)

// Candidate is a picture that a sheet may be.
type Candidate struct {
	Number   int         `json:"candidate"`
	URI      string      `json:"uri"`
	Provider string      `json:"provider"`
	Model    string      `json:"model"`
	Price    drama.Money `json:"price"`
	Current  bool        `json:"current"` // it was made as the sheet is asked for now
	Approved bool        `json:"approved,omitempty"`
	// Image is its picture in the store.
	Image drama.Object `json:"-"`
}

// Sheet is a picture of the look book as people see it.
type Sheet struct {
	drama.Sheet
	Slate      string      `json:"-"`    // under which its pictures are bought
	Name       string      `json:"name"` // mara:body:gala
	State      SheetState  `json:"state"`
	Reason     string      `json:"reason,omitempty"` // of waits and stale
	For        string      `json:"for,omitempty"`    // the sheet that one waits for, by name
	Provider   string      `json:"provider,omitempty"`
	Price      drama.Money `json:"price"` // of one candidate
	Candidates []Candidate `json:"candidates"`
	// ApprovedBy approved the picture that the show goes by, at ApprovedAt; empty: nobody.
	ApprovedBy string    `json:"approved_by,omitempty"`
	ApprovedAt time.Time `json:"approved_at,omitzero"`
	// StaleSince is when another sheet that a stale one was made from was approved anew;
	// zero: it is stale by what the script says now.
	StaleSince time.Time `json:"stale_since,omitzero"`
}

// LookBook is what of a show's sheets there is and what more would cost.
type LookBook struct {
	Show   string  `json:"show"`
	Sheets []Sheet `json:"sheets"`
	// Problems stand in the way of making any; Warnings do not.
	Problems []string `json:"problems,omitempty"`
	Warnings []string `json:"warnings,omitempty"`

	of   []drama.Production
	book drama.LookBook
	use  []string
}

// SheetRoles are what sheets show: those that every look book has, and those that are made
// when asked for.
func SheetRoles() (usual, further []drama.Role) { return lookbook.Roles(), lookbook.Further() }

// LookAt asks for the look book that episodes of one show call for. Roles empty: the
// usual ones. use are the providers that make its pictures; empty: the season's for
// stills, else all that make pictures alone, else all that make pictures.
func (s *Studio) LookAt(ctx context.Context, of []drama.Production, roles []drama.Role, use []string) (*LookBook, error) {
	if len(of) == 0 {
		return nil, fmt.Errorf("the show has %w episode", ErrUnknown)
	}
	show := of[0].Season.Show
	book, err := s.library().LookBook(ctx, show)
	if err != nil {
		return nil, err
	}
	made, damaged, err := s.library().Candidates(ctx, show)
	if err != nil {
		return nil, err
	}
	if len(roles) == 0 {
		roles = lookbook.Roles()
	}
	wanted := lookbook.Wanted(of, roles)
	for _, a := range book.Sheets { // also those that were asked for once
		if !slices.Contains(wanted, a.Sheet) && slices.Contains(lookbook.Wanted(of, []drama.Role{a.As}), a.Sheet) {
			wanted = append(wanted, a.Sheet)
		}
	}
	out := &LookBook{Show: show, Sheets: []Sheet{}, of: of, book: book}
	if out.use, err = s.painters(ctx, of[0].Season, use); err != nil {
		return nil, err
	}
	for _, bad := range damaged {
		out.Warnings = append(out.Warnings, bad.Error())
	}
	var draws []lookbook.Draw
	for _, w := range wanted {
		draws = append(draws, lookbook.Draw{Sheet: w, Candidates: 1})
	}
	prod := lookbook.Production(of, book, out.use, draws)
	planned, err := s.Plan(ctx, Submission{Production: prod})
	if err != nil {
		return nil, err
	}
	for _, p := range planned.Problems {
		out.Problems = append(out.Problems, p.Message)
	}
	for _, p := range planned.Warnings {
		out.Warnings = append(out.Warnings, p.Message)
	}
	for i, w := range wanted {
		x := s.sheet(w, planned.Shots[i], made[lookbook.Slate(w)], book, prod.Season)
		if slices.ContainsFunc(wanted, func(other drama.Sheet) bool { return other != w && strings.EqualFold(other.Name(), x.Name) }) {
			x.Name = w.Key()
		}
		out.Sheets = append(out.Sheets, x)
	}
	return out, nil
}

// sheet says how far one is.
func (s *Studio) sheet(w drama.Sheet, p plan.Shot, made []drama.Still, book drama.LookBook, season drama.Season) Sheet {
	out := Sheet{Sheet: w, Slate: lookbook.Slate(w), Name: w.Name(), State: SheetMissing, Candidates: []Candidate{}}
	if p.Still != nil {
		out.Provider, out.Price = p.Still.Provider, p.Still.PriceLow
	}
	approved, ok := book.Sheets[w.Key()]
	for _, c := range made {
		current := p.Still != nil && c.Digest == p.Still.Digest
		out.Candidates = append(out.Candidates, Candidate{
			Number: c.Take.Number, URI: s.Store.URI(c.Image.Key), Provider: c.Provider, Model: c.Model, Price: c.Price,
			Current: current, Approved: ok && approved.Take == c.Take, Image: c.Image,
		})
		if current {
			out.State = SheetChoose
		}
		if ok && approved.Take == c.Take {
			out.State = SheetApproved
			if !current && p.Still != nil {
				out.Reason, out.StaleSince = strings.Join(p.Still.Changed(c.Asked), ", "), newerThan(approved, book, p.Still.References)
			}
		}
	}
	if ok {
		out.State, out.ApprovedBy, out.ApprovedAt = SheetApproved, approved.By, approved.At
		if out.Reason != "" {
			out.State = SheetStale
		}
		return out
	}
	if first, waits := lookbook.Needs(w, season); waits {
		out.State, out.For = SheetWaits, first.Name()
		out.Reason = "for " + out.For + " to be approved"
	}
	return out
}

// newerThan is when a sheet that one is made from was approved after it; zero: none was.
func newerThan(a drama.Approved, book drama.LookBook, refs []plan.Reference) (since time.Time) {
	for _, other := range book.Sheets {
		from := slices.ContainsFunc(refs, func(r plan.Reference) bool { return r.Sheet == other.String() })
		if from && other.At.After(a.At) && other.At.After(since) {
			since = other.At
		}
	}
	return since
}

// painters are who makes the pictures.
func (s *Studio) painters(ctx context.Context, season drama.Season, use []string) ([]string, error) {
	facts, err := s.Providers(ctx)
	if err != nil {
		return nil, err
	}
	var all, alone []string
	for _, f := range facts {
		if slices.Contains(f.Model.Modes, provider.ModeImage) {
			all = append(all, f.Instance)
			if f.Model.Pictures() {
				alone = append(alone, f.Instance)
			}
		}
	}
	for _, name := range use {
		if !slices.Contains(all, name) {
			return nil, fmt.Errorf("%w: no provider %q makes pictures%s; those that do are %s", ErrUnknown, name, didYouMean(name, all), strings.Join(all, ", "))
		}
	}
	switch {
	case len(use) > 0:
		return use, nil
	case season.Stills != nil:
		return season.Stills.Use, nil
	case len(alone) > 0:
		return alone, nil
	}
	return all, nil
}

func didYouMean(name string, known []string) string {
	if n := near.Word(name, known); n != "" {
		return fmt.Sprintf(" (did you mean %q?)", n)
	}
	return ""
}

// Find is the sheet of a name as a person types it: mara:face. ErrUnknown.
func (b *LookBook) Find(name string) (Sheet, error) {
	var known []string
	for _, s := range b.Sheets {
		if strings.EqualFold(s.Name, name) {
			return s, nil
		}
		known = append(known, s.Name)
	}
	return Sheet{}, fmt.Errorf("the look book of %s has no sheet %q%s: it is %w; it has %s", b.Show, name, didYouMean(name, known), ErrUnknown, strings.Join(known, ", "))
}

// Missing are the sheets that can be made now and have no picture yet.
func (b *LookBook) Missing() (all []Sheet) {
	for _, s := range b.Sheets {
		if s.State == SheetMissing {
			all = append(all, s)
		}
	}
	return all
}

// Submitted are the episodes of a show as their scripts were last submitted; their files
// lie in the store. ErrUnknown where there is none.
func (s *Studio) Submitted(ctx context.Context, show string) ([]Submission, error) {
	ids, err := s.library().Episodes(ctx, show)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("%s is %w: no script of it was ever rendered; name the script itself", show, ErrUnknown)
	}
	var subs []Submission
	for _, id := range ids {
		p, _, err := s.LatestScript(ctx, id)
		if err != nil {
			return nil, err
		}
		subs = append(subs, Submission{Production: p, Open: func(name string) (io.ReadSeekCloser, error) {
			return nil, fmt.Errorf("%s is %w in the store", name, ErrUnknown)
		}})
	}
	return subs, nil
}

// Approved is what of a show's look book is approved.
func (s *Studio) Approved(ctx context.Context, show string) (drama.LookBook, error) {
	return s.library().LookBook(ctx, show)
}
