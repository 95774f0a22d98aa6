package main

import (
	"context"
	"encoding/csv"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) costCmd() *cobra.Command {
	var asCSV bool
	cmd := &cobra.Command{
		Use: "cost SHOW", Short: "What a show has cost, by episode and provider", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !drama.ValidID(args[0]) {
				return usagef("%q is no show; dailies status lists those that are", args[0])
			}
			return a.cost(cmd.Context(), args[0], asCSV)
		},
	}
	cmd.Flags().BoolVar(&asCSV, "csv", false, "comma-separated values, amounts in units of the currency")
	a.jsonFlag(cmd)
	return cmd
}

func (a *cli) cost(ctx context.Context, show string, asCSV bool) error {
	return a.WithStudio(ctx, app.ToLook, func(ctx context.Context, st *studio.Studio) error {
		if _, err := episodesOf(ctx, st, show); err != nil {
			return err
		}
		costs, damaged, err := st.Costs(ctx, show)
		if err != nil {
			return err
		}
		lost := a.ui.past(damaged)
		switch {
		case a.ui.json:
			if costs == nil {
				costs = []studio.Cost{}
			}
			return a.ui.object(map[string]any{"show": show, "costs": costs, "totals": totals(costs), "damaged": lost})
		case asCSV:
			return a.costCSV(costs)
		}
		err = a.ui.table("EPISODE\tPROVIDER\tMODEL\tJOBS\tSETTLED\tOPEN\tESTIMATED JOBS", func(row func(string, ...any)) {
			for _, c := range costs {
				row("%s\t%s\t%s\t%d\t%s\t%s\t%d", c.Episode.Code(), c.Provider, c.Model, c.Jobs, c.Settled, c.Open, c.Estimated)
			}
		})
		for _, t := range totals(costs) {
			a.ui.result("total %s, open %s", t.Settled, t.Open)
		}
		return err
	})
}

// total is money in one currency.
type total struct {
	Settled drama.Money `json:"settled"`
	Open    drama.Money `json:"open"`
}

// totals sums by currency: vendors bill in their own.
func totals(costs []studio.Cost) []total {
	out := []total{}
	for _, c := range costs {
		i := 0
		for i < len(out) && out[i].Settled.Currency != c.Settled.Currency {
			i++
		}
		if i == len(out) {
			none := drama.Money{Currency: c.Settled.Currency}
			out = append(out, total{none, none})
		}
		out[i].Settled.Micros += c.Settled.Micros
		out[i].Open.Micros += c.Open.Micros
	}
	return out
}

func (a *cli) costCSV(costs []studio.Cost) error {
	w := csv.NewWriter(a.program.stdout)
	rows := [][]string{{"show", "episode", "provider", "model", "jobs", "settled", "open", "currency", "estimated_jobs"}}
	for _, c := range costs {
		rows = append(rows, []string{
			c.Episode.Show, c.Episode.Code(), c.Provider, c.Model, fmt.Sprint(c.Jobs), amount(c.Settled), amount(c.Open), c.Settled.Currency, fmt.Sprint(c.Estimated),
		})
	}
	if err := w.WriteAll(rows); err != nil {
		return fmt.Errorf("print costs: %w", err)
	}
	return nil
}

// amount is a number without its currency.
func amount(m drama.Money) string { return drama.Money{Micros: m.Micros}.String() }
