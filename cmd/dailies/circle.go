package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) circleCmd() *cobra.Command {
	var none bool
	cmd := &cobra.Command{
		Use: "circle SHOW/epNN SLATE TAKE | SLATE --none", Short: "Choose the take that a shot uses", Args: cobra.RangeArgs(2, 3),
		Long: `Circle chooses a take. While the episode is in work it is used at once, else by the
next render. A take of an older version of the shot may be circled: it is kept.
With --none the choice is taken back: the next render makes a new take.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := a.episodeArg(args[0])
			if err != nil {
				return err
			}
			if none != (len(args) == 2) {
				return usagef("circle needs a take, or --none instead of one; dailies takes %s lists them", id)
			}
			if none {
				return a.WithStudio(cmd.Context(), app.ToRun, func(ctx context.Context, st *studio.Studio) error {
					if err := st.Uncircle(ctx, id, args[1]); err != nil {
						return unknownIsUsage(err)
					}
					a.ui.say("no take of %s is circled; the next render of %s makes one", args[1], id)
					return nil
				})
			}
			// As takes prints it, 2B/3 is fine as well as 3.
			take, err := strconv.Atoi(takeNumber(args[2]))
			if err != nil || take < 1 {
				return usagef("%q is no take number; dailies takes %s lists them", args[2], id)
			}
			return a.WithStudio(cmd.Context(), app.ToRun, func(ctx context.Context, st *studio.Studio) error {
				warnings, err := st.Circle(ctx, id, args[1], take)
				if err != nil {
					return unknownIsUsage(err)
				}
				for _, w := range warnings {
					a.ui.say("warning: %s", w)
				}
				a.ui.say("take %d of %s is circled; the next render of %s uses it", take, args[1], id)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&none, "none", false, "take the choice back")
	return cmd
}
