package timeline

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/media"
)

// SRT writes cues as SubRip, UTF-8, CR LF free.
func SRT(cues []media.Cue, fps media.Rational) []byte {
	return srt(cues, fps, func(c media.Cue) string { return srtText(c.Text) })
}

func srt(cues []media.Cue, fps media.Rational, text func(media.Cue) string) []byte {
	var b bytes.Buffer
	for i, c := range cues {
		fmt.Fprintf(&b, "%d\n%s --> %s\n%s\n\n", i+1, stamp(c.From, fps, ','), stamp(c.To, fps, ','), text(c))
	}
	return b.Bytes()
}

// VTT writes cues as WebVTT (W3C).
func VTT(cues []media.Cue, fps media.Rational) []byte {
	var b bytes.Buffer
	b.WriteString("WEBVTT\n")
	colors := colorsOf(cues)
	if len(colors) > 0 {
		b.WriteString("\nSTYLE\n")
		for i, color := range colors {
			fmt.Fprintf(&b, "::cue(.v%d) { color: %s; }\n", i+1, color)
		}
	}
	for i, c := range cues {
		text := colored(c, vttText, "\n", func(text string, color int, by media.Spoken) string {
			return fmt.Sprintf("<v.v%d %s>%s</v>", color, vttText(oneLine(by.Speaker)), text)
		}, colors)
		fmt.Fprintf(&b, "\n%d\n%s --> %s\n%s\n", i+1, stamp(c.From, fps, '.'), stamp(c.To, fps, '.'), text)
	}
	return b.Bytes()
}

// stamp is a position as hh:mm:ss and milliseconds, rounded to the nearest: less
// than half a frame off at any rate, so that it reads back as the same frame.
func stamp(f media.Frames, fps media.Rational, point byte) string {
	ms := f.Duration(fps).Round(time.Millisecond).Milliseconds()
	return fmt.Sprintf("%02d:%02d:%02d%c%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, point, ms%1000)
}

// srtText keeps a text from being read as markup, which SubRip has no escape for:
// a space of no width after what would begin a tag is not seen.
func srtText(text string) string {
	return strings.NewReplacer("<", "<\u200b", "{", "{\u200b", "-->", "--\u200b>").Replace(noBlankLines(text))
}

func vttText(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(noBlankLines(text))
}

// noBlankLines: a blank line would end the cue.
func noBlankLines(text string) string {
	var lines []string
	for line := range strings.Lines(strings.ReplaceAll(text, "\r", "\n")) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
