package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/retention"
	"github.com/dailies/dailies/internal/studio"
)

// TestRetention does what the document says of it, in its order, on a show with three cuts and
// a look book: what goes was told before, and what is left is a show that has all it needs.
func TestRetention(t *testing.T) {
	h := newHouse(t, strings.ReplaceAll(known, "500ms", "0.5s"))
	h.must(exitDone, "sheet", h.script, "--candidates", "2")
	h.must(exitDone, "sheet", h.script, "--approve", "mara:face=1")
	h.must(exitDone, "render", h.script)
	for range 2 {
		h.must(exitDone, "retake", "tiny/ep01", "1A")
	}
	type found struct{ Found []studio.Retained }
	items := func(f found) (all []string) {
		for _, r := range f.Found {
			for _, i := range r.Items {
				if i.Kind != retention.Mezzanines && i.Kind != retention.Scratch {
					all = append(all, string(i.Kind)+" "+i.Name)
				}
			}
		}
		return all
	}
	h.env = append(h.env, "DAILIES_RETENTION_CUTS=2", "DAILIES_RETENTION_LOOK_BOOK=30", "DAILIES_RETENTION_TAKES_NG=30")
	if f := decode[found](t, h.must(exitDone, "gc", "--json")); len(items(f)) > 0 {
		t.Errorf("today goes %q", items(f))
	}
	old := time.Now().Add(-40 * 24 * time.Hour)
	err := filepath.WalkDir(filepath.Join(h.dataDir(), "s3", "objects"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			err = os.Chtimes(path, old, old)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"cuts tiny/ep01 cut 1", "look_book tiny/sheets/0-mara-face-still/2"}
	if got := items(decode[found](t, h.must(exitDone, "gc", "--json"))); !slices.Equal(got, want) {
		t.Errorf("may go: %q, want %q", got, want)
	}
	ran := 0
	for _, args := range documented(t, "docs/operations.md") {
		if args[0] == "gc" {
			h.must(exitDone, strings.Split(strings.ReplaceAll(strings.Join(args, " "), "first-light", "tiny"), " ")...)
			ran++
		}
	}
	if ran < 4 {
		t.Errorf("the document has %d commands for it", ran)
	}
	if f := decode[found](t, h.must(exitDone, "gc", "--delete", "--json")); len(items(f)) > 0 {
		t.Errorf("the second time goes %q", items(f))
	}
	for n, code := range map[string]int{"1": exitUsage, "2": exitDone, "3": exitDone} {
		h.must(code, "export", "tiny/ep01", "--cut", n, "--out", h.folder("out"+n))
	}
	h.must(exitDone, "verify", h.folder("out2"))
	if d := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json")); d.Cut != 3 || !d.Shots[0].Reused {
		t.Errorf("rendered again: %+v", d)
	}
	if b := decode[sheetsOut](t, h.must(exitDone, "sheet", h.script, "--json", "--plan")); len(b.Sheets[0].Candidates) != 1 {
		t.Errorf("the look book has %+v", b.Sheets[0].Candidates)
	}
	h.must(exitUsage, "gc", "nobody")
	h.must(exitUsage, "gc", "tiny", "--lifecycle")
}
