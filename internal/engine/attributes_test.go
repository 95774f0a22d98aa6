package engine

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/versity/versitygw/backend/meta"
)

// What is kept reads back as the library itself reads it, new or replaced.
func TestAttributesAreTheLibrarys(t *testing.T) {
	dir := t.TempDir()
	a, err := newAttributes(dir)
	if err != nil {
		t.Fatal(err)
	}
	library, err := meta.NewSideCar(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range []string{"show/ep01/takes/1A/1.json", "b", ""} {
		for _, value := range []string{"first", "a longer second", "3"} {
			if err := a.StoreAttribute(nil, "dailies", object, "etag", []byte(value)); err != nil {
				t.Fatal(err)
			}
			for name, m := range map[string]meta.MetadataStorer{"ours": a, "the library's": library} {
				if got, err := m.RetrieveAttribute(nil, "dailies", object, "etag"); err != nil || string(got) != value {
					t.Errorf("%q, %s: %q, %v, want %q", object, name, got, err, value)
				}
			}
		}
	}
	names, err := a.ListAttributes("dailies", "b")
	if err != nil || strings.Join(names, " ") != "etag" {
		t.Errorf("attributes of b: %v, %v", names, err)
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
