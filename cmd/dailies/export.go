package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) exportCmd() *cobra.Command {
	var cut int
	var out, dub, reason, to, of string
	var unlabelled, takes bool
	cmd := &cobra.Command{
		Use: "export SHOW/epNN --out DIR", Short: "Write a delivered cut to a folder", Args: cobra.ExactArgs(1),
		Long: `Export writes a cut's files to a folder, as they lie in the store. With --takes the
clips that its timelines refer to are written beside them: every take of each slate, the
spoken lines and the score under media/, and drafts for 剪映 and CapCut under jianying/.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				return usagef("--out names the folder to write to")
			}
			if dub != "" && takes {
				return usagef("--takes is of a cut: a dub has its pictures, and its voices are in its stems")
			}
			if cut < 0 {
				return usagef("--cut is the number of a cut, from 1")
			}
			id, err := a.episodeArg(args[0])
			if err != nil {
				return err
			}
			if unlabelled {
				if dub != "" || takes {
					return usagef("--unlabelled is of a cut's master or of one of its versions: leave out --dub and --takes")
				}
				return a.exportUnlabelled(cmd.Context(), id, cut, of, out, to, reason)
			}
			if reason != "" || to != "" || of != "" {
				return usagef("--reason, --to and --version belong to --unlabelled")
			}
			return a.WithStudio(cmd.Context(), app.ToLook, func(ctx context.Context, st *studio.Studio) error {
				if dub != "" {
					m, err := st.ExportDub(ctx, id, dub, cut, out)
					if err != nil {
						return unknownIsUsage(err)
					}
					a.ui.say("%s dub %d into %s: %s", id, m.Dub.Number, dub, count(len(m.Files)+1, "file"))
					a.ui.result("%s", filepath.Join(out, "master.mp4"))
					return nil
				}
				m, err := st.Export(ctx, id, cut, out)
				if err != nil {
					return unknownIsUsage(err)
				}
				a.ui.say("%s cut %d: %s", id, m.Cut, count(len(m.Files)+1, "file"))
				if takes {
					n, err := st.ExportHandoff(ctx, m, out)
					if err != nil {
						return unknownIsUsage(err)
					}
					a.ui.say("for editors: %s under media and jianying", count(n, "file"))
				}
				a.ui.result("%s", filepath.Join(out, "master.mp4"))
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&cut, "cut", 0, "number of the cut, or of the dub (default the newest)")
	cmd.Flags().StringVar(&dub, "dub", "", "the dub into this language instead of the cut")
	cmd.Flags().StringVar(&out, "out", "", "folder to write to")
	cmd.Flags().BoolVar(&unlabelled, "unlabelled", false, "a copy of the master without the visible AI label; who gets it and why is written down")
	cmd.Flags().StringVar(&reason, "reason", "", "why a copy without the label is handed out")
	cmd.Flags().StringVar(&to, "to", "", "who gets it")
	cmd.Flags().StringVar(&of, "version", "", "the version of the season that --unlabelled copies (default the master)")
	cmd.Flags().BoolVar(&takes, "takes", false, "also write every take and sound that the timelines refer to")
	return cmd
}

func (a *cli) exportUnlabelled(ctx context.Context, id drama.EpisodeID, cut int, of, out, to, reason string) error {
	if to == "" || reason == "" {
		return usagef("a copy without the label needs --to NAME and --reason TEXT, which are written down with it")
	}
	return a.WithStudio(ctx, app.ToRun, func(ctx context.Context, st *studio.Studio) error {
		m, err := st.MakeUnlabelled(ctx, id, cut, of, to, reason)
		if err != nil {
			return unknownIsUsage(err)
		}
		if err := st.ExportUnlabelled(ctx, m, out); err != nil {
			return err
		}
		what := fmt.Sprintf("%s cut %d", id, m.Cut)
		if of != "" {
			what += ", version " + of + ","
		}
		a.ui.say("%s without its visible label, for %s; that and the reason are kept in the store", what, to)
		a.ui.result("%s", filepath.Join(out, studio.UnlabelledName))
		return nil
	})
}
