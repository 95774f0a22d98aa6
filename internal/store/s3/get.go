package s3

import (
	"context"
	"crypto/md5" //nolint:gosec // it is S3's, and guards nothing
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/dailies/dailies/internal/store"
)

// Get opens an object. Its bytes are hashed as they are read and checked at the
// end against ref, or against what Put noted when ref has no checksum.
func (s *Store) Get(ctx context.Context, ref store.Ref) (io.ReadCloser, error) {
	if err := own(ref); err != nil {
		return nil, err
	}
	out, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: s.key(ref.Key)})
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", ref.Key, explain(err))
	}
	size := aws.ToInt64(out.ContentLength)
	if err := sized(ref, size); err != nil {
		return nil, errors.Join(err, out.Body.Close())
	}
	want := ref.SHA256
	if want == "" {
		want = out.Metadata[metaSHA256]
	}
	return &verified{body: out.Body, key: ref.Key, left: size, want: want, hash: sha256.New()}, nil
}

func sized(ref store.Ref, bytes int64) error {
	if ref.Bytes > 0 && ref.Bytes != bytes {
		return fmt.Errorf("get %s: it has %d bytes, want %d: %w", ref.Key, bytes, ref.Bytes, store.ErrChecksum)
	}
	return nil
}

// verified fails at the end of an object whose bytes are not the promised ones.
type verified struct {
	body io.ReadCloser
	key  string
	left int64 // bytes still to come
	want string
	hash hash.Hash
}

func (v *verified) Read(p []byte) (int, error) {
	n, err := v.body.Read(p)
	if v.want != "" {
		_, _ = v.hash.Write(p[:n]) // a hash never fails
	}
	v.left -= int64(n)
	switch {
	case err == nil:
		return n, nil
	case !errors.Is(err, io.EOF):
		return n, fmt.Errorf("get %s: %w", v.key, err)
	case v.left != 0:
		return n, fmt.Errorf("get %s: %d bytes are missing: %w", v.key, v.left, io.ErrUnexpectedEOF)
	case v.want != "" && v.want != hex.EncodeToString(v.hash.Sum(nil)):
		return n, fmt.Errorf("get %s: %w", v.key, store.ErrChecksum)
	}
	return n, io.EOF
}

func (v *verified) Close() error { return v.body.Close() }

// Read returns a small object whole, with its version.
func (s *Store) Read(ctx context.Context, key string) ([]byte, store.Info, error) {
	for try, cuts := 0, 0; ; try++ {
		body, info, err := s.readOnce(ctx, key)
		if isCutOff(err) && cuts < cutTries {
			cuts++
			select {
			case <-time.After(cutPause << cuts):
			case <-ctx.Done():
				return nil, store.Info{}, ctx.Err()
			}
			continue
		}
		torn := errors.Is(err, store.ErrChecksum)
		if err != nil && !torn || err == nil && (s.odd.Load() || isSumOf(info.Version, body)) {
			return body, info, err
		}
		// The version, or the checksum, is not that of these bytes. The embedded
		// gateway keeps them apart, so that a read beside a write may see the old bytes
		// under the new version; who replaced that version would wipe out what they
		// never saw. Some services never make the version a sum (AWS with keys of KMS).
		if try == oddTries {
			s.odd.Store(s.odd.Load() || !torn)
			return body, info, err
		}
		select {
		case <-time.After(oddPause):
		case <-ctx.Done():
			return nil, store.Info{}, ctx.Err()
		}
	}
}

// A write in the embedded gateway is done within a fraction of this; what is odd
// for so long is the service's way.
const (
	oddTries = 20
	oddPause = 10 * time.Millisecond

	// cutTries is how often a small object is asked for again whose bytes stopped coming,
	// with a pause that doubles.
	cutTries = 3
	cutPause = 50 * time.Millisecond
)

// isSumOf says whether an ETag is the sum of the bytes: their MD5, as S3 says of
// objects put in one piece, or what the embedded gateway says, which counts no MD5
// beside the SHA-256 that it checks. One of several parts has another form and says
// nothing.
func isSumOf(etag string, body []byte) bool {
	etag = strings.Trim(etag, `"`)
	if said, ok := strings.CutPrefix(etag, "SHA256-"); ok && !strings.Contains(said, "-") {
		sum := sha256.Sum256(body)
		return said == base64.StdEncoding.EncodeToString(sum[:])
	}
	if strings.Contains(etag, "-") {
		return true
	}
	sum := md5.Sum(body) //nolint:gosec // it is S3's, and guards nothing
	return etag == hex.EncodeToString(sum[:])
}

func (s *Store) readOnce(ctx context.Context, key string) (_ []byte, _ store.Info, err error) {
	if err := store.CheckKey(key); err != nil {
		return nil, store.Info{}, err
	}
	out, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: s.key(key)})
	if err != nil {
		return nil, store.Info{}, fmt.Errorf("read %s: %w", key, explain(err))
	}
	info := store.Info{
		Key: key, Bytes: aws.ToInt64(out.ContentLength), Version: aws.ToString(out.ETag), SHA256: out.Metadata[metaSHA256],
		Type: aws.ToString(out.ContentType), Modified: aws.ToTime(out.LastModified),
	}
	body := &verified{body: out.Body, key: key, left: info.Bytes, want: info.SHA256, hash: sha256.New()}
	defer func() { err = errors.Join(err, body.Close()) }()
	if info.Bytes > store.MaxSmall {
		return nil, store.Info{}, fmt.Errorf("read %s: %d bytes: %w", key, info.Bytes, store.ErrTooLarge)
	}
	b, err := io.ReadAll(io.LimitReader(body, store.MaxSmall+1))
	if err != nil {
		return nil, store.Info{}, err
	}
	return b, info, nil
}

// Head describes an object.
func (s *Store) Head(ctx context.Context, key string) (store.Info, error) {
	if err := store.CheckKey(key); err != nil {
		return store.Info{}, err
	}
	out, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.bucket, Key: s.key(key)})
	if err != nil {
		return store.Info{}, fmt.Errorf("head %s: %w", key, explain(err))
	}
	return store.Info{
		Key: key, Bytes: aws.ToInt64(out.ContentLength), Version: aws.ToString(out.ETag), SHA256: out.Metadata[metaSHA256],
		Type: aws.ToString(out.ContentType), Modified: aws.ToTime(out.LastModified),
	}, nil
}

// Copy copies an object inside the store, keeping its checksum and type. The
// copy is of exactly the object whose checksum was looked at.
func (s *Store) Copy(ctx context.Context, from store.Ref, key string) (store.Ref, error) {
	if err := errors.Join(own(from), store.CheckKey(key)); err != nil {
		return store.Ref{}, err
	}
	info, err := s.Head(ctx, from.Key)
	if err != nil {
		return store.Ref{}, fmt.Errorf("copy to %s: %w", key, err)
	}
	if from.SHA256 != "" && from.SHA256 != info.SHA256 || from.Bytes > 0 && from.Bytes != info.Bytes {
		return store.Ref{}, fmt.Errorf("copy %s to %s: %w", from.Key, key, store.ErrChecksum)
	}
	if from.Key != key {
		if err := s.copyOf(ctx, from.Key, key, info); err != nil {
			return store.Ref{}, fmt.Errorf("copy %s to %s: %w", from.Key, key, err)
		}
	}
	info.Key = key
	if from.Type != "" {
		info.Type = from.Type
	}
	return s.ref(info), nil
}

// copyOf copies the version that was looked at, or looks at what was copied where the
// service knows no conditions.
func (s *Store) copyOf(ctx context.Context, from, to string, info store.Info) error {
	in := &s3.CopyObjectInput{
		Bucket:            &s.bucket,
		Key:               s.key(to),
		CopySource:        aws.String(copySource(s.bucket, s.prefix+from)),
		CopySourceIfMatch: &info.Version,
		MetadataDirective: types.MetadataDirectiveCopy,
	}
	_, err := s.client.CopyObject(ctx, in)
	if unable(err) {
		in.CopySourceIfMatch = nil
		if _, err = s.client.CopyObject(ctx, in); err == nil {
			copied, err := s.Head(ctx, to)
			if err == nil && (copied.SHA256 != info.SHA256 || copied.Bytes != info.Bytes) {
				err = store.ErrChanged
			}
			return err
		}
	}
	if err = explain(err); errors.Is(err, errPrecondition) {
		err = store.ErrChanged
	}
	return err
}

// Remove removes an object for good. In a bucket with versions S3 keeps the one before,
// until a rule of the bucket's removes it.
func (s *Store) Remove(ctx context.Context, key string) error {
	if err := store.CheckKey(key); err != nil {
		return err
	}
	_, err := s.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &s.bucket, Key: s.key(key)})
	if err = explain(err); err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("remove %s: %w", key, err)
	}
	return nil
}

// copySource is bucket/key as the header wants it: escaped, slashes kept.
func copySource(bucket, key string) string {
	parts := strings.Split(bucket+"/"+key, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	// PathEscape leaves "+" alone, which servers may read as a space.
	return strings.ReplaceAll(strings.Join(parts, "/"), "+", "%2B")
}
