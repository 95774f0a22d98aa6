package plan

import (
	"fmt"
	"maps"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/phrase"
)

// changes says in the script's words what is not as it was when the take was asked
// for; never empty.
func changes(p Shot, t drama.Take) []phrase.Phrase {
	if t.Asked == nil {
		return []phrase.Phrase{phrase.Say("of.unnoted")}
	}
	was, now := t.Asked.Brief, p.Brief
	var out []phrase.Phrase
	differ := func(what, a, b string) {
		if a != b {
			out = append(out, phrase.Say("of."+what))
		}
	}
	differ("size", was.Size, now.Size)
	differ("angle", was.Angle, now.Angle)
	differ("move", was.Move, now.Move)
	differ("lens", was.Lens, now.Lens)
	differ("action", was.Action, now.Action)
	out = append(out, changedCast(was.Cast, now.Cast)...)
	out = append(out, changedProps(was.Props, now.Props)...)
	out = append(out, changedPlace(was.Location, now.Location)...)
	differ("set", was.Set, now.Set)
	differ("time", was.Time, now.Time)
	differ("mood", was.Mood, now.Mood)
	differ("sound", was.Sound, now.Sound)
	out = append(out, changedLines(was.Lines, now.Lines)...)
	differ("look", was.Look, now.Look)
	differ("avoid", was.Avoid, now.Avoid)
	differ("language", was.Language, now.Language)
	if was.Frames != now.Frames {
		out = append(out, phrase.Say("of.length", fmt.Sprint(was.Frames), fmt.Sprint(now.Frames)))
	}
	if was.Raster != now.Raster {
		out = append(out, phrase.Say("of.raster", was.Raster.String(), now.Raster.String()))
	}
	if was.FPS != now.FPS {
		out = append(out, phrase.Say("of.rate", was.FPS.String(), now.FPS.String()))
	}
	if (p.From == nil) != (t.Asked.From == nil) || p.From != nil && p.From.Slate != t.Asked.From.Take.Slate {
		out = append(out, phrase.Say("of.starts"))
	}
	if (p.To == nil) != (t.Asked.To == nil) || p.To != nil && p.To.Slate != t.Asked.To.Take.Slate {
		out = append(out, phrase.Say("of.ends"))
	}
	if len(out) > 0 {
		return out
	}
	switch {
	case t.Asked.Prompt != p.Prompt.Text:
		return []phrase.Phrase{phrase.Say("of.prompt")}
	case p.From != nil:
		if p.To != nil {
			return []phrase.Phrase{phrase.Say("of.either", p.From.Slate, p.To.Slate)}
		}
		return []phrase.Phrase{phrase.Say("of.from", p.From.Slate)}
	case t.Asked.Still != "" || p.Still != nil:
		return []phrase.Phrase{phrase.Say("of.still")}
	}
	return []phrase.Phrase{phrase.Say("of.untold")}
}

// chosen says what a person's choice means for the cut: an NG take is used with
// what is wrong with it, one of an older version of the shot with its own words and
// pictures.
func (b *builder) chosen(p *Shot, t drama.Take) {
	b.chosenNG(p, t)
	if t.Digest == p.Digest || t.Digest == "" {
		return
	}
	n := t.ID.Number
	since := changes(*p, t)
	p.also(phrase.Listing("plan.since", since))
	what := list(phrase.Strings(since))
	b.warn(p.Position, p.Slate, fmt.Sprintf("shot %s keeps take %d, made before the shot changed (%s); the cut shows and says what that take does", p.Slate, n, what))
}

func (b *builder) chosenNG(p *Shot, t drama.Take) {
	if t.Verdict.Pass {
		return
	}
	why, said := "NG", phrase.Say("plan.is-ng")
	if len(t.Verdict.Reasons) > 0 {
		why = "NG: " + list(t.Verdict.Reasons)
		said = phrase.Say("plan.is-ng-why", list(t.Verdict.Reasons))
	}
	p.also(said)
	b.warn(p.Position, p.Slate, fmt.Sprintf("shot %s uses take %d, which is %s; the cut will show it as it is", p.Slate, t.ID.Number, why))
}

func changedCast(was, now []drama.BriefCast) (out []phrase.Phrase) {
	if !slices.EqualFunc(was, now, func(a, b drama.BriefCast) bool { return a.ID == b.ID }) {
		return []phrase.Phrase{phrase.Say("of.cast")}
	}
	for i, c := range now {
		old := was[i]
		for _, d := range []struct {
			what string
			same bool
		}{
			{"name", old.Name == c.Name},
			{"looks", old.Looks == c.Looks},
			{"wardrobe", old.Wardrobe == c.Wardrobe},
			{"pictures", samePictures(old.Refs, c.Refs)},
			{"voice", sameVoice(old.Voice, c.Voice)},
		} {
			if !d.same {
				out = append(out, phrase.Say("of."+d.what, c.ID))
			}
		}
	}
	return out
}

func changedProps(was, now []drama.BriefProp) (out []phrase.Phrase) {
	if !slices.EqualFunc(was, now, func(a, b drama.BriefProp) bool { return a.ID == b.ID }) {
		return []phrase.Phrase{phrase.Say("of.props")}
	}
	for i, p := range now {
		if was[i].Name != p.Name || was[i].Looks != p.Looks {
			out = append(out, phrase.Say("of.looks", p.ID))
		}
		if !samePictures(was[i].Refs, p.Refs) {
			out = append(out, phrase.Say("of.pictures", p.ID))
		}
	}
	return out
}

func changedPlace(was, now *drama.BriefLocation) []phrase.Phrase {
	switch {
	case was == nil && now == nil:
		return nil
	case was == nil || now == nil || was.ID != now.ID:
		return []phrase.Phrase{phrase.Say("of.place")}
	case was.Name != now.Name || was.Looks != now.Looks:
		return []phrase.Phrase{phrase.Say("of.looks", now.ID)}
	case !samePictures(was.Refs, now.Refs):
		return []phrase.Phrase{phrase.Say("of.pictures", now.ID)}
	}
	return nil
}

func changedLines(was, now []drama.BriefLine) (out []phrase.Phrase) {
	if len(was) != len(now) {
		return []phrase.Phrase{phrase.Say("of.lines", fmt.Sprint(len(was)), fmt.Sprint(len(now)))}
	}
	for i, l := range now {
		old := was[i]
		for _, d := range []struct {
			what string
			same bool
		}{
			{"words", old.Say == l.Say},
			{"speaker", old.Who == l.Who && old.Name == l.Name},
			{"kind", old.Kind == l.Kind},
			{"tone", old.Tone == l.Tone},
			{"voice", sameVoice(old.Voice, l.Voice)},
		} {
			if !d.same {
				out = append(out, phrase.Say("line."+d.what, fmt.Sprint(i+1)))
			}
		}
	}
	return out
}

func samePictures(a, b []drama.Ref) bool {
	return slices.EqualFunc(a, b, func(x, y drama.Ref) bool { return x.SHA256 == y.SHA256 })
}

func sameVoice(a, b *drama.Voice) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Provider == b.Provider && a.Name == b.Name && a.Rate == b.Rate && a.Pitch == b.Pitch &&
		sampleOf(a) == sampleOf(b) && a.Says == b.Says && maps.Equal(a.IDs, b.IDs)
}
