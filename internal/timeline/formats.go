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
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xmlns:tts="http://www.w3.org/ns/ttml#styling" ttp:contentProfiles="http://www.w3.org/ns/ttml/profile/imsc1.1/text" xml:lang="%s">
<head>
<styling><style xml:id="s" tts:color="white" tts:backgroundColor="transparent" tts:fontFamily="proportionalSansSerif" tts:fontSize="100%%" tts:lineHeight="125%%" tts:textOutline="black 5%%"/></styling>
<layout><region xml:id="r" tts:origin="10%% 70%%" tts:extent="80%% 20%%" tts:displayAlign="after" tts:textAlign="center" tts:overflow="visible"/></layout>
</head>
<body style="s"><div region="r">
`, xmlText(s.Language))
	for i, c := range cues {
		lines := strings.Split(noBlankLines(c.Text), "\n")
		for j := range lines {
			lines[j] = xmlText(lines[j])
		}
		fmt.Fprintf(&b, "<p xml:id=\"c%d\" begin=\"%s\" end=\"%s\"%s>%s</p>\n", i+1, stamp(c.From, s.FPS, '.'), stamp(c.To, s.FPS, '.'), direction, strings.Join(lines, "<br/>"))
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
	size := s.Raster.Width / lineLetters(s.Raster)
	fmt.Fprintf(&b, `[Script Info]
ScriptType: v4.00+
PlayResX: %d
PlayResY: %d
WrapStyle: 2
ScaledBorderAndShadow: yes
Language: %s

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,sans-serif,%d,&H00FFFFFF,&H00FFFFFF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,%d,0,2,%d,%d,%d,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
`, s.Raster.Width, s.Raster.Height, s.Language, size, max(1, size/16), s.Raster.Width/10, s.Raster.Width/10, s.Raster.Height/6)
	for _, c := range cues {
		fmt.Fprintf(&b, "Dialogue: 0,%s,%s,Default,,0,0,0,,%s\n", hundredths(c.From, s.FPS), hundredths(c.To, s.FPS), assText(c.Text))
	}
	return b.Bytes()
}

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
