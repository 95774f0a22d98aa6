package handoff

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/media"
)

// Bounds on what is read.
const (
	MaxTimeline = 32 << 20 // bytes of a file
	maxDepth    = 64       // of elements, objects and lists in each other
	maxNodes    = 400_000  // elements of an XML, objects of a JSON
	maxPieces   = 10_000   // clips on a timeline
	maxLost     = 200      // things listed that cannot be carried
)

// Forms that come back.
const (
	formOTIO   = "OTIO"
	formEDL    = "EDL"
	formFCPXML = "FCPXML"
)

// Read is a timeline as it came back from an editor: what its pictures show, in order,
// and in words what of it cannot be carried.
type Read struct {
	Form   string // OTIO, EDL or FCPXML
	Pieces []Piece
	Lost   []string
	// Sounds are clips on tracks of sound, as far as they say what they are of.
	Sounds []Piece
	more   int // that were not listed any more
}

// Piece is a stretch of a clip that is seen. Frames are of the rate that was asked for.
type Piece struct {
	Name string // of the clip
	Take string // by our metadata, which goes with the media; empty: there is none
	File string // the base name of its media; empty: not told
	Reel string // in a list
	// Start is where it stands on the editor's timeline, for messages.
	Start  media.Frames
	In     media.Frames
	Frames media.Frames
	Out    media.Transition
	// Level is of a sound, in dB; nil: not told.
	Level *float64

	joint joint        // while it is counted from cut point to cut point
	sync  media.Frames // how far its media's first frame lies from the timeline's
}

// hear notes what lies on a track of sound.
func (r *Read) hear(p Piece) {
	p.sync = p.Start - p.In
	if len(r.Sounds) < maxPieces {
		r.Sounds = append(r.Sounds, p)
	}
}

// lose lists something that cannot be carried.
func (r *Read) lose(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if slices.Contains(r.Lost, text) {
		return
	}
	if len(r.Lost) >= maxLost {
		r.more++
		return
	}
	r.Lost = append(r.Lost, text)
}

// Parse reads a timeline in any of the forms that come back: OTIO, FCPXML or a CMX 3600
// list, by its name's extension, else by how it begins. Frames are counted at fps. It
// errs with what is wrong with the file, and with what it is where it cannot be read back.
func Parse(name string, body []byte, fps media.Rational) (Read, error) {
	if len(body) > MaxTimeline {
		return Read{}, fmt.Errorf("read %s: it has %d bytes, at most %d are read", name, len(body), MaxTimeline)
	}
	if !fps.Valid() {
		return Read{}, errors.New("read a timeline: no rate to count at")
	}
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	var r Read
	var err error
	switch form(name, body) {
	case ".otio":
		r, err = readOTIO(body, fps)
	case ".fcpxml":
		r, err = readFCPXML(body, fps)
	case ".edl":
		r, err = readEDL(body, fps)
	case ".xml":
		return Read{}, fmt.Errorf("read %s: it is Final Cut Pro 7's XML, which does not come back; export OTIO, FCPXML or a CMX 3600 EDL", name)
	case ".zip":
		return Read{}, fmt.Errorf("read %s: it is a bundle; unpack it and bring back the timeline in it", name)
	case ".aaf":
		return Read{}, fmt.Errorf("read %s: AAF does not come back; export OTIO, FCPXML or a CMX 3600 EDL", name)
	case ".json":
		return Read{}, fmt.Errorf("read %s: a draft of 剪映 or CapCut does not come back; export OTIO, FCPXML or a CMX 3600 EDL from an editor", name)
	default:
		return Read{}, fmt.Errorf("read %s: it is no OTIO, FCPXML or CMX 3600 EDL", name)
	}
	if err != nil {
		return Read{}, fmt.Errorf("read %s: %w", name, err)
	}
	if len(r.Pieces) == 0 {
		return Read{}, fmt.Errorf("read %s: there is no clip on its picture tracks", name)
	}
	if r.more > 0 {
		r.Lost = append(r.Lost, fmt.Sprintf("and %d more", r.more))
	}
	return r, nil
}

// form is what a file is, as an extension.
func form(name string, body []byte) string {
	head := strings.TrimSpace(string(body[:min(len(body), 4096)]))
	switch ext := strings.ToLower(path.Ext(name)); {
	case strings.HasPrefix(head, "PK\x03\x04"): // .otioz
		return ".zip"
	case strings.HasPrefix(head, "{"):
		if bytes.Contains(body, []byte(`"OTIO_SCHEMA"`)) {
			return ".otio"
		}
		return ".json"
	case strings.Contains(head, "<fcpxml"):
		return ".fcpxml"
	case strings.Contains(head, "<xmeml"):
		return ".xml"
	case strings.HasPrefix(head, "<"):
		return ext
	case ext == ".edl", strings.HasPrefix(head, "TITLE:"):
		return ".edl"
	case ext == ".aaf":
		return ".aaf"
	}
	return ""
}

// checkJSON says whether a JSON is small and flat enough to be read.
func checkJSON(body []byte) error {
	if len(body) > MaxTimeline {
		return fmt.Errorf("it has %d bytes, at most %d are read", len(body), MaxTimeline)
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	depth, objects := 0, 0
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("it is no JSON: %w", err)
		}
		if d, ok := tok.(json.Delim); ok {
			if d == '{' || d == '[' {
				depth++
			} else {
				depth--
			}
			if depth > maxDepth {
				return fmt.Errorf("it is nested deeper than %d", maxDepth)
			}
			if d == '{' {
				objects++
			}
			if objects > maxNodes {
				return fmt.Errorf("it has more than %d objects", maxNodes)
			}
		}
	}
}

// placed is a clip on a track, on the editor's timeline, from cut point to cut point.
type placed struct {
	Piece
	black bool // nothing is seen
}

func (p placed) end() media.Frames { return p.Start + p.Frames }

// flatten lays tracks over each other, the last on top: what is seen is the topmost clip.
func flatten(tracks [][]placed) ([]placed, error) {
	var seen []placed
	all := 0
	for _, track := range tracks {
		all += len(track)
	}
	if all > maxPieces {
		return nil, fmt.Errorf("it has %d clips, at most %d are read", all, maxPieces)
	}
	for _, track := range tracks {
		for _, top := range track {
			if top.black || top.Frames <= 0 {
				continue
			}
			var under []placed
			for _, p := range seen {
				if p.end() <= top.Start || p.Start >= top.end() {
					under = append(under, p)
					continue
				}
				if p.Start < top.Start {
					left := p
					left.Frames, left.joint = top.Start-p.Start, joint{kind: media.Cut}
					under = append(under, left)
				}
				if p.end() > top.end() {
					right := p
					right.In += top.end() - p.Start
					right.Start, right.Frames = top.end(), p.end()-top.end()
					under = append(under, right)
				}
			}
			seen = append(under, top)
		}
	}
	slices.SortStableFunc(seen, func(a, b placed) int { return int(max(-1, min(1, a.Start-b.Start))) })
	return seen, nil
}

// close makes pieces of what is seen of the tracks, and tells the gaps that it closes. A fade to black
// that somebody wrote as a gap is none of ours.
func (r *Read) close(tracks [][]placed, fps media.Rational) error {
	seen, err := flatten(tracks)
	if err != nil {
		return err
	}
	base := timebase(fps)
	for i, p := range seen {
		if i > 0 {
			if gap := p.Start - seen[i-1].end(); gap > 0 {
				r.lose("%d frames of black before %s at %s are closed up", gap, called(p.Piece), code(p.Start, base))
				r.Pieces[len(r.Pieces)-1].joint = uncover(r.Pieces[len(r.Pieces)-1].joint)
			}
		} else if p.Start > 0 {
			r.lose("%d frames of black before the first clip are closed up", p.Start)
		}
		p.sync = p.Start - p.In
		r.Pieces = append(r.Pieces, p.Piece)
	}
	r.Pieces = whole(r.Pieces)
	return nil
}

// uncover is a transition into nothing.
func uncover(j joint) joint {
	if j.overlaps() {
		return joint{kind: media.Cut}
	}
	return j
}

// called is how a piece is named to a person.
func called(p Piece) string {
	for _, name := range []string{p.Name, p.File, p.Reel, p.Take} {
		if name != "" {
			return fmt.Sprintf("%.60q", name)
		}
	}
	return "a clip without a name"
}

// nearest is a time in frames, and whether it lies on one.
func nearest(seconds float64, fps media.Rational) (media.Frames, bool) {
	f := seconds * float64(fps.Num) / float64(fps.Den)
	if math.IsNaN(f) || math.Abs(f) > float64(media.MaxMasterFrames) {
		return 0, false
	}
	n := math.Round(f)
	const off = 0.05 // of a frame: what rounding of a file's numbers makes
	return media.Frames(n), math.Abs(f-n) <= off
}

// kindOf is the transition that a name means.
func kindOf(names ...string) (media.TransitionKind, bool) {
	for _, n := range names {
		n = strings.ToLower(n)
		switch {
		case strings.Contains(n, "wipe"):
			return media.Wipe, true
		case strings.Contains(n, "fade to color"), strings.Contains(n, "dip to"), n == string(media.Fade), strings.Contains(n, "fade to black"):
			return media.Fade, true
		case strings.Contains(n, "dissolve"), strings.Contains(n, "crossfade"), strings.Contains(n, "cross fade"):
			return media.Dissolve, true
		}
	}
	return media.Cut, false
}

// base is the last part of a file's URL or path, whichever system it was written on.
func base(target string) string {
	if i := strings.IndexAny(target, "?#"); i >= 0 && strings.Contains(target, "://") {
		target = target[:i]
	}
	if i := strings.LastIndexAny(target, `/\`); i >= 0 {
		target = target[i+1:]
	}
	return unescapeURL(target)
}
