package folder_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/folder"
)

func bucket(t *testing.T, files map[string]string) *folder.Store {
	t.Helper()
	objects := t.TempDir()
	for name, body := range files {
		path := filepath.Join(objects, "b", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder.New(objects, "b", "")
}

// What is on disk may have been spoiled since it was promised.
func TestGetChecks(t *testing.T) {
	s := bucket(t, map[string]string{"show/clip": "frames"})
	sum := sha256.Sum256([]byte("frames"))
	good := store.Ref{Key: "show/clip", Bytes: 6, SHA256: hex.EncodeToString(sum[:])}
	read := func(ref store.Ref) error {
		r, err := s.Get(t.Context(), ref)
		if err != nil {
			return err
		}
		defer r.Close()
		_, err = io.Copy(io.Discard, r)
		return err
	}
	if err := read(good); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func(*store.Ref){
		"another size":     func(r *store.Ref) { r.Bytes++ },
		"another checksum": func(r *store.Ref) { r.SHA256 = strings.Repeat("0", 64) },
	} {
		ref := good
		spoil(&ref)
		if err := read(ref); !errors.Is(err, store.ErrChecksum) {
			t.Errorf("%s: %v", name, err)
		}
	}
	bigger := good
	bigger.Bytes++
	_, size := s.GetRange(t.Context(), bigger, 0, 1)
	_, end := s.GetRange(t.Context(), good, 6, 1)
	if !errors.Is(size, store.ErrChecksum) || !errors.Is(end, store.ErrRange) {
		t.Errorf("a part of an object of another size: %v; beyond its end: %v", size, end)
	}
}

func TestWhatIsNoObject(t *testing.T) {
	s := bucket(t, map[string]string{"show/clip": "frames", ".sgwtmp/upload": "half", "show/.clip.sgwtmp.17": "new", "../secret": "no"})
	for _, key := range []string{"show", "show/", "no/such", "../secret", "/etc/passwd", "show/../../secret", ".sgwtmp/upload", ""} {
		if _, err := s.Head(t.Context(), key); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("head %q: %v", key, err)
		}
	}
	for prefix, want := range map[string][]string{"": {"show/clip", "show/"}, "show/": {"show/clip", "show/clip"}, "show/clip/": nil, "../": nil, "show/../../b/show/": nil} {
		var keys []string
		add := func(i store.Info) error { keys = append(keys, i.Key); return nil }
		if err := errors.Join(s.List(t.Context(), prefix, add), s.ListLevel(t.Context(), prefix, add)); err != nil || !slices.Equal(keys, want) {
			t.Errorf("list %q: %q, %v", prefix, keys, err)
		}
	}
}

func TestReadsOnly(t *testing.T) {
	s := bucket(t, nil)
	_, put := s.Put(t.Context(), "k", strings.NewReader("x"), "")
	_, fresh := s.PutNew(t.Context(), "k", nil, "")
	_, copied := s.Copy(t.Context(), store.Ref{}, "k")
	_, signed := s.Presign(t.Context(), "k", 1)
	for name, err := range map[string]error{"put": put, "put new": fresh, "put if": s.PutIf(t.Context(), "k", nil, "", ""), "copy": copied, "presign": signed} {
		if !errors.Is(err, folder.ErrReadOnly) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
