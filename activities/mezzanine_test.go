package activities

import (
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/store"
)

// TestOnlyFootageIsConformedAgain: what an earlier release made of a vendor's take is
// still found; what it made of footage, combs and all, is not.
func TestOnlyFootageIsConformedAgain(t *testing.T) {
	const first = "d8154f3fe4082ad95f5ef82fdfede0ed35c80131df1267539c7262162f644a91" // of the release before footageForm
	job := media.ConformJob{Spec: media.Spec{Raster: media.Raster{Width: 1080, Height: 1920}, FPS: media.Rational{Num: 24, Den: 1}, Fit: media.FitFill}, Frames: 96, MaxHold: 2}
	take := drama.Take{Origin: drama.OriginGenerated, Media: store.Ref{SHA256: "abc"}}
	if got := mezzanineOf(take, job); got != first {
		t.Errorf("a vendor's take is looked for under %s", got)
	}
	take.Origin = drama.OriginFootage
	if got := mezzanineOf(take, job); got == first {
		t.Error("footage is not conformed again")
	}
}
