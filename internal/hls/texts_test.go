package hls

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/media"
)

// TestTargetOfTexts: the target is no less than the longest file, rounded as players round
// it: half a second up, also above an even number.
func TestTargetOfTexts(t *testing.T) {
	fps := media.Rational{Num: 24, Den: 1}
	for frames, want := range map[media.Frames]string{396: "17", 420: "18", 1: "1", 390: "16", 24 * 90: "60"} {
		files := texts(Text{Language: "en"}, Presentation{FPS: fps, Frames: frames})
		if got := string(files[0].Body); !strings.Contains(got, "#EXT-X-TARGETDURATION:"+want+"\n") {
			t.Errorf("%d frames, want a target of %s:\n%s", frames, want, got)
		}
	}
}
