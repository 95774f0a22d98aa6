package storetest

import (
	"context"
	"io"
	"time"

	"github.com/dailies/dailies/internal/store"
)

// Distant is a store that answers after Trip: in a synctest bubble, where time is
// not real, what passes is the round trips that were made one after another.
type Distant struct {
	store.Store

	Trip time.Duration
}

// page is how many keys one answer to a listing has.
const page = 1000

func (d Distant) wait() { time.Sleep(d.Trip) }

// Put waits one trip.
func (d Distant) Put(ctx context.Context, key string, body io.ReadSeeker, mediaType string) (store.Ref, error) {
	d.wait()
	return d.Store.Put(ctx, key, body, mediaType)
}

// PutNew waits one trip.
func (d Distant) PutNew(ctx context.Context, key string, body []byte, mediaType string) (store.Ref, error) {
	d.wait()
	return d.Store.PutNew(ctx, key, body, mediaType)
}

// PutIf waits one trip.
func (d Distant) PutIf(ctx context.Context, key string, body []byte, mediaType, version string) error {
	d.wait()
	return d.Store.PutIf(ctx, key, body, mediaType, version)
}

// Read waits one trip.
func (d Distant) Read(ctx context.Context, key string) ([]byte, store.Info, error) {
	d.wait()
	return d.Store.Read(ctx, key)
}

// Head waits one trip.
func (d Distant) Head(ctx context.Context, key string) (store.Info, error) {
	d.wait()
	return d.Store.Head(ctx, key)
}

// Get waits one trip.
func (d Distant) Get(ctx context.Context, ref store.Ref) (io.ReadCloser, error) {
	d.wait()
	return d.Store.Get(ctx, ref)
}

// GetRange waits one trip.
func (d Distant) GetRange(ctx context.Context, ref store.Ref, offset, length int64) (io.ReadCloser, error) {
	d.wait()
	return d.Store.GetRange(ctx, ref, offset, length)
}

// Copy waits one trip.
func (d Distant) Copy(ctx context.Context, from store.Ref, key string) (store.Ref, error) {
	d.wait()
	return d.Store.Copy(ctx, from, key)
}

// Remove waits one trip.
func (d Distant) Remove(ctx context.Context, key string) error {
	d.wait()
	return d.Store.Remove(ctx, key)
}

// List waits one trip a page.
func (d Distant) List(ctx context.Context, prefix string, each func(store.Info) error) error {
	return d.Store.List(ctx, prefix, d.paged(each))
}

// ListLevel waits one trip a page.
func (d Distant) ListLevel(ctx context.Context, prefix string, each func(store.Info) error) error {
	return d.Store.ListLevel(ctx, prefix, d.paged(each))
}

func (d Distant) paged(each func(store.Info) error) func(store.Info) error {
	d.wait()
	n := 0
	return func(i store.Info) error {
		if n++; n%page == 0 {
			d.wait()
		}
		return each(i)
	}
}
