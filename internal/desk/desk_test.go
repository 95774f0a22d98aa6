package desk_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/desk"
	"github.com/dailies/dailies/internal/drama"
)

// shelf has one file of two gigabytes, which nobody may read to check a script.
type shelf struct{ t *testing.T }

func (shelf) Files(context.Context) (map[string]drama.File, error) {
	return map[string]drama.File{"clips/rain.mp4": {Path: "clips/rain.mp4", SHA256: strings.Repeat("a", 64), Bytes: 2 << 30, Type: "video/mp4"}}, nil
}

func (s shelf) Open(_ context.Context, f drama.File) (io.ReadCloser, error) {
	s.t.Errorf("%s was read", f.Path)
	return io.NopCloser(strings.NewReader("")), nil
}

const season = "show: tiny\nlanguage: en\nformat: {raster: 180x320, fps: 24}\nrouting: {default: [animatic]}\nlabel: {off: true, reason: a test}\nepisodes: [ep01.yaml]\n"

func text(footage string) desk.Text {
	return desk.Text{Main: "ep01.yaml", Files: map[string]string{
		"season.yaml": season,
		"ep01.yaml":   "season: season.yaml\nepisode: 1\nscenes:\n- scene: 1\n  shots:\n  - {shot: 1A, duration: 1s, footage: " + footage + "}\n",
	}}
}

func TestReadNamesWhatIsOnTheShelf(t *testing.T) {
	s, problems, err := desk.Read(t.Context(), text("clips/rain.mp4"), shelf{t})
	if err != nil || problems.HasErrors() {
		t.Fatalf("%v, %v", problems, err)
	}
	shot := s.Episodes[0].Shots()[0]
	if shot.Footage == nil || shot.Footage.SHA256 != strings.Repeat("a", 64) {
		t.Errorf("footage: %+v", shot.Footage)
	}
	if main, files := s.Texts(0); main != "ep01.yaml" || len(files) != 2 || files["season.yaml"] != season {
		t.Errorf("its texts: %s, %v", main, files)
	}
	for _, path := range []string{"clips/rian.mp4", "../other/rain.mp4", "/etc/passwd", "clips", "\"clips/../../x.mp4\""} {
		_, problems, err := desk.Read(t.Context(), text(path), shelf{t})
		if err != nil || !problems.HasErrors() {
			t.Errorf("footage %s: %v, %v, want a problem", path, problems, err)
		}
	}
}

func TestTextsThatAreNoScript(t *testing.T) {
	for name, text := range map[string]desk.Text{
		"nothing":         {},
		"no main":         {Main: "ep02.yaml", Files: map[string]string{"ep01.yaml": ""}},
		"outside":         {Main: "../ep01.yaml", Files: map[string]string{"../ep01.yaml": ""}},
		"a picture":       {Main: "mara.png", Files: map[string]string{"mara.png": ""}},
		"a line feed":     {Main: "a\n.yaml", Files: map[string]string{"a\n.yaml": ""}},
		"a turned name":   {Main: "a\u202e.yaml", Files: map[string]string{"a\u202e.yaml": ""}},
		"too many":        {Main: "1.yaml", Files: map[string]string{"1.yaml": "", "2.yaml": "", "3.yaml": "", "4.yaml": "", "5.yaml": ""}},
		"too much of it":  {Main: "1.yaml", Files: map[string]string{"1.yaml": strings.Repeat("x", desk.MaxText+1)}},
		"a name too long": {Main: strings.Repeat("a", desk.MaxName) + ".yaml", Files: map[string]string{strings.Repeat("a", desk.MaxName) + ".yaml": ""}},
	} {
		if _, _, err := desk.Read(t.Context(), text, shelf{t}); !errors.Is(err, desk.ErrText) {
			t.Errorf("%s: %v, want ErrText", name, err)
		}
	}
}
