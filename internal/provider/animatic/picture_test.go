package animatic

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image/png"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
)

// A candidate of a face is known by its digest: whoever is drawn with it as a reference
// has that face, in every size and in other clothes; the next candidate is another one.
func TestTheFaceOfASheetIsTheFaceInEveryShot(t *testing.T) {
	p := &Provider{fonts: loadFonts()}
	mara := drama.BriefCast{ID: "mara", Name: "Mara", Looks: "woman, 29"}
	seen := map[uint64]bool{}
	for take := 1; take <= 3; take++ {
		r := provider.Request{
			Key: "k", Mode: provider.ModeImage, Raster: media.Raster{Width: 64, Height: 96}, FPS: media.Rational{Num: 24, Den: 1}, Take: drama.TakeID{Number: take},
			Brief: drama.Brief{Show: "s", Size: "CU", Cast: []drama.BriefCast{mara}, Sheet: drama.RoleFace, Action: "Mara looks into the camera."},
		}
		r = asked(r)
		if err := check(r); err != nil {
			t.Fatal(err)
		}
		picture, err := p.drawPicture(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(picture))
		if err != nil || img.Bounds().Dx() != 64 || img.Bounds().Dy() != 96 {
			t.Fatalf("candidate %d is no picture: %v", take, err)
		}
		drawn := personOf("s", r.Brief.Cast[0])
		sum := sha256.Sum256(picture)
		shown := mara
		shown.Wardrobe = "yellow raincoat"
		shown.Refs = []drama.Ref{{File: drama.File{SHA256: fmt.Sprintf("%x", sum)}, As: drama.RoleFace}}
		again := personOf("s", shown)
		if again.seed != drawn.seed || again.hairstyle != drawn.hairstyle || again.skin != drawn.skin {
			t.Errorf("candidate %d is drawn as %+v, and with it as %+v", take, drawn, again)
		}
		if seen[drawn.seed] {
			t.Errorf("candidate %d has the face of one before", take)
		}
		seen[drawn.seed] = true
	}
	if before := personOf("s", mara); !seen[before.seed] {
		t.Error("the first candidate is not who was drawn before there was a look book")
	}
}
