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

func (a *cli) retakeCmd() *cobra.Command {
	var f renderFlags
	var r drama.Retake
	var seed int64
	cmd := &cobra.Command{
		Use: "retake PATH|SHOW/epNN SLATE|SCENE…", Short: "Make new takes of shots, and the next cut",
		Long: `Retake makes new takes although there are circled ones. The episode is the script
that was rendered last: its YAML is not needed. Takes are kept; dailies circle
goes back to an old one.`,
		Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := a.episodeArg(args[0])
			if err != nil {
				return err
			}
			r.Slates = slatesOf(args[1:])
			if cmd.Flags().Changed("seed") {
				r.Seed = &seed
			}
			if names := a.ProviderNames(); r.Use != "" && !contains(names, r.Use) {
				return usagef("no provider is called %q; configured are %s", r.Use, strings.Join(names, ", "))
			}
			return a.retake(cmd.Context(), id, r, f)
		},
	}
	cmd.Flags().StringVar(&r.Note, "note", "", "a direction for the new takes")
	cmd.Flags().Int64Var(&seed, "seed", 0, "seed of the first new take")
	cmd.Flags().StringVar(&r.Use, "use", "", "provider to use instead of the routing")
	cmd.Flags().StringVar(&f.out, "out", "", "also write everything delivered to this folder")
	cmd.Flags().StringVar(&f.maxCost, "max-cost", "", `cap of this run, for example 12.50 or "12.50 CNY"`)
	cmd.Flags().BoolVar(&f.detach, "detach", false, "hand the work to a running `dailies up` and return")
	a.jsonFlag(cmd)
	return cmd
}

// slatesOf are the slates and scenes of arguments, each of which may list several with
// commas.
func slatesOf(args []string) (all []string) {
	for _, arg := range args {
		all = append(all, strings.Split(arg, ",")...)
	}
	return all
}

func (a *cli) retake(ctx context.Context, id drama.EpisodeID, r drama.Retake, f renderFlags) error {
	var run *studio.Run // asked for once, also when the engine changes hands
	return a.WithStudio(ctx, app.ForRun(f.detach), func(ctx context.Context, st *studio.Studio) error {
		if run == nil {
			p, _, err := st.LatestScript(ctx, id)
			if err != nil {
				return usage(err)
			}
			limit, err := maxCost(f.maxCost, p.Season)
			if err != nil {
				return err
			}
			started, err := st.Retake(ctx, id, r, limit)
			if errors.Is(err, studio.ErrUnknown) {
				return usage(err)
			}
			if err != nil {
				return err
			}
			run = &started
		}
		return a.follow(ctx, st, *run, f)
	})
}
