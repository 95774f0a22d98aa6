package conform

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/c2pa"
	"github.com/dailies/dailies/internal/c2pa/c2patest"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/test/clips"
)

// What a vendor wrote into a clip about its origin is kept, whatever the container is.
func TestMarksOfClips(t *testing.T) {
	const label = `{"Label":"1","ContentProducer":"vendor"}`
	source := []string{"-f", "lavfi", "-i", "testsrc2=size=180x320:rate=24:duration=0.5", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"}
	tagged := append(append([]string{}, source...), "-metadata", "AIGC="+label)
	mp4 := clips.One(t, "clip.mp4", append(append([]string{}, tagged...), "-movflags", "use_metadata_tags")...)
	b, err := os.ReadFile(mp4)
	if err != nil {
		t.Fatal(err)
	}
	manifest := append([]byte{0xd8, 0xfe, 0xc3, 0xd6, 0x1b, 0x0e, 0x48, 0x3c, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7e, 0xc4, 0x81}, "a manifest"...)
	b = append(append(binary.BigEndian.AppendUint32(b, uint32(8+len(manifest))), "uuid"...), manifest...)
	signed := filepath.Join(t.TempDir(), "signed.mp4")
	if err := os.WriteFile(signed, b, 0o600); err != nil {
		t.Fatal(err)
	}
	vendors := filepath.Join(t.TempDir(), "vendors.mp4")
	if err := os.WriteFile(vendors, signedByAStudio(t, mp4), 0o600); err != nil {
		t.Fatal(err)
	}
	aigc := media.Mark{Kind: "AIGC", Place: "keys", Value: label, Bytes: int64(len(label))}
	for name, c := range map[string]struct {
		path string
		want []media.Mark
	}{
		"plain":           {clips.One(t, "plain.mp4", source...), nil},
		"labelled":        {mp4, []media.Mark{aigc}},
		"signed":          {signed, []media.Mark{aigc, {Kind: "C2PA", Place: "uuid", SHA256: "e59625a822497c164d60705eb3fd6975", Bytes: 10}}},
		"signed for good": {vendors, nil},
		"Matroska":        {clips.One(t, "clip.mkv", tagged...), []media.Mark{{Kind: "AIGC", Place: "tag", Value: label, Bytes: int64(len(label))}}},
	} {
		dir := t.TempDir()
		res, err := Run(t.Context(), media.ConformJob{
			In: c.path, OutVideo: filepath.Join(dir, "v.mp4"), OutAudio: filepath.Join(dir, "a.wav"), Spec: clips.SmallSpec(), Frames: 12, MaxHold: 2,
		}, nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if name == "signed for good" { // its digest is another in each test
			if len(res.Marks) != 2 || res.Marks[0].Kind != "C2PA" || res.Marks[0].By != "Masters, Night Shift Studio" {
				t.Errorf("%s: %+v", name, res.Marks)
			}
			continue
		}
		for i := range res.Marks { // of a digest, its beginning tells enough
			res.Marks[i].SHA256 = res.Marks[i].SHA256[:min(len(res.Marks[i].SHA256), 32)]
		}
		if d := cmp.Diff(c.want, res.Marks); d != "" {
			t.Errorf("%s: (-want +got):\n%s", name, d)
		}
	}
}

// signedByAStudio is a file with the manifest of a studio that only this test knows.
func signedByAStudio(t *testing.T, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	by := c2patest.New(t)
	chain, err := c2pa.ParseChain(by.Chain)
	if err != nil {
		t.Fatal(err)
	}
	key, err := c2pa.ParseKey(by.Key)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := c2pa.NewSigner(chain, key)
	if err != nil {
		t.Fatal(err)
	}
	made, err := signer.Sign(t.Context(), bytes.NewReader(raw), int64(len(raw)), c2pa.Statement{Title: "a clip", Generator: "vendor", Created: c2pa.Trained}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := made.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Burned texts keep to the part of the picture that they are given, outline and all, and
// where they lie is measured.
func TestTextsKeepToTheirBox(t *testing.T) {
	clip := clips.One(t, "clip.mp4", "-f", "lavfi", "-i", "color=c=0x404080:size=180x320:rate=24:duration=1", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
	safe := media.Box{X0: 20, Y0: 48, X1: 148, Y1: 208}
	for _, position := range []string{"top-left", "top", "top-right", "left", "center", "right", "bottom-left", "bottom", "bottom-right"} {
		texts := []media.Text{
			{Text: "Three years ago, in another town", To: 24, Style: "title", Position: position, Language: "en"},
			{Text: "三年前，在另一个小镇上，没有人认识他。", From: 6, To: 12, Style: "subtitle", Position: "bottom", Language: "zh"},
		}
		dir := t.TempDir()
		res, err := Run(t.Context(), media.ConformJob{
			In: clip, OutVideo: filepath.Join(dir, "v.mp4"), OutAudio: filepath.Join(dir, "a.wav"), Spec: clips.SmallSpec(), Frames: 24, MaxHold: 2, Burn: texts, Safe: safe,
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, style := range []string{"title", "subtitle"} {
			if box := res.Inked[style]; box.Empty() || !safe.Holds(box) {
				t.Errorf("%s at %s: %+v", style, position, box)
			}
		}
	}
}
