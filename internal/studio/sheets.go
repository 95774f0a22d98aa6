package studio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/lookbook"
	"github.com/dailies/dailies/internal/near"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/workflows"
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
}

// Sheet is a picture of the look book as people see it.
type Sheet struct {
	drama.Sheet
	Name       string      `json:"name"` // mara:body:gala
	State      SheetState  `json:"state"`
	Reason     string      `json:"reason,omitempty"` // of waits and stale
	Provider   string      `json:"provider,omitempty"`
	Price      drama.Money `json:"price"` // of one candidate
	Candidates []Candidate `json:"candidates"`
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
	out := Sheet{Sheet: w, Name: w.Name(), State: SheetMissing, Candidates: []Candidate{}}
	if p.Still != nil {
		out.Provider, out.Price = p.Still.Provider, p.Still.PriceLow
	}
	approved, ok := book.Sheets[w.Key()]
	for _, c := range made {
		current := p.Still != nil && c.Digest == p.Still.Digest
		out.Candidates = append(out.Candidates, Candidate{
			Number: c.Take.Number, URI: s.Store.URI(c.Image.Key), Provider: c.Provider, Model: c.Model, Price: c.Price,
			Current: current, Approved: ok && approved.Take == c.Take,
		})
		if current {
			out.State = SheetChoose
		}
		if ok && approved.Take == c.Take {
			out.State = SheetApproved
			if !current && p.Still != nil {
				out.Reason = strings.Join(p.Still.Changed(c.Asked), ", ")
			}
		}
	}
	if ok {
		out.State = SheetApproved
		if out.Reason != "" {
			out.State = SheetStale
		}
		return out
	}
	if first, waits := lookbook.Needs(w, season); waits {
		out.State, out.Reason = SheetWaits, "for "+first.Name()+" to be approved"
	}
	return out
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

// Draw begins a run that makes so many candidates of each of the sheets, or joins the one
// that is at it. open opens files that the script names. Nothing is made where a sheet
// waits for another: ErrUnknown.
func (s *Studio) Draw(ctx context.Context, b *LookBook, sheets []Sheet, candidates int, maxCost *drama.Money, sub Submission) (Run, error) {
	var draws []lookbook.Draw
	for _, x := range sheets {
		if x.State == SheetWaits {
			return Run{}, fmt.Errorf("the sheet %s waits %s: it is made from that one, which is %w yet", x.Name, x.Reason, ErrUnknown)
		}
		draws = append(draws, lookbook.Draw{Sheet: x.Sheet, Candidates: max(candidates, 1)})
	}
	sub.Production, sub.MaxCost, sub.Only, sub.Retake, sub.Source = lookbook.Production(b.of, b.book, b.use, draws), maxCost, nil, nil, nil
	run, err := s.Submit(ctx, sub)
	if errors.Is(err, ErrBusy) { // it makes some of them: what is still missing then is told then
		return Run{ID: drama.LookBookID(b.Show), WorkflowID: workflows.EpisodeWorkflowID(drama.LookBookID(b.Show)), Joined: true}, nil
	}
	return run, err
}

// Candidate is a picture of a sheet by its number; 0: the newest that was made as it is
// asked for now. ErrUnknown.
func (b *LookBook) Candidate(name string, number int) (Candidate, error) {
	x, err := b.Find(name)
	if err != nil {
		return Candidate{}, err
	}
	var chosen *Candidate
	for i, c := range x.Candidates {
		if c.Number == number || number == 0 && c.Current {
			chosen = &x.Candidates[i]
		}
	}
	switch {
	case chosen != nil:
		return *chosen, nil
	case number == 0:
		return Candidate{}, fmt.Errorf("the sheet %s has no candidate that is %w as it is asked for now; make one first", x.Name, ErrUnknown)
	}
	return Candidate{}, fmt.Errorf("the sheet %s has no candidate %d: it is %w", x.Name, number, ErrUnknown)
}

// ApproveSheet makes a candidate the picture of its sheet, and so one of the show's references
// from the next plan on; number 0: the newest that was made as it is asked for now.
func (s *Studio) ApproveSheet(ctx context.Context, b *LookBook, name string, number int) (Candidate, error) {
	x, err := b.Find(name)
	if err != nil {
		return Candidate{}, err
	}
	chosen, err := b.Candidate(name, number)
	if err != nil {
		return Candidate{}, err
	}
	made, _, err := s.library().Candidates(ctx, b.Show)
	if err != nil {
		return Candidate{}, err
	}
	slate := lookbook.Slate(x.Sheet)
	i := slices.IndexFunc(made[slate], func(c drama.Still) bool { return c.Take.Number == chosen.Number })
	if i < 0 {
		return Candidate{}, fmt.Errorf("candidate %d of %s is %w any more", chosen.Number, x.Name, ErrUnknown)
	}
	c := made[slate][i]
	ending, ok := map[string]string{"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}[c.Image.Type]
	if !ok {
		return Candidate{}, fmt.Errorf("candidate %d of %s is %s and no picture that a model can be shown; make another", chosen.Number, x.Name, c.Image.Type)
	}
	if _, err := s.Store.Copy(ctx, c.Image, keys(drama.LookBookID(b.Show)).Blob(c.Image.SHA256)); err != nil {
		return Candidate{}, fmt.Errorf("keep candidate %d of %s among the show's files: %w", chosen.Number, x.Name, err)
	}
	a := drama.Approved{
		Sheet: x.Sheet, Take: c.Take, Digest: c.Digest, By: s.by(), At: s.now(),
		File: drama.File{Path: path.Join("sheets", fmt.Sprintf("%s-%d%s", slate, chosen.Number, ending)), SHA256: c.Image.SHA256, Bytes: c.Image.Bytes, Type: c.Image.Type},
	}
	return chosen, s.library().Approve(ctx, b.Show, a)
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
