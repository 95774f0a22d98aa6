package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/script"
	"github.com/dailies/dailies/internal/studio"
	"github.com/dailies/dailies/workflows"
)

// seasonFlags are what is to be changed of a season's run.
type seasonFlags struct {
	window    int
	add, drop []string
}

func (a *cli) seasonCmd() *cobra.Command {
	var f seasonFlags
	cmd := &cobra.Command{
		Use: "season SHOW", Short: "Change a season's run: its window, episodes to add or drop", Args: cobra.ExactArgs(1),
		Long: `Season changes the run of a season while it is in work, all that is asked for or
nothing. An episode that is dropped never begins, or ends when what it has bought is
collected; its takes are kept. An episode that is added joins the run; one that the run
has already is made from the script as it is now. To give the run all of a changed
season, render the season's file again.`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.season(cmd.Context(), args[0], f) },
	}
	cmd.Flags().IntVar(&f.window, "window", 0, "so many episodes in work at once")
	cmd.Flags().StringSliceVar(&f.add, "add", nil, "episode files to add")
	cmd.Flags().StringSliceVar(&f.drop, "drop", nil, "episodes to drop: ep07,ep12")
	a.jsonFlag(cmd)
	return cmd
}

func (a *cli) season(ctx context.Context, show string, f seasonFlags) error {
	if strings.Contains(show, "/") {
		return usagef("%s is an episode; name the show", show)
	}
	if f.window == 0 && len(f.add) == 0 && len(f.drop) == 0 {
		return usagef("say what to change: --window, --add or --drop; dailies status %s shows how the run is", show)
	}
	if f.window < 0 || f.window > workflows.MaxWindow {
		return usagef("--window %d: it is from 1 to %d", f.window, workflows.MaxWindow)
	}
	c := studio.SeasonChange{Window: f.window}
	for _, of := range f.drop {
		n, err := episodeNumber(show, of)
		if err != nil {
			return err
		}
		c.Drop = append(c.Drop, n)
	}
	var scripts []*script.Script
	for _, path := range f.add {
		s, err := a.mustScript(path)
		if err != nil {
			return err
		}
		if s.Season.Show != show {
			return usagef("%s is of the show %s, not of %s", path, s.Season.Show, show)
		}
		scripts = append(scripts, s)
	}
	return a.WithSession(ctx, app.ToRun, func(ctx context.Context, session *app.Session) error {
		c := c
		for _, s := range scripts {
			subs, root, err := submissions(s)
			if err != nil {
				return err
			}
			defer root.Close()
			if err := a.checkPlans(ctx, session, s, subs); err != nil {
				return err
			}
			c.Add = append(c.Add, subs...)
		}
		if _, err := episodesOf(ctx, session.Studio, show); err != nil {
			return err
		}
		told, err := session.Studio.ChangeSeason(ctx, show, c)
		if errors.Is(err, studio.ErrIdle) {
			return usagef("no run of the season of %s is in work; dailies render begins one", show)
		}
		if _, ok := errors.AsType[*studio.RefusedError](err); ok {
			return usage(err)
		}
		if err != nil {
			return err
		}
		if a.ui.json {
			return a.ui.object(told)
		}
		a.sayChanged(show, told)
		a.ui.say("%s of the season of %s are in work at once", count(told.Window, "episode"), show)
		return nil
	})
}

// sayChanged tells what a change came to.
func (a *cli) sayChanged(show string, told workflows.SeasonChanged) {
	for _, of := range []struct {
		numbers []int
		format  string
	}{
		{told.Joined, "%s joins the season's run"},
		{told.Changed, "%s is made from its new script"},
		{told.Again, "%s is in work: what of it is the same is finished first, and then it is made again from its new script"},
		{told.Dropped, "%s is dropped: its takes are kept"},
	} {
		for _, n := range of.numbers {
			a.ui.say(of.format, drama.EpisodeID{Show: show, Number: n})
		}
	}
}

// episodeNumber reads 7, ep07 or SHOW/ep07.
func episodeNumber(show, typed string) (int, error) {
	word := strings.TrimPrefix(strings.TrimPrefix(typed, show+"/"), "ep")
	n, err := strconv.Atoi(word)
	if err != nil || n < 1 {
		return 0, usage(fmt.Errorf("%q is no episode of %s: write ep07", typed, show))
	}
	return n, nil
}
