package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/engine"
)

func (a *app) upCmd() *cobra.Command {
	return &cobra.Command{
		Use: "up", Short: "Run the engine and its workers as a service", Args: cobra.NoArgs,
		Long: `Up runs the engine and workers until it is interrupted. Other commands on the same
data folder find it and use it. Everything listens on 127.0.0.1 only.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.up(cmd.Context()) },
	}
}

func (a *app) up(ctx context.Context) error {
	if !a.embedsTemporal() {
		return usagef("temporal.address is configured, so nothing embedded runs: use dailies worker --roles all")
	}
	for {
		s, err := a.open(ctx, toRender)
		if err != nil {
			return err
		}
		a.sayAddress(s.engine)
		select {
		case <-ctx.Done():
			err = ctx.Err()
		case <-s.engine.Lost():
			a.ui.say("the engine was lost (%v); starting again", s.engine.Err())
		case err = <-s.failed:
		}
		err = errors.Join(err, s.close())
		if ctx.Err() != nil {
			a.ui.say("stopped; everything is kept in %s", a.dataDir())
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// sayAddress prints where the engine is reached.
func (a *app) sayAddress(e *engine.Engine) {
	addr := e.Address()
	select {
	case <-e.Owned():
		a.ui.say("the engine is up; Ctrl-C stops it")
	default:
		a.ui.say("another process runs the engine of %s; this one takes over when it ends", a.dataDir())
	}
	a.ui.result("data      %s", a.dataDir())
	a.ui.result("temporal  %s (namespace %s)", addr.Temporal, addr.Namespace)
	if addr.UI != "" {
		a.ui.result("web page  %s", addr.UI)
	}
	if addr.S3Endpoint != "" {
		a.ui.result("s3        %s/%s (keys in %s)", addr.S3Endpoint, addr.S3Bucket, addr.CredentialsFile)
	}
}

func (a *app) workerCmd() *cobra.Command {
	var names []string
	cmd := &cobra.Command{
		Use: "worker --roles ROLE,…", Short: "Run workers against an existing Temporal and S3", Args: cobra.NoArgs,
		Long: `Worker runs workers for the roles workflow, media and provider:NAME (provider:all for
every configured one), or all. It needs temporal.address and s3.endpoint.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.worker(cmd.Context(), names) },
	}
	cmd.Flags().StringSliceVar(&names, "roles", nil, "workflow, media, provider:NAME, provider:all, all")
	return cmd
}

func (a *app) worker(ctx context.Context, names []string) error {
	if a.embedsTemporal() || a.embedsS3() {
		return usagef("worker needs an existing Temporal and S3: set temporal.address and s3.endpoint (DAILIES_TEMPORAL_ADDRESS, DAILIES_S3_ENDPOINT); dailies up runs everything itself")
	}
	r, err := a.parseRoles(names)
	if err != nil {
		return usage(err)
	}
	s, err := a.open(ctx, r)
	if err != nil {
		return err
	}
	a.ui.say("working as %s; Ctrl-C stops after the activities in work", strings.Join(names, ", "))
	select {
	case <-ctx.Done():
	case err = <-s.failed:
	}
	return errors.Join(err, s.close())
}

// parseRoles reads --roles.
func (a *app) parseRoles(names []string) (need, error) {
	var n need
	for _, name := range names {
		switch instance, isProvider := strings.CutPrefix(name, "provider:"); {
		case name == "all":
			n.workflow, n.media, n.providers = true, true, a.providerNames()
		case name == "workflow":
			n.workflow = true
		case name == "media":
			n.media = true
		case isProvider && instance == "all":
			n.providers = a.providerNames()
		case isProvider && contains(a.providerNames(), instance):
			n.providers = append(n.providers, instance)
		case isProvider:
			return n, errors.New("no provider is called " + instance + "; configured are " + strings.Join(a.providerNames(), ", "))
		default:
			return n, errors.New("no role is called " + name + "; roles are workflow, media, provider:NAME, provider:all and all")
		}
	}
	if len(names) == 0 {
		return n, errors.New("--roles names what to work as: workflow, media, provider:NAME, provider:all or all")
	}
	return n, nil
}
