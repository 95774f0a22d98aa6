package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/internal/transfer"
)

func (a *cli) moveCmd() *cobra.Command {
	var to string
	var stay bool
	cmd := &cobra.Command{
		Use: "move SHOW --to CONFIG", Short: "Move a show to another store, and go on there", Args: cobra.ExactArgs(1),
		Long: `Move copies everything of a show (takes, cuts, scripts, the ledger with the jobs that are open,
notes, links, votes) from this config's store into the one that the config file CONFIG names: from a
laptop to a cluster's S3, or back. From then on the show is written to there; here it can only be
read. No run of it may be open; jobs that vendors still work on go with it. Broken off, the same
command goes on, and --stay ends the attempt.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			show := args[0]
			switch {
			case !drama.ValidID(show):
				return usagef("%q is no show; dailies status lists those that are", show)
			case stay == (to != ""):
				return usagef("move wants --to CONFIG, the config file of the place to go to, or --stay")
			case stay:
				return a.WithStudio(cmd.Context(), app.ToRun, func(ctx context.Context, st *studio.Studio) error {
					if err := st.Stay(ctx, show); err != nil {
						return usage(err)
					}
					a.ui.say("%s stays here", show)
					return nil
				})
			}
			return a.move(cmd.Context(), show, to)
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "the config file of the place to go to")
	cmd.Flags().BoolVar(&stay, "stay", false, "end a move that was broken off: the show stays here")
	a.jsonFlag(cmd)
	return cmd
}

func (a *cli) move(ctx context.Context, show, to string) error {
	there, err := a.Other(to)
	if err != nil {
		return err
	}
	if there.Place() == a.Place() {
		return usagef("move %s: %s names the store in which it is: %s", show, to, a.Place())
	}
	return a.WithStudio(ctx, app.ToRun, func(ctx context.Context, st *studio.Studio) (err error) {
		target, closeStore, err := there.OpenStore(ctx, true, false)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, closeStore()) }()
		a.ui.say("moving %s to %s; nobody can work on it meanwhile", show, there.Place())
		sums, err := st.Move(ctx, show, studio.Moving{To: target, Here: a.Place(), There: there.Place(), Told: a.copied("moved")})
		if _, ok := errors.AsType[*transfer.ConflictError](err); ok {
			return usagef("move %s: %w; nothing was written there, and it stays here", show, err)
		}
		if errors.Is(err, studio.ErrMoved) || errors.Is(err, studio.ErrBusy) {
			return usage(err)
		}
		if err != nil {
			return unknownIsUsage(err)
		}
		if a.ui.json {
			return a.ui.object(map[string]any{"show": show, "from": a.Place(), "to": there.Place(), "objects": sums.Objects, "bytes": sums.Bytes, "copied": sums.Copied})
		}
		a.ui.result("%s was moved to %s: %d objects, %s; go on there, with its config", show, there.Place(), sums.Objects, bytesOf(sums.Bytes))
		return nil
	})
}
