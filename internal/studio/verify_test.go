package studio

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
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
	made := &media.Made{Sound: &media.MadeSound{}}
	if label, ok := b[aigc.Key]; ok {
		made.AIGC = []media.MadeAIGC{{Place: "keys", Value: label}}
	}
	return media.Result{Verify: &media.VerifyResult{Metadata: b, Made: made}}, nil
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
			func() (Verified, error) { return VerifyFolder(t.Context(), c.run, dir) },
			func() (Verified, error) { return VerifyFile(t.Context(), c.run, master) },
		} {
			v, err := verify()
			only := func(rule string) bool { return rule != "aigc" && rule != "aigc.form" && rule != "aigc.manifest" }
			v.OK = len(slices.DeleteFunc(v.Broken, only)) == 0 // nothing else of the file is measured here
			if err != nil || v.OK != (c.want == "") || !strings.Contains(strings.Join(v.Problems, "\n"), c.want) {
				t.Errorf("%s: %v, %v", name, v.Problems, err)
			}
		}
	}
}
