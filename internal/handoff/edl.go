package handoff

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// reelLength is how long the name of a reel may be in a CMX 3600 list.
const reelLength = 8

// Reel is what a take's reel is called: 2BT3. What does not fit 8 letters and digits is a
// digest of it.
func Reel(id drama.TakeID) string {
	name := fmt.Sprintf("%sT%d", id.Slate, id.Number)
	plain := strings.IndexFunc(name, func(r rune) bool { return (r < '0' || r > '9') && (r < 'A' || r > 'Z') }) < 0
	if plain && len(name) <= reelLength {
		return name
	}
	sum := sha256.Sum256([]byte(id.Slate + "/" + fmt.Sprint(id.Number)))
	return "X" + base32.StdEncoding.EncodeToString(sum[:])[:reelLength-1]
}

// EDL writes the timeline as a CMX 3600 list: pictures on V, their own sound on A (events of
// its own, since not every reader takes both in one), spoken lines on A2. What such a list has no event for stands in comments: the names of
// files, the other takes of each slate, the scenes, effects, the score.
func EDL(t Timeline) []byte {
	w := edlWriter{t: t, base: timebase(t.FPS)}
	fmt.Fprintf(&w.b, "TITLE: %s\nFCM: NON-DROP FRAME\n\n", t.Name())
	w.pictures()
	w.ownSound()
	w.lines()
	w.comments()
	return w.b.Bytes()
}

type edlWriter struct {
	t    Timeline
	base int64
	b    bytes.Buffer
	n    int // of the last event
}

// timebase is how many frames a second of timecode counts.
func timebase(fps media.Rational) int64 {
	return max(1, (fps.Num+fps.Den/2)/fps.Den)
}

// code is a position as timecode without drop frames.
func code(f media.Frames, base int64) string {
	n := max(0, int64(f))
	return fmt.Sprintf("%02d:%02d:%02d:%02d", n/base/3600, n/base/60%60, n/base%60, n%base)
}

// event writes one line. how is C, D or W001; over is how long that takes.
func (w *edlWriter) event(reel, channel, how string, over, in, start, frames media.Frames) {
	length := "   "
	if how != "C" {
		length = fmt.Sprintf("%03d", over)
	}
	fmt.Fprintf(&w.b, "%03d  %-8s %-5s %-4s %s %s %s %s %s\n", w.n, reel, channel, how, length,
		code(in, w.base), code(in+frames, w.base), code(start, w.base), code(start+frames, w.base))
}

func (w *edlWriter) comment(format string, args ...any) {
	text := strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, fmt.Sprintf(format, args...))
	w.b.WriteString("* " + text + "\n")
}

// black is the reel that a fade goes to and comes from.
const black = "BL"

func (w *edlWriter) pictures() {
	markers := w.t.Markers
	from := media.Transition{Kind: media.Cut} // that leads into the clip
	for i, c := range w.t.Clips {
		s := w.t.Sources[c.Source]
		reel := Reel(s.Take)
		// A clip is counted to where the next begins, and one that fades to where black
		// begins; transitions run on beyond.
		last := i == len(w.t.Clips)-1
		tail := c.Out.Overlap()
		fade := jointOf(c.Out, last)
		if c.Out.Kind == media.Fade {
			tail = fade.before
		}
		frames := c.Frames - tail
		w.n++
		switch from.Kind {
		case media.Dissolve, media.Wipe:
			before := w.t.Clips[i-1]
			w.event(Reel(w.t.Sources[before.Source].Take), "V", "C", 0, before.In+before.Frames-from.Frames, c.Start, 0)
			w.event(reel, "V", how(from.Kind), from.Frames, c.In, c.Start, frames)
			w.comment("FROM CLIP NAME: %s", before.Slate)
			w.comment("TO CLIP NAME: %s", c.Slate)
		case media.Fade:
			w.event(black, "V", "C", 0, 0, c.Start, 0)
			w.event(reel, "V", "D", from.Frames-from.Frames/2, c.In, c.Start, frames)
			w.comment("TO CLIP NAME: %s", c.Slate)
		case media.Cut, "":
			w.event(reel, "V", "C", 0, c.In, c.Start, frames)
			w.comment("FROM CLIP NAME: %s", c.Slate)
		}
		for len(markers) > 0 && markers[0].At < c.Start+c.Frames {
			w.comment("LOC: %s GREEN %s", code(markers[0].At, w.base), markers[0].Title)
			markers = markers[1:]
		}
		w.comment("TAKE: %s", s.Take)
		w.comment("SOURCE FILE: %s", s.File)
		w.comment("AVAILABLE: %s %s", code(0, w.base), code(s.Frames, w.base))
		for _, o := range w.t.others(c) {
			other := w.t.Sources[o]
			w.comment("OTHER TAKE: %s REEL %s FILE %s", other.Take, Reel(other.Take), other.File)
		}
		if c.Out.Kind == media.Fade {
			w.n++
			w.event(reel, "V", "C", 0, c.In+frames, c.Start+frames, 0)
			w.event(black, "V", "D", fade.before, 0, c.Start+frames, fade.before)
			w.comment("FROM CLIP NAME: %s", c.Slate)
		}
		from = c.Out
	}
}

func how(k media.TransitionKind) string {
	if k == media.Wipe {
		return "W001"
	}
	return "D"
}

// ownSound is the takes' own, from cut point to cut point.
func (w *edlWriter) ownSound() {
	for _, s := range w.t.ownSound() {
		c := w.t.Clips[s.clip]
		w.n++
		w.event(Reel(w.t.Sources[c.Source].Take), "A", "C", 0, s.in, s.start, s.frames)
		w.comment("FROM CLIP NAME: %s", c.Slate)
	}
}

// lines are spoken lines, from A2 on: those that run into each other are on channels of
// their own.
func (w *edlWriter) lines() {
	for n, lane := range w.t.lanes(Dialogue) {
		for _, s := range lane {
			w.n++
			w.event("AX", fmt.Sprintf("A%d", n+2), "C", 0, 0, s.Start, s.Frames)
			w.comment("FROM CLIP NAME: %s", s.Name)
			w.comment("SOURCE FILE: %s", s.File)
		}
	}
}

func (w *edlWriter) comments() {
	for _, lane := range w.t.lanes(Effects) {
		for _, s := range lane {
			w.comment("SOUND EFFECT: %s AT %s FOR %s LEVEL %s DB", s.File, code(s.Start, w.base), code(s.Frames, w.base), decibels(s.Level))
		}
	}
	for _, lane := range w.t.lanes(Score) {
		for _, s := range lane {
			w.comment("SCORE: %s AT %s FOR %s", s.File, code(s.Start, w.base), code(s.Frames, w.base))
		}
	}
}
