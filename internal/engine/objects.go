package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/s3api/middlewares"
	"github.com/versity/versitygw/s3response"
)

// objects is the library's backend, with a shorter way for what almost all writes of a run are: a small object with a SHA-256 under a key
// that is new. A shot writes a dozen of them. The library looks at bucket, conditions, versions and folders several times over for each,
// and has its attributes written one by one; here they are one line, and the object is put in place as the library does it. Whatever is
// unusual, or goes wrong, is the library's.
type objects struct {
	*posix.Posix

	attributes *attributes
	dir        string // of the buckets

	// who writes in the library's way shares a key's lock with others who do: the library has locks of its own.
	locks [keyLocks]sync.RWMutex
	seed  maphash.Seed
}

const (
	keyLocks = 256
	// smallMost is up to how many bytes an object is small.
	smallMost = 1 << 20

	dirMode, fileMode = 0o755, 0o644 // as the library has them

	// What the library calls an object's attributes.
	etagAttribute      = "etag"
	checksumsAttribute = "checksums"
	typeAttribute      = "content-type"
	metadataAttribute  = "metadata"

	// hiddenFolder is where the library keeps uploads in progress, in each bucket.
	hiddenFolder = ".sgwtmp"
)

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

func (o *objects) lock(bucket, key string) *sync.RWMutex {
	return &o.locks[maphash.String(o.seed, bucket+"/"+key)%keyLocks]
}

// PutObject is backend.Backend's.
func (o *objects) PutObject(ctx context.Context, in s3response.PutObjectInput) (s3response.PutObjectOutput, error) {
	if in.Bucket == nil || in.Key == nil {
		return o.Posix.PutObject(ctx, in)
	}
	l := o.lock(*in.Bucket, *in.Key)
	if o.plain(in) {
		body, err := io.ReadAll(io.LimitReader(in.Body, *in.ContentLength))
		in.Body = io.MultiReader(bytes.NewReader(body), rest{in.Body, err})
		sum := sha256.Sum256(body)
		if err == nil && int64(len(body)) == *in.ContentLength && base64.StdEncoding.EncodeToString(sum[:]) == *in.ChecksumSHA256 && l.TryLock() {
			placed := o.place(in, body)
			l.Unlock()
			if placed {
				return s3response.PutObjectOutput{
					ETag: etagOf(in), ChecksumSHA256: in.ChecksumSHA256, ChecksumType: types.ChecksumTypeFullObject, Size: in.ContentLength,
				}, nil
			}
		}
	}
	l.RLock()
	defer l.RUnlock()
	return o.Posix.PutObject(ctx, in)
}

// rest is what follows of a body, after an error that was met.
type rest struct {
	io.Reader
	err error
}

func (r rest) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	return r.Reader.Read(p)
}

// plain says that a write asks for nothing but a small object with a SHA-256, at most on the condition that there is none yet.
func (o *objects) plain(in s3response.PutObjectInput) bool {
	for _, more := range []*string{
		in.ContentEncoding, in.ContentDisposition, in.ContentLanguage, in.CacheControl, in.Expires, in.WebsiteRedirectLocation, in.Tagging,
		in.ChecksumCRC32, in.ChecksumCRC32C, in.ChecksumSHA1, in.ChecksumCRC64NVME, in.ChecksumSHA512, in.ChecksumMD5, in.ChecksumXXHASH64,
		in.ChecksumXXHASH3, in.ChecksumXXHASH128, in.IfMatch,
	} {
		if said(more) != "" {
			return false
		}
	}
	if c, ok := in.Body.(middlewares.ChecksumReader); ok && c.Algorithm() != "" {
		return false // its checksum comes behind it
	}
	key := *in.Key
	return in.Body != nil && in.ContentLength != nil && *in.ContentLength > 0 && *in.ContentLength <= smallMost && said(in.ChecksumSHA256) != "" &&
		(said(in.IfNoneMatch) == "" || *in.IfNoneMatch == "*") &&
		in.ObjectLockMode == "" && in.ObjectLockLegalHoldStatus == "" && // no lock: its date says nothing then
		path.Clean(key) == key && filepath.IsLocal(key) && !librarys(key) && !strings.HasPrefix(key, hiddenFolder) && !o.attributes.hasOlder(*in.Bucket)
}

func said(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func etagOf(in s3response.PutObjectInput) string {
	return fmt.Sprintf("\"%s-%s\"", types.ChecksumAlgorithmSha256, *in.ChecksumSHA256)
}

// place puts a new object in place, after its attributes. false: it did not, and the library will find out why.
func (o *objects) place(in s3response.PutObjectInput, body []byte) bool {
	bucket := filepath.Join(o.dir, *in.Bucket)
	name := filepath.Join(bucket, filepath.FromSlash(*in.Key))
	if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	// Beside its name: a file system puts it there, and need not search where uploads in progress come and go.
	f, err := unnamed(filepath.Dir(name))
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(bucket); err != nil {
			return false
		}
		if err := backend.MkdirAll(filepath.Dir(name), 0, 0, false, dirMode); err != nil {
			return false
		}
		f, err = unnamed(filepath.Dir(name))
	}
	if err != nil {
		return false
	}
	defer f.Close()
	if err := f.Chmod(fileMode); err != nil {
		return false
	}
	if _, err := f.Write(body); err != nil {
		return false
	}
	checksums, err := json.Marshal(s3response.Checksum{Algorithm: types.ChecksumAlgorithmSha256, Type: types.ChecksumTypeFullObject, SHA256: in.ChecksumSHA256})
	if err != nil {
		return false
	}
	values := map[string][]byte{checksumsAttribute: checksums, etagAttribute: []byte(etagOf(in))}
	if kind := said(in.ContentType); kind != "" {
		values[typeAttribute] = []byte(kind)
	}
	if len(in.Metadata) > 0 {
		if values[metadataAttribute], err = json.Marshal(in.Metadata); err != nil {
			return false
		}
	}
	if err := o.attributes.set(*in.Bucket, *in.Key, values); err != nil {
		return false
	}
	return named(f, name) == nil
}

// CopyObject is backend.Backend's.
func (o *objects) CopyObject(ctx context.Context, in s3response.CopyObjectInput) (s3response.CopyObjectOutput, error) {
	l := o.lock(said(in.Bucket), said(in.Key))
	l.RLock()
	defer l.RUnlock()
	return o.Posix.CopyObject(ctx, in)
}

// DeleteObject is backend.Backend's.
func (o *objects) DeleteObject(ctx context.Context, in *s3.DeleteObjectInput) (*s3.DeleteObjectOutput, error) {
	l := o.lock(said(in.Bucket), said(in.Key))
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
	l := o.lock(said(in.Bucket), said(in.Key))
	l.RLock()
	defer l.RUnlock()
	return o.Posix.CompleteMultipartUpload(ctx, in)
}

var _ backend.Backend = (*objects)(nil)
