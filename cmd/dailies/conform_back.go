package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) conformBackCmd() *cobra.Command {
	var f renderFlags
	var none, look bool
	cmd := &cobra.Command{
		Use: "conform-back SHOW/epNN TIMELINE | SHOW/epNN --none", Short: "Make an editor's timeline the next cut",
		Long: `Conform-back reads what an editor made of a cut's timeline (OTIO, FCPXML or a CMX 3600
EDL): its order, its trims, its other takes and its transitions become the next cut. It
buys nothing: only takes that are there can be shown. What the cut cannot carry (effects,
speed, titles, sounds and pictures from elsewhere) is listed. Later renders go on from it;
what the script has got since is put in and told. --none goes back to the script's order.`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := a.episodeArg(args[0])
			if err != nil {
				return err
			}
			if none != (len(args) == 1) || none && look {
				return usagef("conform-back needs a timeline, or --none instead of one")
			}
			if none {
				return a.dropEdit(cmd.Context(), id, f)
			}
			return a.conformBack(cmd.Context(), id, args[1], look, f)
		},
	}
	cmd.Flags().BoolVar(&none, "none", false, "take the editor's cut back")
	cmd.Flags().BoolVar(&look, "dry-run", false, "only say what would change and what cannot be carried")
	cmd.Flags().StringVar(&f.out, "out", "", "also write everything delivered to this folder")
	cmd.Flags().BoolVar(&f.detach, "detach", false, "hand the work to a running `dailies up` and return")
	a.jsonFlag(cmd)
	return cmd
}

func (a *cli) conformBack(ctx context.Context, id drama.EpisodeID, path string, look bool, f renderFlags) error {
	body, err := readTimeline(path)
	if err != nil {
		return err
	}
	var got *studio.Conformed // asked for once, also when the engine changes hands
	how := app.ForRun(f.detach)
	if look {
		how = app.ToAsk
	}
	return a.WithStudio(ctx, how, func(ctx context.Context, st *studio.Studio) error {
		if got == nil {
			back, err := st.ConformBack(ctx, id, filepath.Base(path), body, look)
			for _, l := range back.Lost {
				a.ui.say("not carried: %s", l)
			}
			if errors.Is(err, studio.ErrTimeline) || errors.Is(err, studio.ErrBusy) {
				return usage(err)
			}
			if err != nil {
				return unknownIsUsage(err)
			}
			got = &back
			for _, c := range back.Changes {
				a.ui.say("%s", c)
			}
			if len(back.Changes) == 0 {
				a.ui.say("it is cut as the script has it")
			}
		}
		if look {
			if a.ui.json {
				return a.ui.object(got)
			}
			return nil
		}
		return a.follow(ctx, st, got.Run, f)
	})
}

func (a *cli) dropEdit(ctx context.Context, id drama.EpisodeID, f renderFlags) error {
	var run *studio.Run
	return a.WithStudio(ctx, app.ForRun(f.detach), func(ctx context.Context, st *studio.Studio) error {
		if run == nil {
			started, err := st.DropEdit(ctx, id)
			if errors.Is(err, studio.ErrBusy) {
				return usage(err)
			}
			if err != nil {
				return unknownIsUsage(err)
			}
			run = &started
		}
		return a.follow(ctx, st, *run, f)
	})
}

// readTimeline reads an editor's file, if it is of a size that one has.
func readTimeline(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, usagef("conform-back: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, usagef("conform-back: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, usagef("conform-back %s: it is no file; name the timeline that the editor exported (of an .fcpxmld bundle the Info.fcpxml in it)", path)
	}
	body, err := io.ReadAll(io.LimitReader(f, studio.MaxTimeline+1))
	if err != nil {
		return nil, usagef("conform-back %s: %w", path, err)
	}
	if len(body) > studio.MaxTimeline {
		return nil, usagef("conform-back %s: it has more than %d MiB", path, studio.MaxTimeline>>20)
	}
	return body, nil
}
