package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/transfer"
)

func (a *cli) backupCmd() *cobra.Command {
	var check, list bool
	var keep int
	var at string
	cmd := &cobra.Command{
		Use: "backup DIR", Short: "Make a backup of everything into a folder, while work goes on", Args: cobra.ExactArgs(1),
		Long: `Backup adds a snapshot of the whole store (takes, cuts, scripts, the ledger) to the folder
DIR, and of the record of runs where that is embedded. Only what the folder has not is copied.
A snapshot is whole or not there; broken off, the same command goes on. Keys and tokens that
are not in the store (engine, S3, tokens_file) are in no backup; links' secrets are, so DIR is
private. dailies restore brings a snapshot back.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case list:
				return a.snapshots(args[0])
			case check:
				return a.checkBackup(cmd.Context(), args[0], at)
			case at != "":
				return usagef("--at names a snapshot to --check; a backup is of now")
			case keep < 0:
				return usagef("--keep %d: keep how many snapshots, from 1 on; 0 keeps all", keep)
			}
			return a.backup(cmd.Context(), args[0], keep)
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "read a snapshot and hold it to its checksums; copies nothing")
	cmd.Flags().BoolVar(&list, "list", false, "list the snapshots of the folder")
	cmd.Flags().StringVar(&at, "at", "", "which snapshot to check (default: the newest)")
	cmd.Flags().IntVar(&keep, "keep", 0, "afterwards remove all snapshots but so many of the newest, and what only they had (0: none is removed)")
	cmd.MarkFlagsMutuallyExclusive("check", "list")
	a.jsonFlag(cmd)
	return cmd
}

func (a *cli) backup(ctx context.Context, dir string, keep int) (err error) {
	f, err := transfer.MakeFolder(dir)
	if err != nil {
		return usage(err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	s, sums, err := a.Backup(ctx, f, a.copied("copied"))
	if err != nil {
		return err
	}
	removed := 0
	if keep > 0 {
		if removed, err = f.Prune(keep); err != nil {
			return err
		}
	}
	if a.ui.json {
		return a.ui.object(map[string]any{"snapshot": s.Name, "about": s.About, "copied": sums.Copied, "copied_bytes": sums.CopiedBytes, "removed": removed})
	}
	a.ui.result("snapshot %s: %d objects, %s; %s of them copied now", s.Name, sums.Objects, bytesOf(sums.Bytes), bytesOf(sums.CopiedBytes))
	return nil
}

func (a *cli) snapshots(dir string) (err error) {
	f, err := transfer.OpenFolder(dir)
	if err != nil {
		return usage(err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	names, err := f.Snapshots()
	if err != nil {
		return err
	}
	type listed struct {
		Snapshot string         `json:"snapshot"`
		About    transfer.About `json:"about"`
	}
	all := []listed{}
	for _, name := range names {
		s, err := f.Read(name)
		if err != nil {
			return err
		}
		all = append(all, listed{name, s.About})
	}
	if a.ui.json {
		return a.ui.object(map[string]any{"snapshots": all})
	}
	return a.ui.table("SNAPSHOT\tOF\tOBJECTS\tSIZE\tRUNS", func(row func(string, ...any)) {
		for _, l := range all {
			runs := "-"
			if l.About.Runs {
				runs = "yes"
			}
			row("%s\t%s\t%d\t%s\t%s", l.Snapshot, l.About.From, l.About.Objects, bytesOf(l.About.Bytes), runs)
		}
	})
}

func (a *cli) checkBackup(ctx context.Context, dir, at string) (err error) {
	f, err := transfer.OpenFolder(dir)
	if err != nil {
		return usage(err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	s, err := f.Read(at)
	if err != nil {
		return usage(err)
	}
	type bad struct {
		Key string `json:"key"`
		Why string `json:"why"`
	}
	damaged := []bad{}
	sums, err := f.Check(ctx, s, func(key string, err error) { damaged = append(damaged, bad{key, err.Error()}) })
	if err != nil {
		return err
	}
	if a.ui.json {
		err = a.ui.object(map[string]any{"snapshot": s.Name, "objects": sums.Objects, "bytes": sums.Bytes, "damaged": damaged})
	} else {
		for _, d := range damaged {
			a.ui.say("%s: %s", d.Key, d.Why)
		}
		a.ui.result("snapshot %s: %d objects, %s are as they were; %d are not", s.Name, sums.Objects, bytesOf(sums.Bytes), len(damaged))
	}
	if err == nil && len(damaged) > 0 {
		err = fmt.Errorf("check backup: %d objects are damaged; make it again into another folder, or use another snapshot", len(damaged))
	}
	return err
}

func (a *cli) restoreCmd() *cobra.Command {
	var at string
	var shows []string
	var runs bool
	cmd := &cobra.Command{
		Use: "restore DIR", Short: "Bring a backup back into this config's store", Args: cobra.ExactArgs(1),
		Long: `Restore puts what a snapshot of the backup DIR has into the store of this config: an embedded
one in a new data folder, or a bucket. Nothing that is there is replaced; if any of it is another
one nothing is written. Broken off, the same command goes on.

A restored store is worked on by one place only: where both the old and the new one go on, both
buy. Runs that were in work are not brought back, unless --runs says so: with them the next
dailies up goes on by itself with what it finds; without, the next render of a script does.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, s := range shows {
				if !drama.ValidID(s) {
					return usagef("%q is no show", s)
				}
			}
			if runs && len(shows) > 0 {
				return usagef("--runs brings back the runs of all shows; leave --shows out")
			}
			return a.restore(cmd.Context(), args[0], at, shows, runs)
		},
	}
	cmd.Flags().StringVar(&at, "at", "", "which snapshot, as dailies backup --list names them (default: the newest)")
	cmd.Flags().StringSliceVar(&shows, "shows", nil, "only these shows")
	cmd.Flags().BoolVar(&runs, "runs", false, "bring back the runs that were in work, too: they go on, and buy")
	a.jsonFlag(cmd)
	return cmd
}

func (a *cli) restore(ctx context.Context, dir, at string, shows []string, runs bool) (err error) {
	f, err := transfer.OpenFolder(dir)
	if err != nil {
		return usage(err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	s, err := f.Read(at)
	if err != nil {
		return usage(err)
	}
	sums, err := a.Restore(ctx, f, s, shows, runs, a.copied("restored"))
	if _, ok := errors.AsType[*transfer.ConflictError](err); ok {
		return usagef("restore %s: %w; restore into an empty store (another --data or s3.bucket), or name the missing shows by --shows", s.Name, err)
	}
	if err != nil {
		return err
	}
	if a.ui.json {
		return a.ui.object(map[string]any{"snapshot": s.Name, "about": s.About, "objects": sums.Objects, "bytes": sums.Bytes, "copied": sums.Copied, "runs": runs})
	}
	a.ui.result("restored snapshot %s into %s: %d objects, %s", s.Name, a.Place(), sums.Objects, bytesOf(sums.Bytes))
	if s.About.Runs && !runs {
		a.ui.say("runs that were in work are not restored (--runs does that): render their scripts again, what is there is used and open jobs are gone on with")
	}
	return nil
}

// toldEvery is how often a long copy is heard of.
const toldEvery = 10 * time.Second

// copied tells a person now and then how far a copy is.
func (a *cli) copied(verb string) transfer.Told {
	var mu sync.Mutex
	last := time.Now()
	return func(t transfer.Totals) {
		mu.Lock()
		defer mu.Unlock()
		if now := time.Now(); now.Sub(last) >= toldEvery {
			last = now
			a.ui.say("%s %d objects, %s so far", verb, t.Copied, bytesOf(t.CopiedBytes))
		}
	}
}

// bytesOf is a size for people.
func bytesOf(n int64) string {
	const unit = 1000
	if n < unit {
		return fmt.Sprintf("%d bytes", n)
	}
	f, letters := float64(n)/unit, "kMGTPE"
	for f >= unit && len(letters) > 1 {
		f, letters = f/unit, letters[1:]
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", f), ".0") + " " + letters[:1] + "B"
}
