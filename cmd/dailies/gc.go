package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/retention"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) gcCmd() *cobra.Command {
	var remove, list, lifecycle bool
	cmd := &cobra.Command{
		Use: "gc [SHOW]", Short: "What the policy of retention would remove, and with --delete remove it", Args: cobra.MaximumNArgs(1),
		Long: `Gc prints what of a show, or of all shows and what is beside them, may go by the
policy under retention: in the config, with bytes. Nothing goes without --delete.
What a cut that stays, a circle, a mark, a note, an approval, a review link, an edit,
a dub, a pack, a blind pair, an unsettled job or an open run needs is never removed.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			show := ""
			if len(args) > 0 {
				if show = args[0]; !drama.ValidID(show) {
					return usagef("%q is no show; dailies status lists those that are", show)
				}
			}
			if lifecycle {
				if show != "" {
					return usagef("--lifecycle is of the whole bucket; leave %s out", show)
				}
				return a.lifecycle(cmd.Context())
			}
			return a.gc(cmd.Context(), show, remove, list)
		},
	}
	cmd.Flags().BoolVar(&remove, "delete", false, "remove it, for good")
	cmd.Flags().BoolVar(&list, "list", false, "name every thing that goes, and why")
	cmd.Flags().BoolVar(&lifecycle, "lifecycle", false, "print the rules by which S3 itself can do what needs only a prefix and an age, as JSON")
	cmd.MarkFlagsMutuallyExclusive("lifecycle", "delete")
	cmd.MarkFlagsMutuallyExclusive("lifecycle", "list")
	a.jsonFlag(cmd)
	return cmd
}

func (a *cli) lifecycle(ctx context.Context) error {
	return a.WithStudio(ctx, app.ToLook, func(_ context.Context, st *studio.Studio) error {
		body, err := json.MarshalIndent(st.Lifecycle(), "", "  ")
		if err == nil {
			_, err = fmt.Fprintf(a.program.stdout, "%s\n", body)
		}
		return err
	})
}

// gc goes through a show, or (empty) through all, and what is beside them.
func (a *cli) gc(ctx context.Context, show string, remove, list bool) error {
	need := app.ToLook
	if remove {
		need = app.ToRun // whoever removes knows of open runs
	}
	return a.WithStudio(ctx, need, func(ctx context.Context, st *studio.Studio) error {
		shows := []string{show}
		if show == "" {
			all, err := st.Shows(ctx)
			if err != nil {
				return err
			}
			for _, s := range all {
				episodes, err := st.Episodes(ctx, s)
				if err != nil {
					return err
				}
				if len(episodes) > 0 {
					shows = append(shows, s)
				}
			}
		}
		found := []studio.Retained{}
		for _, s := range shows {
			r, err := st.Retain(ctx, s, remove)
			if err != nil {
				return unknownIsUsage(err)
			}
			found = append(found, r)
		}
		if a.ui.json {
			return a.ui.object(map[string]any{"deleted": remove, "found": found})
		}
		return a.printRetained(found, remove, list)
	})
}

func (a *cli) printRetained(found []studio.Retained, remove, list bool) error {
	var bytes int64
	for _, r := range found {
		for _, k := range r.Kinds {
			bytes += k.Bytes
		}
		for _, s := range r.Skipped {
			a.ui.say("skipped %s: %s", s.What, s.Why)
		}
	}
	var err error
	switch {
	case !something(found):
	case list:
		err = a.ui.table("KIND\tWHAT\tOBJECTS\tBYTES\tWHY", func(row func(string, ...any)) {
			for _, r := range found {
				for _, i := range r.Items {
					row("%s\t%s\t%d\t%d\t%s", i.Kind, i.Name, i.Objects, i.Bytes, i.Why)
				}
				if r.More > 0 {
					row("\tand %d more of %s\t\t\t", r.More, r.Show)
				}
			}
		})
	default:
		err = a.ui.table("SHOW\tKIND\tPOLICY\tITEMS\tOBJECTS\tBYTES", func(row func(string, ...any)) {
			for _, r := range found {
				show := r.Show
				if show == "" {
					show = "-"
				}
				for _, k := range r.Kinds {
					row("%s\t%s\t%s\t%d\t%d\t%d", show, k.Kind, policyOf(r.Policy, k.Kind), k.Items, k.Objects, k.Bytes)
				}
			}
		})
	}
	switch {
	case remove && bytes > 0:
		a.ui.result("removed %d bytes", bytes)
	case bytes > 0:
		a.ui.result("%d bytes may go; dailies gc --delete removes them", bytes)
	default:
		a.ui.result("nothing may go")
	}
	return err
}

// something says that anything goes at all.
func something(found []studio.Retained) bool {
	return slices.ContainsFunc(found, func(r studio.Retained) bool { return len(r.Kinds) > 0 })
}

// policyOf is a policy's number for a kind, in words.
func policyOf(p retention.Policy, k retention.Kind) string {
	if k == retention.Cuts {
		return fmt.Sprintf("the last %d", p.Of(k))
	}
	return fmt.Sprintf("%d days", p.Of(k))
}
