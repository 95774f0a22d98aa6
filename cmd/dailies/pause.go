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
			return a.each(cmd.Context(), args[0], app.ToRun, func(ctx context.Context, st *studio.Studio, id drama.EpisodeID) error {
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
