package handoff

import (
	"encoding/json"
	"fmt"

	"github.com/dailies/dailies/internal/media"
)

// OTIO's schemas, as its file format specification names them
// (https://opentimelineio.readthedocs.io/en/latest/tutorials/otio-serialized-schema.html).
const (
	otioTimeline   = "Timeline.1"
	otioStack      = "Stack.1"
	otioTrack      = "Track.1"
	otioClip       = "Clip.2" // with several media references, since OTIO 0.15
	otioGap        = "Gap.1"
	otioTransition = "Transition.1"
	otioExternal   = "ExternalReference.1"
	otioMarker     = "Marker.2"
	otioTime       = "RationalTime.1"
	otioRange      = "TimeRange.1"
)

// otioDefault is the reference that a clip plays unless it says otherwise; readers that
// know one reference look for it.
const otioDefault = "DEFAULT_MEDIA"

// otioOwn is our key in OTIO's metadata.
const otioOwn = "dailies"

// object is a serialized object of OTIO: its fields in order of their names.
type object = map[string]any

// OTIO writes the timeline as OpenTimelineIO. A clip's other takes are media
// references beside the active one.
func OTIO(t Timeline) []byte {
	w := otioWriter{t, t.FPS.Float()}
	video := w.track("pictures", "Video", w.pictures())
	tracks := []object{video, w.track("own sound", "Audio", w.sounds())}
	for _, name := range soundTracks() {
		for i, lane := range t.lanes(name) {
			label := name
			if i > 0 {
				label = fmt.Sprintf("%s %d", name, i+1)
			}
			tracks = append(tracks, w.track(label, "Audio", w.lane(lane)))
		}
	}
	stack := w.item(otioStack, "tracks")
	stack["children"], stack["markers"] = tracks, w.markers()
	root := object{
		"OTIO_SCHEMA": otioTimeline, "name": t.Name(), "tracks": stack, "global_start_time": w.time(0),
		"metadata": object{otioOwn: object{"timeline": t}},
	}
	body, err := json.MarshalIndent(root, "", " ")
	if err != nil {
		panic(err) // strings, numbers and structs of them cannot err
	}
	return append(body, '\n')
}

// Own reads the timeline back out of a file that OTIO wrote and nobody has changed.
func Own(body []byte) (Timeline, error) {
	var root struct {
		Metadata struct {
			Own struct {
				Timeline *Timeline `json:"timeline"`
			} `json:"dailies"`
		} `json:"metadata"`
	}
	if err := checkJSON(body); err != nil {
		return Timeline{}, err
	}
	if err := json.Unmarshal(body, &root); err != nil {
		return Timeline{}, fmt.Errorf("read a timeline: %w", err)
	}
	t := root.Metadata.Own.Timeline
	if t == nil || !t.FPS.Valid() {
		return Timeline{}, fmt.Errorf("read a timeline: it is not one of ours")
	}
	for _, c := range t.Clips {
		if c.Source < 0 || c.Source >= len(t.Sources) {
			return Timeline{}, fmt.Errorf("read a timeline: clip %s is of no take", c.Slate)
		}
	}
	return *t, nil
}

type otioWriter struct {
	t    Timeline
	rate float64
}

func (w otioWriter) time(f media.Frames) object {
	return object{"OTIO_SCHEMA": otioTime, "rate": w.rate, "value": float64(f)}
}

func (w otioWriter) span(start, frames media.Frames) object {
	return object{"OTIO_SCHEMA": otioRange, "start_time": w.time(start), "duration": w.time(frames)}
}

// item has the fields that everything on a track has.
func (w otioWriter) item(schema, name string) object {
	return object{
		"OTIO_SCHEMA": schema, "name": name, "metadata": object{}, "source_range": nil, "effects": []object{}, "markers": []object{}, "enabled": true,
	}
}

func (w otioWriter) track(name, kind string, children []object) object {
	o := w.item(otioTrack, name)
	o["kind"], o["children"] = kind, children
	return o
}

func (w otioWriter) gap(frames media.Frames) object {
	o := w.item(otioGap, "")
	o["source_range"] = w.span(0, frames)
	return o
}

func (w otioWriter) transition(j joint) object {
	name, kind := "Cross Dissolve", "SMPTE_Dissolve"
	if j.kind != media.Dissolve {
		name, kind = string(j.kind), "Custom_Transition"
	}
	return object{
		"OTIO_SCHEMA": otioTransition, "name": name, "transition_type": kind, "in_offset": w.time(j.before), "out_offset": w.time(j.after),
		"metadata": object{otioOwn: object{"kind": string(j.kind)}},
	}
}

func (w otioWriter) pictures() []object {
	out := []object{}
	for i, s := range w.t.spans() {
		c := w.t.Clips[i]
		o := w.item(otioClip, c.Slate)
		o["source_range"] = w.span(s.in, s.frames)
		o["metadata"] = object{otioOwn: object{"slate": c.Slate, "scene": c.Scene}}
		refs := object{otioDefault: w.reference(c.Source)}
		for _, other := range w.t.others(c) {
			refs[fmt.Sprintf("take %d", w.t.Sources[other].Take.Number)] = w.reference(other)
		}
		o["media_references"], o["active_media_reference_key"] = refs, otioDefault
		out = append(out, o)
		if s.out.kind != media.Cut {
			out = append(out, w.transition(s.out))
		}
	}
	return out
}

// reference is a take as media.
func (w otioWriter) reference(source int) object {
	s := w.t.Sources[source]
	o := w.external(s.Name(), s.File)
	o["available_range"] = w.span(0, s.Frames)
	own := object{"take": s.Take.String()}
	if s.NG {
		own["ng"] = true
	}
	o["metadata"] = object{otioOwn: own}
	return o
}

func (w otioWriter) external(name, file string) object {
	return object{
		"OTIO_SCHEMA": otioExternal, "name": name, "target_url": urlPath(file), "available_range": nil, "available_image_bounds": nil, "metadata": object{},
	}
}

// sounds are the takes' own sound.
func (w otioWriter) sounds() []object {
	out := []object{}
	at := media.Frames(0)
	for _, s := range w.t.ownSound() {
		if s.start > at {
			out = append(out, w.gap(s.start-at))
		}
		c := w.t.Clips[s.clip]
		o := w.item(otioClip, c.Slate)
		o["source_range"] = w.span(s.in, s.frames)
		o["media_references"], o["active_media_reference_key"] = object{otioDefault: w.reference(c.Source)}, otioDefault
		out = append(out, o)
		if s.out.kind != media.Cut {
			out = append(out, w.transition(s.out))
		}
		at = s.start + s.frames
	}
	return out
}

func (w otioWriter) lane(sounds []Sound) []object {
	out := []object{}
	at := media.Frames(0)
	for _, s := range sounds {
		if s.Start > at {
			out = append(out, w.gap(s.Start-at))
		}
		o := w.item(otioClip, s.Name)
		o["source_range"] = w.span(0, s.Frames)
		if s.Track == Effects { // OTIO has no word for a level
			o["metadata"] = object{otioOwn: object{"slate": s.Slate, "level": s.Level}}
		}
		ref := w.external(s.Name, s.File)
		_, length := w.t.sameFile(s)
		ref["available_range"] = w.span(0, length)
		o["media_references"], o["active_media_reference_key"] = object{otioDefault: ref}, otioDefault
		out = append(out, o)
		at = s.Start + s.Frames
	}
	return out
}

func (w otioWriter) markers() []object {
	out := []object{}
	for _, m := range w.t.Markers {
		out = append(out, object{
			"OTIO_SCHEMA": otioMarker, "name": m.Title, "color": "GREEN", "marked_range": w.span(m.At, 0), "comment": "",
			"metadata": object{otioOwn: object{"scene": true}},
		})
	}
	return out
}
