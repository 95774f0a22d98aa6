package fonts

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/image/font/gofont/goregular"
)

func TestMissing(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "Go-Regular.ttf"), goregular.TTF, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "broken.ttf"), []byte("no font"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := New(dir, filepath.Join(dir, "nowhere"))
	defer s.Close()
	if got := string(s.Missing("Closed, 5 pm \u200b\n", "")); got != "" {
		t.Errorf("missing %q of plain Latin", got)
	}
	if got := string(s.Missing("ที่ A ที่", "")); got != "ที่" {
		t.Errorf("missing %q", got)
	}
	if got := string(s.Missing("A", "Other")); got != "A" {
		t.Errorf("a font of another name drew: missing %q", got)
	}
	if !s.Has("Go-Regular") || s.Has("Noto") {
		t.Error("what is on the shelf is not known")
	}
}

func TestAnEmptyShelfDrawsNothing(t *testing.T) {
	if got := string(New(t.TempDir()).Missing("a b", "")); got != "ab" {
		t.Errorf("missing %q", got)
	}
}
