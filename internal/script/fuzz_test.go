package script_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"golang.org/x/tools/txtar"

	"github.com/dailies/dailies/internal/script"
)

// FuzzLoad types two files, a season and an episode, and asks: no panic, every
// problem lies inside its file, a script comes out exactly when there is no error,
// and what is printed cannot reach a terminal as a control character.
func FuzzLoad(f *testing.F) {
	cases, err := filepath.Glob("testdata/problems/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range cases {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		var yamls [][]byte
		for _, file := range a.Files {
			if strings.HasSuffix(file.Name, ".yaml") {
				yamls = append(yamls, stand(f, file.Data))
			}
		}
		if yamls = append(yamls, nil, nil); len(yamls) > 3 {
			f.Add(yamls[0], yamls[1])
		} else {
			f.Add([]byte("show: a\nlanguage: en\n"), yamls[0])
		}
	}
	f.Fuzz(func(t *testing.T, season, episode []byte) {
		if len(season)+len(episode) > 64<<10 {
			return
		}
		m := memory{fstest.MapFS{
			"home/show/season.yaml": {Data: season}, "home/show/ep01.yaml": {Data: episode},
			"home/show/a.mov": {Data: []byte("\x00\x00\x00\x14ftypqt  ")},
		}}
		lines := map[string][]string{
			"show/season.yaml": splitLikeYAML(season), "show/ep01.yaml": splitLikeYAML(episode),
		}
		for typed := range lines {
			s, problems := script.Load(m, typed)
			if (s == nil) != problems.HasErrors() {
				t.Fatalf("%s: script is nil: %v, problems: %v", typed, s == nil, problems)
			}
			for _, p := range problems {
				inside(t, lines, p)
			}
			var out bytes.Buffer
			if err := problems.Format(&out, false); err != nil {
				t.Fatal(err)
			}
			if i := strings.IndexFunc(out.String(), func(r rune) bool { return r < 0x20 && r != '\n' || r == 0x7f }); i >= 0 {
				t.Fatalf("control character in %q", out.String())
			}
			if s == nil {
				continue
			}
			for i := range s.Episodes {
				for _, shot := range s.Production(i).Episode.Shots() {
					if shot.Slate == "" || shot.Frames < 0 || shot.Frames == 0 && shot.Footage == nil {
						t.Fatalf("shot %+v", shot)
					}
				}
			}
		}
	})
}

func splitLikeYAML(b []byte) []string {
	s := strings.TrimPrefix(string(b), "\ufeff")
	return strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s), "\n")
}

func inside(t *testing.T, lines map[string][]string, p script.Problem) {
	t.Helper()
	ls, known := lines[p.File]
	switch {
	case p.Message == "":
		t.Fatalf("problem without words: %+v", p)
	case p.Line == 0 && p.Col == 0:
	case !known || p.Line < 1 || p.Line > len(ls) || p.Col < 1 || p.Col > utf8.RuneCountInString(ls[p.Line-1])+1:
		t.Fatalf("problem outside its file: %+v", p)
	}
}
