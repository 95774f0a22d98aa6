package script

import (
	"errors"
	"io/fs"
	"maps"
	slashpath "path"
	"slices"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/lettering"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/strictyaml"
	"github.com/dailies/dailies/internal/substation"
)

// textsFile is how a show has its subtitles and titles drawn, in the folder templates.
const textsFile = "subtitles.ass"

// speakerContrast is the least contrast of a speaker's colour to the edge that a show gives
// its letters: WCAG 2.2, AA (1.4.3).
const speakerContrast = 4.5

// looks reads how the show has its texts drawn; nil: it does not say.
func (b *builder) looks(s *drama.Season) map[string]media.TextStyle {
	name := "templates/" + textsFile
	if _, err := fs.Stat(b.folder.fsys, name); err != nil {
		b.otherLooks()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
	}
	src := &source{path: name, shown: b.shown(name)}
	here := mark{src: src}
	b.order = append(b.order, src.shown)
	data, err := readAll(b.folder.fsys, name, MaxTemplateBytes)
	if err == nil && !utf8.Valid(data) {
		err = errors.New("not UTF-8")
	}
	if err != nil {
		b.errorf(here, "%s", err)
		return nil
	}
	src.text, src.file = string(data), *strictyaml.Lines(data)
	styles, problems := substation.Styles(string(data))
	for _, p := range problems {
		b.hintf(mark{src: src, line: p.Line, col: p.Col}, p.Hint, "%s", p.Message)
	}
	var out map[string]media.TextStyle
	for _, of := range slices.Sorted(maps.Keys(styles)) {
		style := styles[of]
		if of == "subtitle" && s.Subtitles.Colors {
			b.speakersIn(s, style, mark{src: src, line: style.Line, col: style.Col})
		}
		if out == nil {
			out = map[string]media.TextStyle{}
		}
		out[of] = style.TextStyle
	}
	return out
}

// speakersIn holds the colours of speakers to the edge that the show gives its letters.
func (b *builder) speakersIn(s *drama.Season, style substation.Style, at mark) {
	for _, who := range slices.Sorted(maps.Keys(s.Cast)) {
		color := s.Cast[who].Color
		if color == "" {
			color = lettering.Aside
		}
		if is := lettering.Contrast(color, style.Edge); is < speakerContrast {
			b.hintf(at, "take a darker OutlineColour", "the color of %s, %s, cannot be read in it: its contrast is %s to 1, and at least %s to 1 is wanted", who, color, short(is), short(speakerContrast))
			return
		}
	}
}

// otherLooks tells of a style under another name: it would be read by nobody.
func (b *builder) otherLooks() {
	entries, err := fs.ReadDir(b.folder.fsys, "templates")
	if err != nil {
		return // templates has told it
	}
	for _, e := range entries {
		if slashpath.Ext(e.Name()) != ".ass" {
			continue
		}
		name := "templates/" + e.Name()
		here := mark{src: &source{path: name, shown: b.shown(name)}}
		b.order = append(b.order, here.src.shown)
		b.hintf(here, "did you mean "+textsFile+"?", "no text is drawn by a file called %s", quote(e.Name()))
	}
}
