package plan

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/prompt/dialect"
	"github.com/dailies/dailies/internal/provider"
)

// Voice is a fixed voice that a route's model is given for somebody who speaks: the
// vendor's id of it, or a sample, the script's or one that is made before.
type Voice struct {
	Who    string      `json:"who"`
	ID     string      `json:"id,omitempty"`
	Sample *drama.File `json:"sample,omitempty"`
	Made   string      `json:"made,omitempty"` // the store's key of a sample that a voice provider speaks
}

// Sample is a sample of a character's voice that the configured voice provider speaks
// where the script has none.
type Sample struct {
	Key   string      // where it lies when it is made
	Price drama.Money // of making it
	There bool
}

// MadeSampleMS is how long a sample that is made is at most, milliseconds: three of them
// fit into what models take of one take.
const MadeSampleMS = 5000

// lock gives the route's model the fixed voices of those who speak, as far as it takes
// them, and notes whose it does not.
func (b *builder) lock(p Shot, f provider.Facts, r *Route) {
	v := f.Model.Voices
	if v == nil || !r.Audio || !slices.Contains(v.Modes, r.Mode) {
		return
	}
	total := int64(0)
	for _, l := range p.Brief.Lines {
		if l.Voice == nil || !audible(l) || slices.ContainsFunc(r.Voices, func(x Voice) bool { return x.Who == l.Who }) {
			continue
		}
		sent, ms, why := b.locked(l, f, v)
		switch {
		case sent == nil:
		case v.PerPicture && !slices.ContainsFunc(p.Sent(*r), func(ref Reference) bool { return ref.Kind == "cast" && ref.Name == l.Who }):
			why = "a voice goes with a picture of who speaks, and none is sent"
		case v.ByURL && sent.ID == "" && b.in.NoURLs:
			why = "it reads a sample by its address only, and vendors cannot reach the built-in store; configure s3"
		case len(r.Voices) >= v.Most():
			why = fmt.Sprintf("it takes %d", v.Most())
		case v.TotalMS > 0 && total+ms > v.TotalMS:
			why = fmt.Sprintf("it takes samples of %s together", seconds(v.TotalMS))
		default:
			r.Voices = append(r.Voices, *sent)
			total += ms
			continue
		}
		if note := l.Who + ": " + why; why != "" && !slices.Contains(r.Unsent, note) {
			r.Unsent = append(r.Unsent, note)
		}
	}
	if len(r.Voices) > 0 {
		r.VoiceCite = v.Cite
		if d := b.dialects[f.Model.Dialect]; v.CiteZH != "" && d != nil && d.Frame(p.Brief) == "zh" {
			r.VoiceCite = v.CiteZH
		}
	}
}

// locked is a speaker's voice as the model takes it, and how long its sample is; nil with
// a reason where the script has one that it cannot take.
func (b *builder) locked(l drama.BriefLine, f provider.Facts, v *provider.Voices) (*Voice, int64, string) {
	if id := l.Voice.IDs[f.Type]; id != "" && v.IDs > 0 {
		return &Voice{Who: l.Who, ID: id}, 0, ""
	}
	if v.Samples == 0 {
		return nil, 0, ""
	}
	if l.Voice.Sample != nil {
		ms := l.Voice.SampleMS
		if ms < v.MinMS || v.MaxMS > 0 && ms > v.MaxMS {
			return nil, 0, fmt.Sprintf("the sample lasts %s, and it takes %s to %s", seconds(ms), seconds(v.MinMS), seconds(v.MaxMS))
		}
		return &Voice{Who: l.Who, Sample: l.Voice.Sample}, ms, ""
	}
	if s, ok := b.in.Samples[l.Who]; ok {
		return &Voice{Who: l.Who, Made: s.Key}, MadeSampleMS, ""
	}
	return nil, 0, ""
}

// voicesTold is how a dialect names the route's voices.
func (r Route) voicesTold() map[string]string {
	if len(r.Voices) == 0 {
		return nil
	}
	told := map[string]string{}
	for i, v := range r.Voices {
		told[v.Who] = strings.NewReplacer("{n}", strconv.Itoa(i+1), "{n0}", strconv.Itoa(i)).Replace(r.VoiceCite)
	}
	return told
}

// samples prices the samples that have to be made before the shot's takes, in the
// season's currency. paid are those of earlier shots.
func (b *builder) samples(s *Shot, paid map[string]bool) (due int64) {
	if s.Action != Make {
		return 0
	}
	routes := s.Routes
	if s.Compare != nil {
		routes = slices.Concat(routes, s.Compare.Routes)
	}
	var keys []string
	for _, r := range routes {
		for _, v := range r.Voices {
			if v.Made != "" && !slices.Contains(keys, v.Made) && !b.in.Samples[v.Who].There {
				keys = append(keys, v.Made)
				price, err := b.in.Exchange.Convert(b.in.Samples[v.Who].Price, b.currency)
				if err != nil {
					b.problem(s.Position, s.Slate, fmt.Sprintf("the voice sample of %s: %v", v.Who, err))
					continue
				}
				s.Sample = drama.Money{Micros: s.Sample.Micros + price.Micros, Currency: b.currency}
				if !paid[v.Made] {
					paid[v.Made] = true
					due += price.Micros
				}
			}
		}
	}
	s.Samples = len(keys) > 0
	return due
}

// tellVoices says of a route whose fixed voices its model is not given, and of lines that
// leave no time before the first word. once is said once of each.
func (b *builder) tellVoices(p Shot, r Route, first bool, once func(p Shot, instance, kind, message string)) {
	for _, note := range r.Unsent {
		who, why, _ := strings.Cut(note, ": ")
		once(p, r.Instance, "voice of "+who, fmt.Sprintf("%s is not given the voice of %s: %s", r.Instance, who, why))
	}
	f, ok := b.facts(r.Instance)
	if !ok || !p.Speaks(r) {
		return
	}
	for _, l := range p.Brief.Lines {
		given := slices.ContainsFunc(r.Voices, func(v Voice) bool { return v.Who == l.Who })
		if audible(l) && l.Voice != nil && !given && l.Voice.Says == "" && (l.Voice.Sample != nil || len(l.Voice.IDs) > 0) {
			once(p, r.Instance, "says of "+l.Who, fmt.Sprintf("%s chooses a voice of its own for %s in each take, for it is given neither sample nor id; write says in the voice of %s, which it is then told every time", r.Instance, l.Who, l.Who))
		}
	}
	if first {
		b.fitsOnset(p, r, f.Model)
	}
}

// fitsOnset warns where a shot's lines fit it, but not beside the time that its model
// takes before it begins to speak. Lines that do not fit at all are the script's matter.
func (b *builder) fitsOnset(p Shot, r Route, m provider.Model) {
	if m.OnsetMS <= 0 || p.Frames <= 0 {
		return
	}
	need := int64(0)
	for _, l := range p.Brief.Lines {
		if audible(l) {
			need += milliseconds(drama.SpeechFrames(l.Say, p.Brief.Language, p.Brief.FPS), p.Brief.FPS)
		}
	}
	has := milliseconds(p.Frames, p.Brief.FPS)
	if need == 0 || need > has || need+m.OnsetMS <= has {
		return
	}
	b.warn(p.Position, p.Slate, fmt.Sprintf("the lines of shot %s need about %s, and %s begins to speak after about %s: %s in all, the shot lasts %s, so they will be hurried or cut; make it longer or the lines shorter",
		p.Slate, seconds(tenth(need)), r.Model, seconds(m.OnsetMS), seconds(tenth(need)+m.OnsetMS), seconds(tenth(has))))
}

// tenth is rounded up to a tenth of a second.
func tenth(ms int64) int64 { return (ms + 99) / 100 * 100 }

// sameVoices says whether a take's maker would be given the voices, and told of them, as
// it was. What another vendor would be given does not matter.
func (b *builder) sameVoices(was, now drama.Brief, by string) bool {
	f, _ := b.facts(by)
	return maps.Equal(voicesOf(was, f), voicesOf(now, f))
}

// voicesOf is what decides how each speaker sounds to a maker of takes.
func voicesOf(brief drama.Brief, f provider.Facts) map[string]string {
	all := map[string]string{}
	for _, l := range brief.Lines {
		v := l.Voice
		if v == nil || !audible(l) {
			continue
		}
		said := v.Says
		if takes := f.Model.Voices; takes != nil {
			switch {
			case takes.IDs > 0 && (takes.Samples == 0 || v.IDs[f.Type] != ""):
				said += "\n" + v.IDs[f.Type]
			case v.Sample != nil:
				said += "\n" + v.Sample.SHA256
			default:
				said += fmt.Sprintf("\n%s %s %d %d", v.Provider, v.Name, v.Rate, v.Pitch)
			}
		}
		if said != "" {
			all[l.Who] = said
		}
	}
	return all
}

// sampleOf is the content of a voice's sample; empty: it has none.
func sampleOf(v *drama.Voice) string {
	if v.Sample == nil {
		return ""
	}
	return v.Sample.SHA256
}

// dialectMode is what a dialect is told of how a take is asked for: one that ends on a
// frame is a take from a first frame with an end.
func dialectMode(m provider.Mode) (mode dialect.Mode, ends bool) {
	if m == provider.ModeFirstLast {
		return dialect.FirstFrame, true
	}
	return dialect.Mode(m), false
}
