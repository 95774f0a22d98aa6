package handoff

import (
	"fmt"

	"github.com/dailies/dailies/internal/media"
)

// XMEML writes the timeline as Final Cut Pro 7's XML, version 5, which Premiere Pro
// reads (Apple, "Final Cut Pro XML Interchange Format"): a bin with every take, and a
// sequence of those that are used. Stereo is two tracks of it.
func XMEML(t Timeline) []byte {
	w := xmemlWriter{t: t, written: map[string]bool{}}
	seq := el("sequence", "id", "sequence-1")
	seq.leaf("name", t.Name()).leaf("duration", t.Frames).add(rate(t.FPS))
	seq.add(w.timecode())
	seq.add(el("media").add(w.video(), w.audio()))
	for _, m := range t.Markers {
		seq.add(el("marker").leaf("name", m.Title).leaf("comment", "").leaf("in", m.At).leaf("out", -1))
	}
	takes := el("bin").leaf("name", "takes")
	children := el("children")
	for i := range t.Sources {
		children.add(w.master(i))
	}
	takes.add(children)
	project := el("project").leaf("name", t.Name())
	// The sequence stands first: a file is told whole where it is named first.
	project.add(el("children").add(seq, takes))
	return document("xmeml", el("xmeml", "version", "5").add(project))
}

type xmemlWriter struct {
	t       Timeline
	written map[string]bool // files that were told whole
	sounds  int             // clips on tracks of sound, but for takes' own
}

// rate is a frame rate: a whole one, and whether it runs a thousandth slower.
func rate(fps media.Rational) *element {
	ntsc := "FALSE"
	if fps.Den != 1 {
		ntsc = "TRUE"
	}
	return el("rate").leaf("timebase", timebase(fps)).leaf("ntsc", ntsc)
}

func (w *xmemlWriter) timecode() *element {
	return el("timecode").add(rate(w.t.FPS)).leaf("string", "00:00:00:00").leaf("frame", 0).leaf("displayformat", "NDF")
}

func characteristics(fps media.Rational, r media.Raster) *element {
	return el("samplecharacteristics").add(rate(fps)).leaf("width", r.Width).leaf("height", r.Height).leaf("anamorphic", "FALSE").leaf("pixelaspectratio", "square").leaf("fielddominance", "none")
}

// format is what readers need to load anything at all.
func (w *xmemlWriter) format() *element {
	return el("format").add(characteristics(w.t.FPS, w.t.Raster))
}

func (w *xmemlWriter) video() *element {
	v := el("video").add(w.format())
	track := el("track")
	spans := w.t.spans()
	for i, s := range spans {
		c := w.t.Clips[i]
		start, end := s.start, s.start+s.frames
		item := w.item(fmt.Sprintf("v%d", i+1), c.Slate, c.Source, start, end, s.in, s.frames)
		if i > 0 && spans[i-1].out.overlaps() {
			item.set("start", -1) // where the transition says
		}
		if s.out.overlaps() {
			item.set("end", -1)
		}
		if i > 0 && spans[i-1].out.overlaps() {
			item.set("in", s.in-spans[i-1].out.before)
		}
		if s.out.overlaps() {
			item.set("out", s.in+s.frames+s.out.after)
		}
		w.link(item, i)
		track.add(item)
		if s.out.kind != media.Cut {
			track.add(w.transition(s))
		}
	}
	track.leaf("enabled", "TRUE").leaf("locked", "FALSE")
	return v.add(track)
}

// set writes a leaf anew.
func (e *element) set(name string, text any) {
	for _, c := range e.children {
		if c.name == name {
			c.text = fmt.Sprint(text)
			return
		}
	}
}

func (w *xmemlWriter) transition(s span) *element {
	name, id := "Cross Dissolve", "Cross Dissolve"
	kind := "Dissolve"
	switch s.out.kind {
	case media.Fade:
		name, id = "Dip to Color Dissolve", "Dip to Color Dissolve"
	case media.Wipe:
		name, id, kind = "Edge Wipe", "Edge Wipe", "Wipe"
	case media.Dissolve, media.Cut:
	}
	at := s.start + s.frames
	return el("transitionitem").add(rate(w.t.FPS)).leaf("start", at-s.out.before).leaf("end", at+s.out.after).leaf("alignment", "center").
		add(el("effect").leaf("name", name).leaf("effectid", id).leaf("effectcategory", kind).leaf("effecttype", "transition").leaf("mediatype", "video"))
}

// item is a clip on a track.
func (w *xmemlWriter) item(id, name string, source int, start, end, in, frames media.Frames) *element {
	s := w.t.Sources[source]
	item := el("clipitem", "id", id).leaf("name", name).leaf("enabled", "TRUE").leaf("duration", max(s.Frames, in+frames)).add(rate(w.t.FPS))
	item.leaf("start", start).leaf("end", end).leaf("in", in).leaf("out", in+frames).leaf("masterclipid", masterID(source))
	return item.add(w.file(source), el("logginginfo").leaf("scene", s.Take.Slate).leaf("shottake", fmt.Sprint(s.Take.Number)).leaf("lognote", s.Take.String()))
}

func masterID(i int) string { return fmt.Sprintf("master-%d", i+1) }

// file is a take's file, told whole once.
func (w *xmemlWriter) file(source int) *element {
	s := w.t.Sources[source]
	f := el("file", "id", fmt.Sprintf("file-%d", source+1))
	if w.written[f.attrs[1]] {
		return f
	}
	w.written[f.attrs[1]] = true
	fps := s.rate(w.t.FPS)
	f.leaf("name", s.File[len(MediaFolder):]).leaf("pathurl", urlPath(s.File)).add(rate(fps)).leaf("duration", own(s.Frames, w.t.FPS, fps))
	f.add(el("timecode").add(rate(fps)).leaf("string", "00:00:00:00").leaf("frame", 0).leaf("displayformat", "NDF").add(el("reel").leaf("name", Reel(s.Take))))
	streams := el("media").add(el("video").add(characteristics(fps, s.raster(w.t.Raster))))
	if s.Sound {
		streams.add(el("audio").add(el("samplecharacteristics").leaf("depth", 16).leaf("samplerate", 48000)).leaf("channelcount", 2))
	}
	return f.add(streams)
}

// own is a count of the timeline's frames at a file's own rate, rounded.
func own(f media.Frames, of, to media.Rational) media.Frames {
	return media.FramesIn(f.Duration(of), to)
}

// master is a take in the bin.
func (w *xmemlWriter) master(source int) *element {
	s := w.t.Sources[source]
	clip := el("clip", "id", masterID(source)).leaf("name", s.Name()).leaf("duration", s.Frames).add(rate(w.t.FPS)).leaf("ismasterclip", "TRUE").leaf("masterclipid", masterID(source))
	streams := el("media").add(el("video").add(el("track").add(el("clipitem", "id", fmt.Sprintf("m%dv", source+1)).leaf("name", s.Name()).leaf("masterclipid", masterID(source)).add(rate(w.t.FPS), w.file(source)))))
	if s.Sound {
		streams.add(el("audio").add(el("track").add(el("clipitem", "id", fmt.Sprintf("m%da", source+1)).leaf("name", s.Name()).leaf("masterclipid", masterID(source)).add(rate(w.t.FPS), w.file(source), sourceTrack(1)))))
	}
	good := "TRUE"
	if s.NG {
		good = "FALSE"
	}
	return clip.add(streams, el("logginginfo").leaf("scene", s.Take.Slate).leaf("shottake", fmt.Sprint(s.Take.Number)).leaf("lognote", s.Take.String()).leaf("good", good))
}

func sourceTrack(n int) *element {
	return el("sourcetrack").leaf("mediatype", "audio").leaf("trackindex", n)
}

// link ties a clip's picture to its sound.
func (w *xmemlWriter) link(item *element, clip int) {
	ids := []string{fmt.Sprintf("v%d", clip+1)}
	for i, s := range w.t.ownSound() {
		if s.clip == clip && s.whole {
			ids = append(ids, fmt.Sprintf("a1-%d", i+1), fmt.Sprintf("a2-%d", i+1))
		}
	}
	if len(ids) == 1 {
		return
	}
	for n, id := range ids {
		kind, track := "video", 1
		if n > 0 {
			kind, track = "audio", n
		}
		item.add(el("link").leaf("linkclipref", id).leaf("mediatype", kind).leaf("trackindex", track).leaf("clipindex", clip+1))
	}
}

func (w *xmemlWriter) audio() *element {
	a := el("audio").leaf("numOutputChannels", 2).add(el("format").add(el("samplecharacteristics").leaf("depth", 16).leaf("samplerate", 48000)))
	for channel := 1; channel <= media.Channels; channel++ {
		track := el("track")
		for i, s := range w.t.ownSound() {
			c := w.t.Clips[s.clip]
			item := w.item(fmt.Sprintf("a%d-%d", channel, i+1), c.Slate, c.Source, s.start, s.start+s.frames, s.in, s.frames)
			item.add(sourceTrack(channel))
			track.add(item)
		}
		a.add(track.leaf("enabled", "TRUE").leaf("locked", "FALSE").leaf("outputchannelindex", channel))
	}
	for _, name := range soundTracks() {
		for _, lane := range w.t.lanes(name) {
			track := el("track")
			for _, s := range lane {
				track.add(w.sound(s))
			}
			a.add(track.leaf("enabled", "TRUE").leaf("locked", "FALSE").leaf("outputchannelindex", 1))
		}
	}
	return a
}

func (w *xmemlWriter) sound(s Sound) *element {
	w.sounds++
	item := el("clipitem", "id", fmt.Sprintf("s%d", w.sounds)).leaf("name", s.Name).leaf("enabled", "TRUE").leaf("duration", s.Frames).add(rate(w.t.FPS))
	item.leaf("start", s.Start).leaf("end", s.Start+s.Frames).leaf("in", 0).leaf("out", s.Frames)
	first, length := w.t.sameFile(s)
	f := el("file", "id", fmt.Sprintf("sound-%d", first+1))
	if !w.written[f.attrs[1]] {
		w.written[f.attrs[1]] = true
		f.leaf("name", s.File[len(MediaFolder):]).leaf("pathurl", urlPath(s.File)).add(rate(w.t.FPS)).leaf("duration", length)
		f.add(el("media").add(el("audio").add(el("samplecharacteristics").leaf("depth", 16).leaf("samplerate", 48000)).leaf("channelcount", soundChannels(s))))
	}
	item.add(f, sourceTrack(1))
	if s.Level != 0 {
		item.add(el("filter").add(volume(s.Level)))
	}
	return item
}

// volume is Final Cut Pro 7's filter of a clip's level, which goes to 12 dB.
func volume(level float64) *element {
	const most = 3.98109
	parameter := el("parameter").leaf("parameterid", "level").leaf("name", "Level").leaf("valuemin", 0).leaf("valuemax", most).leaf("value", fmt.Sprintf("%.6g", min(most, ratio(level))))
	return el("effect").leaf("name", "Audio Levels").leaf("effectid", "audiolevels").leaf("effectcategory", "audiolevels").leaf("effecttype", "audiolevels").leaf("mediatype", "audio").add(parameter)
}
