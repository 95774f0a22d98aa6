package storetest

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/dailies/dailies/internal/store"
)

// Counted is a store that counts what it is asked, by kind: put, putnew, putif, get, read,
// head, list, copy, remove. A page of a listing is a request, as it is to S3. Safe for
// concurrent use; Count makes one.
type Counted struct {
	store.Store

	mu    sync.Mutex
	asked Requests
	keys  map[string]int
}

// Requests are how many of each kind were made.
type Requests map[string]int

// Count makes a store that counts.
func Count(s store.Store) *Counted {
	return &Counted{Store: s, asked: Requests{}, keys: map[string]int{}}
}

// All is how many there were of all kinds.
func (r Requests) All() (n int) {
	for _, of := range r {
		n += of
	}
	return n
}

// String names the kinds in order: 2 list, 1 read.
func (r Requests) String() string {
	var all []string
	for _, kind := range slices.Sorted(maps.Keys(r)) {
		all = append(all, fmt.Sprintf("%d %s", r[kind], kind))
	}
	return strings.Join(all, ", ")
}

// Taken gives what was asked since it was called last.
func (c *Counted) Taken() Requests {
	c.mu.Lock()
	defer c.mu.Unlock()
	was := c.asked
	c.asked, c.keys = Requests{}, map[string]int{}
	return was
}

// Places gives how often each place was asked since Taken was called last: the kind with
// the first folders of the key, episodes' numbers as epNN.
func (c *Counted) Places() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.keys)
}

func (c *Counted) count(kind, key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked[kind]++
	c.keys[kind+" "+place(key)]++
}

// place is a key without what is another's each time.
func place(key string) string {
	parts := strings.Split(key, "/")
	for i, p := range parts {
		switch {
		case i > 0 && strings.HasPrefix(p, "ep") && len(p) > 2 && p[2] >= '0' && p[2] <= '9':
			parts[i] = "epNN"
		case len(p) >= 32 || i > 2 && i+1 < len(parts):
			parts[i] = "*"
		}
	}
	if n := len(parts) - 1; n > 0 && parts[n] != "" && parts[n][0] >= '0' && parts[n][0] <= '9' {
		_, ext, _ := strings.Cut(parts[n], ".")
		parts[n] = "*." + ext
	}
	return strings.Join(parts, "/")
}

// Put counts a put.
func (c *Counted) Put(ctx context.Context, key string, body io.ReadSeeker, mediaType string) (store.Ref, error) {
	c.count("put", key)
	return c.Store.Put(ctx, key, body, mediaType)
}

// PutNew counts a putnew.
func (c *Counted) PutNew(ctx context.Context, key string, body []byte, mediaType string) (store.Ref, error) {
	c.count("putnew", key)
	return c.Store.PutNew(ctx, key, body, mediaType)
}

// PutIf counts a putif.
func (c *Counted) PutIf(ctx context.Context, key string, body []byte, mediaType, version string) error {
	c.count("putif", key)
	return c.Store.PutIf(ctx, key, body, mediaType, version)
}

// Get counts a get.
func (c *Counted) Get(ctx context.Context, ref store.Ref) (io.ReadCloser, error) {
	c.count("get", ref.Key)
	return c.Store.Get(ctx, ref)
}

// GetRange counts a get.
func (c *Counted) GetRange(ctx context.Context, ref store.Ref, offset, length int64) (io.ReadCloser, error) {
	c.count("get", ref.Key)
	return c.Store.GetRange(ctx, ref, offset, length)
}

// Read counts a read.
func (c *Counted) Read(ctx context.Context, key string) ([]byte, store.Info, error) {
	c.count("read", key)
	return c.Store.Read(ctx, key)
}

// Head counts a head.
func (c *Counted) Head(ctx context.Context, key string) (store.Info, error) {
	c.count("head", key)
	return c.Store.Head(ctx, key)
}

// List counts a list a page.
func (c *Counted) List(ctx context.Context, prefix string, each func(store.Info) error) error {
	return c.Store.List(ctx, prefix, c.paged(prefix, each))
}

// ListLevel counts a list a page.
func (c *Counted) ListLevel(ctx context.Context, prefix string, each func(store.Info) error) error {
	return c.Store.ListLevel(ctx, prefix, c.paged(prefix, each))
}

func (c *Counted) paged(prefix string, each func(store.Info) error) func(store.Info) error {
	c.count("list", prefix)
	n := 0
	return func(i store.Info) error {
		if n++; n%page == 0 {
			c.count("list", prefix)
		}
		return each(i)
	}
}

// Copy counts a copy.
func (c *Counted) Copy(ctx context.Context, from store.Ref, key string) (store.Ref, error) {
	c.count("copy", key)
	return c.Store.Copy(ctx, from, key)
}

// Remove counts a remove.
func (c *Counted) Remove(ctx context.Context, key string) error {
	c.count("remove", key)
	return c.Store.Remove(ctx, key)
}
