package s3

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // it is S3's, and guards against accidents only
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/dailies/dailies/internal/store"
)

const (
	partsAtOnce = 3 // so many parts are in memory, and one more is being read
	maxParts    = 10_000
)

// putParts sends a large object part by part, once more when it was found out on the
// way which checksum of parts the service takes.
func (s *Store) putParts(ctx context.Context, info store.Info, body io.ReadSeeker) error {
	for {
		if _, err := body.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("read body: %w", err)
		}
		if err := s.tryParts(ctx, info, body); !errors.Is(err, errPartGuard) {
			return err
		}
	}
}

// tryParts sends a large object part by part. Each part carries its checksum;
// the whole is hashed again while it is read, so that a file which changes under
// us never becomes an object with the wrong checksum.
func (s *Store) tryParts(ctx context.Context, info store.Info, body io.Reader) (err error) {
	up := &upload{store: s, key: info.Key, guard: guard(s.partGuard.Load())}
	create := &s3.CreateMultipartUploadInput{
		Bucket:      &s.bucket,
		Key:         s.key(info.Key),
		ContentType: aws.String(typeOf(info.Type)),
		Metadata:    map[string]string{metaSHA256: info.SHA256},
	}
	if up.guard == guardSHA256 {
		create.ChecksumAlgorithm = types.ChecksumAlgorithmSha256
	}
	created, err := s.client.CreateMultipartUpload(ctx, create)
	if unable(err) && s.loosen(&s.partGuard, up.guard) {
		return errPartGuard
	}
	if err != nil {
		return fmt.Errorf("begin upload: %w", explain(err))
	}
	up.id = created.UploadId
	defer func() {
		if err != nil {
			err = errors.Join(err, up.abort(ctx))
		}
	}()
	h := sha256.New()
	size := max(s.partBytes, (info.Bytes+maxParts-1)/maxParts)
	if err := up.send(ctx, body, h, size); err != nil {
		return err
	}
	if hex.EncodeToString(h.Sum(nil)) != info.SHA256 {
		return fmt.Errorf("the file changed while it was sent: %w", store.ErrChecksum)
	}
	_, err = s.client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket:          &s.bucket,
		Key:             s.key(info.Key),
		UploadId:        up.id,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: up.parts},
	})
	if err != nil {
		return fmt.Errorf("complete upload: %w", explain(err))
	}
	return nil
}

type upload struct {
	store *Store
	key   string
	id    *string
	guard guard
	parts []types.CompletedPart

	mu  sync.Mutex
	err error // the first of any part
}

// send reads body in order and sends its parts a few at a time.
func (u *upload) send(ctx context.Context, body io.Reader, whole hash.Hash, size int64) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	slots := make(chan struct{}, partsAtOnce)
	var sending sync.WaitGroup
	defer sending.Wait()
	for n := int32(1); ; n++ {
		buf := make([]byte, size)
		read, err := io.ReadFull(&ctxReader{ctx: ctx, r: body}, buf)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return errors.Join(u.failed(), fmt.Errorf("read body: %w", err))
		}
		if read == 0 {
			break
		}
		buf = buf[:read]
		_, _ = whole.Write(buf) // a hash never fails
		u.mu.Lock()
		u.parts = append(u.parts, types.CompletedPart{PartNumber: aws.Int32(n)})
		u.mu.Unlock()
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return errors.Join(u.failed(), ctx.Err())
		}
		sending.Go(func() {
			defer func() { <-slots }()
			if err := u.part(ctx, n, buf); err != nil {
				u.mu.Lock()
				if u.err == nil {
					u.err = err
				}
				u.mu.Unlock()
				cancel()
			}
		})
		if err != nil { // the short last part
			break
		}
	}
	sending.Wait()
	return u.failed()
}

func (u *upload) failed() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.err
}

func (u *upload) part(ctx context.Context, n int32, buf []byte) error {
	in := &s3.UploadPartInput{
		Bucket:        &u.store.bucket,
		Key:           u.store.key(u.key),
		UploadId:      u.id,
		PartNumber:    &n,
		Body:          bytes.NewReader(buf),
		ContentLength: aws.Int64(int64(len(buf))),
	}
	switch u.guard {
	case guardSHA256:
		sum := sha256.Sum256(buf)
		in.ChecksumSHA256 = aws.String(base64.StdEncoding.EncodeToString(sum[:]))
	case guardMD5:
		sum := md5.Sum(buf) //nolint:gosec // it is S3's, and guards against accidents only
		in.ContentMD5 = aws.String(base64.StdEncoding.EncodeToString(sum[:]))
	case guardNone:
	}
	out, err := u.store.client.UploadPart(ctx, in, unsigned)
	if unable(err) && u.store.loosen(&u.store.partGuard, u.guard) {
		return errPartGuard
	}
	if err != nil {
		return fmt.Errorf("send part %d: %w", n, explain(err))
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.parts[n-1].ETag, u.parts[n-1].ChecksumSHA256 = out.ETag, in.ChecksumSHA256
	return nil
}

// abort frees the parts that were sent, also when ctx has ended.
func (u *upload) abort(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	_, err := u.store.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &u.store.bucket, Key: u.store.key(u.key), UploadId: u.id})
	if err != nil && !errors.Is(explain(err), store.ErrNotFound) {
		return fmt.Errorf("abort upload: %w", explain(err))
	}
	return nil
}
