package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

const (
	// joinEvery is how often a waiting process looks for the owner's address, or for its end.
	joinEvery = 50 * time.Millisecond
	// startLimit bounds a start or a wait for another's start. A first start takes a few seconds on a slow disk.
	startLimit = time.Minute
)

// StartOrJoin gives the engine of a data folder: it starts one and owns it, or joins the one that another process runs. Of processes
// that race, exactly one starts; all get the same address.
//
// A joined engine looks after itself: when the owner ends, one of the joined processes takes the engine over on the same addresses and
// its Owned is closed. If that cannot be done (a port was taken meanwhile), Lost is closed and StartOrJoin may be called again.
func StartOrJoin(ctx context.Context, opts Options) (*Engine, error) {
	e, err := newEngine(opts)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, startLimit, errors.New("the engine did not come up in time"))
	defer cancel()
	tick := time.NewTicker(joinEvery)
	defer tick.Stop()
	for {
		ok, err := e.tryLock()
		if err != nil {
			return nil, err
		}
		if ok {
			if err := e.start(ctx); err != nil {
				return nil, errors.Join(err, e.Close())
			}
			return e, nil
		}
		rec, ok, err := readRecord(e.opts.Data)
		if err != nil {
			return nil, err
		}
		if ok && rec.probe(ctx) == nil {
			if err := e.join(rec); err != nil {
				return nil, errors.Join(err, e.Close())
			}
			return e, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("join engine of %s (process %d): %w", e.opts.Data, rec.PID, context.Cause(ctx))
		case <-tick.C:
		}
	}
}

func (e *Engine) join(rec record) error {
	if (!e.opts.NoTemporal && rec.Temporal == "") || (!e.opts.NoS3 && rec.S3Endpoint == "") {
		return fmt.Errorf("join engine: process %d runs it with another configuration (outside Temporal or S3); use the same one or another data folder", rec.PID)
	}
	e.record = rec
	for _, v := range []struct{ what, theirs, ours string }{
		{"temporal.namespace", rec.Namespace, e.opts.Namespace}, {"s3.bucket", rec.S3Bucket, e.opts.Bucket}, {"s3.region", rec.S3Region, e.opts.Region},
	} {
		if v.theirs != "" && v.theirs != v.ours {
			return fmt.Errorf("join engine: process %d runs it with %s %q, the config says %q; stop it, or use the same config", rec.PID, v.what, v.theirs, v.ours)
		}
	}
	e.running.Add(1)
	go e.succeed(e.background)
	return nil
}

// succeed waits for the owner's end, which is when its lock can be had, and takes over.
func (e *Engine) succeed(ctx context.Context) {
	defer e.running.Done()
	tick := time.NewTicker(joinEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		e.mu.Lock()
		ok, err := e.tryLock()
		e.mu.Unlock()
		if err != nil {
			e.lose(err)
			return
		}
		if ok {
			e.takeOver(ctx)
			return
		}
	}
}

func (e *Engine) takeOver(ctx context.Context) {
	e.mu.Lock()
	old := e.record
	// The same ports or none: clients here and in other joined processes hold the addresses.
	e.opts.TemporalPort, e.opts.S3Port = port(old.Temporal), port(old.S3Endpoint)
	e.patience = 5 * time.Second
	e.mu.Unlock()
	e.log.Info("the engine's owner is gone; taking over", slog.Int("owner", old.PID))
	ctx, cancel := context.WithTimeoutCause(ctx, startLimit, errors.New("the engine did not come up in time"))
	defer cancel()
	if err := e.start(ctx); err != nil {
		e.lose(fmt.Errorf("take over engine: %w", errors.Join(err, e.stop())))
	}
}
