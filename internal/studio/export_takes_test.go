package studio

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/handoff"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
)

// TestTakesOfAnOlderCut: a cut that has no timelines gets them where it is exported with
// its takes; every take of its slates lies beside them and in the drafts, and what cannot
// be read is no export.
func TestTakesOfAnOlderCut(t *testing.T) {
	s := shelf(t)
	m := drama.Manifest{ID: ep, Cut: 4, FPS: "24/1", Raster: media.Raster{Width: 1080, Height: 1920}, Frames: 96, Script: drama.Object{Key: "script"}}
	putJSON(t, s, "script", drama.Production{Season: drama.Season{Show: ep.Show, Language: "en"}, Episode: drama.Episode{Number: 1, Scenes: []drama.Scene{{Number: "1", Shots: []drama.Shot{{Slate: "1A", Scene: "1", Frames: 96}}}}}})
	for n := 1; n <= 3; n++ {
		k := drama.Take{ID: drama.TakeID{Episode: ep, Slate: "1A", Number: n}, Origin: drama.OriginGenerated}
		if n < 3 { // nothing came of the third
			key := keys(ep).TakeMedia(k.ID)
			put(t, s, key, []byte{byte(n)})
			k.Media, k.Measured = drama.Object{Key: key, Type: "video/mp4"}, &media.Measurements{Duration: 5 * time.Second}
			k.Head = 6
		}
		if _, err := s.library().WriteTake(t.Context(), k); err != nil {
			t.Fatal(err)
		}
	}
	m.Shots = []drama.ManifestShot{{Slate: "1A", Scene: "1", Take: drama.TakeID{Episode: ep, Slate: "1A", Number: 1}, Frames: 96, Cut: media.Transition{Kind: media.Cut}}}
	putJSON(t, s, keys(ep).Cut(ep, 4)+library.ManifestName, m)
	dir := t.TempDir()
	n, err := s.ExportHandoff(t.Context(), m, dir)
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, path)
		}
		return err
	})
	// Four timelines, two takes, and twice two takes and two texts of a draft.
	if err != nil || n != len(files) || n != 14 {
		t.Errorf("%d files are told, there are %q (%v)", n, files, err)
	}
	body, err := os.ReadFile(filepath.Join(dir, handoff.OTIOName))
	if err != nil {
		t.Fatal(err)
	}
	line, err := handoff.Own(body)
	if err != nil || len(line.Sources) != 2 || line.Clips[0].In != 6 || line.Sources[0].Frames != 120 {
		t.Errorf("%+v, %v", line, err)
	}
	for _, name := range []string{"media/1A-2.mp4", "jianying/jianying-5/night-shift-ep01-cut4/materials/1A-2.mp4"} {
		if got, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name))); err != nil || string(got) != "\x02" {
			t.Errorf("%s holds %q, %v", name, got, err)
		}
	}
	// Once more over what is there.
	if again, err := s.ExportHandoff(t.Context(), m, dir); err != nil || again != n {
		t.Errorf("again: %d files, %v", again, err)
	}
	m.Shots[0].Take.Number = 9
	if _, err := s.ExportHandoff(t.Context(), m, t.TempDir()); !errors.Is(err, ErrUnknown) {
		t.Errorf("of a take that is gone: %v", err)
	}
}
