package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/studio"
)

// finalFlags are final's own.
type finalFlags struct {
	renderFlags
	yes, anew bool
}

func (a *cli) finalCmd() *cobra.Command {
	var f finalFlags
	cmd := &cobra.Command{
		Use: "final SHOW/epNN [SLATE|SCENE…]", Short: "Buy the finals of circled drafts, and make the next cut",
		Long: `Final tells what the finals of an episode's circled drafts cost, and with --yes buys
them: the same takes, at full size. A draft that has expired has no final any more.
It stays as it is, or --anew buys a new take of its shot from the prompt.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := a.episodeArg(args[0])
			if err != nil {
				return err
			}
			slates := slatesOf(args[1:])
			if f.anew && len(slates) == 0 {
				return usagef("--anew buys other takes than the drafts: name the slates")
			}
			return a.final(cmd.Context(), id, slates, f)
		},
	}
	cmd.Flags().BoolVar(&f.yes, "yes", false, "buy what the quote says")
	cmd.Flags().BoolVar(&f.anew, "anew", false, "new takes from the prompts instead, which are no drafts")
	cmd.Flags().StringVar(&f.out, "out", "", "also write everything delivered to this folder")
	cmd.Flags().StringVar(&f.maxCost, "max-cost", "", `cap of this run, for example 12.50 or "12.50 CNY"`)
	cmd.Flags().BoolVar(&f.detach, "detach", false, "hand the work to a running `dailies up` and return")
	a.jsonFlag(cmd)
	return cmd
}

// finalQuote is what final --json prints without --yes.
type finalQuote struct {
	Show    string         `json:"show"`
	Episode int            `json:"episode"`
	Finals  []studio.Offer `json:"finals"`
	Total   drama.Money    `json:"total"`
	// High is the most that new takes cost, with --anew.
	High *drama.Money `json:"total_high,omitempty"`
}

func (a *cli) final(ctx context.Context, id drama.EpisodeID, slates []string, f finalFlags) error {
	var wish drama.Retake
	var limit *drama.Money
	err := a.WithStudio(ctx, app.ToLook, func(ctx context.Context, st *studio.Studio) error {
		q, found, err := a.quoteFinals(ctx, st, id, slates, f.anew)
		if err != nil {
			return unknownIsUsage(err)
		}
		wish = found
		if f.yes && len(wish.Slates) > 0 {
			p, _, err := st.LatestScript(ctx, id)
			if err != nil {
				return usage(err)
			}
			if limit, err = maxCost(f.maxCost, p.Season); err != nil || a.ui.json {
				return err
			}
		}
		return a.tellFinals(q, wish, f.yes)
	})
	if err != nil || !f.yes || len(wish.Slates) == 0 {
		return err
	}
	var run *studio.Run // asked for once, also when the engine changes hands
	return a.WithStudio(ctx, app.ForRun(f.detach), func(ctx context.Context, st *studio.Studio) error {
		if run == nil {
			started, err := st.Retake(ctx, id, wish, limit)
			if err != nil {
				return unknownIsUsage(err)
			}
			run = &started
		}
		return a.follow(ctx, st, *run, f.renderFlags)
	})
}

// quoteFinals is what would be bought, at what price, and the wish that buys it.
func (a *cli) quoteFinals(ctx context.Context, st *studio.Studio, id drama.EpisodeID, slates []string, anew bool) (finalQuote, drama.Retake, error) {
	q := finalQuote{Show: id.Show, Episode: id.Number, Finals: []studio.Offer{}}
	if !anew {
		offers, _, err := st.Finals(ctx, id, slates)
		q.Finals = append(q.Finals, offers...)
		wish := drama.Retake{Final: true}
		wish.Slates, q.Total = studio.Buyable(offers)
		return q, wish, err
	}
	p, _, err := st.LatestScript(ctx, id)
	if err != nil {
		return q, drama.Retake{}, err
	}
	wish := drama.Retake{Whole: true}
	if wish.Slates, err = studio.Slates(p.Episode, slates); err != nil {
		return q, wish, err
	}
	made, err := st.Plan(ctx, studio.Submission{Production: p, Retake: &wish})
	if err != nil {
		return q, wish, err
	}
	if len(made.Problems) > 0 {
		return q, wish, &exitError{code: exitScript, err: fmt.Errorf("%s cannot be made so: %s", id, made.Problems[0].Message)}
	}
	q.Total, q.High = drama.Money{Currency: made.TotalLow.Currency}, &drama.Money{Currency: made.TotalLow.Currency}
	for _, shot := range made.Shots {
		if shot.Action != plan.Make || !contains(wish.Slates, shot.Slate) && !contains(wish.Slates, shot.Scene) {
			continue
		}
		q.Finals = append(q.Finals, studio.Offer{Slate: shot.Slate, Provider: shot.Provider, Model: shot.Model, Price: shot.PriceLow})
		q.Total.Micros += shot.PriceLow.Micros
		q.High.Micros += shot.PriceHigh.Micros
	}
	return q, wish, nil
}

// tellFinals shows a quote.
func (a *cli) tellFinals(q finalQuote, wish drama.Retake, yes bool) error {
	id := drama.EpisodeID{Show: q.Show, Number: q.Episode}
	undecided := yes && len(wish.Slates) == 0 && len(q.Finals) > 0
	choose := &exitError{code: exitWaiting, err: fmt.Errorf("nothing of %s was bought: choose first", id)}
	if a.ui.json {
		if err := a.ui.object(q); err != nil || !undecided {
			return err
		}
		return choose
	}
	if len(q.Finals) == 0 {
		a.ui.say("no shot of %s uses a draft: there is nothing to buy", id)
		return nil
	}
	what := func(o studio.Offer) string {
		switch {
		case wish.Whole:
			return "a new take from the prompt"
		case o.Draft == nil:
			return "-"
		case len(o.With) > 0:
			return drafted(*o.Draft, a.now()) + ", in one clip with " + strings.Join(o.With, ", ")
		}
		return drafted(*o.Draft, a.now())
	}
	err := a.ui.table("SLATE\tDRAFT\tPROVIDER\tMODEL\tPRICE\tWHAT", func(row func(string, ...any)) {
		for _, o := range q.Finals {
			take, price := "-", span(o.Price, o.Price)
			if o.Take > 0 {
				take = fmt.Sprint(o.Take)
			}
			if o.Why != "" {
				price = "-"
			}
			row("%s\t%s\t%s\t%s\t%s\t%s", o.Slate, take, orElse(o.Provider, "-"), orElse(o.Model, "-"), price, what(o))
		}
	})
	if err != nil {
		return err
	}
	for _, o := range q.Finals {
		if o.Why != "" {
			a.ui.result("%s", o.Why)
		}
	}
	high := q.Total
	if q.High != nil {
		high = *q.High
	}
	if len(wish.Slates) > 0 {
		a.ui.result("total %s", span(q.Total, high))
	}
	switch {
	case !yes && len(wish.Slates) > 0:
		a.ui.say("nothing is bought; the same command with --yes buys it")
	case undecided:
		return choose
	}
	return nil
}

// drafted says of a draft how long its final can be bought.
func drafted(d drama.Draft, now time.Time) string {
	switch {
	case d.Until.IsZero():
		return "draft"
	case d.Expired(now):
		return "draft, expired " + d.Until.Local().Format("2006-01-02 15:04")
	}
	return fmt.Sprintf("draft, final until %s (%s)", d.Until.Local().Format("2006-01-02 15:04"), d.Left(now))
}
