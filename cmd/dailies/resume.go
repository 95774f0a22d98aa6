package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) resumeCmd() *cobra.Command {
	return &cobra.Command{
		Use: "resume SHOW[/epNN]", Short: "Go on after a pause or a budget stop", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			season := func(st *studio.Studio) func(context.Context) error {
				return func(ctx context.Context) error {
					err := st.ResumeSeason(ctx, args[0])
					if err == nil {
						a.ui.say("the season's run of %s goes on", args[0])
					}
					return err
				}
			}
			return a.each(cmd.Context(), args[0], app.ToRun, season, func(ctx context.Context, st *studio.Studio, id drama.EpisodeID) error {
				if err := st.Resume(ctx, id); err != nil {
					return err
				}
				a.ui.say("%s goes on wherever its engine runs; dailies status %s --watch, or dailies render, shows it", id, id)
				return nil
			})
		},
	}
}
