package engine

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/s3api/middlewares"
	"github.com/versity/versitygw/s3response"
)

// A shot writes a dozen small objects that are new. The library looks at bucket, conditions, versions and folders several times over for
// each, and has its attributes written one by one; here they are one line, and the object is put in place as the library does it. Whatever
// is unusual, or goes wrong, is the library's, with the body as it came.

const (
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

// putSmall puts a plain object in place; false: it did not, and in is as it was.
func (o *objects) putSmall(in *s3response.PutObjectInput, l *sync.RWMutex) (s3response.PutObjectOutput, bool) {
	body, err := io.ReadAll(io.LimitReader(in.Body, *in.ContentLength))
	in.Body = io.MultiReader(bytes.NewReader(body), rest{in.Body, err})
	sum := sha256.Sum256(body)
	if err != nil || int64(len(body)) != *in.ContentLength || base64.StdEncoding.EncodeToString(sum[:]) != *in.ChecksumSHA256 || !l.TryLock() {
		return s3response.PutObjectOutput{}, false
	}
	defer l.Unlock()
	if !o.place(*in, body) {
		return s3response.PutObjectOutput{}, false
	}
	return s3response.PutObjectOutput{ETag: etagOf(*in), ChecksumSHA256: in.ChecksumSHA256, ChecksumType: types.ChecksumTypeFullObject, Size: in.ContentLength}, true
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
	// Where the library makes its own: beside its name, some file systems search long for room in a folder that is new.
	f, err := unnamed(filepath.Join(bucket, hiddenFolder))
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
	err = named(f, name)
	if errors.Is(err, fs.ErrNotExist) && backend.MkdirAll(filepath.Dir(name), 0, 0, false, dirMode) == nil {
		err = named(f, name)
	}
	return err == nil
}
