package animatic

import (
	"testing"

	"github.com/dailies/dailies/internal/drama"
)

func benchBrief() drama.Brief {
	return drama.Brief{
		Size: "MS", Set: "INT", Time: "night", Mood: "uneasy", Move: "push-in", Action: "Lin wipes the counter.",
		Location: &drama.BriefLocation{ID: "store", Name: "Convenience store", Looks: "fluorescent, rain on the windows"},
		Cast:     []drama.BriefCast{{ID: "lin", Name: "Lin Xia", Looks: "woman, 27, short black hair", Wardrobe: "blue apron"}},
	}
}

// BenchmarkSetUp is what a shot costs before its first frame, at 1080x1920.
func BenchmarkSetUp(b *testing.B) {
	r := testRequest(benchBrief(), 1080, 1920)
	f := loadFonts()
	for b.Loop() {
		newShot(r, nil, f)
	}
}

// BenchmarkFrame is one frame at 1080x1920 by one painter.
func BenchmarkFrame(b *testing.B) {
	s := newShot(testRequest(benchBrief(), 1080, 1920), nil, loadFonts())
	f := newFrame(1080, 1920)
	var buf []node
	n := 0
	for b.Loop() {
		buf = s.draw(f, n%96, buf)
		n++
	}
}
