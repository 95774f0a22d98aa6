package mp4

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/Eyevinn/mp4ff/mp4"
	"golang.org/x/text/language"

	"github.com/dailies/dailies/internal/media"
)

// textSample is a line of text shown from frame From to To.
type textSample struct {
	from, to media.Frames
	text     string
}

// timeline turns cues into samples without gap or overlap from 0 to total;
// cues at the same time stand under each other.
func textTimeline(cues []media.Cue, total media.Frames) []textSample {
	edges := []media.Frames{0, total}
	for _, c := range cues {
		edges = append(edges, min(max(c.From, 0), total), min(max(c.To, 0), total))
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	sorted := slices.Clone(cues)
	slices.SortStableFunc(sorted, func(a, b media.Cue) int { return cmp.Compare(a.From, b.From) })
	var out []textSample
	for i := range len(edges) - 1 {
		var lines []string
		for _, c := range sorted {
			if c.From <= edges[i] && c.To > edges[i] {
				lines = append(lines, c.Text)
			}
		}
		text := strings.Join(lines, "\n")
		begins := slices.ContainsFunc(sorted, func(c media.Cue) bool { return max(c.From, 0) == edges[i] })
		if n := len(out); n > 0 && out[n-1].text == text && !begins { // two who say the same are two
			out[n-1].to = edges[i+1]
			continue
		}
		out = append(out, textSample{from: edges[i], to: edges[i+1], text: text})
	}
	return out
}

// SubtitleTrack makes a track of timed text (3GPP TS 26.245), whose samples lie
// in sp.
func SubtitleTrack(st media.SubtitleTrack, total media.Frames, fps media.Rational, r media.Raster, sp *Spool) (*Track, error) {
	t := &Track{
		Handler: "sbtl", Name: "subtitles", Raster: r, hidden: true, group: 2,
		Header: []mp4.Box{&mp4.NmhdBox{}},
		Stsd:   description("tx3g", textEntry(true, r)),
	}
	if err := t.SetLanguage(st.Language); err != nil {
		return nil, err
	}
	return t, t.addText(textTimeline(st.Cues, total), fps, sp, nil)
}

// ChapterTrack is the chapters as QuickTime and Safari read them.
func ChapterTrack(chapters []media.Chapter, total media.Frames, fps media.Rational, sp *Spool) (*Track, error) {
	var cues []media.Cue
	for i, c := range chapters {
		end := total
		if i+1 < len(chapters) {
			end = chapters[i+1].At
		}
		cues = append(cues, media.Cue{From: c.At, To: end, Text: c.Title})
	}
	gmhd := cat(
		be32(32-8), []byte("gmin"), be32(0), be16(0x40), be16(0x8000), be16(0x8000), be16(0x8000), be16(0), be16(0))
	gmhd = cat(gmhd, be32(0x2c), []byte("text"), be16(1), make([]byte, 12), be32(1), make([]byte, 12), be32(0x4000), be16(0))
	t := &Track{
		Handler: "text", Name: "chapters", Lang: "und", hidden: true,
		Header: []mp4.Box{box("gmhd", gmhd)},
		Stsd:   description("text", textEntry(false, media.Raster{})),
	}
	utf8Mark := cat(be32(12), []byte("encd"), be32(0x100))
	return t, t.addText(textTimeline(cues, total), fps, sp, utf8Mark)
}

// addText writes the samples of a text track.
func (t *Track) addText(list []textSample, fps media.Rational, sp *Spool, mark []byte) error {
	scale, step := VideoClock(fps)
	t.Scale = uint32(scale)
	for _, s := range list {
		text := cutText(s.text, math.MaxUint16)
		b := cat(be16(uint16(len(text))), []byte(text))
		if text != "" {
			b = cat(b, mark)
		}
		off, err := sp.Add(b)
		if err != nil {
			return err
		}
		t.Samples = append(t.Samples, Encoded{File: sp.File, Sample: Sample{Off: off, Size: uint32(len(b)), Key: true}})
		t.Lasts = append(t.Lasts, uint32(int64(s.to-s.from)*step))
		t.Length += int64(s.to-s.from) * step
	}
	return nil
}

// textEntry is the body of a text sample entry: bottom, centred, white.
func textEntry(subtitle bool, r media.Raster) []byte {
	head := cat(make([]byte, 6), be16(1))
	if !subtitle {
		return cat(head, be32(1), make([]byte, 2+4+8), be16(0), be16(0), be16(1), make([]byte, 2+4),
			be32(13), []byte("ftab"), be16(1), be16(1), []byte{0})
	}
	const font = "Sans-Serif"
	size := byte(min(255, max(8, r.ShortSide()/20)))
	return cat(head, be32(0), []byte{1, 0xff}, make([]byte, 4), // flags, justification, background
		be16(0), be16(0), be16(uint16(r.Height)), be16(uint16(r.Width)), // box: top, left, bottom, right
		be16(0), be16(0), be16(1), []byte{0, size, 0xff, 0xff, 0xff, 0xff}, // style of all characters
		be32(uint32(8+2+2+1+len(font))), []byte("ftab"), be16(1), be16(1), []byte{byte(len(font))}, []byte(font))
}

// description is an stsd box with one entry.
func description(name string, entry []byte) mp4.Box {
	return box("stsd", cat(be32(0), be32(1), be32(uint32(8+len(entry))), []byte(name), entry))
}

// SetLanguage says in which language (BCP 47) a track is; empty: not known.
func (t *Track) SetLanguage(tag string) (err error) {
	t.Lang, t.tag = "und", ""
	if tag != "" {
		t.Lang, t.tag, err = languageCode(tag)
	}
	return err
}

// languageCode is the ISO 639-2 code of a BCP 47 tag, and the tag itself where
// it says more than the code (zh-Hant).
func languageCode(tag string) (code, more string, err error) {
	t, err := language.Parse(tag)
	if err != nil {
		return "", "", fmt.Errorf("name a track's language %q: %w", tag, err)
	}
	base, _ := t.Base()
	if code = base.ISO3(); len(code) != 3 {
		code = "und"
	}
	if t.String() != base.String() {
		more = t.String()
	}
	return code, more, nil
}

// cutText is as much of s as fits in most bytes, whole characters only.
func cutText(s string, most int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
