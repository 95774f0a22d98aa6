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
	var b bytes.Buffer
	for i, c := range cues {
		fmt.Fprintf(&b, "%d\n%s --> %s\n%s\n\n", i+1, stamp(c.From, fps, ','), stamp(c.To, fps, ','), srtText(c.Text))
	}
	return b.Bytes()
}

// VTT writes cues as WebVTT (W3C).
func VTT(cues []media.Cue, fps media.Rational) []byte {
	var b bytes.Buffer
	b.WriteString("WEBVTT\n")
	for i, c := range cues {
		fmt.Fprintf(&b, "\n%d\n%s --> %s\n%s\n", i+1, stamp(c.From, fps, '.'), stamp(c.To, fps, '.'), vttText(c.Text))
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
