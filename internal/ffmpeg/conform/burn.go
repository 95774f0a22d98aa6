package conform

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/asticode/go-astiav"

	"github.com/dailies/dailies/internal/ffmpeg/footage"
	"github.com/dailies/dailies/internal/lettering"
	"github.com/dailies/dailies/internal/media"
)

// Limits of burned texts: more is a mistake, not a subtitle.
const (
	maxTexts     = 500
	maxTextRunes = 2000
)

// burner draws texts into frames with libass.
//
// libass thinks in hundredths of a second, too coarse for frames. So frame n is
// shown to it at n hundredths, whatever the rate is, and no rounding can move a
// text.
type burner struct {
	g     *footage.Graph
	spans [][2]media.Frames
	path  string
}

// newBurner writes the job's texts beside its mezzanine and opens them with
// libass; nil if there are none.
func newBurner(job media.ConformJob) (*burner, error) {
	if len(job.Burn) == 0 {
		return nil, nil
	}
	path := filepath.Join(filepath.Dir(job.OutVideo), "burn.ass")
	if err := os.WriteFile(path, []byte(assScript(job.Spec.Raster, job.Safe, job.Burn)), 0o600); err != nil {
		return nil, fmt.Errorf("write texts: %w", err)
	}
	b := &burner{path: path}
	for _, t := range job.Burn {
		b.spans = append(b.spans, [2]media.Frames{t.From, t.To})
	}
	r := job.Spec.Raster
	src := footage.VideoSource{Width: r.Width, Height: r.Height, Format: astiav.PixelFormatYuv420P, TimeBase: astiav.NewRational(1, 1000)}
	g, err := footage.NewVideoGraph(src, "ass=filename="+footage.EscapeFilterValue(path)+",format=yuv420p")
	if err != nil {
		_ = os.Remove(path)
		return nil, fmt.Errorf("burn texts: %w", err)
	}
	b.g = g
	return b, nil
}

// Covers says whether a text is on screen at frame n.
func (b *burner) Covers(n media.Frames) bool {
	return slices.ContainsFunc(b.spans, func(s [2]media.Frames) bool { return s[0] <= n && n < s[1] })
}

// Burn draws frame n's texts into a copy of f and hands it to emit. Frames must
// come in order.
func (b *burner) Burn(n media.Frames, f *astiav.Frame, emit func(*astiav.Frame) error) error {
	f.SetPts(int64(n)*10 + 5)
	out := 0
	err := b.g.Push(f, func(f *astiav.Frame) error {
		out++
		return emit(f)
	})
	if err == nil && out != 1 {
		err = errors.New("burn texts: the picture was lost")
	}
	return err
}

// Close frees libass and removes the script.
func (b *burner) Close() {
	b.g.Close()
	_ = os.Remove(b.path)
}

// checkTexts finds texts that cannot be burned.
func checkTexts(texts []media.Text) error {
	if len(texts) > maxTexts {
		return fmt.Errorf("check texts: %d texts; at most %d are burned into one shot", len(texts), maxTexts)
	}
	for _, t := range texts {
		if len([]rune(t.Text)) > maxTextRunes {
			return fmt.Errorf("check texts: a text is longer than %d characters", maxTextRunes)
		}
		if t.From < 0 || t.To < t.From {
			return fmt.Errorf("check texts: a text lasts from frame %d to %d", t.From, t.To)
		}
		if t.Style != "subtitle" && t.Style != "title" && t.Style != lettering.Cover {
			return fmt.Errorf("check texts: %q is no style of text", t.Style)
		}
		if l := t.Look; l != nil && (strings.ContainsAny(l.Font, ",{}\\\r\n") || l.Size < 1 || l.Size > 1000 || l.Align < 1 || l.Align > 9) {
			return fmt.Errorf("check texts: a text of style %s cannot be drawn as it is to look", t.Style)
		}
		if _, ok := alignments[t.Position]; !ok {
			return fmt.Errorf("check texts: %q is no position", t.Position)
		}
	}
	return nil
}

// alignments are ASS's names of positions: a telephone's keypad turned over.
var alignments = map[string]int{
	"": 2, "bottom-left": 1, "bottom": 2, "bottom-right": 3,
	"left": 4, "center": 5, "right": 6,
	"top-left": 7, "top": 8, "top-right": 9,
}

// assScript writes texts as an ASS script for a raster, one hundredth of a
// second a frame. Encoding -1 has libass take each line's direction from its first
// letter or mark, which lettering sets.
func assScript(r media.Raster, safe media.Box, texts []media.Text) string {
	var s strings.Builder
	fmt.Fprintf(&s, "[Script Info]\nScriptType: v4.00+\nPlayResX: %d\nPlayResY: %d\nWrapStyle: 2\nScaledBorderAndShadow: yes\nYCbCr Matrix: TV.709\n\n", r.Width, r.Height)
	s.WriteString("[V4+ Styles]\nFormat: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, " +
		"Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding\n")
	lines := make([]string, len(texts))
	for i, t := range texts {
		l := lettering.SetAs(t.Look, t.Text, t.Style, t.Language, r, safe)
		lines[i] = spanned(t, l.Lines)
		look, align, edge := plainLook(l.Size), alignments[t.Position], l.Edge(t.Position)
		if t.Look != nil {
			look = ownLook(*t.Look, r)
			if t.Style == "subtitle" {
				align, edge = t.Look.Align, l.Bottom
				if align >= alignments["top-left"] {
					edge = l.Top
				}
			}
		}
		fmt.Fprintf(&s, "Style: t%d,%s,%d,%s,%d,%d,%d,%d,-1\n", i, lettering.FaceAs(t.Look, t.Text, t.Language), l.Size, look, align, l.Left, l.Right, edge)
	}
	s.WriteString("\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n")
	for i, t := range texts {
		fmt.Fprintf(&s, "Dialogue: 0,%s,%s,t%d,,0,0,0,,%s\n", assTime(t.From), assTime(t.To), i, lines[i])
	}
	return s.String()
}

// plainLook are the fields of a style from its first colour to its shadow, for type of a
// size: white in black.
func plainLook(size int) string {
	return fmt.Sprintf("&H00FFFFFF,&H00FFFFFF,&H00000000,&H80000000,-1,0,0,0,100,100,0,0,1,%.1f,%.1f", float64(size)/16, float64(size)/40)
}

// ownLook are those of a show's own.
func ownLook(s media.TextStyle, r media.Raster) string {
	flag := func(on bool) int {
		if on {
			return -1
		}
		return 0
	}
	border := 1
	if s.Box {
		border = 3
	}
	pixels := float64(r.ShortSide()) / 1000
	primary := lettering.ASSColor(s.Color, 0)
	return fmt.Sprintf("%s,%s,%s,%s,%d,%d,0,0,100,100,0,0,%d,%.1f,%.1f", primary, primary, lettering.ASSColor(s.Edge, 0), lettering.ASSColor(s.Back, s.Alpha),
		flag(s.Bold), flag(s.Italic), border, float64(s.Outline)*pixels, float64(s.Shadow)*pixels)
}

// spanned is a text's lines as a script has them, each in the colour of who speaks it.
func spanned(t media.Text, lines []string) string {
	if len(t.Spans) == 0 {
		return escapeASS(strings.Join(lines, "\n"))
	}
	paragraphs := make([]string, len(t.Spans))
	for i, s := range t.Spans {
		paragraphs[i] = s.Text
	}
	var out []string
	for i, o := range lettering.Owners(lines, paragraphs) {
		out = append(out, lettering.ASSColored(t.Spans[o].Color)+escapeASS(lines[i]))
	}
	return strings.Join(out, `\N`)
}

// assTime is frame n in hundredths of a second.
func assTime(n media.Frames) string {
	return fmt.Sprintf("%d:%02d:%02d.%02d", n/360000, n/6000%60, n/100%60, n%100)
}

// escapeASS keeps a text from being read as ASS markup. A word joiner after a
// backslash keeps it a backslash.
func escapeASS(text string) string {
	text = strings.ReplaceAll(text, "\\", "\\\u2060")
	text = strings.NewReplacer("{", `\{`, "}", `\}`).Replace(text)
	text = strings.ReplaceAll(text, "\n", `\N`)
	return strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || c == '\uFEFF' {
			return -1
		}
		return c
	}, text)
}
