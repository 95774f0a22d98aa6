package script

import (
	"fmt"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/lettering"
)

// Drawn is a text that a picture will show, and where it is written.
type Drawn struct {
	Text     string
	Label    bool // the AI-content label, which one typeface draws
	Position drama.Position
}

// Shelf knows the installed fonts: which letters of a text none of them draws
// (only those whose file's name holds only count, where it is given).
type Shelf interface {
	Missing(text, only string) []rune
	Has(name string) bool
}

// labelFace is the file of the typeface that draws the label.
const labelFace = "NotoSansCJK-Bold"

// Undrawn are problems of texts that would come out as boxes: one a writing system,
// at the first place. Fonts are where pictures are made, so severity is the
// caller's: a Warning where that is another machine.
func (s *Script) Undrawn(fonts Shelf, severity Severity) Problems {
	var out Problems
	told := map[string]bool{}
	for _, d := range s.Drawn {
		only := ""
		if d.Label {
			only = labelFace
		}
		missing := fonts.Missing(d.Text, only)
		if len(missing) == 0 {
			continue
		}
		system := lettering.SystemOf(missing[0])
		key := fmt.Sprint(d.Label, system.Name)
		if told[key] {
			continue
		}
		told[key] = true
		letters := string(missing[:min(len(missing), 12)])
		hint := "write it in other letters"
		switch {
		case d.Label && fonts.Has(labelFace):
			hint = "word the label in letters that Noto Sans CJK has"
		case d.Label:
			hint = "apt-get install fonts-noto-cjk"
		case system.Package != "":
			hint = "apt-get install " + system.Package
		}
		what := "no installed font draws " + quote(letters)
		if system.Name != "" {
			what += " (" + system.Name + ")"
		}
		out = append(out, s.ProblemAt(d.Position, severity, hint, "%s; the picture would show boxes", what))
	}
	return out
}

// draws remembers a text that is drawn.
func (b *builder) draws(text string, label bool, at mark) {
	if strings.TrimSpace(text) != "" {
		b.drawn = append(b.drawn, Drawn{Text: text, Label: label, Position: at.position()})
	}
}

// burned remembers what is drawn of a line.
func (e *episodeBuilder) burned(s *lineSyntax, line drama.Line) {
	burn := e.season.Subtitles.Burn
	if burn == "" {
		return
	}
	at := s.Say.mark
	for _, t := range s.Translation {
		if tag, ok := language(t.Key.Text); ok && tag == burn && t.Value.set() {
			at = t.Value.mark
		}
	}
	e.draws(line.In(burn, e.season.Language), false, or(at, s.Where.mark))
}
