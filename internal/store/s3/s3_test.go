package s3_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dailies/dailies/internal/engine"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/internal/store/folder"
	"github.com/dailies/dailies/internal/store/s3"
	"github.com/dailies/dailies/internal/store/storetest"
)

// TestMain lets the test binary be the gateway's process, as the program is.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "s3gateway" {
		if err := engine.RunGateway(context.Background(), os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// gateway runs the embedded S3 and gives a config for it, and its data folder.
func gateway(t testing.TB) (s3.Config, string) {
	t.Helper()
	data := t.TempDir()
	e, err := engine.Start(t.Context(), engine.Options{Data: data, NoTemporal: true, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	a := e.Address()
	keys, err := a.Credentials()
	if err != nil {
		t.Fatal(err)
	}
	return s3.Config{
		Endpoint: a.S3Endpoint, Bucket: a.S3Bucket, Region: a.S3Region, PathStyle: true, AccessKey: keys.AccessKey, SecretKey: keys.SecretKey,
		Own: true, PartBytes: 5 << 20, PageSize: 10,
	}, data
}

func open(t *testing.T, c s3.Config) *s3.Store {
	t.Helper()
	s, err := s3.New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStore(t *testing.T) {
	c, _ := gateway(t)
	var n atomic.Int32
	storetest.Run(t, func(t *testing.T) store.Store {
		fresh := c
		fresh.Bucket = fmt.Sprintf("bucket-%d", n.Add(1))
		s := open(t, fresh)
		if err := s.EnsureBucket(t.Context()); err != nil {
			t.Fatal(err)
		}
		return s
	})
	t.Run("with a prefix, by the SDK alone", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) store.Store {
			fresh := c
			fresh.Own = false
			fresh.Prefix = fmt.Sprintf("studio/%d", n.Add(1))
			return open(t, fresh)
		})
	})
}

// TestFolderReadsTheSame: what the gateway keeps, package folder finds on disk under the same keys, in the same order, while the gateway runs.
func TestFolderReadsTheSame(t *testing.T) {
	for _, prefix := range []string{"", "studio/one"} {
		c, data := gateway(t)
		c.Prefix = prefix
		s := open(t, c)
		onDisk := folder.New(filepath.Join(data, "s3", "objects"), c.Bucket, prefix)
		bodies := map[string]string{}
		var refs []store.Ref
		for _, key := range []string{"show/ep01/takes/1A/0001.json", "show/ep01/takes/1A-2/0001.json", "show/ep01/takes/1A.json", "show/circles/é b+%.json", "shower/x", "show/ep01/big"} {
			body := strings.Repeat(key, 3)
			if key == "show/ep01/big" {
				body = strings.Repeat("frame", 2<<20) // goes up in parts
			}
			ref, err := s.Put(t.Context(), key, strings.NewReader(body), "application/json")
			if err != nil {
				t.Fatal(err)
			}
			bodies[key] = body
			refs = append(refs, ref)
		}
		for _, p := range []string{"", "show", "show/", "show/ep01/takes/1A", "show/ep01/takes/1A/", "show/c", "no/such/", "shower/x", "../"} {
			list := func(s store.Store) (keys []string) {
				add := func(i store.Info) error { keys = append(keys, fmt.Sprint(i.Key, i.Bytes)); return nil }
				if err := errors.Join(s.List(t.Context(), p, add), s.ListLevel(t.Context(), p, add)); err != nil {
					t.Fatal(err)
				}
				return keys
			}
			if got, want := list(onDisk), list(s); !slices.Equal(got, want) {
				t.Errorf("prefix %q, list %q:\n got %q\nwant %q", prefix, p, got, want)
			}
		}
		for _, ref := range refs {
			r, err := onDisk.Get(t.Context(), ref)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(r)
			if err != nil || string(b) != bodies[ref.Key] {
				t.Errorf("get %s: %d bytes, %v", ref.Key, len(b), err)
			}
			r.Close()
			if r, err = onDisk.GetRange(t.Context(), ref, 3, 7); err != nil {
				t.Fatal(err)
			}
			if b, err = io.ReadAll(r); err != nil || string(b) != bodies[ref.Key][3:10] {
				t.Errorf("get a part of %s: %q, %v", ref.Key, b, err)
			}
			r.Close()
			if onDisk.URI(ref.Key) != s.URI(ref.Key) {
				t.Errorf("named %s, not %s", onDisk.URI(ref.Key), s.URI(ref.Key))
			}
		}
	}
}

// TestBytesSpoiledOnDiskAreNoticed: a disk lies, a person edits; a take must not come back as something else.
func TestBytesSpoiledOnDiskAreNoticed(t *testing.T) {
	c, data := gateway(t)
	s := open(t, c)
	ref, err := s.Put(t.Context(), "show/clip.mp4", bytes.NewReader(bytes.Repeat([]byte("frame"), 10_000)), "video/mp4")
	if err != nil {
		t.Fatal(err)
	}
	spoil(t, data, "clip.mp4")
	for name, ref := range map[string]store.Ref{"with its claim check": ref, "by key alone": {Key: ref.Key}} {
		r, err := s.Get(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.ReadAll(r)
		if !errors.Is(err, store.ErrChecksum) {
			t.Errorf("get %s: got error %v, want ErrChecksum", name, err)
		}
		r.Close()
	}
	if _, _, err := s.Read(t.Context(), ref.Key); !errors.Is(err, store.ErrChecksum) {
		t.Errorf("read: got error %v, want ErrChecksum", err)
	}
}

// spoil changes one byte of the file called name under dir.
func spoil(t *testing.T, dir, name string) {
	t.Helper()
	found := false
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() != name {
			return err
		}
		found = true
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		b[len(b)/2] ^= 1
		return os.WriteFile(path, b, 0o600)
	})
	if err != nil || !found {
		t.Fatalf("spoil %s: found %v, %v", name, found, err)
	}
}

// shifty is a body that reads differently the second time, as a file that is still being written does.
type shifty struct {
	*bytes.Reader

	other *bytes.Reader
	seeks int
}

func (s *shifty) Seek(offset int64, whence int) (int64, error) {
	if s.seeks++; s.seeks > 1 && offset == 0 && whence == io.SeekStart {
		s.Reader = s.other
	}
	return s.Reader.Seek(offset, whence)
}

func TestABodyThatChangesIsNoObject(t *testing.T) {
	c, data := gateway(t)
	s := open(t, c)
	for name, size := range map[string]int{"whole": 1000, "in parts": 11 << 20} {
		key := "k " + name
		body := &shifty{Reader: bytes.NewReader(make([]byte, size)), other: bytes.NewReader(bytes.Repeat([]byte{1}, size))}
		if _, err := s.Put(t.Context(), key, body, ""); !errors.Is(err, store.ErrChecksum) {
			t.Errorf("%s: got error %v, want ErrChecksum", name, err)
		}
		if _, err := s.Head(t.Context(), key); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: something is there: %v", name, err)
		}
	}
	// Nothing of the broken upload may stay behind.
	err := filepath.WalkDir(filepath.Join(data, "s3", "objects"), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if info, err := d.Info(); err == nil && info.Size() > 1<<20 && !d.IsDir() {
			t.Errorf("left behind: %s (%d bytes)", path, info.Size())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestErrorsSayWhatToDoAndNoSecret(t *testing.T) {
	c, _ := gateway(t)
	wrongKey := c
	wrongKey.SecretKey = "wrong-secret-0123456789"
	wrongBucket := c
	wrongBucket.Bucket = "no-such-bucket"
	for name, tc := range map[string]struct {
		config s3.Config
		want   string
	}{
		"wrong keys":   {wrongKey, "s3.access_key_env"},
		"wrong bucket": {wrongBucket, "s3.bucket"},
	} {
		err := open(t, tc.config).Check(t.Context())
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want an error that names %s", name, err, tc.want)
		}
		if err != nil && (strings.Contains(err.Error(), tc.config.SecretKey) || strings.Contains(err.Error(), tc.config.AccessKey)) {
			t.Errorf("%s: the error shows a key", name)
		}
	}
	for name, bad := range map[string]s3.Config{
		"no bucket": {Region: "us-east-1", AccessKey: "a", SecretKey: "b"},
		"half keys": {Bucket: "dailies", AccessKey: "a"},
		"bad prefix": {
			Bucket: "dailies", AccessKey: "a", SecretKey: "b", Prefix: "a/../b",
		},
	} {
		if _, err := s3.New(t.Context(), bad); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestALostAnswerIsNotSomebodyElsesWrite: the first answer to a conditional write is lost on the way. The write was made; the client's
// second try finds it there and must know it for its own, or a ledger would think that another worker holds its job.
func TestALostAnswerIsNotSomebodyElsesWrite(t *testing.T) {
	for _, own := range []bool{true, false} {
		t.Run(fmt.Sprintf("own gateway %t", own), func(t *testing.T) { loseAnswers(t, own) })
	}
}

func loseAnswers(t *testing.T, own bool) {
	c, _ := gateway(t)
	c.Own = own
	behind, err := url.Parse(c.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	var lose atomic.Bool
	lost := 0
	forward := httputil.NewSingleHostReverseProxy(behind)
	forward.ModifyResponse = func(r *http.Response) error {
		if r.Request.Method == http.MethodPut && lose.Swap(false) {
			lost++
			return errors.New("lost")
		}
		return nil
	}
	forward.ErrorHandler = func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) } // cuts the connection
	forward.ErrorLog = log.New(io.Discard, "", 0)
	proxy := httptest.NewServer(forward)
	defer proxy.Close()
	c.Endpoint = proxy.URL
	s := open(t, c)

	lose.Store(true)
	if _, err := s.PutNew(t.Context(), "intent.json", []byte("1"), ""); err != nil {
		t.Errorf("put new, answer lost: %v", err)
	}
	if _, err := s.PutNew(t.Context(), "intent.json", []byte("1"), ""); !errors.Is(err, store.ErrExists) {
		t.Errorf("put new of another worker: got %v, want ErrExists", err)
	}
	_, info, err := s.Read(t.Context(), "intent.json")
	if err != nil {
		t.Fatal(err)
	}
	lose.Store(true)
	if err := s.PutIf(t.Context(), "intent.json", []byte("2"), "", info.Version); err != nil {
		t.Errorf("put if, answer lost: %v", err)
	}
	if err := s.PutIf(t.Context(), "intent.json", []byte("3"), "", info.Version); !errors.Is(err, store.ErrChanged) {
		t.Errorf("put if with the version before: got %v, want ErrChanged", err)
	}
	if lost != 2 {
		t.Errorf("%d answers were lost, want 2", lost)
	}
}

func BenchmarkPut64MiB(b *testing.B) {
	c, _ := gateway(b)
	c.PartBytes = 0
	s, err := s3.New(b.Context(), c)
	if err != nil {
		b.Fatal(err)
	}
	body := bytes.Repeat([]byte("take"), 16<<20)
	b.SetBytes(int64(len(body)))
	for i := 0; b.Loop(); i++ {
		if _, err := s.Put(b.Context(), fmt.Sprintf("clip-%d", i), bytes.NewReader(body), "video/mp4"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPutNew(b *testing.B) {
	c, _ := gateway(b)
	s, err := s3.New(b.Context(), c)
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		if _, err := s.PutNew(b.Context(), fmt.Sprintf("ledger/%d.json", i), []byte("{}"), "application/json"); err != nil {
			b.Fatal(err)
		}
	}
}
