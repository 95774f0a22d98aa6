package main

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) versionsCmd() *cobra.Command {
	var current, ramp, keep, release string
	cmd := &cobra.Command{
		Use: "versions", Short: "The builds of a cluster's workers, and which of them gets runs", Args: cobra.NoArgs,
		Long: `Versions lists the builds of the workers that decide (role workflow), with their
workers and the open runs that each carries. Runs go to the current build, and move with
it: --current gives them to another, --ramp a share of them, --keep has one run stay with
the build that carries it. Workers of other roles belong to no build.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.EmbedsTemporal() {
				return usagef("versions is about the workers of a cluster, and temporal.address is not set; on one machine the program that runs is the version")
			}
			move, err := a.versionsMove(current, ramp, keep, release)
			if err != nil {
				return err
			}
			return a.WithStudio(cmd.Context(), app.ToWatch, func(ctx context.Context, st *studio.Studio) error {
				err := move(ctx, st)
				if err == nil {
					err = a.listVersions(ctx, st)
				}
				return versionsUsage(err)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&current, "current", "", "the `BUILD` that gets all runs; none: workers without a build")
	f.StringVar(&ramp, "ramp", "", "a share of the runs for a build, as `BUILD=10%`; 0%: no build gets a share")
	f.StringVar(&keep, "keep", "", "a run, `SHOW[/epNN]`, that stays with the build that carries it")
	f.StringVar(&release, "release", "", "a run, `SHOW[/epNN]`, that goes with the current build again")
	cmd.MarkFlagsMutuallyExclusive("current", "ramp", "keep", "release")
	a.jsonFlag(cmd)
	return cmd
}

// versionsUsage makes what a person can mend an error of usage.
func versionsUsage(err error) error {
	if _, ok := errors.AsType[*studio.UnservedError](err); ok || errors.Is(err, studio.ErrNoVersions) || errors.Is(err, studio.ErrIdle) {
		return usage(err)
	}
	return err
}

// versionsMove is what a person wants of the builds, checked before anybody is asked.
func (a *cli) versionsMove(current, ramp, keep, release string) (func(context.Context, *studio.Studio) error, error) {
	switch {
	case current != "":
		return func(ctx context.Context, st *studio.Studio) error {
			err := st.MakeCurrent(ctx, current)
			if err == nil {
				a.ui.say("runs go to build %s; those in work move with their next step", current)
			}
			return err
		}, nil
	case ramp != "":
		build, share, _ := strings.Cut(ramp, "=")
		percent, err := strconv.ParseFloat(strings.TrimSuffix(share, "%"), 32)
		if err != nil || build == "" || !(percent >= 0 && percent <= 100) { // nor NaN
			return nil, usagef("--ramp %s: write it as BUILD=10%%, of 0 to 100", ramp)
		}
		return func(ctx context.Context, st *studio.Studio) error {
			err := st.Ramp(ctx, build, percent)
			if err == nil {
				a.ui.say("build %s gets %g %% of the runs", build, percent)
			}
			return err
		}, nil
	case keep != "" || release != "":
		return a.keepRun(keep+release, keep != "")
	}
	return func(context.Context, *studio.Studio) error { return nil }, nil
}

func (a *cli) keepRun(of string, keep bool) (func(context.Context, *studio.Studio) error, error) {
	show, number := of, 0
	if strings.Contains(of, "/") {
		id, err := drama.ParseEpisodeID(of)
		if err != nil {
			return nil, usage(err)
		}
		show, number = id.Show, id.Number
	} else if !drama.ValidID(show) {
		return nil, usagef("%q is no show; dailies status lists those that are", show)
	}
	return func(ctx context.Context, st *studio.Studio) error {
		builds, err := st.Keep(ctx, show, number, keep)
		switch {
		case err != nil:
			return err
		case keep:
			a.ui.say("%s stays with build %s; a worker of it has to be there until the run has ended", of, strings.Join(builds, ", "))
		default:
			a.ui.say("%s goes with the current build", of)
		}
		return nil
	}, nil
}

func (a *cli) listVersions(ctx context.Context, st *studio.Studio) error {
	all, err := st.Builds(ctx)
	if err != nil {
		return err
	}
	if a.ui.json {
		return a.ui.object(struct {
			Versions []studio.Build `json:"versions"`
		}{all})
	}
	return a.ui.table("BUILD\tGETS\tWORKERS\tRUNS\tKEPT\tSINCE", func(row func(string, ...any)) {
		for _, b := range all {
			since := ""
			if !b.Since.IsZero() {
				since = b.Since.Local().Format(time.DateTime)
			}
			row("%s\t%s\t%d\t%d\t%d\t%s", b.Build, gets(b), b.Workers, b.Runs, b.Kept, since)
		}
	})
}

// gets is what part of the runs a build gets.
func gets(b studio.Build) string {
	switch {
	case b.Current:
		return "runs"
	case b.Share > 0:
		return strconv.FormatFloat(b.Share, 'g', -1, 32) + "%"
	}
	return "-"
}
