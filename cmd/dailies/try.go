package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/studio"
)

type tryFlags struct {
	use, like, maxCost string
	yes                bool
}

func (a *cli) tryCmd() *cobra.Command {
	var f tryFlags
	cmd := &cobra.Command{
		Use: "try MODEL PATH|SHOW/epNN SLATE|SCENE…", Short: "See what another model makes of shots, beside their circled takes",
		Long: `Try has another model make one take of each shot, beside the circled one, and files
both for blind comparison in the Studio: dailies leaderboard tells how they stood. The
circled takes stay, and no cut is made. Without --yes it only says what that costs.
MODEL is a model of any configured provider, as its vendor calls it, or a configured
provider's name; of one that is newer than this release --like says which one it is like.`,
		Args: cobra.MinimumNArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := a.episodeArg(args[1])
			if err != nil {
				return err
			}
			return a.try(cmd.Context(), id, studio.Trial{Model: args[0], Use: f.use, Like: f.like, Slates: slatesOf(args[2:])}, f)
		},
	}
	cmd.Flags().StringVar(&f.use, "use", "", "the provider that asks for it, where several could")
	cmd.Flags().StringVar(&f.like, "like", "", "a known model whose facts hold for this one")
	cmd.Flags().StringVar(&f.maxCost, "max-cost", "", `cap of this trial, for example 12.50 or "12.50 CNY"`)
	cmd.Flags().BoolVar(&f.yes, "yes", false, "buy the takes; without it only their price is told")
	a.jsonFlag(cmd)
	return cmd
}

// trial is what try --json prints.
type trial struct {
	Show     string         `json:"show"`
	Episode  int            `json:"episode"`
	Provider string         `json:"provider"`
	Model    string         `json:"model"`
	State    string         `json:"state"` // quoted, tried, or how the run ended else
	Most     drama.Money    `json:"most"`  // what it may cost
	Make     []string       `json:"make"`  // slates that a take is bought for
	Shots    []studio.Tried `json:"shots"`
	Spent    drama.Money    `json:"spent,omitzero"`
	Problems []string       `json:"problems,omitempty"`
}

func (a *cli) try(ctx context.Context, id drama.EpisodeID, t studio.Trial, f tryFlags) error {
	var run *studio.Run // asked for once, also when the engine changes hands
	var out trial
	var wish plan.Try
	return a.WithStudio(ctx, app.ToRender, func(ctx context.Context, st *studio.Studio) error {
		if run == nil {
			p, _, err := st.LatestScript(ctx, id)
			if err != nil {
				return usage(err)
			}
			limit, err := maxCost(f.maxCost, p.Season)
			if err != nil {
				return err
			}
			var made plan.Plan
			if made, wish, err = st.PlanTry(ctx, id, t, limit); err != nil {
				return usageOf(err)
			}
			out = quoted(id, wish, made)
			a.tellQuote(made, out)
			if len(out.Make) == 0 { // all are on file
				out.State = string(drama.StateTried)
			}
			if len(out.Make) == 0 || !f.yes && made.TotalHigh.Micros > 0 {
				return a.tellTrial(ctx, st, id, wish, out)
			}
			if limit != nil && limit.Less(made.TotalHigh) {
				return usagef("this may cost %s, and --max-cost is %s: name fewer shots, or raise it", made.TotalHigh, limit)
			}
			started, err := st.Try(ctx, id, t, limit)
			if err != nil {
				return usageOf(err)
			}
			run = &started
		}
		if run.Joined {
			a.ui.say("%s is being tried on %s already: going on with it", out.Model, id)
		}
		p := newProgress(a.ui, a.now, a.columns())
		d, err := st.Wait(ctx, *run, p.show)
		if waiting, ok := errors.AsType[*studio.WaitingError](err); ok {
			return &exitError{code: exitWaiting, err: waiting}
		}
		if err != nil {
			return err
		}
		out.State, out.Spent, out.Problems = string(d.State), d.Spent, d.Problems
		return a.tellTrial(ctx, st, id, wish, out)
	})
}

// usageOf is a person's slip as the shell sees it; any other error is itself.
func usageOf(err error) error {
	for _, slip := range []error{studio.ErrModel, studio.ErrTry, studio.ErrUnknown} {
		if errors.Is(err, slip) {
			return usage(err)
		}
	}
	return err
}

func quoted(id drama.EpisodeID, wish plan.Try, made plan.Plan) trial {
	out := trial{Show: id.Show, Episode: id.Number, Provider: wish.Facts.Instance, Model: wish.Facts.Model.ID, State: "quoted", Most: made.TotalHigh, Make: []string{}}
	for _, s := range made.Shots {
		if s.Compare != nil {
			out.Make = append(out.Make, s.Slate)
		}
	}
	return out
}

// tellQuote says what is bought, before anything is.
func (a *cli) tellQuote(made plan.Plan, out trial) {
	for _, w := range made.Warnings {
		a.ui.say("%s", w.Message)
	}
	for _, s := range made.Shots {
		if s.Compare != nil {
			a.ui.say("%s  %s of %s  %s", s.Slate, out.Model, out.Provider, s.Compare.PriceHigh)
		}
	}
	a.ui.say("%s by %s, at most %s", count(len(out.Make), "take"), out.Model, out.Most)
}

// tellTrial prints how each shot stands. Exit code 3 where a take was to be made and
// nothing came of it.
func (a *cli) tellTrial(ctx context.Context, st *studio.Studio, id drama.EpisodeID, wish plan.Try, out trial) error {
	var err error
	if out.Shots, err = st.Tried(ctx, id, wish); err != nil {
		return err
	}
	open := false
	for _, s := range out.Shots {
		open = open || s.Pair == ""
	}
	ended := out.State != "quoted"
	if a.ui.json {
		err = a.ui.object(out)
	} else {
		a.printTrial(out)
	}
	if err == nil && ended && open {
		return &exitError{code: exitNoCut, err: nil}
	}
	return err
}

func (a *cli) printTrial(out trial) {
	for _, s := range out.Shots {
		switch {
		case s.Pair == "" && out.State == "quoted":
			a.ui.result("%s  would be made", s.Slate)
		case s.Pair == "":
			a.ui.result("%s  nothing came of it", s.Slate)
		case s.Void != "":
			a.ui.result("%s  take %d beside take %d, not shown: %s", s.Slate, s.Take, s.Circled, s.Void)
		default:
			a.ui.result("%s  take %d beside take %d, filed for blind comparison  %s", s.Slate, s.Take, s.Circled, a.look(s.URI))
		}
	}
	for _, why := range out.Problems {
		a.ui.say("%s", why)
	}
	if out.State == "quoted" {
		if len(out.Make) > 0 {
			a.ui.say("nothing was bought: with --yes it is")
		}
		return
	}
	a.ui.say("spent %s; vote on the pairs in the Studio, /blind", out.Spent)
}
