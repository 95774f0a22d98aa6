package app

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/dailies/dailies/internal/engine"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/transfer"
)

// Place is what people call the store of the config: two configs of one store call it the same.
func (a *Main) Place() string {
	if a.EmbedsS3() {
		host, err := os.Hostname()
		if err != nil {
			host = "this machine"
		}
		return "the data folder " + a.DataDir() + " on " + host
	}
	c := a.Config.S3
	name := "s3://" + c.Bucket + "/"
	if c.Prefix != "" {
		name += c.Prefix + "/"
	}
	if c.AWS() {
		return name
	}
	return name + " at " + c.Endpoint
}

// Other is the program with another config file, in the same environment.
func (a *Main) Other(config string) (*Main, error) {
	b := &Main{Version: a.Version, Env: a.Env, Log: a.Log, Say: a.Say, Words: a.Words, Adapters: a.Adapters, Child: a.Child, Grace: a.Grace}
	return b, b.Load(config, "")
}

// OpenStore opens the config's store without any workers. Where it is embedded the engine is started or
// joined; with alone the store only, which others then cannot join for more. It makes a
// bucket that is not there, if makeIt says so.
func (a *Main) OpenStore(ctx context.Context, makeIt, alone bool) (store.Store, func() error, error) {
	if !a.EmbedsS3() {
		st, err := a.outsideStore(ctx)
		if err == nil && makeIt {
			err = refused(st.EnsureBucket(ctx))
		}
		if err == nil {
			err = refused(st.Check(ctx))
		}
		if err != nil {
			return nil, nil, err
		}
		return st, st.Close, nil
	}
	if err := a.checkFolder(Need{}); err != nil {
		return nil, nil, err
	}
	opts := a.engineOptions(a.Log)
	opts.NoTemporal, opts.NoUI = opts.NoTemporal || alone, true
	e, err := engine.StartOrJoin(ctx, opts)
	if err != nil {
		return nil, nil, err
	}
	st, err := a.embeddedStore(ctx, e.Address())
	if err != nil {
		return nil, nil, errors.Join(err, e.Close())
	}
	return st, func() error { return errors.Join(st.Close(), e.Close()) }, nil
}

// Backup makes a snapshot of the config's store in a folder, while others write.
func (a *Main) Backup(ctx context.Context, f *transfer.Folder, told transfer.Told) (_ transfer.Snapshot, _ transfer.Totals, err error) {
	st, closeStore, err := a.OpenStore(ctx, false, false)
	if err != nil {
		return transfer.Snapshot{}, transfer.Totals{}, err
	}
	defer func() { err = errors.Join(err, closeStore()) }()
	host, err := os.Hostname()
	if err != nil {
		return transfer.Snapshot{}, transfer.Totals{}, fmt.Errorf("name this machine: %w", err)
	}
	b := transfer.Backup{From: st, Place: a.Place(), To: f, Host: host, Told: told}
	if a.EmbedsTemporal() && engine.HasRuns(a.DataDir()) {
		b.Runs = func(ctx context.Context, file string) error { return engine.CopyRuns(ctx, a.DataDir(), file) }
	}
	return b.Make(ctx)
}

// Restore puts a snapshot into the config's store, with runs also its record of runs.
func (a *Main) Restore(ctx context.Context, f *transfer.Folder, s transfer.Snapshot, shows []string, runs bool, told transfer.Told) (_ transfer.Totals, err error) {
	if runs {
		switch {
		case !a.EmbedsTemporal():
			return transfer.Totals{}, Usagef("restore runs: this config's Temporal runs elsewhere, and keeps its own backups; leave --runs out: render goes on with what is there")
		case !s.About.Runs:
			return transfer.Totals{}, Usagef("restore runs: snapshot %s has no record of runs", s.Name)
		case engine.HasRuns(a.DataDir()):
			return transfer.Totals{}, Usagef("restore runs: the data folder %s knows of runs already; name a new one with --data", a.DataDir())
		}
	}
	st, closeStore, err := a.OpenStore(ctx, true, runs)
	if err != nil {
		return transfer.Totals{}, err
	}
	sums, err := transfer.Restore(ctx, f, s, st, shows, told)
	if err = errors.Join(err, closeStore()); err != nil {
		return sums, err
	}
	if runs {
		err = engine.PutRuns(a.DataDir(), f.Runs(s.Name)) // last: they act on what is there
	}
	return sums, err
}
