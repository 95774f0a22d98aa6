package handoff

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/media"
)

// maxLine is how long a line of a list may be.
const maxLine = 4096

// edlEvent is a line of a list with what is said of it.
type edlEvent struct {
	line          int
	number        string
	reel, channel string
	how           string
	over          media.Frames
	in, out       media.Frames // source
	start, end    media.Frames // record
	from, to      string       // clip names
	file, take    string
	speed         string
}

func (e edlEvent) picture() bool {
	c := strings.ToUpper(e.channel)
	return strings.Contains(c, "V") || c == "B"
}

func (e edlEvent) black() bool {
	return strings.EqualFold(e.reel, black) || strings.EqualFold(e.reel, "BLACK")
}

type edlReader struct {
	Read
	fps    media.Rational
	drop   bool // the record counts with drop frames
	events []edlEvent
}

func readEDL(body []byte, fps media.Rational) (Read, error) {
	r := edlReader{Read: Read{Form: formEDL}, fps: fps}
	lines := bufio.NewScanner(bytes.NewReader(body))
	lines.Buffer(make([]byte, 0, maxLine), maxLine)
	n := 0
	for lines.Scan() {
		n++
		if err := r.line(n, strings.TrimSpace(lines.Text())); err != nil {
			return Read{}, err
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return Read{}, fmt.Errorf("line %d: it has more than %d characters", n+1, maxLine)
	} else if err != nil {
		return Read{}, fmt.Errorf("line %d: %w", n+1, err)
	}
	if len(r.events) == 0 {
		return Read{}, errors.New("it holds no event")
	}
	return r.Read, r.assemble()
}

func (r *edlReader) line(n int, text string) error {
	fields := strings.Fields(text)
	switch {
	case len(fields) == 0:
	case strings.HasPrefix(text, "FCM:"):
		r.drop = strings.Contains(text, "DROP") && !strings.Contains(text, "NON")
	case strings.HasPrefix(text, "TITLE:"), fields[0] == ">>>":
	case strings.HasPrefix(text, "*"):
		r.comment(strings.TrimSpace(text[1:]))
	case fields[0] == "M2":
		if len(r.events) > 0 && len(fields) > 2 {
			r.events[len(r.events)-1].speed = fields[2]
		}
	case fields[0] == "AUD", fields[0] == "SPLIT:":
		r.lose("line %d: %.40q is not carried", n, text)
	case len(fields) >= 8 && number(fields[0]):
		return r.event(n, fields)
	default:
		r.lose("line %d: %.40q is not understood", n, text)
	}
	return nil
}

func number(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil
}

func (r *edlReader) event(n int, fields []string) error {
	if len(r.events) >= maxPieces {
		return fmt.Errorf("line %d: more than %d events", n, maxPieces)
	}
	e := edlEvent{line: n, number: fields[0], reel: fields[1], channel: fields[2], how: strings.ToUpper(fields[3])}
	codes := fields[len(fields)-4:]
	if len(fields) > 8 {
		over, err := strconv.Atoi(fields[4])
		if err != nil && e.how != "C" {
			return fmt.Errorf("line %d: %q is no length of a transition", n, fields[4])
		}
		e.over = media.Frames(max(over, 0))
	}
	for i, at := range []*media.Frames{&e.in, &e.out, &e.start, &e.end} {
		f, err := r.frames(codes[i])
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		*at = f
	}
	if e.end < e.start || e.out < e.in {
		return fmt.Errorf("line %d: it ends before it begins", n)
	}
	r.events = append(r.events, e)
	return nil
}

// frames reads timecode: with semicolons, or under FCM: DROP FRAME, two numbers of each
// minute but the tenth are left out (SMPTE 12M).
func (r *edlReader) frames(text string) (media.Frames, error) {
	drop := r.drop || strings.ContainsAny(text, ";,")
	parts := strings.FieldsFunc(text, func(c rune) bool { return c == ':' || c == ';' || c == ',' || c == '.' })
	base := timebase(r.fps)
	if len(parts) != 4 {
		return 0, fmt.Errorf("%q is no timecode", text)
	}
	var n [4]int64
	for i, limit := range []int64{100, 60, 60, base} {
		v, err := strconv.ParseInt(parts[i], 10, 32)
		if err != nil || v < 0 || v >= limit {
			return 0, fmt.Errorf("%q is no timecode at %d frames a second", text, base)
		}
		n[i] = v
	}
	f := ((n[0]*60+n[1])*60+n[2])*base + n[3]
	if drop && r.fps.Den != 1 && base%30 == 0 {
		minutes := n[0]*60 + n[1]
		f -= base / 15 * (minutes - minutes/10)
	}
	return media.Frames(f), nil
}

func (r *edlReader) comment(text string) {
	if len(r.events) == 0 {
		return
	}
	e := &r.events[len(r.events)-1]
	key, value, ok := strings.Cut(text, ":")
	if !ok {
		return
	}
	value = strings.TrimSpace(value)
	switch strings.ToUpper(strings.TrimSpace(key)) {
	case "FROM CLIP NAME":
		e.from = value
	case "TO CLIP NAME":
		e.to = value
	case "SOURCE FILE", "FROM CLIP", "FINAL CUT PRO REEL", "CLIP FILE":
		if e.file == "" {
			e.file = base(value)
		}
	case "TAKE":
		e.take = value
	case "EFFECT NAME", "FILTER", "EFFECT":
		if kind, known := kindOf(value); !known || kind == media.Cut {
			r.lose("the effect %.60q at event %s is not carried", value, e.number)
		}
	}
}

// assemble makes pieces of the picture events. In a list a transition runs from where its
// clip begins, and the clip before goes on under it.
func (r *edlReader) assemble() error {
	var pieces []Piece
	var at media.Frames
	first := true
	fadeTail := media.Frames(0)
	fading := false
	for _, e := range r.events {
		if !e.picture() {
			r.hear(Piece{Name: e.from, Take: e.take, File: e.file, Reel: e.reel, Start: e.start, In: e.in, Frames: e.end - e.start})
			continue
		}
		if e.start == e.end { // the first half of a transition: what goes on under it
			continue
		}
		if first {
			at, first = e.start, false
		}
		if e.start > at {
			r.lose("%d frames of black before event %s (line %d) are closed up", e.start-at, e.number, e.line)
		} else if e.start < at {
			return fmt.Errorf("line %d: it lies over the event before it; export one picture track", e.line)
		}
		at = e.end
		how := e.how
		if e.black() {
			if how == "D" && len(pieces) > 0 {
				fading, fadeTail = true, min(e.over, e.end-e.start)
				if rest := e.end - e.start - fadeTail; rest > 0 {
					r.lose("%d frames of black after event %s (line %d) are closed up", rest, e.number, e.line)
				}
				last := &pieces[len(pieces)-1]
				last.Frames += fadeTail
				last.Out = media.Transition{Kind: media.Fade, Frames: fadeTail}
			} else {
				r.lose("%d frames of black at event %s (line %d) are closed up", e.end-e.start, e.number, e.line)
			}
			continue
		}
		p := Piece{Name: e.from, Take: e.take, File: e.file, Reel: e.reel, Start: e.start, In: e.in, Frames: e.end - e.start, Out: media.Transition{Kind: media.Cut}, sync: e.start - e.in}
		if how != "C" && e.to != "" {
			p.Name = e.to
		}
		if e.speed != "" {
			r.speed(e)
		} else if e.out-e.in != e.end-e.start {
			r.lose("event %s (line %d) takes %d frames for %d: it runs at its own speed here, from the same picture on", e.number, e.line, e.out-e.in, e.end-e.start)
		}
		if len(pieces) > 0 {
			r.into(&pieces[len(pieces)-1], e, fading, fadeTail)
		} else if how != "C" {
			r.lose("a fade in at the beginning is not carried")
		}
		fading = false
		pieces = append(pieces, p)
	}
	r.Pieces = pieces
	return nil
}

// into sets the transition that leads into an event.
func (r *edlReader) into(last *Piece, e edlEvent, fading bool, tail media.Frames) {
	switch {
	case fading && e.how == "D":
		last.Out = media.Transition{Kind: media.Fade, Frames: tail + e.over}
	case fading, e.how == "C":
	case e.how == "D":
		last.Out = media.Transition{Kind: media.Dissolve, Frames: e.over}
		last.Frames += e.over
	case strings.HasPrefix(e.how, "W"):
		last.Out = media.Transition{Kind: media.Wipe, Frames: e.over}
		last.Frames += e.over
	default:
		r.lose("the transition %q into event %s (line %d) became a cut", e.how, e.number, e.line)
	}
}

func (r *edlReader) speed(e edlEvent) {
	v, err := strconv.ParseFloat(e.speed, 64)
	if err == nil && v == float64(timebase(r.fps)) {
		return
	}
	r.lose("event %s (line %d) is played at %s frames a second: here it runs at its own speed, from the same picture on", e.number, e.line, e.speed)
}
