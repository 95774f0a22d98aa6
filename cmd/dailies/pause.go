package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) pauseCmd() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use: "pause SHOW[/epNN]", Short: "Submit nothing new; what runs is collected", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			season := func(st *studio.Studio) func(context.Context) error {
				return func(ctx context.Context) error {
					err := st.PauseSeason(ctx, args[0], reason)
					if err == nil {
						a.ui.say("the season's run of %s begins no more episodes", args[0])
					}
					return err
				}
			}
			return a.each(cmd.Context(), args[0], app.ToRun, season, func(ctx context.Context, st *studio.Studio, id drama.EpisodeID) error {
				if err := st.Pause(ctx, id, reason); err != nil {
					return err
				}
				a.ui.say("%s is paused; dailies resume %s goes on", id, id)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, shown in status")
	return cmd
}
