package handoff

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/dailies/dailies/internal/media"
)

// otioNode is any object of OTIO, as far as it matters here.
type otioNode struct {
	Schema   string          `json:"OTIO_SCHEMA"`
	Name     string          `json:"name"`
	Kind     string          `json:"kind"`
	Enabled  *bool           `json:"enabled"`
	Range    *otioSpan       `json:"source_range"`
	Effects  []otioNode      `json:"effects"`
	Markers  []otioNode      `json:"markers"`
	Metadata json.RawMessage `json:"metadata"`
	Children []otioNode      `json:"children"`
	Tracks   *otioNode       `json:"tracks"`

	Reference  *otioNode            `json:"media_reference"`
	References map[string]*otioNode `json:"media_references"`
	Active     string               `json:"active_media_reference_key"`
	Target     string               `json:"target_url"`
	Base       string               `json:"target_url_base"`
	Prefix     string               `json:"name_prefix"`
	Available  *otioSpan            `json:"available_range"`

	Type   string    `json:"transition_type"`
	Before *otioWhen `json:"in_offset"`
	After  *otioWhen `json:"out_offset"`

	Effect string   `json:"effect_name"`
	Scalar *float64 `json:"time_scalar"`
}

type otioWhen struct {
	Rate  float64 `json:"rate"`
	Value float64 `json:"value"`
}

type otioSpan struct {
	Start    otioWhen `json:"start_time"`
	Duration otioWhen `json:"duration"`
}

func (w *otioWhen) seconds() float64 {
	if w == nil || w.Rate <= 0 {
		return 0
	}
	return w.Value / w.Rate
}

// is says of what schema a node is, whatever its version.
func (n *otioNode) is(schema string) bool {
	name, _, _ := strings.Cut(n.Schema, ".")
	return name == schema
}

func (n *otioNode) off() bool { return n.Enabled != nil && !*n.Enabled }

// ours is a text of our metadata.
func (n *otioNode) ours(key string) string {
	var m struct {
		Own map[string]any `json:"dailies"`
	}
	if n == nil || len(n.Metadata) == 0 || json.Unmarshal(n.Metadata, &m) != nil {
		return ""
	}
	s, _ := m.Own[key].(string)
	return s
}

type otioReader struct {
	Read
	fps media.Rational
}

func readOTIO(body []byte, fps media.Rational) (Read, error) {
	if err := checkJSON(body); err != nil {
		return Read{}, err
	}
	var root otioNode
	if err := json.Unmarshal(body, &root); err != nil {
		return Read{}, fmt.Errorf("it is no OTIO: %w", err)
	}
	r := otioReader{Read: Read{Form: formOTIO}, fps: fps}
	line := root.timeline()
	if line == nil || line.Tracks == nil {
		return Read{}, errors.New("it holds no timeline")
	}
	var video [][]placed
	for i := range line.Tracks.Children {
		t := &line.Tracks.Children[i]
		switch {
		case t.off():
			r.lose("track %q is switched off: it is left out", t.Name)
		case !t.is("Track"):
			r.lose("%q lies beside the tracks as a %s: it is left out", t.Name, t.Schema)
		case strings.EqualFold(t.Kind, "Audio"):
			r.audio(t)
		case strings.EqualFold(t.Kind, "Video"):
			track, _ := r.track(t, 0)
			video = append(video, track)
		default:
			r.lose("track %q is of kind %q: it is left out", t.Name, t.Kind)
		}
	}
	r.markers(line.Tracks)
	if err := r.close(video, fps); err != nil {
		return Read{}, err
	}
	return r.Read, nil
}

// timeline is the first timeline in a file, which may be a collection of them.
func (n *otioNode) timeline() *otioNode {
	if n.is("Timeline") {
		return n
	}
	for i := range n.Children {
		if t := n.Children[i].timeline(); t != nil {
			return t
		}
	}
	return nil
}

// frames are a time in frames; what lies between two is told.
func (r *otioReader) frames(w *otioWhen, what string) media.Frames {
	f, exact := nearest(w.seconds(), r.fps)
	if !exact {
		r.lose("%s lies between two frames of %s: the nearest is taken", what, r.fps)
	}
	return f
}

// track reads the clips of a picture track. at is where it begins; it returns where it
// ends.
func (r *otioReader) track(t *otioNode, at media.Frames) ([]placed, media.Frames) {
	var out []placed
	r.effects(t, "track "+fmt.Sprintf("%q", t.Name))
	r.markers(t)
	if t.Range != nil {
		r.lose("track %q is trimmed as a whole: all of it is read", t.Name)
	}
	for i := range t.Children {
		n := &t.Children[i]
		if n.is("Transition") {
			r.transition(n, out)
			continue
		}
		p := r.item(n)
		p.Start = at
		at += p.Frames
		if n.off() && !n.is("Gap") {
			r.lose("%s is switched off: it is left out", called(p.Piece))
			p.black = true
		}
		out = append(out, p)
	}
	return out, at
}

func (r *otioReader) transition(n *otioNode, out []placed) {
	kind, known := kindOf(n.ours("kind"), n.Type, n.Name)
	switch {
	case len(out) == 0 || out[len(out)-1].black:
		r.lose("a fade in at the beginning of a stretch is not carried")
		return
	case !known:
		r.lose("the transition %q after %s became a cut", or(n.Name, n.Type), called(out[len(out)-1].Piece))
		return
	}
	last := &out[len(out)-1]
	last.joint = joint{kind, r.frames(n.Before, "a transition"), r.frames(n.After, "a transition")}
	if last.joint.before < 0 || last.joint.after < 0 {
		last.joint = joint{kind: media.Cut}
	}
}

// item is a clip, a gap, or something nested.
func (r *otioReader) item(n *otioNode) placed {
	p := placed{Piece: Piece{Name: n.Name}}
	span := n.Range
	origin := media.Frames(0) // the media's own first frame, as the file counts
	if n.is("Clip") {
		ref := n.Reference
		if ref == nil && n.References != nil {
			if ref = n.References[n.Active]; ref == nil && n.Active == "" {
				ref = n.References[otioDefault]
			}
		}
		if ref != nil {
			p.Take, p.File = ref.ours("take"), base(ref.Target)
			if p.File == "" && ref.is("MissingReference") {
				p.File = base(ref.Name)
			}
			if ref.Available != nil {
				origin, _ = nearest(ref.Available.Start.seconds(), r.fps)
			}
			if span == nil {
				span = ref.Available
			}
		}
		r.effects(n, called(p.Piece))
		r.markers(n)
	}
	if span != nil {
		what := called(p.Piece)
		p.In, p.Frames = r.frames(&span.Start, what)-origin, max(r.frames(&span.Duration, what), 0)
	}
	switch {
	case n.is("Gap"):
		p.black = true
	case !n.is("Clip"):
		if span == nil {
			p.Frames = r.extent(n, 0)
		}
		r.lose("%s is a nested %s: its %d frames are left out", called(p.Piece), n.Schema, p.Frames)
		p.black = true
	}
	return p
}

// extent is how long something nested is.
func (r *otioReader) extent(n *otioNode, depth int) media.Frames {
	if n.Range != nil {
		f, _ := nearest(n.Range.Duration.seconds(), r.fps)
		return max(f, 0)
	}
	if depth > maxDepth {
		return 0
	}
	var sum, most media.Frames
	for i := range n.Children {
		f := r.extent(&n.Children[i], depth+1)
		sum, most = sum+f, max(most, f)
	}
	if n.is("Stack") {
		return most
	}
	return sum
}

func (r *otioReader) effects(n *otioNode, on string) {
	for i := range n.Effects {
		e := &n.Effects[i]
		name := e.Name
		if name == "" {
			name = e.Effect
		}
		switch {
		case e.is("LinearTimeWarp") && e.Scalar != nil && *e.Scalar == 1:
		case e.is("LinearTimeWarp") && e.Scalar != nil:
			r.lose("%s runs at %.4g times its speed in the editor's cut: here it runs at its own, from the same picture on", on, *e.Scalar)
		case e.is("FreezeFrame"), e.is("TimeEffect"), e.is("LinearTimeWarp"):
			r.lose("%s has its speed changed (%s): here it runs at its own, from the same picture on", on, e.Schema)
		default:
			r.lose("the effect %q on %s is not carried", name, on)
		}
	}
}

// markers tells those that are none of ours.
func (r *otioReader) markers(n *otioNode) {
	for i := range n.Markers {
		if m := &n.Markers[i]; !strings.Contains(string(m.Metadata), `"`+otioOwn+`"`) {
			r.lose("the marker %q is not kept", m.Name)
		}
	}
}

// audio notes what lies on a track of sound.
func (r *otioReader) audio(t *otioNode) {
	r.effects(t, fmt.Sprintf("sound track %q", t.Name))
	at := media.Frames(0)
	for i := range t.Children {
		n := &t.Children[i]
		if n.is("Transition") {
			continue // the mix has its own
		}
		p := r.item(n)
		p.Start = at
		at += p.Frames
		if n.is("Clip") && !n.off() {
			r.hear(p.Piece)
		}
	}
}
