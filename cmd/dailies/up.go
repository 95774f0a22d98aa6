package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/engine"
)

func (a *cli) upCmd() *cobra.Command {
	return &cobra.Command{
		Use: "up", Short: "Run the engine and its workers as a service", Args: cobra.NoArgs,
		Long: `Up runs the engine and workers until it is interrupted. Other commands on the same
data folder find it and use it. Everything listens on 127.0.0.1 only.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.up(cmd.Context()) },
	}
}

func (a *cli) up(ctx context.Context) error {
	if !a.EmbedsTemporal() {
		return usagef("temporal.address is configured, so nothing embedded runs: use dailies worker --roles all")
	}
	for {
		s, err := a.Open(ctx, app.ToRender)
		if err != nil {
			return err
		}
		a.sayAddress(s.Engine)
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
		err = errors.Join(err, s.Close())
		if ctx.Err() != nil {
			a.ui.say("stopped; everything is kept in %s", a.DataDir())
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// sayAddress prints where the engine is reached.
func (a *cli) sayAddress(e *engine.Engine) {
	addr := e.Address()
	select {
	case <-e.Owned():
		a.ui.say("the engine is up; Ctrl-C stops it")
	default:
		a.ui.say("another process runs the engine of %s; this one takes over when it ends", a.DataDir())
	}
	a.ui.result("data      %s", a.DataDir())
	a.ui.result("temporal  %s (namespace %s; key in %s)", addr.Temporal, addr.Namespace, addr.KeyFile)
	if addr.UI != "" {
		a.ui.result("web page  %s (name dailies; password in %s)", addr.UI, addr.PasswordFile)
	}
	if addr.S3Endpoint != "" {
		a.ui.result("s3        %s/%s (keys in %s)", addr.S3Endpoint, addr.S3Bucket, addr.CredentialsFile)
	}
}
