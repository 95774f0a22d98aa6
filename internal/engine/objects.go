package engine

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/s3response"
)

// objects is the library's backend, but for two things. What a kill leaves of an object that was never put in place is attributes without
// a file: the library asks them alone whether there is an object, so nobody could ever write it on the condition that there is none. And
// what almost all writes of a run are, a small object with a SHA-256 under a key that is new, has a shorter way (objects_small.go).
type objects struct {
	*posix.Posix

	attributes *attributes
	dir        string // of the buckets

	// Who writes shares the lock of a key; who removes what was left of one has it alone: nobody is between attributes and file then.
	locks [keyLocks]sync.RWMutex
	seed  maphash.Seed
}

const keyLocks = 256

func newObjects(cfg gatewayConfig) (*objects, error) {
	sidecar, err := newAttributes(cfg.metadata())
	if err != nil {
		return nil, fmt.Errorf("open S3 metadata: %w", err)
	}
	library, err := posix.New(cfg.objects(), sidecar, posix.PosixOpts{
		SideCarDir:          cfg.metadata(),
		ForceNoObjLockFile:  true,    // it guards against other gateways, which gateway.lock keeps out
		CopyObjectThreshold: 5 << 30, // S3's own limit; the library says that this is its default, but 0 means 0
		// Our writes come with a SHA-256, which is checked. An MD5 besides, for the version alone, took longer than that and the
		// writing together.
		DataIntegrityEtag: true,
	})
	if err != nil {
		return nil, fmt.Errorf("open S3 folder: %w", err)
	}
	return &objects{Posix: library, attributes: sidecar, dir: cfg.objects(), seed: maphash.MakeSeed()}, nil
}

func (o *objects) lock(bucket, key *string) *sync.RWMutex {
	if bucket == nil || key == nil {
		return &o.locks[0] // it is refused
	}
	return &o.locks[maphash.String(o.seed, *bucket+"/"+*key)%keyLocks]
}

// PutObject is backend.Backend's.
func (o *objects) PutObject(ctx context.Context, in s3response.PutObjectInput) (s3response.PutObjectOutput, error) {
	l := o.lock(in.Bucket, in.Key)
	if o.plain(in) {
		if out, placed := o.putSmall(&in, l); placed {
			return out, nil
		}
	}
	if in.IfNoneMatch != nil && *in.IfNoneMatch == "*" && o.isLeft(in.Bucket, in.Key) && l.TryLock() {
		err := o.forget(in.Bucket, in.Key)
		l.Unlock()
		if err != nil {
			return s3response.PutObjectOutput{}, err
		}
	}
	l.RLock()
	defer l.RUnlock()
	return o.Posix.PutObject(ctx, in)
}

// isLeft says that there are attributes and no file.
func (o *objects) isLeft(bucket, key *string) bool {
	if bucket == nil || key == nil || !filepath.IsLocal(filepath.FromSlash(*key)) {
		return false
	}
	known, err := o.attributes.know(*bucket, *key)
	if err != nil || len(known) == 0 {
		return false
	}
	_, err = os.Lstat(filepath.Join(o.dir, *bucket, filepath.FromSlash(*key)))
	return errors.Is(err, fs.ErrNotExist)
}

// forget removes what was left, if that is still all there is. The caller has the key's lock.
func (o *objects) forget(bucket, key *string) error {
	if !o.isLeft(bucket, key) {
		return nil
	}
	if err := o.attributes.DeleteAttributes(*bucket, *key); err != nil {
		return fmt.Errorf("forget attributes without an object: %w", err)
	}
	return nil
}

// CopyObject is backend.Backend's.
func (o *objects) CopyObject(ctx context.Context, in s3response.CopyObjectInput) (s3response.CopyObjectOutput, error) {
	l := o.lock(in.Bucket, in.Key)
	l.RLock()
	defer l.RUnlock()
	return o.Posix.CopyObject(ctx, in)
}

// DeleteObject is backend.Backend's.
func (o *objects) DeleteObject(ctx context.Context, in *s3.DeleteObjectInput) (*s3.DeleteObjectOutput, error) {
	l := o.lock(in.Bucket, in.Key)
	l.RLock()
	defer l.RUnlock()
	return o.Posix.DeleteObject(ctx, in)
}

// DeleteObjects is backend.Backend's.
func (o *objects) DeleteObjects(ctx context.Context, in *s3.DeleteObjectsInput) (s3response.DeleteResult, error) {
	for i := range o.locks { // rare, and of any keys
		o.locks[i].RLock()
		defer o.locks[i].RUnlock()
	}
	return o.Posix.DeleteObjects(ctx, in)
}

// CompleteMultipartUpload is backend.Backend's.
func (o *objects) CompleteMultipartUpload(ctx context.Context, in *s3.CompleteMultipartUploadInput) (s3response.CompleteMultipartUploadResult, string, error) {
	l := o.lock(in.Bucket, in.Key)
	l.RLock()
	defer l.RUnlock()
	return o.Posix.CompleteMultipartUpload(ctx, in)
}

var _ backend.Backend = (*objects)(nil)
