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
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) takesCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "takes SHOW/epNN [SLATE]", Short: "The takes of an episode and what was decided about them",
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := a.episodeArg(args[0])
			if err != nil {
				return err
			}
			slate := ""
			if len(args) > 1 {
				if slate = args[1]; !drama.ValidSlate(slate) {
					return usagef("%q is no slate", slate)
				}
			}
			return a.takes(cmd.Context(), id, slate)
		},
	}
	a.jsonFlag(cmd)
	return cmd
}

func (a *cli) takes(ctx context.Context, id drama.EpisodeID, slate string) error {
	return a.WithStudio(ctx, app.ToLook, func(ctx context.Context, st *studio.Studio) error {
		p, _, err := st.LatestScript(ctx, id)
		if err != nil && library.Damaged(err) == nil {
			return usage(err)
		}
		var damaged []error
		if err != nil {
			damaged = append(damaged, err)
		} else if slate != "" {
			known, err := studio.Slates(p.Episode, []string{slate})
			if err != nil {
				return usage(err)
			}
			slate = known[0]
		}
		takes, bad, err := st.Takes(ctx, id, slate)
		if err != nil {
			return err
		}
		damaged = append(damaged, bad...)
		lost := a.ui.past(damaged)
		if a.ui.json {
			out := []listedTake{}
			for _, t := range takes {
				out = append(out, listedTake{t, a.LocalPath(t.URI)})
			}
			return a.ui.object(map[string]any{"show": id.Show, "episode": id.Number, "takes": out, "damaged": lost})
		}
		return a.ui.table("TAKE\tSTATE\tPROVIDER\tMODEL\tSEED\tPRICE\tMADE\tWHERE\tWHY", func(row func(string, ...any)) {
			for _, t := range takes {
				seed := "-"
				if t.Seed != nil {
					seed = fmt.Sprint(*t.Seed)
				}
				state := string(t.State)
				if t.Current {
					state += " *"
				}
				row("%s/%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s", t.ID.Slate, t.ID.Number, state, orElse(t.Provider, t.Origin), orElse(t.Model, "-"), seed, t.Price,
					t.MadeAt.Local().Format("2006-01-02 15:04"), orElse(a.look(t.URI), "-"), remarks(t, a.now()))
			}
		})
	})
}

// listedTake is a take of takes --json.
type listedTake struct {
	studio.TakeInfo
	Path string `json:"path,omitempty"` // where it lies on this machine
}

// look is where a person looks at an object: its path, where it has one.
func (a *cli) look(uri string) string { return orElse(a.LocalPath(uri), uri) }

// remarks are the words about a take: the director's note, why it is NG, and what is
// worth a look.
func remarks(t studio.TakeInfo, now time.Time) string {
	all := slices.Clone(t.Verdict.Reasons)
	switch {
	case t.Final != nil:
		all = append(all, fmt.Sprintf("draft of take %d", t.Final.Number))
	case t.Draft != nil:
		all = append(all, drafted(*t.Draft, now))
	case t.FinalOf != nil:
		all = append(all, fmt.Sprintf("final of take %d", t.FinalOf.Number))
	}
	if t.Note != "" {
		all = append([]string{"note: " + t.Note}, all...)
	}
	if t.Removed != nil {
		all = append(all, "clip removed on "+t.Removed.At.Local().Format(time.DateOnly))
	}
	for _, w := range t.Verdict.Warnings {
		all = append(all, "warning: "+w)
	}
	return strings.Join(all, "; ")
}
