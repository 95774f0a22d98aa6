package handoff

import (
	"fmt"
	"strconv"

	"github.com/dailies/dailies/internal/media"
)

// fcpxmlVersion is the oldest version that says all we need: since 1.9 an asset names its
// file in a media-rep. An older program refuses a newer version
// (https://developer.apple.com/documentation/professional-video-applications/fcpxml-reference).
const fcpxmlVersion = "1.9"

// Effects of Final Cut Pro, by which its transitions are known.
const (
	fcpDissolve = "FxPlug:4731E73A-8DAC-4113-9A30-AE85B1761265"
	fcpFade     = "FxPlug:F779C565-486D-4633-8035-0374B4DB8F5C"
	fcpWipe     = "FxPlug:857E2FBA-98DB-411B-A88C-CE6ABC1F65D8"
)

// Keys of our metadata in an asset.
const (
	fcpTakeKey  = "com.dailies.take"
	fcpSlateKey = "com.dailies.slate"
)

// FCPXML writes the timeline as Final Cut Pro's XML. All takes of every slate lie in the
// event, under a keyword that is their slate; the project shows those that are used.
func FCPXML(t Timeline) []byte {
	w := fcpxmlWriter{t: t, resources: el("resources"), formats: map[string]string{}}
	w.format(t.FPS, t.Raster)
	for i := range t.Sources {
		w.asset(i)
	}
	for i, s := range t.Sounds {
		first, length := t.sameFile(s)
		if first != i {
			continue
		}
		w.resources.add(el("asset", "id", soundID(i), "name", s.Name, "start", "0s", "duration", seconds(length, t.FPS), "hasAudio", "1", "audioSources", "1", "audioChannels", soundChannels(s), "audioRate", "48000").
			add(el("media-rep", "kind", "original-media", "src", "./"+urlPath(s.File))))
	}
	event := el("event", "name", t.Episode.String())
	for i, s := range t.Sources {
		clip := el("asset-clip", "ref", sourceID(i), "name", s.Name(), "start", "0s", "duration", seconds(s.Frames, t.FPS), "format", w.format(s.rate(t.FPS), s.raster(t.Raster)), "tcFormat", "NDF")
		clip.add(el("keyword", "start", "0s", "duration", seconds(s.Frames, t.FPS), "value", s.Take.Slate))
		if s.NG {
			clip.add(el("rating", "name", "NG", "start", "0s", "duration", seconds(s.Frames, t.FPS), "value", "reject"))
		}
		event.add(clip)
	}
	event.add(el("project", "name", t.Name()).add(w.sequence()))
	return document("fcpxml", el("fcpxml", "version", fcpxmlVersion).add(w.resources, el("library").add(event)))
}

type fcpxmlWriter struct {
	t         Timeline
	resources *element
	formats   map[string]string // by rate and raster
	effects   map[media.TransitionKind]string
}

func sourceID(i int) string { return fmt.Sprintf("a%d", i+1) }
func soundID(i int) string  { return fmt.Sprintf("s%d", i+1) }

func soundChannels(s Sound) string {
	if s.Track == Dialogue {
		return "1"
	}
	return "2"
}

// format is the id of a rate and raster.
func (w *fcpxmlWriter) format(fps media.Rational, r media.Raster) string {
	key := fps.String() + " " + r.String()
	if id, ok := w.formats[key]; ok {
		return id
	}
	id := fmt.Sprintf("f%d", len(w.formats)+1)
	w.formats[key] = id
	w.resources.add(el("format", "id", id, "frameDuration", frameDuration(fps), "width", fmt.Sprint(r.Width), "height", fmt.Sprint(r.Height), "colorSpace", "1-1-1 (Rec. 709)"))
	return id
}

// frameDuration is not reduced: 100/2400s, as Final Cut Pro writes it.
func frameDuration(fps media.Rational) string {
	if fps.Den == 1 {
		return fmt.Sprintf("100/%ds", fps.Num*100)
	}
	return fmt.Sprintf("%d/%ds", fps.Den, fps.Num)
}

func (w *fcpxmlWriter) asset(i int) {
	s := w.t.Sources[i]
	a := el("asset", "id", sourceID(i), "name", s.Name(), "start", "0s", "duration", seconds(s.Frames, w.t.FPS), "hasVideo", "1", "format", w.format(s.rate(w.t.FPS), s.raster(w.t.Raster)), "videoSources", "1")
	if s.Sound {
		a.attrs = append(a.attrs, "hasAudio", "1", "audioSources", "1", "audioChannels", "2", "audioRate", "48000")
	}
	a.add(el("media-rep", "kind", "original-media", "src", "./"+urlPath(s.File)))
	a.add(el("metadata").add(el("md", "key", fcpTakeKey, "value", s.Take.String()), el("md", "key", fcpSlateKey, "value", s.Take.Slate)))
	w.resources.add(a)
}

func (w *fcpxmlWriter) sequence() *element {
	fps := w.t.FPS
	spine := el("spine")
	spans := w.t.spans()
	for i, s := range spans {
		c := w.t.Clips[i]
		src := w.t.Sources[c.Source]
		clip := el("asset-clip", "ref", sourceID(c.Source), "name", c.Slate, "offset", seconds(s.start, fps), "start", seconds(s.in, fps), "duration", seconds(s.frames, fps),
			"format", w.format(src.rate(fps), src.raster(w.t.Raster)), "tcFormat", "NDF")
		if src.Sound {
			if len(c.Mute) > 0 && covers(c.Mute, c.Frames) {
				clip.attrs = append(clip.attrs, "srcEnable", "video")
			} else {
				clip.attrs = append(clip.attrs, "audioRole", "effects.own-sound")
			}
		}
		w.connect(clip, s, i == 0, i == len(spans)-1)
		for _, m := range w.t.Markers {
			if m.At >= s.start && m.At < s.start+s.frames || i == 0 && m.At < s.start {
				clip.add(el("chapter-marker", "start", seconds(max(m.At-s.start, 0)+s.in, fps), "duration", seconds(1, fps), "value", m.Title))
			}
		}
		spine.add(clip)
		if s.out.kind != media.Cut {
			spine.add(w.transition(s))
		}
	}
	return el("sequence", "format", w.format(fps, w.t.Raster), "duration", seconds(w.t.Frames, fps), "tcStart", "0s", "tcFormat", "NDF", "audioLayout", "stereo", "audioRate", "48k").add(spine)
}

// covers says that a clip is silent from end to end.
func covers(mute [][2]media.Frames, frames media.Frames) bool {
	at := media.Frames(0)
	for _, m := range mute {
		if m[0] > at {
			return false
		}
		at = max(at, m[1])
	}
	return at >= frames
}

// connect hangs sounds on the clip under which they begin.
func (w *fcpxmlWriter) connect(clip *element, s span, first, last bool) {
	fps := w.t.FPS
	number := 0 // of the lane: dialogue is nearest to the pictures, the score farthest
	for _, name := range soundTracks() {
		if name == Score {
			const apart = -8 // so that lanes of lines and of effects may be added above it
			number = min(number, apart)
		}
		for _, lane := range w.t.lanes(name) {
			number--
			for _, snd := range lane {
				if (snd.Start < s.start && !first) || (snd.Start >= s.start+s.frames && !last) {
					continue
				}
				file, _ := w.t.sameFile(snd)
				sound := el("asset-clip", "ref", soundID(file), "lane", fmt.Sprint(number), "offset", seconds(snd.Start-s.start+s.in, fps), "name", snd.Name, "start", "0s", "duration", seconds(snd.Frames, fps), "audioRole", role(name))
				if snd.Level != 0 {
					sound.add(el("adjust-volume", "amount", decibels(snd.Level)+"dB"))
				}
				clip.add(sound)
			}
		}
	}
}

// decibels is a level as Final Cut Pro writes it.
func decibels(level float64) string { return strconv.FormatFloat(level, 'f', -1, 64) }

func role(track string) string {
	switch track {
	case Score:
		return "music"
	case Effects:
		return "effects.laid"
	}
	return "dialogue"
}

func (w *fcpxmlWriter) transition(s span) *element {
	names := map[media.TransitionKind][2]string{media.Dissolve: {"Cross Dissolve", fcpDissolve}, media.Fade: {"Fade To Color", fcpFade}, media.Wipe: {"Wipe", fcpWipe}}
	name := names[s.out.kind]
	if w.effects == nil {
		w.effects = map[media.TransitionKind]string{}
	}
	id, ok := w.effects[s.out.kind]
	if !ok {
		id = fmt.Sprintf("e%d", len(w.effects)+1)
		w.effects[s.out.kind] = id
		w.resources.add(el("effect", "id", id, "name", name[0], "uid", name[1]))
	}
	return el("transition", "name", name[0], "offset", seconds(s.start+s.frames-s.out.before, w.t.FPS), "duration", seconds(s.out.before+s.out.after, w.t.FPS)).
		add(el("filter-video", "ref", id, "name", name[0]))
}
