package script_test

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"os"
	slashpath "path"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/dailies/dailies/internal/script"
)

var update = flag.Bool("update", false, "rewrite golden files")

// memory is an Opener over files in memory, whose current folder is /home.
type memory struct{ files fstest.MapFS }

func (m memory) Abs(p string) (string, error) {
	if slashpath.IsAbs(p) {
		return slashpath.Clean(p), nil
	}
	return slashpath.Join("/home", p), nil
}

func (m memory) Open(dir string) (fs.FS, error) { return fs.Sub(m.files, strings.TrimPrefix(dir, "/")) }

// stand makes a file of a line in an archive: "!png 640x360" is such a picture,
// "!bytes <quoted>" are these bytes, anything else is itself.
func stand(t testing.TB, data []byte) []byte {
	t.Helper()
	var w, h int
	if _, err := fmt.Sscanf(string(data), "!png %dx%d", &w, &h); err == nil {
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	var quoted string
	if _, err := fmt.Sscanf(string(data), "!bytes %q", &quoted); err == nil {
		return []byte(quoted)
	}
	return data
}

// readCase reads a file of testdata/problems.
func readCase(t testing.TB, name string) (a *txtar.Archive, m memory, typed, want string) {
	t.Helper()
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	typed, _, _ = strings.Cut(string(a.Comment), "\n")
	m = memory{fstest.MapFS{}}
	for _, f := range a.Files {
		if f.Name == "problems" {
			want = string(f.Data)
			continue
		}
		m.files["home/"+f.Name] = &fstest.MapFile{Data: stand(t, f.Data)}
	}
	return a, m, typed, want
}

// Every file of testdata/problems is a case: the first line is the path as typed,
// then come the files and last, in a file called "problems", what is printed.
func TestProblems(t *testing.T) {
	cases, err := filepath.Glob("testdata/problems/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, m, typed, want := readCase(t, name)
			s, problems := script.Load(m, typed)
			if (s == nil) != problems.HasErrors() {
				t.Errorf("script is nil: %v, problems has errors: %v", s == nil, problems.HasErrors())
			}
			var got bytes.Buffer
			if err := problems.Format(&got, false); err != nil {
				t.Fatal(err)
			}
			if *update {
				files := a.Files[:0:0]
				for _, f := range a.Files {
					if f.Name != "problems" {
						files = append(files, f)
					}
				}
				a.Files = append(files, txtar.File{Name: "problems", Data: got.Bytes()})
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got.String()); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}
