package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/dailies/dailies/internal/engine"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/s3"
)

// newStore opens the configured S3, or the embedded gateway at addr. A worker makes
// a bucket that is not there; anybody else is told, since another name may be nothing
// but a slip of the pen.
func (a *Main) newStore(ctx context.Context, addr engine.Address, mayMake bool) (store.Store, error) {
	c := a.Config.S3
	opts := s3.Config{Endpoint: c.Endpoint, Bucket: c.Bucket, Region: c.Region, Prefix: c.Prefix, PathStyle: c.PathStyle}
	if a.EmbedsS3() {
		keys, err := addr.Credentials()
		if err != nil {
			return nil, err
		}
		opts.Endpoint, opts.Bucket, opts.Region, opts.PathStyle = addr.S3Endpoint, addr.S3Bucket, addr.S3Region, true
		opts.AccessKey, opts.SecretKey = keys.AccessKey, keys.SecretKey
		// On this machine nothing is lost half way, and the gateway would copy the
		// parts together in the end: an episode goes up in one piece.
		opts.PartBytes = 1 << 30
		return s3.New(ctx, opts)
	}
	if !c.AWS() {
		opts.AccessKey, opts.SecretKey = a.Secret(c.AccessKeyEnv), a.Secret(c.SecretKeyEnv)
	}
	st, err := s3.New(ctx, opts)
	if err != nil {
		return nil, Usage(err)
	}
	open := st.Check
	if mayMake {
		open = st.EnsureBucket
	}
	if err := open(ctx); err != nil {
		return nil, err
	}
	return st, nil
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
