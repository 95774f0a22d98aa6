package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) budgetCmd() *cobra.Command {
	return &cobra.Command{
		Use: "budget SHOW[/epNN] AMOUNT", Short: "Set the season's cap, or an episode's", Args: cobra.ExactArgs(2),
		Long: `Budget sets a cap over the one that the script says, for runs that are in work and
for later ones: with SHOW the season's, with SHOW/epNN the episode's. Both count all
that was ever spent. Once the script itself says another cap, that one holds.
The cap of a single run is render's --max-cost.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			limit, err := parseMoney(args[1], "")
			if err != nil {
				return usage(err)
			}
			return a.WithStudio(cmd.Context(), app.ToRun, func(ctx context.Context, st *studio.Studio) error {
				if !strings.Contains(args[0], "/") {
					return a.budgetSeason(ctx, st, args[0], limit)
				}
				id, err := drama.ParseEpisodeID(args[0])
				if err != nil {
					return usage(err)
				}
				limit, err := st.Budget(ctx, id, limit)
				if err != nil {
					return unknownIsUsage(err)
				}
				a.ui.say("the cap of %s is %s now", id, limit)
				return nil
			})
		},
	}
}

func (a *cli) budgetSeason(ctx context.Context, st *studio.Studio, show string, limit drama.Money) error {
	if _, err := episodesOf(ctx, st, show); err != nil {
		return err
	}
	c, told, err := st.BudgetSeason(ctx, show, limit)
	if err != nil {
		return unknownIsUsage(err)
	}
	a.ui.say("%s of %s is %s now: %s", c.Name.Words(), show, c.Limit, standing(c))
	var refused []error
	for _, t := range told {
		if t.Err != nil {
			refused = append(refused, t.Err)
			a.ui.say("%s refused: %v", t.Name, t.Err)
		}
	}
	if len(told) > 0 && len(refused) == len(told) {
		return usage(errors.Join(refused...))
	}
	return nil
}

// standing says how a cap stands.
func standing(c drama.CapState) string {
	return "spent " + c.Spent.String() + ", reserved " + c.Reserved.String() + ", left " + c.Left().String()
}
