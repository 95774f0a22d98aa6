package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/versity/versitygw/backend/meta"
)

// attributes keeps what S3 knows of objects besides their bytes, in the library's
// own layout (a folder for each object, a file for each attribute), with less work:
// writing and asking for attributes was two fifths of the gateway's time.
//
//   - What is said of a bucket is asked for with every request and hardly ever
//     changes. It is kept in memory: one gateway works on a folder (see gateway.lock).
//   - An attribute that was not there is written in place instead of beside it and
//     renamed. Nobody can see a torn one: the object that it belongs to is put in
//     place after its attributes, and one that is put again finds the attribute there
//     and has it replaced.
type attributes struct {
	meta.SideCar
	dir string

	mu      sync.Mutex
	buckets map[[2]string][]byte // by bucket and attribute; nil: there is none
}

func newAttributes(dir string) (*attributes, error) {
	s, err := meta.NewSideCar(dir)
	if err != nil {
		return nil, err
	}
	return &attributes{SideCar: s, dir: dir, buckets: make(map[[2]string][]byte)}, nil
}

// RetrieveAttribute is meta.MetadataStorer's.
func (a *attributes) RetrieveAttribute(f *os.File, bucket, object, attribute string) ([]byte, error) {
	if object != "" {
		return a.SideCar.RetrieveAttribute(f, bucket, object, attribute)
	}
	key := [2]string{bucket, attribute}
	a.mu.Lock()
	defer a.mu.Unlock()
	value, known := a.buckets[key]
	if !known {
		var err error
		value, err = a.SideCar.RetrieveAttribute(f, bucket, object, attribute)
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
	if object == "" {
		defer a.forget(bucket)
		return a.SideCar.StoreAttribute(f, bucket, object, attribute, value)
	}
	at := filepath.Join(a.dir, bucket, object, "meta", attribute)
	file, err := os.OpenFile(at, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(filepath.Dir(at), 0o700); err == nil {
			file, err = os.OpenFile(at, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		}
	}
	if err != nil {
		// It is there already, or there is trouble that the library has words for.
		return a.SideCar.StoreAttribute(f, bucket, object, attribute, value)
	}
	_, err = file.Write(value)
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(fmt.Errorf("write attribute: %w", err), os.Remove(at))
	}
	return nil
}

// DeleteAttribute is meta.MetadataStorer's.
func (a *attributes) DeleteAttribute(bucket, object, attribute string) error {
	if object == "" {
		defer a.forget(bucket)
	}
	return a.SideCar.DeleteAttribute(bucket, object, attribute)
}

// DeleteAttributes is meta.MetadataStorer's.
func (a *attributes) DeleteAttributes(bucket, object string) error {
	if object == "" {
		defer a.forget(bucket)
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
}

var _ meta.MetadataStorer = (*attributes)(nil)
