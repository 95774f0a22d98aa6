package s3

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/dailies/dailies/internal/store"
)

// List calls each for every object whose key begins with prefix, page by page.
func (s *Store) List(ctx context.Context, prefix string, each func(store.Info) error) error {
	return s.list(ctx, prefix, nil, each)
}

// ListLevel lists what lies directly below prefix, and the folders there, page by page.
func (s *Store) ListLevel(ctx context.Context, prefix string, each func(store.Info) error) error {
	return s.list(ctx, prefix, aws.String("/"), each)
}

func (s *Store) list(ctx context.Context, prefix string, delimiter *string, each func(store.Info) error) error {
	in := &s3.ListObjectsV2Input{Bucket: &s.bucket, Prefix: aws.String(s.prefix + prefix), Delimiter: delimiter}
	if s.pageSize > 0 {
		in.MaxKeys = &s.pageSize
	}
	for pages := s3.NewListObjectsV2Paginator(s.client, in); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list %s: %w", prefix, explain(err))
		}
		for _, info := range s.inOrder(page.Contents, page.CommonPrefixes) {
			if err := each(info); err != nil {
				return err
			}
		}
	}
	return nil
}

// inOrder merges the objects and the folders of a page, each of which are in order.
func (s *Store) inOrder(objects []types.Object, folders []types.CommonPrefix) []store.Info {
	page := make([]store.Info, 0, len(objects)+len(folders))
	upTo := func(key string) {
		for len(folders) > 0 && (key == "" || aws.ToString(folders[0].Prefix) < key) {
			page = append(page, store.Info{Key: strings.TrimPrefix(aws.ToString(folders[0].Prefix), s.prefix)})
			folders = folders[1:]
		}
	}
	for _, o := range objects {
		key := aws.ToString(o.Key)
		if key == "" || strings.HasSuffix(key, "/") {
			continue // a "folder" that some tool made; no object of ours
		}
		upTo(key)
		page = append(page, store.Info{
			Key: strings.TrimPrefix(key, s.prefix), Bytes: aws.ToInt64(o.Size), Version: aws.ToString(o.ETag), Modified: aws.ToTime(o.LastModified),
		})
	}
	upTo("")
	return page
}
