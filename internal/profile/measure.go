package profile

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"github.com/dailies/dailies/internal/aigc"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// Subject is a finished file: what was measured of it, and what its maker says.
type Subject struct {
	Name     string // of the file
	Bytes    int64
	Seen     media.VerifyResult
	Manifest *drama.Manifest // nil: there is none
}

// words of values, as the table has them.
const (
	seen       = "seen"
	inside     = "inside"
	bothWords  = "AI or 人工智能 with 生成 or 合成"
	offWord    = "off, with a reason"
	notNeeded  = "not needed"
	unlabelled = "unlabelled copy, on request"
	tagged     = "tagged"
)

// Measure says what is known of a file, by rule.
func Measure(s Subject) Values {
	v := Values{}
	s.file(v)
	s.pictures(v)
	s.sound(v)
	s.tracks(v)
	s.implicit(v)
	s.label(v)
	s.texts(v)
	s.filing(v)
	return v
}

func (s Subject) file(v Values) {
	r := s.Seen
	container := "mp4"
	if !strings.Contains(r.Info.Container, "mp4") {
		container = r.Info.Container
	}
	v.add("container", word(container))
	v.add("bytes", number(float64(s.Bytes)))
	if r.Made == nil {
		return
	}
	moov := "behind"
	if r.Faststart {
		moov = "in front"
	}
	v.add("moov", word(moov))
	edits := []string(nil)
	for _, t := range r.Made.Tracks {
		if t.Edits > 0 {
			edits = append(edits, t.Kind)
		}
	}
	if len(edits) == 0 {
		v.add("edit_list", word("none"))
	} else {
		v.add("edit_list", word("there").shown("edit lists of tracks %s", strings.Join(edits, ", ")))
	}
	v.add("c2pa", number(float64(r.Made.C2PA)))
}

func (s Subject) pictures(v Values) {
	r := s.Seen
	if fps := r.Info.FPS; fps.Valid() && r.Frames > 0 {
		v.add("seconds", number(r.Frames.Duration(fps).Seconds()))
		v.add("fps", number(fps.Float()))
	}
	raster := r.Info.Raster
	v.add("raster", word(raster.String()))
	v.add("width", number(float64(raster.Width)))
	v.add("side", number(float64(raster.Width)))
	v.add("side", number(float64(raster.Height)))
	if r.Made == nil {
		return
	}
	m := r.Made.Video
	v.add("video.codec", word(m.Codec))
	v.add("video.bitrate", number(float64(m.BitRate)))
	v.add("sar", word(fmt.Sprintf("%d:%d", m.SAR.Num, m.SAR.Den)))
	v.add("cfr", either(m.Even, "constant", "varying"))
	if m.Profile == "" { // its parameter sets cannot be read, or it is no H.264
		return
	}
	v.add("video.profile", word(m.Profile))
	v.add("video.chroma", word(m.Chroma))
	v.add("video.bits", number(float64(m.Bits)))
	v.add("video.scan", either(!m.Interlaced, "progressive", "interlaced"))
	v.add("color.range", either(!m.FullRange, "limited", "full"))
	colours := slices.Compact([]string{tag(m.Primaries), tag(m.Transfer), tag(m.Matrix)})
	v.add("color", word(strings.Join(colours, "/")))
	if m.OpenGOPs > 0 {
		v.add("gop", word("open").shown("%d of %d groups are open, the first from picture %d", m.OpenGOPs, m.Keyframes, m.FirstOpen))
	} else {
		v.add("gop", word("closed"))
	}
}

func tag(s string) string {
	if s == "" {
		return "untagged"
	}
	return s
}

func either(is bool, yes, no string) Value {
	if is {
		return word(yes)
	}
	return word(no)
}

// Loudness under which a programme counts as silent, in LUFS, and the length in seconds
// under which it is not measured.
const (
	silent   = -60.0
	tooShort = 3.0
)

func (s Subject) sound(v Values) {
	r := s.Seen
	if r.Made == nil {
		return
	}
	if r.Made.Sound == nil {
		v.add("audio.codec", word("none").shown("no sound"))
		return
	}
	m := *r.Made.Sound
	if m.Rate == 0 { // what the demuxer says of sound that is no AAC
		m.Rate, m.Channels = r.Info.AudioRate, r.Info.AudioChans
	}
	codec := m.Codec
	if codec == "mp4a" {
		codec = "AAC-" + m.Profile
	}
	v.add("audio.codec", word(codec))
	v.add("audio.rate", number(float64(m.Rate)))
	v.add("audio.channels", number(float64(m.Channels)))
	v.add("audio.bitrate", number(float64(m.BitRate)))
	switch {
	case r.Info.FPS.Valid() && r.Frames.Duration(r.Info.FPS).Seconds() < tooShort:
		v.add("loudness", unknown("too short to be measured"))
		v.add("true_peak", unknown("too short to be measured"))
	case r.Integrated <= silent:
		v.add("loudness", unknown("silent"))
		v.add("true_peak", unknown("silent"))
	default:
		v.add("loudness", number(r.Integrated).shown("%.1f LUFS", r.Integrated))
		v.add("true_peak", number(r.TruePeak).shown("%.1f dBTP", r.TruePeak))
	}
}

// tracks says whether sound and subtitles say their languages, and the right ones, and
// whether subtitles lie in shots.
func (s Subject) tracks(v Values) {
	if s.Seen.Made == nil {
		return
	}
	var texts []string
	chapters := false
	for _, t := range s.Seen.Made.Tracks {
		switch {
		case t.Chapters:
			chapters = true
		case t.Kind == "soun":
			if m := s.Manifest; m != nil && m.Language != "" {
				v.add("language", s.tongue("sound", t.Language, m.Language))
			} else if untold(t.Language) {
				v.add("language", word("untagged").shown("the sound has no language"))
			} else {
				v.add("language", word(tagged))
			}
		case t.Kind == "sbtl" || t.Kind == "text" || t.Kind == "subt":
			texts = append(texts, t.Language)
			if untold(t.Language) {
				v.add("language", word("untagged").shown("a track of subtitles has no language"))
			}
		}
	}
	v.add("chapters", either(chapters, "there", "none"))
	if m := s.Manifest; m != nil && m.Language != "" { // else the manifest is an older one
		s.subtitles(v, texts, m.Subtitles)
	}
	s.cues(v)
}

func untold(language string) bool { return language == "" || language == "und" }

// tongue compares the language that a track says with the one it should.
func (s Subject) tongue(what, got, want string) Value {
	if same(got, want) {
		return word(tagged)
	}
	return word("another").shown("the %s is tagged %q, and is %q", what, got, want)
}

func (s Subject) subtitles(v Values, got, want []string) {
	for i, w := range want {
		switch {
		case i >= len(got):
			v.add("language", word("missing").shown("subtitles in %q are missing", w))
		default:
			v.add("language", s.tongue(fmt.Sprintf("track of subtitles %d", i+1), got[i], w))
		}
	}
}

// cues holds subtitles to the shots that the manifest has.
func (s Subject) cues(v Values) {
	m := s.Manifest
	if m == nil || len(m.Shots) == 0 {
		return
	}
	cues := s.Seen.Made.Cues
	for _, c := range cues {
		in := slices.ContainsFunc(m.Shots, func(sh drama.ManifestShot) bool { return sh.Start <= c.From && c.To <= sh.Start+sh.Frames })
		if !in {
			v.add("cue.shot", word("outside").shown("a subtitle (%s) from frame %d to %d lies in no shot", c.Language, c.From, c.To))
		}
	}
	if len(v["cue.shot"]) == 0 && len(cues) > 0 {
		v.add("cue.shot", word(inside))
	}
}

// implicit is the label in the metadata.
func (s Subject) implicit(v Values) {
	r := s.Seen
	if r.Made == nil {
		return
	}
	if m := s.Manifest; m != nil && !m.Label.Shown && m.Label.Unlabelled == nil && len(r.Made.AIGC) == 0 {
		v.add("aigc", unknown("the manifest says that it is not labelled"))
		return
	}
	var places []string
	for _, a := range r.Made.AIGC {
		places = append(places, a.Place)
	}
	v.add("aigc", number(float64(len(places))).shown("%d (%s)", len(places), strings.Join(places, ", ")))
	for _, a := range r.Made.AIGC {
		label, problems := aigc.Read(a.Value)
		if len(problems) > 0 {
			v.add("aigc.form", word("invalid").shown("%s", strings.Join(problems, "; ")))
			continue
		}
		v.add("aigc.form", word("valid"))
		if label.ContentPropagator == label.ContentProducer && label.PropagateID == label.ProduceID {
			v.add("aigc.propagator", word("the producer"))
		} else {
			v.add("aigc.propagator", word("another").shown("%s %s, produced by %s %s", label.ContentPropagator, label.PropagateID, label.ContentProducer, label.ProduceID))
		}
		if why := aigc.WrongProviderCode(label.ContentProducer); why != "" {
			v.add("aigc.producer", word("a name").shown("%s: %s", label.ContentProducer, why))
		} else {
			v.add("aigc.producer", word("code of 27 characters"))
		}
	}
}

// The part of a picture's width, or height, from its edge that counts as the edge: what
// safe boxes leave to players is nearer to it.
const (
	edgeAcross = 0.12
	edgeDown   = 0.16
)

// label is the visible one.
func (s Subject) label(v Values) {
	l, m, raster := s.Seen.Label, s.Manifest, s.Seen.Info.Raster
	if m != nil && !m.Label.Shown {
		switch {
		case m.Label.Unlabelled != nil:
			v.add("label", word(unlabelled).shown("an unlabelled copy for %s: %s", m.Label.Unlabelled.To, m.Label.Unlabelled.Reason).declared())
		case m.Label.Off:
			v.add("label", word(offWord).shown("off: %s", m.Label.Reason).declared())
		default:
			v.add("label", word(notNeeded).shown("nothing in it was generated").declared())
		}
		return
	}
	if !s.Seen.Compared {
		v.add("label", unknown("its pictures are not of eight bits and 4:2:0, and are not looked at"))
		return
	}
	if b := s.Seen.Still; l == nil && !b.Empty() && atEdge(b, raster) {
		v.add("label", unknown("no label of ours is found, but something at x %d-%d, y %d-%d stands still at an edge while the pictures move, as high as a label must be: look whether it is one", b.X0, b.X1, b.Y0, b.Y1))
		return
	}
	if l == nil {
		v.add("label", word("none").shown("%s is not found on the opening pictures, at any edge, as dailies letters it", s.looksFor()))
		if m != nil && m.Label.Text != "" {
			Wording(v, m.Label.Text, true)
		}
		return
	}
	v.add("label", word(seen))
	Wording(v, l.Text, false)
	v.add("label.height", number(l.Ink).shown("%.1f %% of the shortest side", 100*l.Ink))
	fps := s.Seen.Info.FPS
	if fps.Valid() {
		lasts := l.To - l.From
		if l.To >= s.Seen.Frames-1 && lasts.Duration(fps).Seconds() < leastLabel {
			v.add("label.seconds", unknown("the file itself is no longer"))
		} else {
			v.add("label.seconds", number(lasts.Duration(fps).Seconds()))
		}
	}
	v.add("label.whole", either(l.From == 0 && l.To >= s.Seen.Frames-1, "whole length", "the opening"))
	v.add("label.start", number(float64(l.From)))
	v.add("label.place", either(atEdge(l.Box, raster), "edge", "middle"))
	// The manifest has what the script asks for, which may be longer than the cut.
	if m != nil && l.To-l.From < min(m.Label.Frames, s.Seen.Frames)-1 {
		v.add("label.seconds", number(0).shown("%d frames, %d by the manifest", l.To-l.From, m.Label.Frames))
	}
	s.box(v, "label.box", l.Box, false)
}

// leastLabel is how long a label is seen at least, in seconds.
const leastLabel = 2.0

func (s Subject) looksFor() string {
	if s.Manifest != nil && s.Manifest.Label.Text != "" {
		return s.Manifest.Label.Text
	}
	return "a label"
}

// Wording says what a label's words are worth.
func Wording(v Values, text string, declared bool) {
	words, first := word(bothWords), either(strings.HasPrefix(text, "AI"), "AI", "other words").shown("%s", text)
	if why := aigc.WrongWords(text); why != "" {
		words = word("lacking").shown("%s: %s", text, why)
	}
	words.Declared, first.Declared = declared, declared
	v.add("label.words", words)
	v.add("label.first", first)
}

func atEdge(b media.Box, r media.Raster) bool {
	across, down := int(edgeAcross*float64(r.Width)), int(edgeDown*float64(r.Height))
	return b.X0 <= across || b.Y0 <= down || b.X1 >= r.Width-across || b.Y1 >= r.Height-down
}

// box holds a part of the picture to the boxes of profiles. It is a value per profile,
// so Judge is told by the word alone where all of it lies.
func (s Subject) box(v Values, rule string, b media.Box, declared bool) {
	r := s.Seen.Info.Raster
	if r.Height <= r.Width {
		v.add(rule, unknown("no page has a box for pictures that are not upright"))
		return
	}
	safe := Safe([]string{"base"}, r)
	val := word(inside)
	if !safe.Holds(b) {
		val = word("outside").shown("x %d-%d, y %d-%d, of which the box is x %d-%d, y %d-%d", b.X0, b.X1, b.Y0, b.Y1, safe.X0, safe.X1, safe.Y0, safe.Y1)
	}
	val.Declared = declared
	v.add(rule, val)
}

// texts are the burned ones, measured when they were burned in.
func (s Subject) texts(v Values) {
	if s.Manifest == nil {
		return
	}
	for style, rule := range map[string]string{"title": "title.box", "subtitle": "subtitle.box"} {
		var all media.Box
		for _, shot := range s.Manifest.Shots {
			all = all.With(shot.Inked[style])
		}
		if !all.Empty() {
			s.box(v, rule, all, true)
		}
	}
}

func (s Subject) filing(v Values) {
	m := s.Manifest
	if m == nil {
		v.add("filing", unknown("there is no manifest that says"))
		v.add("card", unknown("there is no manifest that says what it should say"))
		return
	}
	if m.Filing == nil {
		v.add("filing", word("none").shown("nothing is said of it").declared())
	} else {
		v.add("filing", word("given").declared())
	}
	switch {
	case s.Seen.Card != nil:
		v.add("card", word(seen))
	case !s.Seen.Compared && len(m.Card) > 0:
		v.add("card", unknown("its pictures are not of eight bits and 4:2:0, and are not looked at"))
	default:
		v.add("card", word("none").shown("no opening card is found"))
	}
}

// same compares languages: by their first subtag, in two letters or three.
func same(got, want string) bool {
	first := func(s string) string { f, _, _ := strings.Cut(strings.ToLower(s), "-"); return f }
	if first(got) == first(want) {
		return true
	}
	base, err := language.ParseBase(first(want))
	return err == nil && base.ISO3() == first(got)
}
