package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/arena"
	"github.com/dailies/dailies/internal/ballots"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
)

type leaderboardFlags struct {
	kind, file, reveal   string
	asCSV, freeze, thaws bool
}

func (a *cli) leaderboardCmd() *cobra.Command {
	var f leaderboardFlags
	cmd := &cobra.Command{
		Use: "leaderboard [SHOW]", Short: "How models stand by the studio's own blind votes", Args: cobra.MaximumNArgs(1),
		Long: `Ranks the models by blind votes on pairs of takes of the same shot, over one show
or all. Pairs are made where a season says compare:, and are voted on in the
Studio. A rating of 1,000 is the mean; the interval holds it in 95 of 100 draws of
the shots. What takes cost and how long they took stands beside it and is no part
of it. Routes with order: leaderboard go by it.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			show := ""
			if len(args) > 0 {
				if show = args[0]; !drama.ValidID(show) {
					return usagef("%q is no show; dailies status lists those that are", show)
				}
			}
			return a.leaderboard(cmd.Context(), show, f)
		},
	}
	var kinds []string
	for _, k := range arena.Kinds() {
		kinds = append(kinds, string(k))
	}
	cmd.Flags().StringVar(&f.kind, "kind", "", "only at one kind of shot: "+strings.Join(kinds, ", "))
	cmd.Flags().BoolVar(&f.asCSV, "csv", false, "print every vote as comma-separated values, as --import reads them")
	cmd.Flags().StringVar(&f.file, "import", "", "take over the votes of a file that --csv wrote")
	cmd.Flags().BoolVar(&f.freeze, "freeze", false, "let runs that begin from now on go by today's table, whatever is voted")
	cmd.Flags().BoolVar(&f.thaws, "thaw", false, "let them go by new votes again")
	cmd.Flags().StringVar(&f.reveal, "reveal", "", "tell which model stands behind a code name, for good")
	cmd.MarkFlagsMutuallyExclusive("import", "freeze", "thaw", "reveal", "csv", "kind")
	a.jsonFlag(cmd)
	return cmd
}

func (a *cli) leaderboard(ctx context.Context, show string, f leaderboardFlags) error {
	if f.kind != "" && !slices.Contains(arena.Kinds(), arena.Kind(f.kind)) {
		return usagef("%q is no kind of shot; kinds are %v", f.kind, arena.Kinds())
	}
	if f.asCSV && a.ui.json {
		return usagef("--csv and --json exclude each other")
	}
	changes := f.file != "" || f.freeze || f.thaws || f.reveal != ""
	if changes && show != "" {
		return usagef("this is of all shows; leave %s out", show)
	}
	if changes {
		return a.WithStudio(ctx, app.ToRun, func(ctx context.Context, st *studio.Studio) error { return a.changeLeaderboard(ctx, st, f) })
	}
	return a.WithStudio(ctx, app.ToLook, func(ctx context.Context, st *studio.Studio) error {
		if show != "" {
			if _, err := episodesOf(ctx, st, show); err != nil {
				return err
			}
		}
		var of func(string) bool
		if show != "" {
			of = func(s string) bool { return s == show }
		}
		if f.asCSV {
			votes, damaged, err := st.Votes(ctx, of)
			if err != nil {
				return err
			}
			a.ui.past(damaged)
			return arena.WriteCSV(a.program.stdout, votes)
		}
		l, damaged, err := st.Leaderboard(ctx, of)
		if err != nil {
			return err
		}
		lost := a.ui.past(damaged)
		if f.kind != "" {
			l.Rows, l.Kinds = l.Kinds[arena.Kind(f.kind)], nil
		}
		if a.ui.json {
			if l.Rows == nil {
				l.Rows = []arena.Row{}
			}
			return a.ui.object(struct {
				Show string `json:"show,omitempty"` // empty: over all shows
				studio.Leaderboard
				Kind    string   `json:"kind,omitempty"`
				Damaged []string `json:"damaged"`
			}{show, l, f.kind, lost})
		}
		return a.printLeaderboard(l)
	})
}

func (a *cli) changeLeaderboard(ctx context.Context, st *studio.Studio, f leaderboardFlags) error {
	out := make(map[string]any)
	switch {
	case f.file != "":
		fresh, all, err := importVotes(ctx, st, f.file)
		if err != nil {
			return err
		}
		a.ui.result("%d of %d votes are new", fresh, all)
		out["votes"], out["new"] = all, fresh
	case f.freeze:
		frozen, err := st.FreezeLeaderboard(ctx)
		if err != nil {
			return err
		}
		a.ui.result("frozen: runs that begin from now on go by table %.8s", frozen.Table)
		out["frozen"] = frozen
	case f.thaws:
		if err := st.ThawLeaderboard(ctx); err != nil {
			return err
		}
		a.ui.result("thawed: runs that begin from now on go by the votes of their day")
		out["frozen"] = nil
	default:
		r, err := st.Reveal(ctx, f.reveal)
		if errors.Is(err, ballots.ErrCode) {
			return usage(err)
		}
		if err != nil {
			return err
		}
		a.ui.result("%s is %s", r.Code, r.Model)
		out["revealed"] = r
	}
	if a.ui.json {
		return a.ui.object(out)
	}
	return nil
}

func importVotes(ctx context.Context, st *studio.Studio, path string) (fresh, all int, err error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no file", path)
	}
	if err != nil {
		return 0, 0, usagef("import votes: %w", err)
	}
	file, err := os.Open(path)
	if err != nil {
		return 0, 0, usagef("import votes: %w", err)
	}
	defer file.Close()
	fresh, all, err = st.ImportVotes(ctx, file, filepath.Base(path))
	if errors.Is(err, arena.ErrFile) {
		return 0, 0, usage(fmt.Errorf("%s: %w", path, err))
	}
	return fresh, all, err
}

func (a *cli) printLeaderboard(l studio.Leaderboard) error {
	if len(l.Rows) == 0 && len(l.Aside) == 0 {
		a.ui.result("no votes yet: write compare: into a season, render it, and vote in the Studio")
		return nil
	}
	err := a.ui.table("RANK\tMODEL\tRATING\t95 OF 100\tVOTES\tSHOTS\tBOTH BAD\tPER CIRCLED SECOND\tWAIT A SECOND\tNG\tREFUSED\tSTATE", func(row func(string, ...any)) {
		listed := make(map[string]bool)
		one := func(r arena.Row) {
			listed[r.Model] = true
			rank, rating, between := "-", "-", "-"
			if r.Rank > 0 {
				rank, rating, between = fmt.Sprint(r.Rank), fmt.Sprintf("%.0f", r.Rating), fmt.Sprintf("%.0f-%.0f", r.Low, r.High)
			}
			price, wait, ng, refused := "-", "-", "-", "-"
			if c, ok := l.Aside[r.Model]; ok {
				ng, refused = fmt.Sprintf("%.0f %%", 100*c.NG), fmt.Sprintf("%.0f %%", 100*c.Refused)
				if c.PerSecond != nil {
					price = drama.Money{Micros: *c.PerSecond, Currency: c.Currency}.String()
				}
				if c.P90 > 0 {
					wait = fmt.Sprintf("%.1f s, %.1f s of 1 in 10", c.P50, c.P90)
				}
			}
			row("%s\t%s\t%s\t%s\t%d\t%d\t%.0f %%\t%s\t%s\t%s\t%s\t%s", rank, r.Model, rating, between, r.Votes, r.Shots, 100*r.Bad, price, wait, ng, refused, r.State)
		}
		for _, r := range l.Rows {
			one(r)
		}
		for _, model := range slices.Sorted(maps.Keys(l.Aside)) {
			if !listed[model] {
				one(arena.Row{Model: model, State: arena.Hidden})
			}
		}
	})
	a.ui.result("%d votes of %d people on %d shots count, %d were cast; standing on the left was worth %.0f points", l.Votes, l.People, l.Shots, l.Cast, math.Round(l.Left)+0)
	for _, t := range l.Retakes {
		a.ui.result("retakes, which are never ranked: %s %d, %s %d, equal %d", t.A, t.WonA, t.B, t.WonB, t.Equal)
	}
	for _, t := range l.Tries {
		a.ui.result("tried, which is never ranked: %s %d, %s %d, equal %d", t.A, t.WonA, t.B, t.WonB, t.Equal)
	}
	if l.Frozen != nil {
		a.ui.result("frozen by %s at %s: runs go by table %.8s", l.Frozen.By, l.Frozen.At.Local().Format("2006-01-02 15:04"), l.Frozen.Table)
	}
	return err
}
