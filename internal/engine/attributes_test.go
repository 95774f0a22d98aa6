package engine

import (
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/versity/versitygw/backend/meta"
)

// opened is a folder of attributes and what the library itself makes of it.
func opened(t *testing.T, dir string) (*attributes, meta.SideCar) {
	t.Helper()
	a, err := newAttributes(dir)
	if err != nil {
		t.Fatal(err)
	}
	library, err := meta.NewSideCar(dir)
	if err != nil {
		t.Fatal(err)
	}
	return a, library
}

func store(t *testing.T, m meta.MetadataStorer, object, attribute, value string) {
	t.Helper()
	if err := m.StoreAttribute(nil, "dailies", object, attribute, []byte(value)); err != nil {
		t.Fatal(err)
	}
}

// is wants a value; "": there is none.
func is(t *testing.T, m meta.MetadataStorer, object, attribute, want string) {
	t.Helper()
	got, err := m.RetrieveAttribute(nil, "dailies", object, attribute)
	if want == "" && !errors.Is(err, meta.ErrNoSuchKey) || want != "" && (err != nil || string(got) != want) {
		t.Errorf("%s of %q: %q, %v, want %q", attribute, object, got, err, want)
	}
}

func fileOf(a *attributes, object string) string {
	s := a.shard("dailies", nameOf(object))
	defer s.mu.Unlock()
	return s.file
}

const anObject = "show/ep01/takes/1A/1.json"

// What is kept reads back, new or replaced, now and by the next gateway; what a kill cut off is not there.
func TestAttributesReadBack(t *testing.T) {
	dir := t.TempDir()
	a, _ := opened(t, dir)
	for _, value := range []string{"first", "a longer second", "3", "3", "\x00\xff\n"} {
		store(t, a, anObject, "etag", value)
		store(t, a, "other", "etag", "other")
		next, _ := opened(t, dir)
		for _, m := range []meta.MetadataStorer{a, next} {
			is(t, m, anObject, "etag", value)
			is(t, m, anObject, "content-type", "")
		}
	}
	store(t, a, anObject, "content-type", "video/mp4")
	f, err := os.OpenFile(fileOf(a, anObject), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("\n" + hex.EncodeToString(make([]byte, 16)) + ` {"object":"x","values":{"etag":"bmV`); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	a, _ = opened(t, dir)
	is(t, a, anObject, "etag", "\x00\xff\n")
	store(t, a, anObject, "etag", "after")
	a, _ = opened(t, dir)
	is(t, a, anObject, "etag", "after")
	is(t, a, anObject, "content-type", "video/mp4")
	names, err := a.ListAttributes("dailies", anObject)
	if err != nil || strings.Join(names, " ") != "content-type etag" {
		t.Errorf("attributes: %v, %v", names, err)
	}
	if err := a.DeleteAttribute("dailies", anObject, "etag"); err != nil {
		t.Fatal(err)
	}
	if err := a.DeleteAttribute("dailies", anObject, "etag"); !errors.Is(err, meta.ErrNoSuchKey) {
		t.Errorf("deleted twice: %v", err)
	}
	next, _ := opened(t, dir)
	is(t, next, anObject, "etag", "")
	is(t, next, anObject, "content-type", "video/mp4")
	if err := a.DeleteAttributes("dailies", anObject); err != nil {
		t.Fatal(err)
	}
	is(t, a, anObject, "content-type", "")
	is(t, a, "other", "etag", "other")
	if err := a.DeleteAttributes("dailies", ""); err != nil {
		t.Fatal(err)
	}
	is(t, a, "other", "etag", "")
}

// An object that is written again and again does not make the files longer and longer.
func TestAttributesFilesStayShort(t *testing.T) {
	dir := t.TempDir()
	a, _ := opened(t, dir)
	store(t, a, "latest.json", "content-type", "application/json")
	for n := range 3000 {
		store(t, a, "latest.json", "etag", strings.Repeat("x", 100)+strconv.Itoa(n))
	}
	about, err := os.Stat(fileOf(a, "latest.json"))
	if err != nil || about.Size() > compactFrom+1000 {
		t.Errorf("%d bytes, %v", about.Size(), err)
	}
	next, _ := opened(t, dir)
	is(t, next, "latest.json", "etag", strings.Repeat("x", 100)+"2999")
	is(t, next, "latest.json", "content-type", "application/json")
}

// What an earlier release wrote is there, and is taken over when the object is written.
func TestAttributesOfAnOlderFolder(t *testing.T) {
	dir := t.TempDir()
	a, library := opened(t, dir)
	store(t, library, anObject, "etag", "old")
	store(t, library, anObject, "metadata", "{}")
	is(t, a, anObject, "etag", "old")
	names, err := a.ListAttributes("dailies", anObject)
	if err != nil || len(names) != 2 {
		t.Errorf("attributes: %v, %v", names, err)
	}
	store(t, a, anObject, "etag", "new")
	next, _ := opened(t, dir)
	for _, m := range []meta.MetadataStorer{a, next} {
		is(t, m, anObject, "etag", "new")
		is(t, m, anObject, "metadata", "{}")
	}
	is(t, library, anObject, "etag", "")
	store(t, library, "b", "etag", "old")
	if err := a.DeleteAttributes("dailies", "b"); err != nil {
		t.Fatal(err)
	}
	is(t, a, "b", "etag", "")
}

// What the library moves and names as folders stays in its own layout.
func TestAttributesOfFoldersAreTheLibrarys(t *testing.T) {
	a, library := opened(t, t.TempDir())
	for _, object := range []string{"", "folder/", ".sgwtmp/multipart/x/y"} {
		store(t, a, object, "etag", "v")
		is(t, library, object, "etag", "v")
		is(t, a, object, "etag", "v")
	}
	is(t, a, "folder", "etag", "v") // as the library asks whether it may remove one
	if err := a.RenameObject("dailies", ".sgwtmp/multipart/x/y", ".sgwtmp/multipart/x/z"); err != nil {
		t.Fatal(err)
	}
	is(t, a, ".sgwtmp/multipart/x/z", "etag", "v")
}

// Writers of one object, and readers beside them, do not lose what the others wrote.
func TestAttributesOfManyWriters(t *testing.T) {
	dir := t.TempDir()
	a, _ := opened(t, dir)
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for m := range 200 {
				for _, object := range []string{anObject, "of" + strconv.Itoa(m)} {
					store(t, a, object, strconv.Itoa(n), strconv.Itoa(m))
					is(t, a, object, strconv.Itoa(n), strconv.Itoa(m))
				}
			}
		})
	}
	all.Wait()
	next, _ := opened(t, dir)
	for n := range 8 {
		is(t, next, anObject, strconv.Itoa(n), "199")
		for m := range 200 {
			is(t, next, "of"+strconv.Itoa(m), strconv.Itoa(n), strconv.Itoa(m))
		}
	}
}

// A bucket's attributes are known without asking the disk, and as they are now.
func TestABucketsAttributesAreRemembered(t *testing.T) {
	dir := t.TempDir()
	a, err := newAttributes(dir)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(want string) {
		t.Helper()
		got, err := a.RetrieveAttribute(nil, "dailies", "", "policy")
		if want == "" && !errors.Is(err, meta.ErrNoSuchKey) || want != "" && (err != nil || string(got) != want) {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
	ask("")
	if err := a.StoreAttribute(nil, "dailies", "", "policy", []byte("open")); err != nil {
		t.Fatal(err)
	}
	ask("open")
	if err := os.RemoveAll(filepath.Join(dir, "dailies", "meta")); err != nil {
		t.Fatal(err)
	}
	ask("open")
	if err := a.StoreAttribute(nil, "dailies", "", "policy", []byte("shut")); err != nil {
		t.Fatal(err)
	}
	ask("shut")
	if err := a.DeleteAttribute("dailies", "", "policy"); err != nil {
		t.Fatal(err)
	}
	ask("")
}
