package plan

import (
	"fmt"
	"maps"
	"slices"

	"github.com/dailies/dailies/internal/drama"
)

// changes says in the script's words what is not as it was when the take was asked
// for; never empty.
func changes(p Shot, t drama.Take) []string {
	if t.Asked == nil {
		return []string{"it was not noted what was asked for"}
	}
	was, now := t.Asked.Brief, p.Brief
	var out []string
	differ := func(what, a, b string) {
		if a != b {
			out = append(out, what)
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
	differ("INT or EXT", was.Set, now.Set)
	differ("time of day", was.Time, now.Time)
	differ("mood", was.Mood, now.Mood)
	differ("sound", was.Sound, now.Sound)
	out = append(out, changedLines(was.Lines, now.Lines)...)
	differ("the season's look", was.Look, now.Look)
	differ("avoid", was.Avoid, now.Avoid)
	differ("language", was.Language, now.Language)
	if was.Frames != now.Frames {
		out = append(out, fmt.Sprintf("length, %d to %d frames", was.Frames, now.Frames))
	}
	if was.Raster != now.Raster {
		out = append(out, fmt.Sprintf("raster, %s to %s", was.Raster, now.Raster))
	}
	if was.FPS != now.FPS {
		out = append(out, fmt.Sprintf("frame rate, %s to %s", was.FPS, now.FPS))
	}
	if (p.From == nil) != (t.Asked.From == nil) || p.From != nil && p.From.Slate != t.Asked.From.Take.Slate {
		out = append(out, "the shot that it starts from")
	}
	if (p.To == nil) != (t.Asked.To == nil) || p.To != nil && p.To.Slate != t.Asked.To.Take.Slate {
		out = append(out, "the shot that it ends on")
	}
	if len(out) > 0 {
		return out
	}
	switch {
	case t.Asked.Prompt != p.Prompt.Text:
		return []string{"the prompt's wording (templates)"}
	case p.From != nil:
		if p.To != nil {
			return []string{fmt.Sprintf("the take of %s that it starts from, or that of %s on which it ends", p.From.Slate, p.To.Slate)}
		}
		return []string{"the take of " + p.From.Slate + " that it starts from"}
	case t.Asked.Still != "" || p.Still != nil:
		return []string{"its still"}
	}
	return []string{"something that no maker is told"}
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
	what := list(changes(*p, t))
	p.Reason += "; the shot has changed since: " + what
	b.warn(p.Position, p.Slate, fmt.Sprintf("shot %s keeps take %d, made before the shot changed (%s); the cut shows and says what that take does", p.Slate, n, what))
}

func (b *builder) chosenNG(p *Shot, t drama.Take) {
	if t.Verdict.Pass {
		return
	}
	why := "NG"
	if len(t.Verdict.Reasons) > 0 {
		why = "NG: " + list(t.Verdict.Reasons)
	}
	p.Reason += "; it is " + why
	b.warn(p.Position, p.Slate, fmt.Sprintf("shot %s uses take %d, which is %s; the cut will show it as it is", p.Slate, t.ID.Number, why))
}

func changedCast(was, now []drama.BriefCast) (out []string) {
	if !slices.EqualFunc(was, now, func(a, b drama.BriefCast) bool { return a.ID == b.ID }) {
		return []string{"who is in the shot"}
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
				out = append(out, d.what+" of "+c.ID)
			}
		}
	}
	return out
}

func changedProps(was, now []drama.BriefProp) (out []string) {
	if !slices.EqualFunc(was, now, func(a, b drama.BriefProp) bool { return a.ID == b.ID }) {
		return []string{"its props"}
	}
	for i, p := range now {
		if was[i].Name != p.Name || was[i].Looks != p.Looks {
			out = append(out, "looks of "+p.ID)
		}
		if !samePictures(was[i].Refs, p.Refs) {
			out = append(out, "pictures of "+p.ID)
		}
	}
	return out
}

func changedPlace(was, now *drama.BriefLocation) []string {
	switch {
	case was == nil && now == nil:
		return nil
	case was == nil || now == nil || was.ID != now.ID:
		return []string{"the place"}
	case was.Name != now.Name || was.Looks != now.Looks:
		return []string{"looks of " + now.ID}
	case !samePictures(was.Refs, now.Refs):
		return []string{"pictures of " + now.ID}
	}
	return nil
}

func changedLines(was, now []drama.BriefLine) (out []string) {
	if len(was) != len(now) {
		return []string{fmt.Sprintf("lines, %d to %d", len(was), len(now))}
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
				out = append(out, fmt.Sprintf("%s of line %d", d.what, i+1))
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
