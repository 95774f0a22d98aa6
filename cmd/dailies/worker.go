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
	cmd := &cobra.Command{
		Use: "worker --roles ROLE,…", Short: "Run workers against an existing Temporal and S3", Args: cobra.NoArgs,
		Long: `Worker runs workers for the roles workflow, media, provider:NAME (provider:all for
every configured one) and webhooks, or all of these. The role studio serves the Studio at studio.listen.
It needs temporal.address and s3.endpoint.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.worker(cmd.Context(), names) },
	}
	cmd.Flags().StringSliceVar(&names, "roles", nil, "workflow, media, provider:NAME, provider:all, webhooks, studio, all")
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
	case err = <-s.Failed():
	}
	return errors.Join(err, numbers.Close(), page.Close(), s.Close())
}
