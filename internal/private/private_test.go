package private_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dailies/dailies/internal/private"
)

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "tokens.json")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := private.Write(path, []byte("new")); err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(path)
	info, err2 := os.Stat(path)
	if err != nil || err2 != nil || string(body) != "new" || info.Mode().Perm() != 0o600 {
		t.Errorf("%q, %v, %v %v", body, info.Mode(), err, err2)
	}
	if err := private.Write(filepath.Join(dir, "none", "x"), nil); err == nil {
		t.Error("a folder that is not there is written to")
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
