package timeline

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/lettering"
	"github.com/dailies/dailies/internal/media"
)

// Sheet is what a file with subtitles says beside its cues.
type Sheet struct {
	FPS      media.Rational
	Raster   media.Raster
	Language string // BCP 47
	// FontTags says that speakers have their colours in SRT too.
	FontTags bool
	// Look is how the show has these texts drawn, which ASS alone can say; nil: it does not
	// say. Safe is the part of the raster that they keep to; empty: all but margins.
	Look *media.TextStyle
	Safe media.Box
}

// Subtitles writes cues in a format, UTF-8.
func Subtitles(f drama.SubtitleFormat, cues []media.Cue, s Sheet) []byte {
	switch f {
	case drama.FormatVTT:
		return VTT(cues, s.FPS)
	case drama.FormatTTML:
		return ttml(cues, s)
	case drama.FormatASS:
		return ass(cues, s)
	case drama.FormatSRT:
	}
	if s.FontTags {
		return srt(cues, s.FPS, srtColored)
	}
	return SRT(cues, s.FPS)
}

// SubtitleType is a format's media type.
func SubtitleType(f drama.SubtitleFormat) string {
	switch f {
	case drama.FormatVTT:
		return "text/vtt"
	case drama.FormatTTML:
		return "application/ttml+xml"
	case drama.FormatASS:
		return "text/x-ssa"
	case drama.FormatSRT:
	}
	return "application/x-subrip"
}

// ttml writes a document of the profile IMSC 1.1 Text (W3C, 2018): one region, at the
// bottom, times from the beginning of the media.
func ttml(cues []media.Cue, s Sheet) []byte {
	var b bytes.Buffer
	direction := ""
	if rightToLeft(s.Language) {
		direction = ` tts:direction="rtl"`
	}
	colors := colorsOf(cues)
	var styles strings.Builder
	for i, color := range colors {
		fmt.Fprintf(&styles, `<style xml:id="v%d" tts:color="%s"/>`, i+1, color)
	}
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xmlns:tts="http://www.w3.org/ns/ttml#styling" ttp:contentProfiles="http://www.w3.org/ns/ttml/profile/imsc1.1/text" xml:lang="%s">
<head>
<styling><style xml:id="s" tts:color="white" tts:backgroundColor="transparent" tts:fontFamily="proportionalSansSerif" tts:fontSize="100%%" tts:lineHeight="125%%" tts:textOutline="black 5%%"/>%s</styling>
<layout><region xml:id="r" tts:origin="10%% 70%%" tts:extent="80%% 20%%" tts:displayAlign="after" tts:textAlign="center" tts:overflow="visible"/></layout>
</head>
<body style="s"><div region="r">
`, xmlText(s.Language), styles.String())
	for i, c := range cues {
		text := colored(c, func(text string) string { return strings.ReplaceAll(xmlText(noBlankLines(text)), "&#xA;", "<br/>") }, "<br/>", func(text string, color int, _ media.Spoken) string {
			return fmt.Sprintf(`<span style="v%d">%s</span>`, color, text)
		}, colors)
		fmt.Fprintf(&b, "<p xml:id=\"c%d\" begin=\"%s\" end=\"%s\"%s>%s</p>\n", i+1, stamp(c.From, s.FPS, '.'), stamp(c.To, s.FPS, '.'), direction, text)
	}
	b.WriteString("</div></body>\n</tt>\n")
	return b.Bytes()
}

func xmlText(text string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(text)); err != nil {
		panic(err) // a strings.Builder takes everything
	}
	return b.String()
}

func rightToLeft(tag string) bool {
	script, _ := language.Make(tag).Script()
	switch script.String() {
	case "Arab", "Hebr", "Thaa", "Syrc":
		return true
	}
	return false
}

// ass writes a script of version 4.00+ with one style, in the pixels of the raster. Its
// times are hundredths of a second, rounded to the nearest: half a hundredth off, an
// eighth of a frame at 24.
func ass(cues []media.Cue, s Sheet) []byte {
	var b bytes.Buffer
	colors := colorsOf(cues)
	fmt.Fprintf(&b, `[Script Info]
ScriptType: v4.00+
PlayResX: %d
PlayResY: %d
WrapStyle: 2
ScaledBorderAndShadow: yes
Language: %s

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,%s,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
`, s.Raster.Width, s.Raster.Height, s.Language, s.style())
	for _, c := range cues {
		text := colored(c, assText, `\N`, func(text string, _ int, by media.Spoken) string { return lettering.ASSColored(by.Color) + text }, colors)
		fmt.Fprintf(&b, "Dialogue: 0,%s,%s,Default,%s,0,0,0,,%s\n", hundredths(c.From, s.FPS), hundredths(c.To, s.FPS), assName(c), text)
	}
	return b.Bytes()
}

// style are the fields of a script's style from its font to its margins.
func (s Sheet) style() string {
	r := s.Raster
	if s.Look == nil {
		size := r.Width / lineLetters(r)
		return fmt.Sprintf("sans-serif,%d,&H00FFFFFF,&H00FFFFFF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,%d,0,2,%d,%d,%d", size, max(1, size/16), r.Width/10, r.Width/10, r.Height/6)
	}
	l := *s.Look
	safe := s.Safe
	if safe.Empty() {
		safe = media.Box{X1: r.Width, Y1: r.Height}
	}
	px := func(thousandths int) int { return thousandths * r.ShortSide() / 1000 }
	over := px(l.Outline+l.Shadow) + 1
	left, right := max(l.Left*r.Width/1000, safe.X0+over), max(l.Right*r.Width/1000, r.Width-safe.X1+over)
	vertical := max(l.Vertical*r.Height/1000, r.Height-safe.Y1+over)
	if l.Align >= topLeft {
		vertical = max(l.Vertical*r.Height/1000, safe.Y0+over)
	}
	// Its lines are those of all forms of subtitles, and are broken nowhere else: a line full
	// of the widest letters keeps to the margins.
	_, ideographs := lettering.CueLetters(r)
	size := max(1, min(px(l.Size), (r.Width-left-right)/ideographs))
	font, border := l.Font, 1
	if font == "" {
		font = "sans-serif"
	}
	if l.Box {
		border = 3
	}
	flag := map[bool]int{true: -1}
	return fmt.Sprintf("%s,%d,%s,%s,%s,%s,%d,%d,0,0,100,100,0,0,%d,%d,%d,%d,%d,%d,%d", font, size, lettering.ASSColor(l.Color, 0), lettering.ASSColor(l.Color, 0), lettering.ASSColor(l.Edge, 0),
		lettering.ASSColor(l.Back, l.Alpha), flag[l.Bold], flag[l.Italic], border, px(l.Outline), px(l.Shadow), l.Align, left, right, vertical)
}

// topLeft is the first of ASS's positions at the top.
const topLeft = 7

// lineLetters is how many letters as wide as high a line of the raster's subtitles has
// with its margins.
func lineLetters(r media.Raster) int {
	_, ideographs := lettering.CueLetters(r)
	return ideographs * 5 / 4
}

// assText keeps a text from being read as overrides, which libass takes an escape for.
func assText(text string) string {
	return strings.NewReplacer("\\", "\\\u2060", "{", "\\{", "}", "\\}", "\n", "\\N").Replace(noBlankLines(text))
}

func hundredths(f media.Frames, fps media.Rational) string {
	cs := f.Duration(fps).Round(10*time.Millisecond).Milliseconds() / 10
	return fmt.Sprintf("%d:%02d:%02d.%02d", cs/360_000, cs/6000%60, cs/100%60, cs%100)
}
