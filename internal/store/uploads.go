package store

import (
	"context"
	"time"
)

// Upload is a large object that is on its way in parts. One that nobody ends, because who
// sent it was killed or the answer with its id was lost, is no object, takes room for good,
// and is paid for.
type Upload struct {
	Key, ID string
	Begun   time.Time
	Bytes   int64 // of the parts that are there
}

// Uploader is a Store that sends large objects in parts.
type Uploader interface {
	// Uploads calls each for every upload under prefix that has not come to its end, until it
	// returns an error, which Uploads returns. Where the service knows none there are none.
	Uploads(ctx context.Context, prefix string, each func(Upload) error) error
	// Abort ends an upload and frees what is there of it. One that is not there has ended.
	Abort(ctx context.Context, u Upload) error
}
