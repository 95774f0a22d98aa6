package images

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/wire"
)

// spool is a folder of pictures that wait to be fetched, by our key.
type spool struct{ dir string }

// keepFor is how long a picture waits: longer than any job's deadline.
const keepFor = 48 * time.Hour

var key = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

func (s spool) path(id string) (string, bool) {
	return filepath.Join(s.dir, id+".picture"), s.dir != "" && key.MatchString(id)
}

// put keeps a picture, whole or not at all, and drops those that nobody fetched.
func (s spool) put(id string, body []byte) error {
	to, ok := s.path(id)
	if !ok {
		return errors.New("there is no place for it")
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	s.clear()
	tmp, err := os.CreateTemp(s.dir, ".new-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(body)
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), to)
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
	}
	return err
}

func (s spool) clear() {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > keepFor {
			_ = os.Remove(filepath.Join(s.dir, e.Name()))
		}
	}
}

func (s spool) has(id string) bool {
	path, ok := s.path(id)
	if !ok {
		return false
	}
	_, err := os.Stat(path)
	return err == nil
}

func (s spool) open(id string) (io.ReadCloser, error) {
	path, ok := s.path(id)
	err := fs.ErrNotExist
	if ok {
		var f *os.File
		if f, err = os.Open(path); err == nil {
			return f, nil
		}
	}
	return nil, &provider.Error{Kind: provider.KindNotFound, Op: string(wire.Fetch), Message: "the picture is not on this machine any more", Err: err}
}
