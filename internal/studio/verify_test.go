package studio

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/aigc"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
)

// bears is a media child that finds nothing wrong with a master but what it bears.
type bears map[string]string

func (b bears) Run(context.Context, media.Job, io.Reader, func(media.Progress)) (media.Result, error) {
	made := &media.Made{
		Video: media.MadeVideo{
			Codec: "avc1", Profile: "High", Chroma: "4:2:0", Bits: 8, SAR: media.Rational{Num: 1, Den: 1}, Primaries: "bt709", Transfer: "bt709", Matrix: "bt709", Even: true,
		},
		Sound: &media.MadeSound{Codec: "mp4a", Profile: "LC", Rate: 48000, Channels: 2},
	}
	if label, ok := b[aigc.Key]; ok {
		made.AIGC = []media.MadeAIGC{{Place: "keys", Value: label}}
	}
	return media.Result{Verify: &media.VerifyResult{
		Info: media.Info{Container: "mov,mp4", Raster: media.Raster{Width: 180, Height: 320}, FPS: media.Rational{Num: 24, Den: 1}}, Frames: 96, Faststart: true, Compared: true,
		Metadata: b, Made: made, Label: &media.Seen{Text: "AI-generated", Ink: 0.05, To: 72, Box: media.Box{X0: 20, Y0: 48, X1: 80, Y1: 66}},
	}}, nil
}

// A master that bears another implicit label than its manifest says fails, by the
// file and by the folder.
func TestVerifyHoldsTheLabelToTheManifest(t *testing.T) {
	dir := t.TempDir()
	master := filepath.Join(dir, library.MasterName)
	sum := sha256.Sum256([]byte("pictures"))
	m := drama.Manifest{
		ID: ep, Cut: 3, Label: drama.ManifestLabel{Shown: true, Producer: "studio-7"},
		Files: []drama.ManifestFile{{Name: library.MasterName, SHA256: hex.EncodeToString(sum[:]), Bytes: 8}},
	}
	body, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{library.MasterName: []byte("pictures"), library.ManifestName: body} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		run  bears
		want string
	}{
		"its own":        {bears{aigc.Key: aigc.Value("studio-7", ep.Show, aigc.ProduceID(ep, 3))}, ""},
		"another cut's":  {bears{aigc.Key: aigc.Value("studio-7", ep.Show, aigc.ProduceID(ep, 2))}, "ProduceID"},
		"another's":      {bears{aigc.Key: aigc.Value("studio-8", ep.Show, aigc.ProduceID(ep, 3))}, "ContentProducer"},
		"none":           {bears{}, "bears no implicit label"},
		"under no name":  {bears{"aigc": "x"}, "bears no implicit label"},
		"something else": {bears{aigc.Key: "made by AI"}, "no JSON"},
	} {
		for _, verify := range []func() (Verified, error){
			func() (Verified, error) { return VerifyFolder(t.Context(), c.run, dir, nil) },
			func() (Verified, error) { return VerifyFile(t.Context(), c.run, master, nil) },
		} {
			v, err := verify()
			if err != nil || v.OK != (c.want == "") || !strings.Contains(strings.Join(v.Problems, "\n"), c.want) {
				t.Errorf("%s: %v, %v", name, v.Problems, err)
			}
		}
	}
}
