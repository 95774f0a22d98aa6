package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"github.com/dailies/dailies/internal/engine"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/s3"
)

// newStore opens the configured S3, or the embedded gateway at addr. A service that
// n makes us write to is proven first: see proven. A worker makes a bucket that is
// not there; anybody else is told, since another name may be nothing but a slip of
// the pen.
func (a *Main) newStore(ctx context.Context, addr engine.Address, n Need) (store.Store, error) {
	if a.EmbedsS3() {
		return a.embeddedStore(ctx, addr)
	}
	st, err := a.outsideStore(ctx)
	if err != nil {
		return nil, err
	}
	if n.look || !a.EmbedsTemporal() && !n.serve {
		// Nothing is written on a condition, or the workers have proven it.
		if err := st.Check(ctx); err != nil {
			return nil, refused(err)
		}
		return st, nil
	}
	if n.serve {
		if err := st.EnsureBucket(ctx); err != nil {
			return nil, a.unmade(err)
		}
	}
	return st, a.proven(ctx, st)
}

// unmade adds to a service's no what somebody who may make the bucket has to run.
func (a *Main) unmade(err error) error {
	if _, no := errors.AsType[*store.RefusedError](err); !no {
		return err
	}
	c := a.Config.S3
	how := "aws s3api create-bucket --bucket " + c.Bucket
	if !c.AWS() {
		how += " --endpoint-url " + c.Endpoint
	}
	if c.Region != "" && c.Region != "us-east-1" {
		how += " --region " + c.Region + " --create-bucket-configuration LocationConstraint=" + c.Region
	}
	return Usagef("%w; where the bucket is not there, who runs the service makes it: %s", err, how)
}

func (a *Main) embeddedStore(ctx context.Context, addr engine.Address) (*s3.Store, error) {
	keys, err := addr.Credentials()
	if err != nil {
		return nil, err
	}
	c := a.Config.S3
	return s3.New(ctx, s3.Config{
		Endpoint: addr.S3Endpoint, Bucket: addr.S3Bucket, Region: addr.S3Region, Prefix: c.Prefix, PathStyle: true,
		AccessKey: keys.AccessKey, SecretKey: keys.SecretKey, Own: true,
		// On this machine nothing is lost half way, and the gateway would copy the
		// parts together in the end: an episode goes up in one piece.
		PartBytes: 1 << 30,
	})
}

func (a *Main) outsideStore(ctx context.Context) (*s3.Store, error) {
	c := a.Config.S3
	opts := s3.Config{Endpoint: c.Endpoint, Bucket: c.Bucket, Region: c.Region, Prefix: c.Prefix, PathStyle: c.PathStyle}
	if !c.AWS() {
		opts.AccessKey, opts.SecretKey = a.Secret(c.AccessKeyEnv), a.Secret(c.SecretKeyEnv)
		if env := c.TokenEnv(); env != "" {
			opts.SessionToken = a.Secret(env)
		}
	}
	st, err := s3.New(ctx, opts)
	return st, Usage(err)
}

// refused marks what a service will always say as the config's fault.
func refused(err error) error {
	if _, ok := errors.AsType[*store.RefusedError](err); ok {
		return Usage(err)
	}
	return err
}

// proven sees to it that of several who write under the same condition one wins:
// money depends on it. Where the service does not decide, the processes of one data
// folder can do so among themselves; workers of a cluster cannot.
func (a *Main) proven(ctx context.Context, st *s3.Store) error {
	can, err := st.Prove(ctx)
	if err != nil {
		return refused(err)
	}
	if can.Exclusive {
		return nil
	}
	name := can.Service
	if name == "" {
		name = "the service at s3.endpoint"
	}
	if !a.EmbedsTemporal() {
		return Usagef("%s cannot be used by more than one process: %s, so two workers could buy the same take; use one that heeds If-None-Match and If-Match (AWS S3, Cloudflare R2, MinIO, versitygw), or run everything on one machine: leave temporal.address empty", name, can.Why)
	}
	a.Log.Warn("the S3 service does not decide between writers; this data folder's processes take turns", "service", name, "seen", can.Why)
	st.Serialize(a.turns())
	return a.claim(ctx, st)
}

// turns is the lock under which the processes of this data folder write on a
// condition.
func (a *Main) turns() func(context.Context) (func(), error) {
	here := make(chan struct{}, 1) // a file's lock is the process's
	file := flock.New(filepath.Join(a.DataDir(), "s3.lock"), flock.SetPermissions(0o600))
	const every = 5 * time.Millisecond
	return func(ctx context.Context) (func(), error) {
		select {
		case here <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		ok, err := file.TryLockContext(ctx, every)
		if err != nil || !ok {
			<-here
			return nil, errors.Join(err, ctx.Err())
		}
		return func() {
			_ = file.Unlock()
			<-here
		}, nil
	}
}

// writerKey names the data folder that may write to a bucket whose service does not
// decide between writers. It is beside all shows.
const writerKey = "_writer.json"

// claim makes this data folder the bucket's only writer, or says who is.
func (a *Main) claim(ctx context.Context, st store.Store) error {
	host, err := os.Hostname()
	if err != nil {
		return fmt.Errorf("name this machine: %w", err)
	}
	type writer struct{ Host, Data string }
	me := writer{host, a.DataDir()}
	body, err := json.Marshal(me)
	if err != nil {
		return fmt.Errorf("claim the bucket: %w", err)
	}
	_, err = st.PutNew(ctx, writerKey, body, "application/json")
	if !errors.Is(err, store.ErrExists) {
		return err
	}
	var them writer
	there, _, err := st.Read(ctx, writerKey)
	if err != nil {
		return fmt.Errorf("see who writes to the bucket: %w", err)
	}
	if json.Unmarshal(there, &them) == nil && them == me {
		return nil
	}
	return Usagef("this bucket belongs to the data folder %s on %s, and its service does not decide between writers: work from there; if that folder is gone for good, remove %s", them.Data, them.Host, st.URI(writerKey))
}

// Abilities are what the configured S3 was seen to do; makeBucket makes the bucket
// first if it is not there. The embedded one is not asked: its tests are.
func (a *Main) Abilities(ctx context.Context, makeBucket bool) (store.Abilities, error) {
	st, err := a.outsideStore(ctx)
	if err != nil {
		return store.Abilities{}, err
	}
	if makeBucket {
		if err := st.EnsureBucket(ctx); err != nil {
			return store.Abilities{}, err
		}
	}
	return st.Prove(ctx)
}

// LocalPath is where an object of the embedded S3 lies on disk, empty if it does
// not.
func (a *Main) LocalPath(uri string) string {
	if !a.EmbedsS3() {
		return ""
	}
	key, ok := strings.CutPrefix(uri, "s3://")
	if !ok {
		return ""
	}
	path := filepath.Join(a.DataDir(), "s3", "objects", filepath.FromSlash(key))
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}
