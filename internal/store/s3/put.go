package s3

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/dailies/dailies/internal/store"
)

// User metadata of every object we write.
const (
	metaSHA256 = "sha256" // hex, of the whole object
	metaWrite  = "write"  // random, one per conditional write: tells our own retry from another's write
)

// askFirst is the size from which it pays to ask whether the bytes are there
// already: below it the question costs what sending them does.
const askFirst = 64 << 10

// Put writes an object, replacing any. It reads body twice: for the checksum,
// and to send it; once if the checksum is known, or the object is large and the same
// bytes lie there already.
func (s *Store) Put(ctx context.Context, key string, body io.ReadSeeker, mediaType string) (store.Ref, error) {
	if err := store.CheckKey(key); err != nil {
		return store.Ref{}, err
	}
	info, err := told(ctx, body)
	if err != nil {
		return store.Ref{}, fmt.Errorf("put %s: read body: %w", key, err)
	}
	info.Key, info.Type = key, mediaType
	if info.Bytes > askFirst {
		there, err := s.Head(ctx, key)
		switch {
		case err == nil && there.SHA256 == info.SHA256 && there.Bytes == info.Bytes && there.Type == typeOf(mediaType):
			return s.ref(info), nil
		case err != nil && !errors.Is(err, store.ErrNotFound):
			return store.Ref{}, err
		}
	}
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return store.Ref{}, fmt.Errorf("put %s: read body: %w", key, err)
	}
	if info.Bytes > 2*s.partBytes && !s.noParts.Load() {
		err = s.putParts(ctx, info, body)
	} else {
		err = s.putWhole(ctx, info, body)
	}
	if err != nil {
		return store.Ref{}, fmt.Errorf("put %s: %w", key, err)
	}
	return s.ref(info), nil
}

// typeOf is the type as S3 keeps it: it has none that is empty.
func typeOf(mediaType string) string {
	if mediaType == "" {
		return "application/octet-stream"
	}
	return mediaType
}

// told is what a body is said to be, or is found to be. What is only said is held to
// it when it is sent: by the service under guardSHA256, else here.
func told(ctx context.Context, body io.ReadSeeker) (store.Info, error) {
	if k, ok := body.(*store.Known); ok {
		return store.Info{Bytes: k.Bytes, SHA256: k.SHA256}, nil
	}
	return digest(ctx, body)
}

func digest(ctx context.Context, body io.ReadSeeker) (store.Info, error) {
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return store.Info{}, err
	}
	h := sha256.New()
	n, err := io.Copy(h, &ctxReader{ctx: ctx, r: body})
	if err != nil {
		return store.Info{}, err
	}
	return store.Info{Bytes: n, SHA256: hex.EncodeToString(h.Sum(nil))}, nil
}

func (s *Store) putWhole(ctx context.Context, info store.Info, body io.ReadSeeker) error {
	return explain(s.putGuarded(ctx, info, body, func(*s3.PutObjectInput) {}))
}

func (s *Store) putInput(info store.Info, body io.ReadSeeker) *s3.PutObjectInput {
	return &s3.PutObjectInput{
		Bucket:        &s.bucket,
		Key:           s.key(info.Key),
		Body:          body,
		ContentLength: &info.Bytes,
		ContentType:   aws.String(typeOf(info.Type)),
		Metadata:      map[string]string{metaSHA256: info.SHA256},
	}
}

// PutNew writes a small object only if none has the key.
func (s *Store) PutNew(ctx context.Context, key string, body []byte, mediaType string) (store.Ref, error) {
	info, err := s.putOn(ctx, key, body, mediaType, "")
	switch {
	case errors.Is(err, errPrecondition):
		return store.Ref{}, fmt.Errorf("put %s: %w", key, store.ErrExists)
	case err != nil:
		return store.Ref{}, fmt.Errorf("put %s: %w", key, err)
	}
	return s.ref(info), nil
}

// PutIf replaces a small object only if its version is still the given one.
func (s *Store) PutIf(ctx context.Context, key string, body []byte, mediaType, version string) error {
	_, err := s.putOn(ctx, key, body, mediaType, version)
	switch {
	// A version of an object that is gone is a changed one too.
	case errors.Is(err, errPrecondition), errors.Is(err, store.ErrNotFound):
		return fmt.Errorf("put %s: %w", key, store.ErrChanged)
	case err != nil:
		return fmt.Errorf("put %s: %w", key, err)
	}
	return nil
}

// putOn writes if the object's version is the given one, or there is none where that
// is empty.
func (s *Store) putOn(ctx context.Context, key string, body []byte, mediaType, version string) (store.Info, error) {
	if s.lock != nil {
		return s.putLocked(ctx, key, body, mediaType, version)
	}
	return s.putSmall(ctx, key, body, mediaType, func(in *s3.PutObjectInput) {
		if version == "" {
			in.IfNoneMatch = aws.String("*")
		} else {
			in.IfMatch = &version
		}
	})
}

// putSmall writes on a condition. When the answer to a write that succeeded is
// lost and the SDK tries again, its own write makes the condition fail; the random
// mark tells that from somebody else's.
func (s *Store) putSmall(ctx context.Context, key string, body []byte, mediaType string, on func(*s3.PutObjectInput)) (store.Info, error) {
	if err := store.CheckKey(key); err != nil {
		return store.Info{}, err
	}
	if len(body) > store.MaxSmall {
		return store.Info{}, store.ErrTooLarge
	}
	sum := sha256.Sum256(body)
	info := store.Info{Key: key, Bytes: int64(len(body)), SHA256: hex.EncodeToString(sum[:]), Type: mediaType}
	mark := rand.Text()
	const tries = 4 // S3 says "conflict" while another write to the key is under way
	for try := 1; ; try++ {
		err := explain(s.putGuarded(ctx, info, bytes.NewReader(body), func(in *s3.PutObjectInput) {
			in.Metadata[metaWrite] = mark
			on(in)
		}))
		if err == nil {
			return info, nil
		}
		if errors.Is(err, errConflict) && try < tries && ctx.Err() == nil {
			continue
		}
		if errors.Is(err, errPrecondition) {
			head, headErr := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.bucket, Key: s.key(key)})
			if headErr == nil && head.Metadata[metaWrite] == mark {
				return info, nil
			}
		}
		return info, err
	}
}

// ctxReader ends a long read when ctx does.
type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *ctxReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
