package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/near"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) statusCmd() *cobra.Command {
	var watch bool
	cmd := &cobra.Command{
		Use: "status [SHOW[/epNN]]", Short: "How episodes are doing",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			what := ""
			if len(args) > 0 {
				what = args[0]
			}
			return a.status(cmd.Context(), what, watch)
		},
	}
	cmd.Flags().BoolVar(&watch, "watch", false, "go on until the runs end")
	a.jsonFlag(cmd)
	return cmd
}

// statuses is what status --json prints.
type statuses struct {
	Episodes []drama.EpisodeStatus `json:"episodes"`
	// Caps is how the season's cap stands, where one show was asked for.
	Caps []plannedCap `json:"caps,omitempty"`
	// Season is the run of the whole season, if one is open.
	Season *drama.SeasonStatus `json:"season,omitempty"`
	// ETA is when the last of their takes will be there, where one show or episode was asked
	// for and something is left.
	ETA *drama.ETA `json:"eta,omitempty"`
}

// watchEvery is the pace of status --watch.
const watchEvery = time.Second

func (a *cli) status(ctx context.Context, what string, watch bool) error {
	return a.WithSession(ctx, app.ToAsk, func(ctx context.Context, s *app.Session) error {
		p := newProgress(a.ui, a.now, a.columns())
		for {
			all, err := a.statusOf(ctx, s.Studio, what)
			if err != nil {
				return err
			}
			open := false
			for _, e := range all.Episodes {
				open = open || e.EndedAt == nil && e.State != drama.StateStopped
				if watch {
					p.show(e)
				}
			}
			if watch && open && s.Owns() {
				// Our own engine, up for the question only, would be watched for ever.
				a.ui.say("nobody works on it now; dailies render, or dailies up, goes on with it")
				open = false
			}
			if !watch || !open {
				return a.showStatus(all, what)
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(watchEvery):
			}
		}
	})
}

// statusOf finds the episodes that were asked for: one, a show's, or all.
func (a *cli) statusOf(ctx context.Context, st *studio.Studio, what string) (statuses, error) {
	out := statuses{}
	ids, err := episodesOf(ctx, st, what)
	if err != nil {
		return out, err
	}
	if out.Episodes, err = st.Statuses(ctx, ids); errors.Is(err, studio.ErrUnknown) {
		return out, usage(err)
	} else if err != nil {
		return out, err
	}
	if what == "" {
		return out, nil
	}
	if strings.Contains(what, "/") {
		out.ETA, err = st.ETA(ctx, out.Episodes, nil)
		return out, err
	}
	caps, err := st.Caps(ctx, what)
	if err != nil {
		return out, err
	}
	for _, c := range caps {
		out.Caps = append(out.Caps, plannedCap{c, c.Left()})
	}
	season, err := st.Season(ctx, what)
	if err == nil {
		out.Season = &season
	} else if !errors.Is(err, studio.ErrIdle) {
		return out, err
	}
	out.ETA, err = st.ETA(ctx, out.Episodes, out.Season)
	return out, err
}

func episodesOf(ctx context.Context, st *studio.Studio, what string) ([]drama.EpisodeID, error) {
	if strings.Contains(what, "/") {
		id, err := drama.ParseEpisodeID(what)
		return []drama.EpisodeID{id}, usage(err)
	}
	shows := []string{what}
	if what == "" {
		var err error
		if shows, err = st.Shows(ctx); err != nil {
			return nil, err
		}
	}
	var ids []drama.EpisodeID
	for _, show := range shows {
		of, err := st.Episodes(ctx, show)
		if err != nil {
			return nil, err
		}
		ids = append(ids, of...)
	}
	if what != "" && len(ids) == 0 {
		known, err := st.Shows(ctx)
		if err != nil {
			return nil, err
		}
		if meant := near.Word(what, known); meant != "" {
			return nil, usagef("no episode of a show %q was rendered; did you mean %s?", what, meant)
		}
		return nil, usagef("no episode of a show %q was rendered; known shows: %s", what, orElse(strings.Join(known, ", "), "none yet"))
	}
	return ids, nil
}

func (a *cli) showStatus(all statuses, what string) error {
	if a.ui.json {
		return a.ui.object(all)
	}
	if len(all.Episodes) == 0 {
		a.ui.say("nothing was rendered yet; dailies render scripts/…/ep01.yaml begins")
		return nil
	}
	for _, s := range all.Episodes {
		a.ui.result("%s  cut %d  %s", s.ID, s.Cut, headline(s))
	}
	for _, c := range all.Caps {
		a.ui.result("%s %s: %s", c.Name.Words(), c.Limit, standing(c.CapState))
	}
	a.showSeason(all)
	if e := all.ETA; e != nil {
		a.ui.result("%s", ahead(*e, a.now()))
	}
	if !strings.Contains(what, "/") {
		return nil
	}
	s := all.Episodes[0]
	err := a.ui.table("SLATE\tSTATE\tTAKE\tPROVIDER\tATTEMPTS\tFRAMES\tPRICE", func(row func(string, ...any)) {
		for _, shot := range s.Shots {
			row("%s\t%s\t%s\t%s\t%d\t%d\t%s", shot.Slate, shot.State, orElse(takeNumber(shot.Take), "-"), orElse(shot.Provider, "-"), shot.Attempts, shot.Frames, shot.Price)
		}
	})
	if err != nil {
		return err
	}
	for _, w := range s.Waits {
		since := ""
		if !w.Since.IsZero() {
			since = " since " + w.Since.Local().Format(time.DateTime)
		}
		a.ui.result("%s waits%s: %s", orElse(w.Slate, "the run"), since, waitWords(s.ID, w))
	}
	for _, c := range s.Caps {
		a.ui.result("%s %s: %s", c.Name.Words(), c.Limit, standing(c))
	}
	for _, shot := range s.Shots {
		if shot.Draft != nil && shot.State == drama.ShotCircle {
			a.ui.result("%s: %s", shot.Slate, drafted(*shot.Draft, a.now()))
		}
		for _, r := range shot.Reasons {
			a.ui.result("%s: %s", shot.Slate, r)
		}
	}
	word := "problem"
	if s.State == drama.StateDelivered || s.State == drama.StatePartial {
		word = "note" // it has what it was to have
	}
	for _, p := range s.Problems {
		a.ui.result("%s: %s", word, p)
	}
	return nil
}

// showSeason tells of the run of a whole season.
func (a *cli) showSeason(all statuses) {
	s := all.Season
	if s == nil {
		return
	}
	var begun, ended, dropped int
	for _, e := range s.Episodes {
		switch {
		case e.Dropped:
			dropped++
		case e.Ended:
			ended++
		case e.Begun:
			begun++
		}
	}
	line := fmt.Sprintf("the season's run: %d ended, %d in work, %d to come", ended, begun, len(s.Episodes)-ended-begun-dropped)
	if dropped > 0 {
		line += fmt.Sprintf(", %d dropped", dropped)
	}
	if s.Window > 0 {
		line += fmt.Sprintf("; %d at once", s.Window)
	}
	a.ui.result("%s", line)
	if s.Paused != nil {
		a.ui.result("the season's run is paused: dailies resume %s goes on", s.Show)
	}
}

// ahead says when takes will be there.
func ahead(e drama.ETA, now time.Time) string {
	if e.Likely.IsZero() {
		return fmt.Sprintf("%s left; when they will be there cannot be told: no job of %s was seen to its end yet", count(e.Left, "take"), strings.Join(e.Unknown, ", "))
	}
	in := func(t time.Time) string { return max(t.Sub(now), 0).Round(time.Second).String() }
	return fmt.Sprintf("%s left, there by %s: in %s, most likely in %s to %s", count(e.Left, "take"), e.Likely.Local().Format(time.DateTime), in(e.Likely), in(e.Early), in(e.Late))
}

// takeNumber is the last part of night-shift/ep01/2B/3.
func takeNumber(take string) string { return take[strings.LastIndexByte(take, '/')+1:] }
