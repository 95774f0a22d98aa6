package studio

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/lookbook"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/workflows"
)

// MaxCandidates of a sheet in one run: more than anybody compares at a glance.
const MaxCandidates = 8

// Drawing is what is to be made of a look book.
type Drawing struct {
	Sheets     []Sheet
	Candidates int    // of each; 0: one
	Note       string // a direction for these pictures alone
	MaxCost    *drama.Money
}

// production is the episode of the drawing. ErrUnknown where a sheet waits for another.
func (b *LookBook) production(w Drawing) (drama.Production, error) {
	var draws []lookbook.Draw
	for _, x := range w.Sheets {
		if x.State == SheetWaits {
			return drama.Production{}, fmt.Errorf("the sheet %s waits %s: it is made from that one, which is %w yet", x.Name, x.Reason, ErrUnknown)
		}
		draws = append(draws, lookbook.Draw{Sheet: x.Sheet, Candidates: max(w.Candidates, 1), Note: w.Note})
	}
	return lookbook.Production(b.of, b.book, b.use, draws), nil
}

// PriceDraw says who would make the pictures of a drawing and what they cost, a shot a
// sheet. ErrUnknown as Draw.
func (s *Studio) PriceDraw(ctx context.Context, b *LookBook, w Drawing) (plan.Plan, error) {
	p, err := b.production(w)
	if err != nil {
		return plan.Plan{}, err
	}
	return s.Plan(ctx, Submission{Production: p, MaxCost: w.MaxCost})
}

// Draw begins a run that makes the pictures, or joins the one that makes the same. open
// opens files that the script names. Nothing is made where a sheet waits for another:
// ErrUnknown. ErrBusy while others are made.
func (s *Studio) Draw(ctx context.Context, b *LookBook, w Drawing, sub Submission) (Run, error) {
	p, err := b.production(w)
	if err != nil {
		return Run{}, err
	}
	run, err := s.Submit(ctx, Submission{Production: p, Open: sub.Open, MaxCost: w.MaxCost})
	if errors.Is(err, ErrBusy) {
		return run, fmt.Errorf("the look book of %s %w: other pictures of it are being made; wait for them", b.Show, ErrBusy)
	}
	return run, err
}

// Drawn is the look book's run that is open, to be waited for.
func (b *LookBook) Drawn() Run {
	id := drama.LookBookID(b.Show)
	return Run{ID: id, WorkflowID: workflows.EpisodeWorkflowID(id), Joined: true}
}

// Choice is a candidate that a person chose for a sheet; Number 0: the newest that was
// made as the sheet is asked for now.
type Choice struct {
	Name   string
	Number int
}

// Candidate is the picture that a choice means. ErrUnknown.
func (b *LookBook) Candidate(choice Choice) (Candidate, error) {
	x, err := b.Find(choice.Name)
	if err != nil {
		return Candidate{}, err
	}
	var chosen *Candidate
	for i, c := range x.Candidates {
		if c.Number == choice.Number || choice.Number == 0 && c.Current {
			chosen = &x.Candidates[i]
		}
	}
	switch {
	case chosen != nil:
		return *chosen, nil
	case choice.Number == 0:
		return Candidate{}, fmt.Errorf("the sheet %s has no candidate that is %w as it is asked for now; make one first", x.Name, ErrUnknown)
	}
	return Candidate{}, fmt.Errorf("the sheet %s has no candidate %d: it is %w", x.Name, choice.Number, ErrUnknown)
}

// ApproveSheets makes candidates the pictures of their sheets, and so references of the
// show from the next plan on: all of them, or none where one is not there. ErrUnknown.
func (s *Studio) ApproveSheets(ctx context.Context, b *LookBook, choices []Choice) ([]Candidate, error) {
	made, _, err := s.library().Candidates(ctx, b.Show)
	if err != nil {
		return nil, err
	}
	var all []Candidate
	var approved []drama.Approved
	for _, choice := range choices {
		c, a, err := s.approval(b, choice, made)
		if err != nil {
			return nil, err
		}
		all, approved = append(all, c), append(approved, a)
	}
	for i, a := range approved {
		if _, err := s.Store.Copy(ctx, all[i].Image, keys(drama.LookBookID(b.Show)).Blob(a.File.SHA256)); err != nil {
			return nil, fmt.Errorf("keep candidate %d of %s among the show's files: %w", all[i].Number, a.Sheet, err)
		}
	}
	return all, s.library().Approve(ctx, b.Show, approved...)
}

// approval is the record of a choice. made are the candidates that there are now.
func (s *Studio) approval(b *LookBook, choice Choice, made map[string][]drama.Still) (Candidate, drama.Approved, error) {
	chosen, err := b.Candidate(choice)
	if err != nil {
		return chosen, drama.Approved{}, err
	}
	x, err := b.Find(choice.Name)
	if err != nil {
		return chosen, drama.Approved{}, err
	}
	slate := lookbook.Slate(x.Sheet)
	i := slices.IndexFunc(made[slate], func(c drama.Still) bool { return c.Take.Number == chosen.Number })
	if i < 0 {
		return chosen, drama.Approved{}, fmt.Errorf("candidate %d of %s is %w any more", chosen.Number, x.Name, ErrUnknown)
	}
	c := made[slate][i]
	ending, ok := map[string]string{"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}[c.Image.Type]
	if !ok {
		return chosen, drama.Approved{}, fmt.Errorf("candidate %d of %s is %s and no picture that a model can be shown; make another", chosen.Number, x.Name, c.Image.Type)
	}
	return chosen, drama.Approved{
		Sheet: x.Sheet, Take: c.Take, Digest: c.Digest, By: s.by(), At: s.now(),
		File: drama.File{Path: path.Join("sheets", fmt.Sprintf("%s-%d%s", slate, chosen.Number, ending)), SHA256: c.Image.SHA256, Bytes: c.Image.Bytes, Type: c.Image.Type},
	}, nil
}

// SheetPicture is a candidate's record by its slate and number. ErrUnknown.
func (s *Studio) SheetPicture(ctx context.Context, show, slate string, number int) (drama.Still, error) {
	c, err := s.library().Candidate(ctx, show, slate, number)
	if errors.Is(err, store.ErrNotFound) {
		return drama.Still{}, fmt.Errorf("picture %d of %s in the look book of %s is %w", number, slate, show, ErrUnknown)
	}
	if err != nil {
		return drama.Still{}, err
	}
	return *c, nil
}
