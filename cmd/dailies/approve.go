package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) approveCmd() *cobra.Command {
	var redo bool
	cmd := &cobra.Command{
		Use: "approve SHOW/epNN SLATE...", Short: "Let shots be made from the stills that wait", Args: cobra.MinimumNArgs(2),
		Long: `Approve lets the takes of shots start from the stills that wait for a person, where
the season says stills: {approve: true}. dailies status tells where they lie.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := a.episodeArg(args[0])
			if err != nil {
				return err
			}
			return a.WithStudio(cmd.Context(), app.ToRun, func(ctx context.Context, st *studio.Studio) error {
				for _, slate := range args[1:] {
					if err := st.Approve(ctx, id, slate, redo); err != nil {
						return unknownIsUsage(err)
					}
					said := "the still of %s is approved"
					if redo {
						said = "another still of %s is made"
					}
					a.ui.say(said, slate)
				}
				a.ui.say("%s goes on wherever its engine runs; dailies render goes on with it here", id)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&redo, "redo", false, "make another still instead")
	return cmd
}
