package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) budgetCmd() *cobra.Command {
	return &cobra.Command{
		Use: "budget SHOW[/epNN] AMOUNT", Short: "Set the cap of a run", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.each(cmd.Context(), args[0], app.ToRun, func(ctx context.Context, st *studio.Studio, id drama.EpisodeID) error {
				p, _, err := st.LatestScript(ctx, id)
				if err != nil {
					return usage(err)
				}
				limit, err := parseMoney(args[1], currencyOf(p.Season))
				if err != nil {
					return usage(err)
				}
				if err := st.Budget(ctx, id, limit); err != nil {
					return err
				}
				a.ui.say("the cap of %s is %s now", id, limit)
				return nil
			})
		},
	}
}
