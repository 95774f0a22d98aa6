package main

import (
	"context"
	"fmt"
	"net"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
)

// maxClosed is the most closed runs that one replay looks at.
const maxClosed = 10_000

func (a *cli) replayCmd() *cobra.Command {
	var against string
	var closed int
	cmd := &cobra.Command{
		Use: "replay [SHOW]", Short: "Check that this program can go on with the runs of a cluster", Args: cobra.MaximumNArgs(1),
		Long: `Replay takes every open run through this program's steps, as a worker that goes on with
it would, and changes nothing: run it with a new program before its workers get runs. It
needs Temporal, not the store. Runs that cannot go on are listed with why (exit code 4).`,
		RunE: func(cmd *cobra.Command, args []string) error {
			show := ""
			if len(args) > 0 {
				if show = args[0]; !drama.ValidID(show) {
					return usagef("%q is no show; dailies status lists those that are", show)
				}
			}
			if closed < 0 || closed > maxClosed {
				return usagef("--closed %d: look at 0 to %d runs", closed, maxClosed)
			}
			if against != "" {
				if _, _, err := net.SplitHostPort(against); err != nil {
					return usagef("--against %s: it is no address like temporal.example:7233", against)
				}
				a.Config.Temporal.Address = against
			}
			return a.replay(cmd.Context(), studio.Rehearsal{Show: show, Closed: closed, Interceptors: a.Interceptors})
		},
	}
	cmd.Flags().StringVar(&against, "against", "", "the Temporal to ask, `HOST:PORT` (default temporal.address)")
	cmd.Flags().IntVar(&closed, "closed", 0, "replay so many runs that have ended, too")
	a.jsonFlag(cmd)
	return cmd
}

func (a *cli) replay(ctx context.Context, o studio.Rehearsal) error {
	return a.WithStudio(ctx, app.ToWatch, func(ctx context.Context, st *studio.Studio) error {
		r, err := st.Rehearse(ctx, o)
		if err != nil {
			return err
		}
		if a.ui.json {
			err = a.ui.object(struct {
				Build string `json:"build"`
				studio.Rehearsed
			}{a.BuildID(), r})
		} else {
			err = a.tellReplayed(r)
		}
		if err != nil {
			return err
		}
		switch blocking := r.Blocking(); {
		case len(blocking) > 0:
			return &exitError{code: exitWaiting, err: fmt.Errorf(
				"this program cannot go on with %d open runs: have each stay with its build (dailies versions --keep %[2]s) before this one is current, or end it (dailies cancel %[2]s) when this one is, and render again: what it has made and bought is used", len(blocking), blocking[0].Name)}
		case len(r.Unread) > 0:
			return fmt.Errorf("%d runs could not be replayed, so nobody knows of them: %s: %s", len(r.Unread), r.Unread[0].Name, r.Unread[0].Reason)
		}
		return nil
	})
}

func (a *cli) tellReplayed(r studio.Rehearsed) error {
	if len(r.Stale) > 0 {
		err := a.ui.table("RUN\tSTATE\tBUILD\tWHY", func(row func(string, ...any)) {
			for _, s := range r.Stale {
				state := "ended"
				switch {
				case s.Kept:
					state = "kept"
				case s.Open:
					state = "open"
				}
				row("%s\t%s\t%s\t%s", s.Name, state, s.Build, s.Reason)
			}
		})
		if err != nil {
			return err
		}
	}
	a.ui.say("%d open runs and %d that have ended were replayed; this program cannot go on with %d", r.Open, r.Closed, len(r.Stale))
	return nil
}
