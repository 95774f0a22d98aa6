package s3

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/dailies/dailies/internal/store"
)

// Uploads lists what is on its way in parts, page by page.
func (s *Store) Uploads(ctx context.Context, prefix string, each func(store.Upload) error) error {
	in := &s3.ListMultipartUploadsInput{Bucket: &s.bucket, Prefix: aws.String(s.prefix + prefix)}
	for pages := s3.NewListMultipartUploadsPaginator(s.client, in); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if unable(err) {
			return nil // it has no parts
		}
		if err != nil {
			return fmt.Errorf("list uploads of %s: %w", prefix, explain(err))
		}
		for _, u := range page.Uploads {
			one := store.Upload{Key: strings.TrimPrefix(aws.ToString(u.Key), s.prefix), ID: aws.ToString(u.UploadId), Begun: aws.ToTime(u.Initiated)}
			if one.Bytes, err = s.sent(ctx, one); errors.Is(err, store.ErrNotFound) {
				continue // it has come to its end
			}
			if err != nil {
				return err
			}
			if err := each(one); err != nil {
				return err
			}
		}
	}
	return nil
}

// sent is how many bytes of an upload are there.
func (s *Store) sent(ctx context.Context, u store.Upload) (bytes int64, err error) {
	in := &s3.ListPartsInput{Bucket: &s.bucket, Key: s.key(u.Key), UploadId: &u.ID}
	for pages := s3.NewListPartsPaginator(s.client, in); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, fmt.Errorf("list parts of an upload of %s: %w", u.Key, explain(err))
		}
		for _, p := range page.Parts {
			bytes += aws.ToInt64(p.Size)
		}
	}
	return bytes, nil
}

// Abort ends an upload.
func (s *Store) Abort(ctx context.Context, u store.Upload) error {
	return (&upload{store: s, key: u.Key, id: &u.ID}).abort(ctx)
}

var _ store.Uploader = (*Store)(nil)
