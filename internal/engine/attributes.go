package engine

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/versity/versitygw/backend/meta"
)

// attributes keeps what S3 knows of objects besides their bytes: a line for each object in a few files (attributeslog.go). The
// library's own layout, two folders and four files for each, was half of the gateway's time. In that layout are kept
//
//   - what is said of a bucket, which is asked for with every request and hardly ever changes, and is remembered;
//   - uploads in progress and objects that stand for a folder, which the library moves and names as folders;
//   - the objects of data folders of form 1, until they are written again.
//
// One gateway works on a folder (see gateway.lock), so what is remembered is what there is.
type attributes struct {
	meta.SideCar
	dir string

	mu      sync.Mutex
	buckets map[[2]string][]byte            // by bucket and attribute; nil: there is none
	shards  map[string]*[shards]shard       // by bucket
	recent  map[recentKey]map[string][]byte // of objects that were used lately; never changed, only replaced
	older   map[string]bool                 // by bucket: whether the library's layout had objects when it was first asked
}

type recentKey struct {
	bucket string
	name   objectName
}

// recently bounds what is remembered, at about a kilobyte each.
const recently = 4096

func newAttributes(dir string) (*attributes, error) {
	s, err := meta.NewSideCar(dir)
	if err != nil {
		return nil, err
	}
	return &attributes{
		SideCar: s, dir: dir,
		buckets: make(map[[2]string][]byte), shards: make(map[string]*[shards]shard), recent: make(map[recentKey]map[string][]byte),
		older: make(map[string]bool),
	}, nil
}

// librarys says that an object's attributes are in the library's layout only.
func librarys(object string) bool {
	return object == "" || strings.HasSuffix(object, "/") || strings.HasPrefix(object, ".sgwtmp/")
}

// RetrieveAttribute is meta.MetadataStorer's.
func (a *attributes) RetrieveAttribute(f *os.File, bucket, object, attribute string) ([]byte, error) {
	switch {
	case object == "":
		return a.ofBucket(f, bucket, attribute)
	case librarys(object):
		return a.SideCar.RetrieveAttribute(f, bucket, object, attribute)
	}
	values, err := a.know(bucket, object)
	if errors.Is(err, fs.ErrNotExist) {
		if !a.hasOlder(bucket) {
			return nil, meta.ErrNoSuchKey
		}
		return a.SideCar.RetrieveAttribute(f, bucket, object, attribute)
	}
	if err != nil {
		return nil, err
	}
	value, ok := values[attribute]
	if !ok {
		return nil, meta.ErrNoSuchKey
	}
	return value, nil
}

func (a *attributes) ofBucket(f *os.File, bucket, attribute string) ([]byte, error) {
	key := [2]string{bucket, attribute}
	a.mu.Lock()
	defer a.mu.Unlock()
	value, known := a.buckets[key]
	if !known {
		var err error
		value, err = a.SideCar.RetrieveAttribute(f, bucket, "", attribute)
		if err != nil && !errors.Is(err, meta.ErrNoSuchKey) {
			return nil, err
		}
		a.buckets[key] = value
	}
	if value == nil {
		return nil, meta.ErrNoSuchKey
	}
	return value, nil
}

// StoreAttribute is meta.MetadataStorer's.
func (a *attributes) StoreAttribute(f *os.File, bucket, object, attribute string, value []byte) error {
	if librarys(object) {
		switch {
		case object == "":
			defer a.forget(bucket)
		case strings.HasSuffix(object, "/"):
			a.nowOlder(bucket) // the library asks for it without the slash too
		}
		return a.SideCar.StoreAttribute(f, bucket, object, attribute, value)
	}
	return a.change(bucket, object, attribute, value, false)
}

// DeleteAttribute is meta.MetadataStorer's.
func (a *attributes) DeleteAttribute(bucket, object, attribute string) error {
	if !librarys(object) {
		values, err := a.know(bucket, object)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return err
		default:
			if _, ok := values[attribute]; !ok {
				return meta.ErrNoSuchKey
			}
			return a.change(bucket, object, attribute, nil, true)
		}
	} else if object == "" {
		defer a.forget(bucket)
	}
	return a.SideCar.DeleteAttribute(bucket, object, attribute)
}

// ListAttributes is meta.MetadataStorer's.
func (a *attributes) ListAttributes(bucket, object string) ([]string, error) {
	if !librarys(object) {
		values, err := a.know(bucket, object)
		if err == nil {
			return slices.Sorted(maps.Keys(values)), nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	return a.SideCar.ListAttributes(bucket, object)
}

// DeleteAttributes is meta.MetadataStorer's.
func (a *attributes) DeleteAttributes(bucket, object string) error {
	switch {
	case object == "":
		defer a.forget(bucket)
		if err := a.removeBucket(bucket); err != nil {
			return err
		}
	case !librarys(object):
		if err := a.remove(bucket, object); err != nil {
			return err
		}
	}
	return a.SideCar.DeleteAttributes(bucket, object)
}

func (a *attributes) forget(bucket string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for key := range a.buckets {
		if key[0] == bucket {
			delete(a.buckets, key)
		}
	}
	clear(a.recent)
}

// hasOlder says whether there may be attributes of objects in the library's layout: in a folder that was never one of form 1 there are
// none, and every new object would be looked for.
func (a *attributes) hasOlder(bucket string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	older, known := a.older[bucket]
	if !known {
		entries, err := os.ReadDir(filepath.Join(a.dir, bucket))
		older = err != nil && !errors.Is(err, fs.ErrNotExist)
		for _, e := range entries {
			// The bucket's own attributes, and uploads in progress.
			older = older || e.Name() != "meta" && !strings.HasPrefix(e.Name(), ".sgwtmp")
		}
		a.older[bucket] = older
	}
	return older
}

func (a *attributes) nowOlder(bucket string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.older[bucket] = true
}

// clean is an object's name as it is on disk.
func clean(object string) string { return path.Clean("/" + object)[1:] }

var _ meta.MetadataStorer = (*attributes)(nil)
