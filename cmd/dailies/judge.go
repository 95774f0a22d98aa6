package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/judge"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) judgeCmd() *cobra.Command {
	var calibrate bool
	cmd := &cobra.Command{
		Use: "judge SHOW[/epNN] --calibrate", Short: "How far the judge agrees with people", Args: cobra.ExactArgs(1),
		Long: `Holds the judge's grades of a show's takes against what people decided: takes that
they circled or marked print, and takes that they marked NG. Of a show the finding is
kept: under 70 % of agreement, or with too few picks to know, the judge may order takes
but its floors (takes.floors) make none NG. Of one episode it is only told.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !calibrate {
				return usagef("say --calibrate: takes are judged as they come")
			}
			show, number := args[0], 0
			if strings.Contains(show, "/") {
				id, err := a.episodeArg(args[0])
				if err != nil {
					return err
				}
				show, number = id.Show, id.Number
			}
			if !drama.ValidID(show) {
				return usagef("%q is no show; dailies status lists those that are", show)
			}
			return a.calibrate(cmd.Context(), show, number)
		},
	}
	cmd.Flags().BoolVar(&calibrate, "calibrate", false, "hold it against what was circled and marked NG")
	a.jsonFlag(cmd)
	return cmd
}

func (a *cli) calibrate(ctx context.Context, show string, number int) error {
	return a.WithStudio(ctx, app.ToRun, func(ctx context.Context, st *studio.Studio) error {
		c, damaged, err := st.Calibrate(ctx, show, number)
		if errors.Is(err, studio.ErrUnknown) || errors.Is(err, studio.ErrNoJudge) {
			return usage(err)
		}
		if err != nil {
			return err
		}
		lost := a.ui.past(damaged)
		if a.ui.json {
			return a.ui.object(struct {
				studio.Calibrated
				Damaged []string `json:"damaged"`
			}{c, lost})
		}
		return a.printCalibration(c)
	})
}

func (a *cli) printCalibration(c studio.Calibrated) error {
	err := a.ui.table("QUESTION\tAGREES\tCIRCLED\tPASSED\tNG\tCAUGHT", func(row func(string, ...any)) {
		for _, q := range append(c.Questions, c.Agreed) {
			name, agrees := q.Question, "-"
			if name == "" {
				name = "in all"
			}
			if q.Picks() > 0 {
				agrees = fmt.Sprintf("%.0f %%", 100*q.Agreement())
			}
			row("%s\t%s\t%d\t%d\t%d\t%d", name, agrees, q.Good, q.Passed, q.NG, q.Caught)
		}
	})
	a.ui.result("%s: %s", c.Why, mayDo(c))
	return err
}

// mayDo is what the judge may do, in words.
func mayDo(c studio.Calibrated) string {
	switch {
	case c.Gates:
		return "takes under its floors may be NG (takes.floors)"
	case c.Enough:
		return fmt.Sprintf("it orders takes and makes none NG, until it agrees on %.0f %%", 100*judge.LeastAgreement)
	}
	return "it orders takes; its floors are warnings"
}
