package starter_test

import (
	"io/fs"
	"path"
	"testing"
	"testing/fstest"

	"github.com/dailies/dailies/internal/script"
	"github.com/dailies/dailies/internal/starter"
)

type memory struct{ files fstest.MapFS }

func (memory) Abs(p string) (string, error)     { return path.Join("/", p), nil }
func (m memory) Open(dir string) (fs.FS, error) { return m.files, nil }

// What a show begins with has no problem, not even a warning, in any language.
func TestAStartIsReadyToRender(t *testing.T) {
	for _, language := range starter.Languages() {
		files, err := starter.Files("night-shift", `The "Night": Shift # 1`, language)
		if err != nil {
			t.Fatal(err)
		}
		m := memory{fstest.MapFS{}}
		for _, f := range files {
			m.files[f.Name] = &fstest.MapFile{Data: []byte(f.Text)}
		}
		s, problems := script.Load(m, "season.yaml")
		if s == nil || len(problems) > 0 {
			t.Fatalf("%s: %v", language, problems)
		}
		if s.Season.Language != language || s.Season.Show != "night-shift" || s.Season.Title[language] != `The "Night": Shift # 1` {
			t.Errorf("%s: a season of %s in %s, %q", language, s.Season.Show, s.Season.Language, s.Season.Title)
		}
		if len(s.Episodes) != 1 || len(s.Episodes[0].Shots()) < 3 {
			t.Errorf("%s: %d episodes", language, len(s.Episodes))
		}
	}
	if _, err := starter.Files("a", "A", "../en"); err == nil {
		t.Error("a language that is a path was taken")
	}
}
