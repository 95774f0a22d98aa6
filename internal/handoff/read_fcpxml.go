package handoff

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/media"
)

// fcpAsset is what a clip refers to.
type fcpAsset struct {
	name, file, take string
	start            float64 // its own first frame, seconds
	video            bool
	known            bool
}

type fcpReader struct {
	Read
	fps    media.Rational
	assets map[string]fcpAsset
	err    error
}

func readFCPXML(body []byte, fps media.Rational) (Read, error) {
	root, err := parseXML(body)
	if err != nil {
		return Read{}, err
	}
	if root.name != "fcpxml" {
		return Read{}, fmt.Errorf("it is a <%.40s>, no <fcpxml>", root.name)
	}
	r := fcpReader{Read: Read{Form: formFCPXML}, fps: fps, assets: map[string]fcpAsset{}}
	r.resources(root.first("resources"))
	project := root.find("project")
	if project == nil {
		return Read{}, errors.New("it holds no project; export the project, not the event alone")
	}
	spine := project.first("sequence").first("spine")
	if spine == nil {
		return Read{}, errors.New("its project holds no timeline")
	}
	tracks := r.storyline(spine, 0)
	if r.err != nil {
		return Read{}, r.err
	}
	return r.Read, r.finish(tracks)
}

func (r *fcpReader) finish(tracks map[int][]placed) error {
	var lanes []int
	for lane := range tracks {
		lanes = append(lanes, lane)
	}
	slices.Sort(lanes)
	var order [][]placed
	for _, lane := range lanes {
		order = append(order, tracks[lane])
	}
	return r.close(order, r.fps)
}

func (r *fcpReader) resources(res *xmlNode) {
	if res == nil {
		return
	}
	for _, n := range res.children {
		if n.name != "asset" {
			continue
		}
		a := fcpAsset{name: n.attrs["name"], video: n.attrs["hasVideo"] == "1", known: true}
		a.start, _ = when(or(n.attrs["start"], "0s"))
		src := n.attrs["src"]
		for _, rep := range n.children {
			if rep.name == "media-rep" && (src == "" || rep.attrs["kind"] != "proxy-media") {
				src = rep.attrs["src"]
			}
		}
		a.file = base(src)
		if md := n.first("metadata"); md != nil {
			for _, m := range md.children {
				if m.attrs["key"] == fcpTakeKey {
					a.take = m.attrs["value"]
				}
			}
		}
		r.assets[n.attrs["id"]] = a
	}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// frames is an attribute in frames; what is no time ends the reading.
func (r *fcpReader) seconds(n *xmlNode, key string) float64 {
	text, ok := n.attrs[key]
	if !ok {
		return 0
	}
	v, err := when(text)
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("<%s %s>: %w", n.name, key, err)
	}
	return v
}

func (r *fcpReader) frames(v float64, what string) media.Frames {
	f, exact := nearest(v, r.fps)
	if !exact {
		r.lose("%s lies between two frames of %s: the nearest is taken", what, r.fps)
	}
	return f
}

// Elements that stand on a timeline.
var fcpClips = []string{"asset-clip", "clip", "video", "ref-clip", "sync-clip", "mc-clip", "audition", "title", "gap", "audio"}

// storyline reads a spine that begins at a time, in seconds: its own clips are lane 0,
// those connected to them their lane.
func (r *fcpReader) storyline(spine *xmlNode, at float64) map[int][]placed {
	tracks := map[int][]placed{}
	for _, n := range spine.children {
		switch {
		case n.name == "transition":
			r.transition(n, tracks[0], at)
		case slices.Contains(fcpClips, n.name):
			p, length := r.clip(n, at)
			tracks[0] = append(tracks[0], p)
			r.connected(n, at, tracks)
			at += length
		default:
			r.lose("<%.40s> on the timeline is not carried", n.name)
		}
	}
	return tracks
}

func (r *fcpReader) transition(n *xmlNode, track []placed, at float64) {
	length := r.seconds(n, "duration")
	begin := at - length/2
	if n.attrs["offset"] != "" {
		// In the time that the spine counts in, which begins where it says or at zero: what
		// matters is how far before the cut point it lies.
		if o := r.seconds(n, "offset"); o <= at && o+length >= at {
			begin = o
		}
	}
	kind, known := kindOf(n.attrs["name"])
	if len(track) == 0 || track[len(track)-1].black {
		r.lose("a fade in at the beginning of a stretch is not carried")
		return
	}
	last := &track[len(track)-1]
	if !known {
		r.lose("the transition %.60q after %s became a cut", n.attrs["name"], called(last.Piece))
		return
	}
	all := r.frames(length, "a transition")
	before, _ := nearest(at-begin, r.fps)
	before = max(0, min(before, all))
	last.joint = joint{kind, before, all - before}
}

// clip is a clip of a timeline and how long it is, in seconds.
func (r *fcpReader) clip(n *xmlNode, at float64) (placed, float64) {
	if n.name == "audition" {
		for _, c := range n.children { // the first is the pick
			if slices.Contains(fcpClips, c.name) {
				if len(n.children) > 1 {
					r.lose("the further picks of the audition at %s are not kept; they are takes of the shot still", code(r.frames(at, "an audition"), timebase(r.fps)))
				}
				return r.clip(c, at)
			}
		}
		return placed{black: true}, 0
	}
	length := r.seconds(n, "duration")
	p := placed{Piece: Piece{Name: n.attrs["name"]}}
	what := called(p.Piece)
	p.Start = r.frames(at, what)
	// Ends are rounded, not lengths: neighbours stay neighbours.
	p.Frames = r.frames(at+length, what) - p.Start
	a, start := r.media(n)
	p.Take, p.File = a.take, a.file
	in := start
	if n.attrs["start"] == "" && a.known {
		in = a.start
	}
	p.In = r.frames(in-a.start, what)
	r.changes(n, what)
	switch {
	case n.name == "gap":
		p.black = true
	case n.name == "title":
		r.lose("the title %s is not carried", what)
		p.black = true
	case n.attrs["enabled"] == "0" && r.sounds(n):
		p.black = true // what is ours and not heard is told by Match
	case n.attrs["enabled"] == "0":
		r.lose("%s is switched off: it is left out", what)
		p.black = true
	case !a.known:
		r.lose("%s is a <%s> of no single file: it is left out", what, n.name)
		p.black = true
	}
	return p, length
}

// media is the asset that a clip shows, and its first frame there, in seconds.
func (r *fcpReader) media(n *xmlNode) (fcpAsset, float64) {
	if a, ok := r.assets[n.attrs["ref"]]; ok && n.name != "ref-clip" && n.name != "mc-clip" {
		return a, r.seconds(n, "start")
	}
	if n.name == "clip" || n.name == "sync-clip" {
		for _, c := range n.children {
			// A clip holds its media in its own time: offset there is start here.
			if a, ok := r.assets[c.attrs["ref"]]; ok && c.attrs["lane"] == "" {
				start := r.seconds(n, "start")
				if c.attrs["start"] != "" || c.attrs["offset"] != "" {
					start += r.seconds(c, "start") - r.seconds(c, "offset")
				}
				return a, start
			}
		}
	}
	return fcpAsset{}, 0
}

// connected reads what hangs on a clip.
func (r *fcpReader) connected(n *xmlNode, at float64, tracks map[int][]placed) {
	if n.name == "audition" {
		return
	}
	start := r.seconds(n, "start")
	for _, c := range n.children {
		lane := 0
		if _, err := fmt.Sscanf(c.attrs["lane"], "%d", &lane); err != nil || lane == 0 {
			continue
		}
		begin := at + r.seconds(c, "offset") - start
		if c.name == "spine" {
			for l, track := range r.storyline(c, begin) {
				tracks[lane+l] = append(tracks[lane+l], track...)
			}
			continue
		}
		if !slices.Contains(fcpClips, c.name) {
			continue
		}
		if r.sounds(c) {
			p, _ := r.clip(c, begin)
			p.Level = r.level(c, called(p.Piece))
			if !p.black {
				r.hear(p.Piece)
			}
			continue
		}
		p, _ := r.clip(c, begin)
		tracks[lane] = append(tracks[lane], p)
	}
}

// level is how much louder a sound is than its file, in dB.
func (r *fcpReader) level(n *xmlNode, what string) *float64 {
	level := 0.0
	if v := n.first("adjust-volume"); v != nil {
		if len(v.children) > 0 {
			r.lose("the level of %s moves: that is not carried", what)
			return nil
		}
		var err error
		if level, err = strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(or(v.attrs["amount"], "0dB"), "dB")), 64); err != nil {
			r.lose("the level %.20q of %s is none", v.attrs["amount"], what)
			return nil
		}
	}
	return &level
}

// fcpKept are parts of a clip that are read, or that change nothing that is seen or heard.
var fcpKept = []string{"note", "keyword", "metadata", "chapter-marker", "rating", "analysis-marker", "audio-channel-source", "audio-role-source", "conform-rate", "media-rep", "text-style-def", "text", "param", "mc-source", "sync-source"}

// sounds says that nothing is seen of a clip.
func (r *fcpReader) sounds(n *xmlNode) bool {
	a, _ := r.media(n)
	return n.name == "audio" || a.known && !a.video || n.attrs["srcEnable"] == "audio"
}

// changes lists what is done to a clip that is not carried.
func (r *fcpReader) changes(n *xmlNode, what string) {
	for _, c := range n.children {
		switch {
		case slices.Contains(fcpKept, c.name), c.attrs["lane"] != "", slices.Contains(fcpClips, c.name), c.name == "spine":
		case c.name == "timeMap":
			r.lose("%s has its speed changed: here it runs at its own, from the same picture on", what)
		case c.name == "adjust-volume" && r.sounds(n):
			// Its level says it.
			// How a raster is fitted is the show's.
		case strings.HasPrefix(c.name, "filter"):
			r.lose("the effect %.60q on %s is not carried", or(c.attrs["name"], c.name), what)
		case c.name == "marker":
			r.lose("the marker %.60q is not kept", c.attrs["value"])
		default:
			r.lose("<%.40s> on %s is not carried", c.name, what)
		}
	}
}
