package folder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/dailies/dailies/internal/store"
)

// List calls each for every object whose key begins with prefix, in key order.
func (s *Store) List(ctx context.Context, prefix string, each func(store.Info) error) error {
	parent, ok := parentOf(prefix)
	if !ok {
		return nil
	}
	var found []store.Info
	err := filepath.WalkDir(filepath.Join(s.dir, filepath.FromSlash(parent)), func(name string, d fs.DirEntry, err error) error {
		if gone(err) {
			return nil
		}
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		rel, err := filepath.Rel(s.dir, name)
		if err != nil {
			return err
		}
		key := filepath.ToSlash(rel)
		if d.IsDir() {
			apart := !strings.HasPrefix(key+"/", prefix) && !strings.HasPrefix(prefix, key+"/")
			if key == hidden || key != "." && apart {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasPrefix(key, prefix) {
			return nil
		}
		found, err = listed(found, key, d)
		return err
	})
	if err != nil {
		return fmt.Errorf("list %s: %w", s.URI(prefix), err)
	}
	return inOrder(ctx, found, each)
}

// ListLevel lists what lies directly below prefix, and the folders there.
func (s *Store) ListLevel(ctx context.Context, prefix string, each func(store.Info) error) error {
	parent, ok := parentOf(prefix)
	if !ok {
		return nil
	}
	entries, err := os.ReadDir(filepath.Join(s.dir, filepath.FromSlash(parent)))
	if err != nil && !gone(err) {
		return fmt.Errorf("list %s: %w", s.URI(prefix), err)
	}
	if parent != "" {
		parent += "/"
	}
	var found []store.Info
	for _, d := range entries {
		key := parent + d.Name()
		switch {
		case !strings.HasPrefix(key, prefix) || key == hidden:
		case d.IsDir():
			found = append(found, store.Info{Key: key + "/"})
		default:
			if found, err = listed(found, key, d); err != nil {
				return fmt.Errorf("list %s: %w", s.URI(prefix), err)
			}
		}
	}
	return inOrder(ctx, found, each)
}

// parentOf is the folder that all keys with the prefix lie in; false if that is
// outside of the bucket.
func parentOf(prefix string) (string, bool) {
	i := strings.LastIndexByte(prefix, '/')
	if i < 0 {
		return "", true
	}
	return prefix[:i], filepath.IsLocal(filepath.FromSlash(prefix[:i]))
}

// gone says that there is no such folder: nothing lies there yet, or an object does.
func gone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// listed adds the object that lies in a file, if it is one and still there.
func listed(found []store.Info, key string, d fs.DirEntry) ([]store.Info, error) {
	if !d.Type().IsRegular() || strings.Contains(d.Name(), unnamed) {
		return found, nil
	}
	about, err := d.Info()
	if gone(err) {
		return found, nil
	}
	if err != nil {
		return found, err
	}
	return append(found, info(key, about)), nil
}

// inOrder tells what was found in the order of keys: a folder is walked before the
// file whose name goes on from its own.
func inOrder(ctx context.Context, found []store.Info, each func(store.Info) error) error {
	slices.SortFunc(found, func(a, b store.Info) int { return strings.Compare(a.Key, b.Key) })
	for _, i := range found {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := each(i); err != nil {
			return err
		}
	}
	return nil
}
