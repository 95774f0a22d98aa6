package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) jobsCmd() *cobra.Command {
	var held bool
	cmd := &cobra.Command{
		Use: "jobs", Short: "Jobs at vendors, and those that need a decision", Args: cobra.NoArgs,
		Long: `Jobs lists every job in the ledger. A held job is one of which nobody knows whether
the vendor has it: look at the vendor's console, then adopt it, say that it is absent, resubmit or drop it.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.jobs(cmd.Context(), held) },
	}
	cmd.Flags().BoolVar(&held, "held", false, "only jobs that wait for a person")
	a.jsonFlag(cmd)
	decide := func(use, short string, args int, said string, act func(ctx context.Context, st *studio.Studio, id ledger.ID, args []string) error) *cobra.Command {
		return &cobra.Command{
			Use: use, Short: short, Args: usageArgs(cobra.ExactArgs(args)),
			RunE: func(cmd *cobra.Command, args []string) error {
				id, err := ledger.ParseID(args[0])
				if err != nil {
					return usage(err)
				}
				return a.WithStudio(cmd.Context(), app.ToRun, func(ctx context.Context, st *studio.Studio) error {
					if err := act(ctx, st, id, args); err != nil {
						return unknownIsUsage(err)
					}
					a.ui.say(said, id)
					return nil
				})
			},
		}
	}
	cmd.AddCommand(
		decide("adopt ID VENDOR_JOB", "The vendor has the job: go on with it", 2, "job %s is adopted",
			func(ctx context.Context, st *studio.Studio, id ledger.ID, args []string) error {
				return st.Adopt(ctx, id, args[1])
			}),
		decide("absent ID", "The vendor has no such job: nothing was paid, submit it again", 1, "job %s is submitted again, at no risk",
			func(ctx context.Context, st *studio.Studio, id ledger.ID, _ []string) error {
				return st.Absent(ctx, id)
			}),
		decide("resubmit ID", "Buy again, at the risk of paying twice", 1, "job %s is submitted again",
			func(ctx context.Context, st *studio.Studio, id ledger.ID, _ []string) error {
				return st.Resubmit(ctx, id)
			}),
		decide("drop ID", "Give the job up", 1, "job %s is dropped",
			func(ctx context.Context, st *studio.Studio, id ledger.ID, _ []string) error { return st.Drop(ctx, id) }),
	)
	return cmd
}

// job is a line of jobs --json.
type job struct {
	ID    string `json:"id"`
	State string `json:"state"` // submitting, held, running, damaged, or its outcome
	ledger.Entry
}

func (a *cli) jobs(ctx context.Context, held bool) error {
	return a.WithStudio(ctx, app.ToLook, func(ctx context.Context, st *studio.Studio) error {
		jobs := []job{}
		err := st.Jobs(ctx, "", held, func(e ledger.Entry) error {
			jobs = append(jobs, job{ID: e.Intent.ID.String(), State: e.State(), Entry: e})
			return nil
		})
		if err != nil {
			return err
		}
		for _, j := range jobs {
			switch {
			case len(j.Damaged) == 0:
			case j.Outcome != nil:
				a.ui.past([]error{fmt.Errorf("job %s has ended, but of its record %s cannot be read", j.ID, strings.Join(j.Damaged, ", "))})
			default:
				a.ui.past([]error{fmt.Errorf("job %s: %w", j.ID, &ledger.DamagedError{URIs: j.Damaged})})
			}
		}
		if a.ui.json {
			return a.ui.object(map[string]any{"jobs": jobs})
		}
		err = a.ui.table("JOB\tSTATE\tPROVIDER\tMODEL\tVENDOR JOB\tPRICE", func(row func(string, ...any)) {
			for _, j := range jobs {
				vendor, price := "-", j.Intent.Estimate.String()+" estimated"
				if j.Receipt != nil {
					vendor = j.Receipt.Job.ID
				}
				if j.Outcome != nil && !j.Outcome.Estimated {
					price = j.Outcome.Price.String()
				}
				row("%s\t%s\t%s\t%s\t%s\t%s", j.ID, j.State, j.Intent.Provider, j.Intent.Model, vendor, price)
			}
		})
		for _, j := range jobs {
			if j.Held() {
				a.ui.say("\n%s is held: %s\n  dailies jobs adopt %s VENDOR_JOB\n  dailies jobs absent %s\n  dailies jobs resubmit %s\n  dailies jobs drop %s", j.ID, j.Hold.Question, j.ID, j.ID, j.ID, j.ID)
			}
		}
		return err
	})
}
