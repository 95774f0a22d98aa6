package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
)

func (a *cli) workerCmd() *cobra.Command {
	var names []string
	var build string
	cmd := &cobra.Command{
		Use: "worker --roles ROLE,…", Short: "Run workers against an existing Temporal and S3", Args: cobra.NoArgs,
		Long: `Worker runs workers for the roles workflow, media, provider:NAME (provider:all for
every configured one) and webhooks, or all of these. The role studio serves the Studio at studio.listen.
It needs temporal.address and s3.endpoint. Asked to end, it takes nothing new and hands
back what is not done within temporal.drain; asked twice, it ends at once.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("build-id") {
				a.Config.Temporal.BuildID = build
				if err := a.Config.Temporal.CheckBuild(); err != nil {
					return usagef("--build-id: %w", err)
				}
			}
			return a.worker(cmd.Context(), names)
		},
	}
	cmd.Flags().StringSliceVar(&names, "roles", nil, "workflow, media, provider:NAME, provider:all, webhooks, studio, all")
	cmd.Flags().StringVar(&build, "build-id", "", "what its build is called (default the program's version; see dailies versions), none: it belongs to no build")
	return cmd
}

func (a *cli) worker(ctx context.Context, names []string) error {
	if a.EmbedsTemporal() || a.EmbedsS3() {
		return usagef("worker needs an existing Temporal and S3: set temporal.address and s3.endpoint (DAILIES_TEMPORAL_ADDRESS, DAILIES_S3_ENDPOINT); dailies up runs everything itself")
	}
	r, err := a.Roles(names)
	if err != nil {
		return usage(err)
	}
	s, err := a.Open(ctx, r)
	if err != nil {
		return err
	}
	var page *app.Served
	if slices.Contains(names, app.RoleStudio) {
		if page, err = s.ServeStudio(ctx, a.checkHere); err != nil {
			return errors.Join(err, s.Close())
		}
		if page == nil {
			return errors.Join(usagef("the role studio serves at studio.listen, which is empty"), s.Close())
		}
		a.ui.result("%s", page.URL)
	}
	numbers, err := a.serveMetrics(ctx, s)
	if err != nil {
		return errors.Join(err, page.Close(), s.Close())
	}
	a.ui.say("working as %s; Ctrl-C stops after the activities in work", strings.Join(names, ", "))
	select {
	case <-ctx.Done():
		a.ui.say("ending: nothing new is taken; what is not done within %s is handed back. Once more ends at once", a.Config.Temporal.Drain)
	case err = <-s.Failed():
	}
	return errors.Join(err, numbers.Close(), page.Close(), s.Close())
}
