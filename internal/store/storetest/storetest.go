// Package storetest is the conformance suite of store.Store: what an
// implementation promises, asked of it. A test of an implementation is a dozen
// lines that call Run.
package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/store"
)

// Run asks everything of the stores that open makes. Each is empty at first.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	t.Helper()
	for _, c := range []struct {
		name string
		run  func(t *testing.T, s store.Store)
	}{
		{"put and get", putAndGet},
		{"large object", large},
		{"put of the same bytes sends nothing", putSame},
		{"put of what is known", putKnown},
		{"put new", putNew},
		{"put new is won by one", putNewRace},
		{"put if", putIf},
		{"put if is won by one", putIfRace},
		{"read and put if count together", countTogether},
		{"checksum", checksum},
		{"missing", missing},
		{"read limit", readLimit},
		{"parts of an object", parts},
		{"list", list},
		{"list of a level", listLevel},
		{"copy", copied},
		{"remove", removed},
		{"presign", presign},
		{"keys", keys},
		{"ended context", ended},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

func noise(n int, seed uint64) []byte {
	b := make([]byte, n)
	rnd := rand.NewChaCha8([32]byte{byte(seed)})
	_, _ = rnd.Read(b) // never fails
	return b
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

func put(t *testing.T, s store.Store, key string, b []byte, mediaType string) store.Ref {
	t.Helper()
	ref, err := s.Put(t.Context(), key, bytes.NewReader(b), mediaType)
	if err != nil {
		t.Fatalf("put %s: %v", key, err)
	}
	return ref
}

func get(t *testing.T, s store.Store, ref store.Ref) []byte {
	t.Helper()
	r, err := s.Get(t.Context(), ref)
	if err != nil {
		t.Fatalf("get %s: %v", ref.Key, err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("read %s: %v", ref.Key, err)
	}
	return b
}

func wantIs(t *testing.T, what string, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Errorf("%s: got error %v, want %v", what, err, target)
	}
}

func putAndGet(t *testing.T, s store.Store) {
	for key, body := range map[string][]byte{
		"show/ep01/a.json":           []byte(`{"a":1}`),
		"show/empty":                 {},
		"show/with space+plus%25&?=": []byte("odd"),
		"show/夜班/第一集.txt":            []byte("你好"),
		"show/mid.bin":               noise(1<<20+7, 1),
	} {
		ref := put(t, s, key, body, "text/x-test")
		if ref.Key != key || ref.SHA256 != sum(body) || ref.Bytes != int64(len(body)) || ref.Type != "text/x-test" || ref.Bucket == "" {
			t.Errorf("put %q: claim check %+v is wrong", key, ref)
		}
		if got := get(t, s, ref); !bytes.Equal(got, body) {
			t.Errorf("get %q: %d bytes came back, %d were put", key, len(got), len(body))
		}
		if got := get(t, s, store.Ref{Key: key}); !bytes.Equal(got, body) {
			t.Errorf("get %q by key alone: other bytes came back", key)
		}
		info, err := s.Head(t.Context(), key)
		if err != nil || info.Key != key || info.Bytes != ref.Bytes || info.SHA256 != ref.SHA256 || info.Type != ref.Type || info.Version == "" || info.Modified.IsZero() {
			t.Errorf("head %q: %+v, %v", key, info, err)
		}
		got, info, err := s.Read(t.Context(), key)
		if err != nil || !bytes.Equal(got, body) || info.SHA256 != ref.SHA256 || info.Version == "" || info.Type != ref.Type {
			t.Errorf("read %q: %d bytes, %+v, %v", key, len(got), info, err)
		}
	}
	// Replaced, and read back at once.
	put(t, s, "show/again", []byte("one"), "")
	ref := put(t, s, "show/again", []byte("two"), "")
	if got := get(t, s, ref); string(got) != "two" {
		t.Errorf("after replacing: got %q", got)
	}
}

func large(t *testing.T, s store.Store) {
	body := noise(33<<20+13, 2)
	ref := put(t, s, "show/large.mp4", body, "video/mp4")
	if ref.SHA256 != sum(body) || ref.Bytes != int64(len(body)) {
		t.Errorf("claim check %+v is wrong", ref)
	}
	if !bytes.Equal(get(t, s, ref), body) {
		t.Error("other bytes came back")
	}
	info, err := s.Head(t.Context(), ref.Key)
	if err != nil || info.SHA256 != ref.SHA256 || info.Type != "video/mp4" {
		t.Errorf("head: %+v, %v", info, err)
	}
	to, err := s.Copy(t.Context(), ref, "show/copy.mp4")
	if err != nil || to.SHA256 != ref.SHA256 || to.Bytes != ref.Bytes {
		t.Errorf("copy: %+v, %v", to, err)
	}
}

// countingSeeker sees whether a body is read once (for its checksum) or sent too.
type countingSeeker struct {
	*bytes.Reader

	read int
}

func (c *countingSeeker) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read += n
	return n, err
}

func (c *countingSeeker) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{c})
}

func putSame(t *testing.T, s store.Store) {
	body := noise(100_000, 3)
	put(t, s, "k", body, "a/b")
	before, err := s.Head(t.Context(), "k")
	if err != nil {
		t.Fatal(err)
	}
	again := &countingSeeker{Reader: bytes.NewReader(body)}
	if _, err := again.Seek(10, io.SeekStart); err != nil { // Put begins at the start all the same
		t.Fatal(err)
	}
	ref, err := s.Put(t.Context(), "k", again, "a/b")
	if err != nil || ref.SHA256 != sum(body) {
		t.Fatalf("second put: %+v, %v", ref, err)
	}
	if again.read > len(body) {
		t.Errorf("the body was read %d bytes long, want %d: it was sent", again.read, len(body))
	}
	after, err := s.Head(t.Context(), "k")
	if err != nil || !after.Modified.Equal(before.Modified) || after.Version != before.Version {
		t.Errorf("the object was written again: %+v, then %+v, %v", before, after, err)
	}
}

func putNew(t *testing.T, s store.Store) {
	ref, err := s.PutNew(t.Context(), "intent.json", []byte("1"), "application/json")
	if err != nil || ref.SHA256 != sum([]byte("1")) || ref.Bytes != 1 || ref.Type != "application/json" {
		t.Fatalf("first: %+v, %v", ref, err)
	}
	_, err = s.PutNew(t.Context(), "intent.json", []byte("2"), "application/json")
	wantIs(t, "second", err, store.ErrExists)
	if got := get(t, s, ref); string(got) != "1" {
		t.Errorf("the loser's bytes are there: %q", got)
	}
	_, err = s.PutNew(t.Context(), "big", make([]byte, store.MaxSmall+1), "")
	wantIs(t, "too large", err, store.ErrTooLarge)
}

func putIf(t *testing.T, s store.Store) {
	ctx := t.Context()
	wantIs(t, "a version of nothing", s.PutIf(ctx, "latest", []byte("x"), "", "no-such-version"), store.ErrChanged)
	if err := s.PutIf(ctx, "latest", []byte("1"), "a/b", ""); err != nil {
		t.Fatalf("first, expecting none: %v", err)
	}
	wantIs(t, "expecting none again", s.PutIf(ctx, "latest", []byte("x"), "", ""), store.ErrChanged)
	_, info, err := s.Read(ctx, "latest")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.PutIf(ctx, "latest", []byte("2"), "a/b", info.Version); err != nil {
		t.Fatalf("with the right version: %v", err)
	}
	wantIs(t, "with the version before", s.PutIf(ctx, "latest", []byte("x"), "", info.Version), store.ErrChanged)
	got, now, err := s.Read(ctx, "latest")
	if err != nil || string(got) != "2" || now.Version == info.Version || now.Type != "a/b" {
		t.Errorf("at the end: %q, %+v, %v", got, now, err)
	}
	wantIs(t, "too large", s.PutIf(ctx, "latest", make([]byte, store.MaxSmall+1), "", now.Version), store.ErrTooLarge)
}

func putKnown(t *testing.T, s store.Store) {
	for _, n := range []int{1_000, 200_000, 12 << 20} {
		body := noise(n, 9)
		key := fmt.Sprint("known/", n)
		known := &store.Known{ReadSeeker: bytes.NewReader(body), SHA256: sum(body), Bytes: int64(n)}
		ref, err := s.Put(t.Context(), key, known, "a/b")
		if err != nil || ref.SHA256 != sum(body) || ref.Bytes != int64(n) {
			t.Fatalf("%d bytes: %+v, %v", n, ref, err)
		}
		if got := get(t, s, ref); !bytes.Equal(got, body) {
			t.Errorf("%d bytes: others came back", n)
		}
		known.SHA256 = sum([]byte("something else"))
		_, err = s.Put(t.Context(), key+"-wrong", known, "a/b")
		wantIs(t, "put under another checksum", err, store.ErrChecksum)
		_, err = s.Head(t.Context(), key+"-wrong")
		wantIs(t, "head after it", err, store.ErrNotFound)
	}
}

func checksum(t *testing.T, s store.Store) {
	ref := put(t, s, "clip", noise(200_000, 4), "")
	wrong := ref
	wrong.SHA256 = sum([]byte("something else"))
	r, err := s.Get(t.Context(), wrong)
	if err == nil {
		_, err = io.ReadAll(r)
		r.Close()
	}
	wantIs(t, "get with another checksum", err, store.ErrChecksum)
	short := ref
	short.Bytes--
	r, err = s.Get(t.Context(), short)
	if err == nil {
		_, err = io.ReadAll(r)
		r.Close()
	}
	wantIs(t, "get with another size", err, store.ErrChecksum)
	_, err = s.Copy(t.Context(), wrong, "copy")
	wantIs(t, "copy with another checksum", err, store.ErrChecksum)
}

func missing(t *testing.T, s store.Store) {
	ctx := t.Context()
	_, err := s.Head(ctx, "no/such")
	wantIs(t, "head", err, store.ErrNotFound)
	_, _, err = s.Read(ctx, "no/such")
	wantIs(t, "read", err, store.ErrNotFound)
	_, err = s.Get(ctx, store.Ref{Key: "no/such"})
	wantIs(t, "get", err, store.ErrNotFound)
	_, err = s.Copy(ctx, store.Ref{Key: "no/such"}, "to")
	wantIs(t, "copy", err, store.ErrNotFound)
	_, err = s.GetRange(ctx, store.Ref{Key: "no/such"}, 0, 1)
	wantIs(t, "get of a part", err, store.ErrNotFound)
	for name, list := range listings(s) {
		if err := list(ctx, "no/such", func(i store.Info) error { return fmt.Errorf("found %s", i.Key) }); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func readLimit(t *testing.T, s store.Store) {
	put(t, s, "full", make([]byte, store.MaxSmall), "")
	if b, _, err := s.Read(t.Context(), "full"); err != nil || len(b) != store.MaxSmall {
		t.Errorf("at the limit: %d bytes, %v", len(b), err)
	}
	put(t, s, "over", make([]byte, store.MaxSmall+1), "")
	_, _, err := s.Read(t.Context(), "over")
	wantIs(t, "over the limit", err, store.ErrTooLarge)
}

func copied(t *testing.T, s store.Store) {
	body := noise(70_000, 5)
	from := put(t, s, "show/takes/a b+%.media", body, "video/mp4")
	to, err := s.Copy(t.Context(), from, "show/cuts/1/夜.mp4")
	if err != nil {
		t.Fatal(err)
	}
	want := from
	want.Key = "show/cuts/1/夜.mp4"
	if to != want {
		t.Errorf("claim check of the copy: got %+v, want %+v", to, want)
	}
	if !bytes.Equal(get(t, s, to), body) {
		t.Error("the copy has other bytes")
	}
	info, err := s.Head(t.Context(), to.Key)
	if err != nil || info.SHA256 != from.SHA256 || info.Type != "video/mp4" {
		t.Errorf("head of the copy: %+v, %v", info, err)
	}
}

func presign(t *testing.T, s store.Store) {
	body := []byte("a picture")
	put(t, s, "show/refs/lin 1.png", body, "image/png")
	url, err := s.Presign(t.Context(), "show/refs/lin 1.png", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if got := fetch(t, url); !bytes.Equal(got, body) {
		t.Errorf("the URL gives %q", got)
	}
	for _, ttl := range []time.Duration{0, 8 * 24 * time.Hour} {
		if _, err := s.Presign(t.Context(), "show/refs/lin 1.png", ttl); err == nil {
			t.Errorf("a URL for %v: no error", ttl)
		}
	}
	if uri := s.URI("a/b"); !strings.HasPrefix(uri, "s3://") || !strings.HasSuffix(uri, "/a/b") {
		t.Errorf("URI: %q", uri)
	}
}

// fetch reads a URL as somebody without keys would.
func fetch(t *testing.T, url string) []byte {
	t.Helper()
	if _, data, ok := strings.Cut(url, ";base64,"); ok && strings.HasPrefix(url, "data:") {
		b, err := base64.StdEncoding.DecodeString(data)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v", resp.StatusCode, err)
	}
	return b
}

func keys(t *testing.T, s store.Store) {
	ctx := t.Context()
	for _, key := range []string{"", "/a", "a/", "a//b", "a/../b", "..", ".", "a/./b", "a\x00b", "a\nb", "\xff", strings.Repeat("a", 1025)} {
		if _, err := s.Put(ctx, key, strings.NewReader("x"), ""); err == nil {
			t.Errorf("put %q: no error", key)
		}
		if _, err := s.PutNew(ctx, key, nil, ""); err == nil {
			t.Errorf("put new %q: no error", key)
		}
		if _, err := s.Get(ctx, store.Ref{Key: key}); err == nil {
			t.Errorf("get %q: no error", key)
		}
		if _, err := s.GetRange(ctx, store.Ref{Key: key}, 0, 1); err == nil {
			t.Errorf("get of a part of %q: no error", key)
		}
		if _, err := s.Copy(ctx, store.Ref{Key: "a"}, key); err == nil {
			t.Errorf("copy to %q: no error", key)
		}
	}
}

func ended(t *testing.T, s store.Store) {
	put(t, s, "k", []byte("x"), "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Put(ctx, "k2", strings.NewReader("x"), "")
	wantIs(t, "put", err, context.Canceled)
	_, err = s.Get(ctx, store.Ref{Key: "k"})
	wantIs(t, "get", err, context.Canceled)
	_, err = s.Head(ctx, "k")
	wantIs(t, "head", err, context.Canceled)
	_, err = s.GetRange(ctx, store.Ref{Key: "k"}, 0, 1)
	wantIs(t, "get of a part", err, context.Canceled)
	for name, list := range listings(s) {
		wantIs(t, name, list(ctx, "", func(store.Info) error { return nil }), context.Canceled)
	}
	if _, err := s.Head(t.Context(), "k2"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the cancelled put left something: %v", err)
	}
}
