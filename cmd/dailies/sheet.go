package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/lookbook"
	"github.com/dailies/dailies/internal/near"
	"github.com/dailies/dailies/internal/studio"
)

// sheetFlags are what a person wants of a look book.
type sheetFlags struct {
	approve, retake, roles, use []string
	candidates                  int
	maxCost, note               string
	look                        bool
}

func (a *cli) sheetCmd() *cobra.Command {
	var f sheetFlags
	cmd := &cobra.Command{
		Use: "sheet PATH|SHOW", Short: "Make and approve the show's look book: people, places, props",
		Long: `Sheet makes the pictures by which models know a show: of everybody who is seen a
face, and a body in everything that they wear; of every place a plate at each time of
day; of every prop the thing alone. What is there is not made again. A face comes
first: the rest of a person is made by editing it, once it is approved. What is approved
is one of the show's references from the next plan on. Takes that were made without it
are kept and named as stale: retake makes them anew.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.sheet(cmd.Context(), args[0], f) },
	}
	cmd.Flags().StringSliceVar(&f.approve, "approve", nil, "approve a sheet's newest picture, or one by its number: mara:face,office:plate:night=2; makes none")
	cmd.Flags().StringSliceVar(&f.retake, "retake", nil, "make another picture of these sheets")
	cmd.Flags().StringVar(&f.note, "note", "", "what should be different in the pictures of --retake, as for a retake")
	cmd.Flags().IntVar(&f.candidates, "candidates", 1, "how many pictures to make of each")
	cmd.Flags().StringSliceVar(&f.roles, "roles", nil, "which sheets: face, body, plate, detail (these unless told), back, expression, reverse")
	cmd.Flags().StringSliceVar(&f.use, "use", nil, "providers that make the pictures, best first; unless told the season's for stills")
	cmd.Flags().StringVar(&f.maxCost, "max-cost", "", `cap of this run, for example 12.50 or "12.50 CNY"`)
	cmd.Flags().BoolVar(&f.look, "plan", false, "only show what there is and what the missing ones cost")
	a.jsonFlag(cmd)
	return cmd
}

// sheetsOut is what sheet --json prints.
type sheetsOut struct {
	studio.LookBook
	Spent drama.Money `json:"spent"`
}

func (a *cli) sheet(ctx context.Context, of string, f sheetFlags) error {
	var roles []drama.Role
	known := append(lookbook.Roles(), lookbook.Further()...)
	for _, r := range f.roles {
		if !slices.Contains(known, drama.Role(r)) {
			var words []string
			for _, k := range known {
				words = append(words, string(k))
			}
			hint := ""
			if n := near.Word(r, words); n != "" {
				hint = fmt.Sprintf("; did you mean %s?", n)
			}
			return usagef("no sheet is a %q; there are %s%s", r, strings.Join(words, ", "), hint)
		}
		roles = append(roles, drama.Role(r))
	}
	if f.candidates < 1 || f.candidates > studio.MaxCandidates {
		return usagef("--candidates is 1 to %d", studio.MaxCandidates)
	}
	if len(f.approve) > 0 && len(f.retake) > 0 {
		return usagef("--approve and --retake are two decisions; make them one after the other")
	}
	if f.note != "" && len(f.retake) == 0 {
		return usagef("--note is a direction for the pictures of --retake; the others are asked for as the script says")
	}
	from, done, err := a.lookBookOf(of)
	if err != nil {
		return err
	}
	defer done()
	need := app.ForRun(false)
	switch {
	case len(f.approve) > 0:
		need = app.ToRun
	case f.look:
		need = app.ToLook
	}
	return a.WithStudio(ctx, need, func(ctx context.Context, st *studio.Studio) error {
		subs, err := from(ctx, st)
		if err != nil {
			return err
		}
		var eps []drama.Production
		for _, s := range subs {
			eps = append(eps, s.Production)
		}
		look := func() (*studio.LookBook, error) {
			b, err := st.LookAt(ctx, eps, roles, f.use)
			return b, unknownIsUsage(err)
		}
		b, err := look()
		if err != nil {
			return err
		}
		if len(f.approve) > 0 {
			if err := a.approveSheets(ctx, st, b, f.approve); err != nil {
				return err
			}
			if b, err = look(); err != nil {
				return err
			}
			return a.showSheets(b, drama.Money{})
		}
		draw := b.Missing()
		if len(f.retake) > 0 {
			draw = nil
			for _, name := range f.retake {
				s, err := b.Find(name)
				if err != nil {
					return unknownIsUsage(err)
				}
				draw = append(draw, s)
			}
		}
		if f.look || len(draw) == 0 {
			return a.showSheets(b, drama.Money{})
		}
		if len(b.Problems) > 0 {
			return &exitError{code: exitScript, err: fmt.Errorf("the look book of %s cannot be made: %s", b.Show, strings.Join(b.Problems, "; "))}
		}
		limit, err := maxCost(f.maxCost, eps[0].Season)
		if err != nil {
			return err
		}
		run, err := st.Draw(ctx, b, studio.Drawing{Sheets: draw, Candidates: f.candidates, Note: f.note, MaxCost: limit}, subs[0])
		if errors.Is(err, studio.ErrBusy) { // it makes some of them: what is still missing then is told then
			run, err = b.Drawn(), nil
		}
		if err != nil {
			return unknownIsUsage(err)
		}
		d, err := a.followSheets(ctx, st, run)
		if err != nil {
			return err
		}
		if b, err = look(); err != nil {
			return err
		}
		if err := a.showSheets(b, d.Spent); err != nil {
			return err
		}
		return delivered(d)
	})
}

// followSheets watches the run of a look book to its end.
func (a *cli) followSheets(ctx context.Context, st *studio.Studio, run studio.Run) (drama.Delivery, error) {
	if run.Joined {
		a.ui.say("the look book is in work already: going on with it")
	}
	d, err := st.Wait(ctx, run, newProgress(a.ui, a.now, a.columns()).show)
	if _, waiting := errors.AsType[*studio.WaitingError](err); waiting {
		return d, &exitError{code: exitWaiting, err: err}
	}
	return d, err
}

// lookBookOf finds the episodes whose look book is meant: a script's, or the last
// submitted ones of a show.
func (a *cli) lookBookOf(of string) (func(context.Context, *studio.Studio) ([]studio.Submission, error), func(), error) {
	if at, err := os.Stat(of); (err != nil || at.IsDir()) && drama.ValidID(of) { // a show's folder has its name as often as not
		from := func(ctx context.Context, st *studio.Studio) ([]studio.Submission, error) {
			subs, err := st.Submitted(ctx, of)
			return subs, unknownIsUsage(err)
		}
		return from, func() {}, nil
	}
	s, err := a.mustScript(of)
	if err != nil {
		return nil, nil, err
	}
	subs, root, err := submissions(s)
	if err != nil {
		return nil, nil, err
	}
	if len(subs) == 0 {
		return nil, nil, errors.Join(usagef("%s lists no episodes", of), root.Close())
	}
	return func(context.Context, *studio.Studio) ([]studio.Submission, error) { return subs, nil }, func() { closeQuietly(root) }, nil
}

func closeQuietly(c io.Closer) { _ = c.Close() } // it was only read

// approveSheets approves all of what is named, or nothing where a name is wrong.
func (a *cli) approveSheets(ctx context.Context, st *studio.Studio, b *studio.LookBook, names []string) error {
	var choices []studio.Choice
	for _, typed := range names {
		choice := studio.Choice{Name: typed}
		if at := strings.LastIndex(typed, "="); at >= 0 {
			n, err := strconv.Atoi(typed[at+1:])
			if err != nil || n < 1 {
				return usagef("read %q: want SHEET=NUMBER, for example mara:face=2", typed)
			}
			choice = studio.Choice{Name: typed[:at], Number: n}
		}
		choices = append(choices, choice)
	}
	chosen, err := st.ApproveSheets(ctx, b, choices)
	if err != nil {
		return unknownIsUsage(err)
	}
	for i, c := range chosen {
		a.ui.say("%s is picture %d; it is among the show's references from now on", choices[i].Name, c.Number)
	}
	return nil
}

func (a *cli) showSheets(b *studio.LookBook, spent drama.Money) error {
	if a.ui.json {
		return a.ui.object(sheetsOut{LookBook: *b, Spent: spent})
	}
	err := a.ui.table("SHEET\tSTATE\tPICTURE\tBY\tPRICE\tWHERE", func(row func(string, ...any)) {
		for _, s := range b.Sheets {
			state := string(s.State)
			if s.Reason != "" {
				state += " (" + s.Reason + ")"
			}
			if len(s.Candidates) == 0 {
				row("%s\t%s\t-\t%s\t%s\t-", s.Name, state, orElse(s.Provider, "-"), span(s.Price, s.Price))
			}
			for i, c := range s.Candidates {
				name := s.Name
				if i > 0 {
					name, state = "", ""
				}
				number := strconv.Itoa(c.Number)
				if c.Approved {
					number += " *"
				}
				row("%s\t%s\t%s\t%s\t%s\t%s", name, state, number, c.Provider, span(c.Price, c.Price), orElse(a.LocalPath(c.URI), c.URI))
			}
		}
	})
	if err != nil {
		return err
	}
	for _, w := range b.Warnings {
		a.ui.say("warning: %s", w)
	}
	for _, p := range b.Problems {
		a.ui.say("problem: %s", p)
	}
	a.sayNext(b, spent)
	return nil
}

// sayNext says what a person can do now.
func (a *cli) sayNext(b *studio.LookBook, spent drama.Money) {
	if spent.Micros > 0 {
		a.ui.say("spent %s", spent)
	}
	var choose []string
	missing, cost := 0, drama.Money{}
	for _, s := range b.Sheets {
		switch s.State {
		case studio.SheetChoose:
			choose = append(choose, s.Name)
		case studio.SheetMissing:
			missing++
			cost = sum(cost, s.Price)
		case studio.SheetWaits, studio.SheetApproved, studio.SheetStale:
		}
	}
	if len(choose) > 0 {
		a.ui.say("look at them, then --approve %s, or --retake for another", strings.Join(choose, ","))
	}
	if missing > 0 {
		a.ui.say("%s can be made now, for %s", count(missing, "sheet"), span(cost, cost))
	}
}
