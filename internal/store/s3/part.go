package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/dailies/dailies/internal/store"
)

// GetRange opens a part of an object. Of a service that knows no parts and sends the
// object whole, what comes before the part is read and thrown away.
func (s *Store) GetRange(ctx context.Context, ref store.Ref, offset, length int64) (io.ReadCloser, error) {
	if err := errors.Join(own(ref), store.CheckRange(offset, length)); err != nil {
		return nil, err
	}
	last := offset + min(length, math.MaxInt64-offset) - 1
	out, err := s.client.GetObject(ctx, &s3.GetObjectInput{
		Bucket: &s.bucket, Key: s.key(ref.Key), Range: aws.String(fmt.Sprintf("bytes=%d-%d", offset, last)),
	})
	if err != nil {
		return nil, fmt.Errorf("get %s from byte %d: %w", ref.Key, offset, explain(err))
	}
	part, err := partOf(out, ref, offset, length)
	if err != nil {
		return nil, errors.Join(err, out.Body.Close())
	}
	return part, nil
}

// partOf is the part that was asked for, in whatever the service answers.
func partOf(out *s3.GetObjectOutput, ref store.Ref, offset, length int64) (io.ReadCloser, error) {
	first, size, left := int64(0), aws.ToInt64(out.ContentLength), aws.ToInt64(out.ContentLength)
	if out.ContentRange != nil {
		var last int64
		if _, err := fmt.Sscanf(*out.ContentRange, "bytes %d-%d/%d", &first, &last, &size); err != nil || first > offset || last-first != left-1 {
			return nil, fmt.Errorf("get %s from byte %d: the service sent another part: %.100q of %d bytes", ref.Key, offset, *out.ContentRange, left)
		}
	}
	if err := sized(ref, size); err != nil {
		return nil, err
	}
	if offset >= size {
		return nil, fmt.Errorf("get %s from byte %d: %w", ref.Key, offset, store.ErrRange)
	}
	whole := &verified{body: out.Body, key: ref.Key, left: left}
	if _, err := io.CopyN(io.Discard, whole, offset-first); err != nil {
		return nil, fmt.Errorf("get %s from byte %d: %w", ref.Key, offset, err)
	}
	return &part{Reader: io.LimitReader(whole, length), Closer: out.Body}, nil
}

type part struct {
	io.Reader
	io.Closer
}
