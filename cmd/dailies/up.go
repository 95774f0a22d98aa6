package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/engine"
)

func (a *cli) upCmd() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use: "up", Short: "Run the engine, its workers and the Studio as a service", Args: cobra.NoArgs,
		Long: `Up runs the engine and workers until it is interrupted, and serves the Studio: the web
page at the address that it prints. Other commands on the same data folder find the
engine and use it. The engine listens on 127.0.0.1 only; so does the Studio, unless
studio.tokens_file says who may come in and there is TLS.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("listen") {
				a.Config.Studio.Listen = listen
			}
			return a.up(cmd.Context())
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "", "serve the Studio at this address, host:port, instead of studio.listen; \"\": nowhere")
	return cmd
}

func (a *cli) up(ctx context.Context) error {
	if !a.EmbedsTemporal() {
		return usagef("temporal.address is configured, so nothing embedded runs: use dailies worker --roles all")
	}
	for {
		s, err := a.Open(ctx, app.ToServe)
		if err != nil {
			return err
		}
		page, err := s.ServeStudio(ctx, a.checkHere)
		if err != nil {
			return errors.Join(err, s.Close())
		}
		numbers, err := a.serveMetrics(ctx, s)
		if err != nil {
			return errors.Join(err, page.Close(), s.Close())
		}
		a.sayAddress(s.Engine, page)
		select {
		case <-ctx.Done():
			err = ctx.Err()
		case <-s.Engine.Lost():
			if err = s.Engine.Err(); errors.Is(err, engine.ErrFolderGone) {
				break // a new engine would begin with an empty folder, without a word
			}
			a.ui.say("the engine was lost (%v); starting again", err)
			err = nil
		case err = <-s.Failed():
		}
		err = errors.Join(err, numbers.Close(), page.Close(), s.Close())
		if ctx.Err() != nil {
			a.ui.say("stopped; everything is kept in %s", a.DataDir())
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// sayAddress prints the one address that a person opens, or the folder where there is
// none. Those of the engine's parts are dailies doctor's.
func (a *cli) sayAddress(e *engine.Engine, page *app.Served) {
	select {
	case <-e.Owned():
		a.ui.say("the engine is up; Ctrl-C stops it; dailies doctor shows its parts")
	default:
		a.ui.say("another process runs the engine of %s; this one takes over when it ends", a.DataDir())
	}
	if page == nil {
		a.ui.result("%s", a.DataDir())
		return
	}
	a.ui.result("%s", page.URL)
}

// serveMetrics serves numbers for Prometheus where the config wants them.
func (a *cli) serveMetrics(ctx context.Context, s *app.Session) (*app.Measured, error) {
	m, err := s.ServeMetrics(ctx)
	if err == nil && m != nil {
		a.ui.say("numbers for Prometheus: %s", m.URL)
	}
	return m, err
}
