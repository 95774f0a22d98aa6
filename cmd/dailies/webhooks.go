package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/internal/webhook"
)

func (a *cli) webhooksCmd() *cobra.Command {
	var since string
	var replay bool
	cmd := &cobra.Command{
		Use: "webhooks [EVENT]", Short: "What webhooks were told, and send it again", Args: cobra.MaximumNArgs(1),
		Long: `Webhooks lists the events of the last days with what became of telling each webhook.
With --replay an event is sent again under the id that it had, whatever became of it;
without EVENT all since --since that were not taken are, also where a webhook was off.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			id := ""
			if len(args) > 0 {
				id = args[0]
			}
			from, err := sinceWhen(since, a.now())
			switch {
			case err != nil:
				return usage(err)
			case id != "" && cmd.Flags().Changed("since"):
				return usagef("--since is of all events; leave it or %s out", id)
			case replay && id == "" && !cmd.Flags().Changed("since"):
				return usagef("--replay wants an EVENT, or --since for all that were not taken")
			}
			return a.webhooks(cmd.Context(), id, from, replay)
		},
	}
	cmd.Flags().StringVar(&since, "since", "7d", "from when on: 12h, 30d (ago), or a date")
	cmd.Flags().BoolVar(&replay, "replay", false, "send it again")
	a.jsonFlag(cmd)
	return cmd
}

// sinceWhen reads a time in the past: a number of days or hours ago, or a date.
func sinceWhen(s string, now time.Time) (time.Time, error) {
	if day, err := time.ParseInLocation(time.DateOnly, s, time.Local); err == nil && !day.After(now) {
		return day, nil
	}
	if days, ok := strings.CutSuffix(s, "d"); ok {
		var n int
		if _, err := fmt.Sscanf(days+" ", "%d ", &n); err == nil && n > 0 && n <= 3650 && fmt.Sprint(n) == days {
			return now.AddDate(0, 0, -n), nil
		}
	}
	if d, err := time.ParseDuration(s); err == nil && d > 0 {
		return now.Add(-d), nil
	}
	return time.Time{}, fmt.Errorf("--since %q: write it like 12h, 30d or 2026-11-30, in the past", s)
}

func (a *cli) webhooks(ctx context.Context, id string, from time.Time, replay bool) error {
	if replay {
		return a.WithSession(ctx, app.ToSend, func(ctx context.Context, s *app.Session) error {
			found, err := a.events(ctx, s.Studio, id, from)
			if err != nil {
				return err
			}
			if id == "" {
				found = slices.DeleteFunc(found, func(e webhook.Entry) bool { return !slices.ContainsFunc(e.Tellings, untaken) })
			}
			for _, e := range found {
				if err := s.Replay(ctx, e.Event); err != nil {
					return err
				}
			}
			a.ui.say("%d events are sent again", len(found))
			for i := range found {
				if found[i], err = s.Studio.Event(ctx, found[i].ID); err != nil {
					return err
				}
			}
			return a.printEvents(found)
		})
	}
	return a.WithStudio(ctx, app.ToLook, func(ctx context.Context, st *studio.Studio) error {
		found, err := a.events(ctx, st, id, from)
		if err != nil {
			return err
		}
		return a.printEvents(found)
	})
}

func untaken(t webhook.Telling) bool { return t.State != webhook.Taken }

// events are one, or all from a time on.
func (a *cli) events(ctx context.Context, st *studio.Studio, id string, from time.Time) ([]webhook.Entry, error) {
	if id != "" {
		e, err := st.Event(ctx, id)
		return []webhook.Entry{e}, unknownIsUsage(err)
	}
	all, err := st.Events(ctx, from)
	return slices.DeleteFunc(all, func(e webhook.Entry) bool { return e.At.Before(from) }), err
}

func (a *cli) printEvents(found []webhook.Entry) error {
	if a.ui.json {
		if found == nil {
			found = []webhook.Entry{}
		}
		return a.ui.object(map[string]any{"events": found})
	}
	if len(found) == 0 {
		a.ui.say("nothing was told")
		return nil
	}
	return a.ui.table("EVENT\tWHEN\tWHAT\tWEBHOOK\tSTATE\tTRIES\tANSWER", func(row func(string, ...any)) {
		for _, e := range found {
			for _, t := range e.Tellings {
				answer := t.Answer
				if t.State == webhook.Pending && !t.Next.IsZero() {
					answer += ", again at " + t.Next.Local().Format(time.DateTime)
				}
				row("%s\t%s\t%s\t%s\t%s\t%d\t%s", e.ID, e.At.Local().Format(time.DateTime), whatHappened(e.Event), t.Place, t.State, t.Attempts, answer)
			}
		}
	})
}

// whatHappened says an event in a few words.
func whatHappened(e webhook.Event) string {
	id := drama.EpisodeID{Show: e.Data.Show, Number: e.Data.Episode}.String()
	kind := string(e.Type)
	switch e.Type {
	case webhook.Delivered:
		if e.Data.Dub != "" {
			return fmt.Sprintf("%s %s dub %s", kind, id, e.Data.Dub)
		}
		return fmt.Sprintf("%s %s cut %d", kind, id, e.Data.Cut)
	case webhook.Waiting:
		if e.Data.Wait != nil {
			return strings.TrimSpace(fmt.Sprintf("%s %s %s %s", kind, id, e.Data.Wait.For, e.Data.Wait.Slate))
		}
	case webhook.Ended:
		return fmt.Sprintf("%s %s %s", kind, id, e.Data.State)
	case webhook.SpentOver:
		if e.Data.Over != nil {
			return fmt.Sprintf("%s %s %s", kind, id, *e.Data.Over)
		}
	case webhook.Parked:
		return kind + " " + e.Data.Provider
	}
	return kind + " " + id
}
