package main

import (
	"strings"

	"github.com/dailies/dailies/internal/fonts"
	"github.com/dailies/dailies/internal/lettering"
)

// checkFonts looks for what pictures are lettered with: the face that draws the
// label and most subtitles, and which other writing systems can be drawn.
func checkFonts() []check {
	shelf := fonts.New(fonts.Folders()...)
	defer shelf.Close()
	main := check{Name: "Chinese font", Remedy: "apt-get install fonts-noto-cjk; the label, titles and subtitles are drawn with it", Found: "Noto Sans CJK Bold is not installed"}
	if len(shelf.Missing("AI生成", "NotoSansCJK-Bold")) == 0 {
		main.OK, main.Found = true, "Noto Sans CJK Bold"
	}
	more := check{Name: "other scripts", OK: true}
	var drawn, not []string
	for _, s := range lettering.Samples() {
		if len(shelf.Missing(s.Letters, "")) == 0 {
			drawn = append(drawn, s.Name)
		} else {
			not = append(not, s.Name)
		}
	}
	more.Found = "none: subtitles in Thai, Arabic, Hebrew, Devanagari … need apt-get install fonts-noto-core"
	if len(drawn) > 0 {
		more.Found = strings.Join(drawn, ", ")
		if len(not) > 0 {
			more.Found += "; not " + strings.Join(not, ", ") + " (apt-get install fonts-noto-core)"
		}
	}
	return []check{main, more}
}
