package main

import (
	"context"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/studio"
)

func (a *cli) exportCmd() *cobra.Command {
	var cut int
	var out, dub string
	cmd := &cobra.Command{
		Use: "export SHOW/epNN --out DIR", Short: "Write a delivered cut to a folder", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				return usagef("--out names the folder to write to")
			}
			if cut < 0 {
				return usagef("--cut is the number of a cut, from 1")
			}
			id, err := a.episodeArg(args[0])
			if err != nil {
				return err
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
				a.ui.result("%s", filepath.Join(out, "master.mp4"))
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&cut, "cut", 0, "number of the cut, or of the dub (default the newest)")
	cmd.Flags().StringVar(&dub, "dub", "", "the dub into this language instead of the cut")
	cmd.Flags().StringVar(&out, "out", "", "folder to write to")
	return cmd
}
