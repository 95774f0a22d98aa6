package zipped_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/zipped"
)

var newest = time.Date(2026, 11, 30, 16, 2, 3, 0, time.UTC)

// shelf are files in memory, in order.
type shelf struct {
	names  []string
	bodies []string
	read   int64 // bytes that were brought
}

func (s *shelf) files() (all []zipped.File) {
	for i, body := range s.bodies {
		sum := sha256.Sum256([]byte(body))
		all = append(all, zipped.File{Name: s.names[i], Bytes: int64(len(body)), CRC32: crc32.ChecksumIEEE([]byte(body)), SHA256: hex.EncodeToString(sum[:])})
	}
	return all
}

func (s *shelf) open(n int, from int64) (io.ReadCloser, error) {
	s.read += int64(len(s.bodies[n])) - from
	return io.NopCloser(strings.NewReader(s.bodies[n][from:])), nil
}

func aShelf() *shelf {
	return &shelf{
		names:  []string{"wechat/第三十天 - 第1集.mp4", "wechat/covers/a b.jpg", "documents/empty.txt", "README.txt"},
		bodies: []string{strings.Repeat("film ", 90), "picture", "", "read me"},
	}
}

func lay(t *testing.T, files []zipped.File) *zipped.Layout {
	t.Helper()
	l, err := zipped.Lay(files, newest)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func whole(t *testing.T, l *zipped.Layout, open zipped.Open) []byte {
	t.Helper()
	r := l.Reader(open)
	defer r.Close()
	body, err := io.ReadAll(r)
	if err != nil || int64(len(body)) != l.Bytes() {
		t.Fatalf("%d bytes of %d: %v", len(body), l.Bytes(), err)
	}
	return body
}

// TestOthersReadIt: Go's own reader finds every file, its name, its time and its bytes.
func TestOthersReadIt(t *testing.T) {
	s := aShelf()
	body := whole(t, lay(t, s.files()), s.open)
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r) // it compares the CRC
		if err != nil || f.Name != s.names[i] || string(got) != s.bodies[i] || f.Mode() != 0o644 || !f.Modified.Equal(newest.Truncate(2*time.Second)) {
			t.Errorf("%s %v %v: %d bytes, %v", f.Name, f.Mode(), f.Modified, len(got), err)
		}
	}
	if len(z.File) != len(s.names) {
		t.Errorf("%d files", len(z.File))
	}
	if again := whole(t, lay(t, s.files()), s.open); !bytes.Equal(again, body) {
		t.Error("the same files give other bytes")
	}
}

// TestFromAnyByte: from each byte on it is the rest of the whole.
func TestFromAnyByte(t *testing.T) {
	s := aShelf()
	l := lay(t, s.files())
	body := whole(t, l, s.open)
	r := l.Reader(s.open)
	defer r.Close()
	for at := range body {
		if _, err := r.Seek(int64(at), io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if rest, err := io.ReadAll(r); err != nil || !bytes.Equal(rest, body[at:]) {
			t.Fatalf("from byte %d: %d bytes of %d, %v", at, len(rest), len(body)-at, err)
		}
	}
}

// readerAt reads a part of a ZIP by seeking.
type readerAt struct{ *zipped.Reader }

func (r readerAt) ReadAt(b []byte, at int64) (int, error) {
	if _, err := r.Seek(at, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(r, b)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}

// TestLarge: sizes, places and numbers of files beyond what the first ZIPs could tell.
func TestLarge(t *testing.T) {
	const giant = 5 << 30
	small := &shelf{names: []string{"behind.txt"}, bodies: []string{"here"}}
	files := append([]zipped.File{{Name: "giant.mp4", Bytes: giant, CRC32: 7}}, small.files()...)
	many := &shelf{}
	for i := range 70_000 {
		many.names, many.bodies = append(many.names, fmt.Sprintf("%d", i)), append(many.bodies, "")
	}
	files = append(files, many.files()...)
	l := lay(t, files)
	r := readerAt{l.Reader(func(n int, from int64) (io.ReadCloser, error) {
		if n == 1 {
			return small.open(0, from)
		}
		return nil, errors.New("nobody asked for it")
	})}
	z, err := zip.NewReader(r, l.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if len(z.File) != len(files) || z.File[0].UncompressedSize64 != giant || z.File[0].CompressedSize64 != giant {
		t.Errorf("%d files, the first of %d bytes", len(z.File), z.File[0].UncompressedSize64)
	}
	if at, err := z.File[0].DataOffset(); err != nil || at != 30+9+20 { // its header has the long sizes
		t.Errorf("it begins at %d: %v", at, err)
	}
	f, err := z.File[1].Open()
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(f); err != nil || string(body) != "here" {
		t.Errorf("behind 5 GiB: %q, %v", body, err)
	}
}

// TestNames: nothing that leaves the folder, and nothing twice.
func TestNames(t *testing.T) {
	for _, name := range []string{"", "/a", "a/", "../a", "a/../b", "./a", `a\b`, "c:a", "a//b", "a\x00b", "a\xff", strings.Repeat("a", 2000)} {
		if _, err := zipped.Lay([]zipped.File{{Name: name}}, newest); !errors.Is(err, zipped.ErrName) {
			t.Errorf("%.20q: %v", name, err)
		}
	}
	if _, err := zipped.Lay([]zipped.File{{Name: "a/B"}, {Name: "A/b"}}, newest); !errors.Is(err, zipped.ErrName) {
		t.Errorf("twice: %v", err)
	}
}

// disk is a file in memory.
type disk struct{ body []byte }

func (d *disk) ReadAt(b []byte, at int64) (int, error) { return bytes.NewReader(d.body).ReadAt(b, at) }

func (d *disk) WriteAt(b []byte, at int64) (int, error) {
	if more := at + int64(len(b)) - int64(len(d.body)); more > 0 {
		d.body = append(d.body, make([]byte, more)...)
	}
	return copy(d.body[at:], b), nil
}

func (d *disk) Truncate(n int64) error { d.body = d.body[:n]; return nil }

// TestCutOffAnywhere: wherever it was cut off, what is there is kept to the byte, no more
// is brought than is missing, and the whole is the same.
func TestCutOffAnywhere(t *testing.T) {
	s := aShelf()
	l := lay(t, s.files())
	body := whole(t, l, s.open)
	want := sha256.Sum256(body)
	for n := range len(body) + 1 {
		d := &disk{slices.Clone(body[:n])}
		s.read = 0
		done, err := l.Complete(t.Context(), d, int64(n), s.open, nil)
		if err != nil || !bytes.Equal(d.body, body) || done.Kept != int64(n) || done.SHA256 != hex.EncodeToString(want[:]) || s.read > int64(len(body)-n) {
			t.Fatalf("cut off at byte %d of %d: %+v, %d bytes brought, %v", n, len(body), done, s.read, err)
		}
	}
}

// TestDamagedAnywhere: a wrong byte, wherever it is, is found and made good, in what is
// whole and in what was cut off.
func TestDamagedAnywhere(t *testing.T) {
	s := aShelf()
	l := lay(t, s.files())
	body := whole(t, l, s.open)
	for n := range body {
		for _, end := range []int{len(body), min(n+40, len(body))} {
			d := &disk{slices.Clone(body[:end])}
			d.body[n] ^= 1
			if done, err := l.Complete(t.Context(), d, int64(end), s.open, nil); err != nil || !bytes.Equal(d.body, body) || done.Kept > int64(n) {
				t.Fatalf("byte %d of %d is wrong: %+v, %v", n, end, done, err)
			}
		}
	}
	d := &disk{append(slices.Clone(body), "and more"...)}
	if _, err := l.Complete(t.Context(), d, int64(len(d.body)), s.open, nil); err != nil || !bytes.Equal(d.body, body) {
		t.Errorf("there is more than the ZIP: %v", err)
	}
}

// TestAnotherDocument: what lies before a file that has changed is kept.
func TestAnotherDocument(t *testing.T) {
	s := aShelf()
	old := whole(t, lay(t, s.files()), s.open)
	s.bodies[3] = "read me, please"
	l := lay(t, s.files())
	want := whole(t, l, s.open)
	d := &disk{slices.Clone(old)}
	s.read = 0
	done, err := l.Complete(t.Context(), d, int64(len(old)), s.open, nil)
	if err != nil || !bytes.Equal(d.body, want) || done.Kept < int64(len(s.bodies[0])) || s.read != int64(len(s.bodies[3])) {
		t.Errorf("%+v, %d bytes brought, %v", done, s.read, err)
	}
}

// TestWrongBytes: a file that is not what was promised ends the pack, and is not there.
func TestWrongBytes(t *testing.T) {
	s := aShelf()
	l := lay(t, s.files())
	for name, bad := range map[string]string{"another": strings.Repeat("Film ", 90), "short": "film", "long": strings.Repeat("film ", 91)} {
		s := aShelf()
		s.bodies[0] = bad
		d := &disk{}
		if _, err := l.Complete(t.Context(), d, 0, s.open, nil); err == nil {
			t.Errorf("%s: it is whole", name)
		}
		if _, err := io.ReadAll(l.Reader(s.open)); (err == nil) != (name == "another") { // whose opener did not look
			t.Errorf("%s: read: %v", name, err)
		}
	}
}

// FuzzComplete: whatever lies there, the whole comes of it.
func FuzzComplete(f *testing.F) {
	f.Add([]byte("PK\x03\x04"), 4)
	f.Add([]byte{}, 300)
	f.Fuzz(func(t *testing.T, there []byte, right int) {
		s := aShelf()
		l := lay(t, s.files())
		body := whole(t, l, s.open)
		right = max(0, min(right, len(body)))
		d := &disk{append(slices.Clone(body[:right]), there...)}
		if done, err := l.Complete(t.Context(), d, int64(len(d.body)), s.open, nil); err != nil || !bytes.Equal(d.body, body) || done.Kept > int64(len(body)) {
			t.Fatalf("%+v, %v", done, err)
		}
	})
}
