package main

import (
	"context"
	"errors"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
)

// each runs one change on an episode, or on every episode of a show that is in
// work.
func (a *app) each(ctx context.Context, what string, need need, change func(ctx context.Context, st *studio.Studio, id drama.EpisodeID) error) error {
	return a.withStudio(ctx, need, func(ctx context.Context, st *studio.Studio) error {
		ids, err := episodesOf(ctx, st, what)
		if err != nil {
			return err
		}
		changed := 0
		for _, id := range ids {
			err := change(ctx, st, id)
			if errors.Is(err, studio.ErrIdle) {
				continue
			}
			if err != nil {
				return err
			}
			changed++
		}
		if changed == 0 {
			return usagef("%s is not in work; dailies status shows what is", what)
		}
		return nil
	})
}

func (a *app) pauseCmd() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use: "pause SHOW[/epNN]", Short: "Submit nothing new; what runs is collected", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.each(cmd.Context(), args[0], toRun, func(ctx context.Context, st *studio.Studio, id drama.EpisodeID) error {
				if err := st.Pause(ctx, id, reason); err != nil {
					return err
				}
				a.ui.say("%s is paused; dailies resume %s goes on", id, id)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why, shown in status")
	return cmd
}

func (a *app) resumeCmd() *cobra.Command {
	return &cobra.Command{
		Use: "resume SHOW[/epNN]", Short: "Go on after a pause or a budget stop", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.each(cmd.Context(), args[0], toRun, func(ctx context.Context, st *studio.Studio, id drama.EpisodeID) error {
				if err := st.Resume(ctx, id); err != nil {
					return err
				}
				a.ui.say("%s goes on wherever its engine runs; dailies status %s --watch, or dailies render, shows it", id, id)
				return nil
			})
		},
	}
}

func (a *app) cancelCmd() *cobra.Command {
	return &cobra.Command{
		Use: "cancel SHOW[/epNN]", Short: "End a run; finished takes are kept", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !strings.Contains(args[0], "/") {
				return a.cancelSeason(cmd.Context(), args[0])
			}
			return a.each(cmd.Context(), args[0], toRun, func(ctx context.Context, st *studio.Studio, id drama.EpisodeID) error {
				return a.cancelEpisode(ctx, st, id)
			})
		},
	}
}

func (a *app) cancelEpisode(ctx context.Context, st *studio.Studio, id drama.EpisodeID) error {
	ended, err := st.Cancel(ctx, id)
	if err == nil {
		a.sayCancelled(id.String(), ended)
	}
	return err
}

func (a *app) sayCancelled(name string, ended bool) {
	if ended {
		a.ui.say("%s is cancelled; finished takes are kept", name)
		return
	}
	a.ui.say("%s is being cancelled: what a vendor cannot stop is still collected, by dailies up or the next command that renders", name)
}

// cancelSeason ends the season's run, or else the episodes of the show that run
// on their own.
func (a *app) cancelSeason(ctx context.Context, show string) error {
	var idle bool
	err := a.withStudio(ctx, toRun, func(ctx context.Context, st *studio.Studio) error {
		ended, err := st.CancelSeason(ctx, show)
		if idle = errors.Is(err, studio.ErrIdle); idle {
			return nil
		}
		if err == nil {
			a.sayCancelled(show, ended)
		}
		return err
	})
	if err == nil && idle {
		return a.each(ctx, show, toRun, a.cancelEpisode)
	}
	return err
}

func (a *app) budgetCmd() *cobra.Command {
	return &cobra.Command{
		Use: "budget SHOW[/epNN] AMOUNT", Short: "Set the cap of a run", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.each(cmd.Context(), args[0], toRun, func(ctx context.Context, st *studio.Studio, id drama.EpisodeID) error {
				p, _, err := st.LatestScript(ctx, id)
				if err != nil {
					return usage(err)
				}
				limit, err := parseMoney(args[1], currencyOf(p.Season))
				if err != nil {
					return usage(err)
				}
				if err := st.Budget(ctx, id, limit); err != nil {
					return err
				}
				a.ui.say("the cap of %s is %s now", id, limit)
				return nil
			})
		},
	}
}

func (a *app) circleCmd() *cobra.Command {
	return &cobra.Command{
		Use: "circle SHOW/epNN SLATE TAKE", Short: "Choose the take that a shot uses", Args: cobra.ExactArgs(3),
		Long: `Circle chooses a take. While the episode is in work it is used at once, else by the
next render. A take of an older version of the shot may be circled: it is kept.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := a.episodeArg(args[0])
			if err != nil {
				return err
			}
			// As takes prints it, 2B/3 is fine as well as 3.
			take, err := strconv.Atoi(takeNumber(args[2]))
			if err != nil || take < 1 {
				return usagef("%q is no take number; dailies takes %s lists them", args[2], id)
			}
			return a.withStudio(cmd.Context(), toRun, func(ctx context.Context, st *studio.Studio) error {
				if err := st.Circle(ctx, id, args[1], take); err != nil {
					return unknownIsUsage(err)
				}
				a.ui.say("take %d of %s is circled; the next render of %s uses it", take, args[1], id)
				return nil
			})
		},
	}
}

func (a *app) approveCmd() *cobra.Command {
	var redo bool
	cmd := &cobra.Command{
		Use: "approve SHOW/epNN SLATE...", Short: "Let shots be made from the stills that wait", Args: cobra.MinimumNArgs(2),
		Long: `Approve lets the takes of shots start from the stills that wait for a person, where
the season says stills: {approve: true}. dailies status tells where they lie.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := a.episodeArg(args[0])
			if err != nil {
				return err
			}
			return a.withStudio(cmd.Context(), toRun, func(ctx context.Context, st *studio.Studio) error {
				for _, slate := range args[1:] {
					if err := st.Approve(ctx, id, slate, redo); err != nil {
						return unknownIsUsage(err)
					}
					said := "the still of %s is approved"
					if redo {
						said = "another still of %s is made"
					}
					a.ui.say(said, slate)
				}
				a.ui.say("%s goes on wherever its engine runs; dailies render goes on with it here", id)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&redo, "redo", false, "make another still instead")
	return cmd
}

// unknownIsUsage makes a wrong name an error of usage.
func unknownIsUsage(err error) error {
	if errors.Is(err, studio.ErrUnknown) || errors.Is(err, studio.ErrIdle) {
		return usage(err)
	}
	return err
}

func (a *app) importCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "import SHOW/epNN SLATE FILE", Short: "Bring a clip in as a take, and circle it", Args: cobra.ExactArgs(3),
		Long: `Import takes an existing clip as a take of a shot. It is judged and conformed like
any other; when it passes it is circled, and the next render uses it.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := a.episodeArg(args[0])
			if err != nil {
				return err
			}
			return a.importClip(cmd.Context(), id, args[1], filepath.Clean(args[2]))
		},
	}
	a.jsonFlag(cmd)
	return cmd
}

func (a *app) exportCmd() *cobra.Command {
	var cut int
	var out string
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
			return a.withStudio(cmd.Context(), toLook, func(ctx context.Context, st *studio.Studio) error {
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
	cmd.Flags().IntVar(&cut, "cut", 0, "number of the cut (default the newest)")
	cmd.Flags().StringVar(&out, "out", "", "folder to write to")
	return cmd
}
