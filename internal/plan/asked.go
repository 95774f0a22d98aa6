package plan

import (
	"fmt"
	"slices"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/phrase"
	"github.com/dailies/dailies/internal/prompt"
	"github.com/dailies/dailies/internal/provider"
)

// Earlier is a take of a slate whose script has changed since, or was not circled.
type Earlier struct {
	Take drama.Take
	// Circle is the circle of what the take was made for; nil: it is none's choice.
	Circle *drama.Circle
}

// Asked is what the shot's takes by an instance are asked for; nil where the plan
// has no such route. from is the take of the shot that it starts from.
func (s Shot) Asked(instance string, from *drama.AskedFrom) *drama.Asked {
	r := s.RouteOf(instance)
	if r == nil {
		return nil
	}
	if s.Final != nil && s.Final.Asked != nil {
		a := *s.Final.Asked
		a.Raster = r.Raster
		return &a
	}
	a := &drama.Asked{
		Brief: s.Brief, Prompt: s.Prompt.Text, Negative: s.Prompt.Negative, Mode: string(r.Mode), Raster: r.Raster, MakeMS: r.MakeMS, Audio: r.Audio,
		From: from, Reads: drama.Reads{Negative: r.Negative, FPS: r.ReadsFPS, Brief: r.ReadsBrief},
		Dialect: r.Dialect,
	}
	if s.Still != nil {
		a.Still = s.Still.Digest
	}
	return a
}

// again uses circled takes of earlier scripts for shots that their makers would be
// asked for in the same way now, and says of the others what changed.
func (b *builder) again() {
	index := make(map[string]int)
	for i, s := range b.plan.Shots {
		index[s.Slate] = i
	}
	seen := make(map[string]bool)
	var visit func(i int)
	visit = func(i int) {
		p := &b.plan.Shots[i]
		if seen[p.Slate] {
			return
		}
		seen[p.Slate] = true
		for _, f := range sources(p.From, p.To) {
			// Whether a frame is the same is known when its shot is.
			if j, ok := index[f.Slate]; ok {
				visit(j)
			}
		}
		// What is outside of --only is used again too, if it is the same; a retake is
		// asked for.
		if b.retaken[p.Slate] || p.Action != Make && p.Action != Skip || len(b.in.Earlier[p.Slate]) == 0 {
			return
		}
		b.fromEarlier(p, index)
	}
	for i := range b.plan.Shots {
		visit(i)
	}
}

func (b *builder) fromEarlier(p *Shot, index map[string]int) {
	earlier := b.in.Earlier[p.Slate]
	for _, e := range earlier {
		if e.Circle == nil || e.Circle.Take != e.Take.ID || !b.sameRequest(*p, e.Take, index) {
			continue
		}
		id := e.Take.ID
		p.Action, p.Reuse, p.Circled, p.Seed = Reuse, &id, e.Circle, nil
		p.because(phrase.Listing("plan.circled-again", changes(*p, e.Take), fmt.Sprint(id.Number), e.Take.Provider))
		b.chosenNG(p, e.Take)
		b.usesDraft(p, e.Take)
		return
	}
	if b.passesNow(p, earlier) {
		return
	}
	for _, e := range earlier {
		if e.Circle == nil || e.Circle.Take != e.Take.ID {
			continue
		}
		why, only := b.stale(*p, e.Take, index)
		if !only {
			continue
		}
		id := e.Take.ID
		p.Action, p.Reuse, p.Stale, p.Seed = Reuse, &id, phrase.Strings(why), nil
		p.because(phrase.Listing("plan.stale", why, fmt.Sprint(id.Number)))
		b.warn(p.Position, p.Slate, fmt.Sprintf("shot %s keeps take %d, which was made without the picture that is approved now (%s); dailies retake %s %s makes it anew", p.Slate, id.Number, list(p.Stale), b.plan.Episode, p.Slate))
		b.chosenNG(p, e.Take)
		return
	}
	if p.Action != Make {
		return
	}
	// What a person goes by is the take that was used last, else the last one.
	last := earlier[0]
	for _, e := range earlier {
		if e.Circle != nil && e.Circle.Take == e.Take.ID {
			last = e
			break
		}
	}
	n := last.Take.ID.Number
	switch {
	case last.Take.Digest == p.Digest:
		p.because(phrase.Listing("plan.none-circled", []phrase.Phrase{phrase.Say(ngWords(last.Take))}, fmt.Sprint(n)))
	case last.Take.Asked == nil:
		p.because(phrase.Say("plan.unnoted", fmt.Sprint(n)))
	default:
		p.because(phrase.Listing("plan.changed", changes(*p, last.Take), fmt.Sprint(n)))
	}
}

func ngWords(t drama.Take) string {
	if t.Verdict.Pass {
		return "take.unchosen"
	}
	return "take.ng"
}

// sameRequest says whether the take's maker, asked for the shot as it is now, would
// be asked for what the take is.
func (b *builder) sameRequest(p Shot, t drama.Take, index map[string]int) bool {
	a := t.Asked
	if t.Media.Key == "" || !b.sameWords(a, p.Brief, p.Prompt) || !b.sameStart(p.Slate, a.Still) || !b.sameVoices(a.Brief, p.Brief, t.Provider) || !b.sameFrame(p.From, a.From, index) || !b.sameFrame(p.To, a.To, index) {
		return false
	}
	was, now := a.Brief, p.Brief
	switch provider.Mode(a.Mode) {
	case provider.ModeFirstFrame, provider.ModeFirstLast:
		was, now = drama.Brief{}, drama.Brief{} // the frame is all that was shown
	case provider.ModeFrameReferences:
		was.Location, now.Location = nil, nil // the frame shows the place
	case provider.ModeText, provider.ModeReferences, provider.ModeImage:
	}
	if !b.samePictures(was, now) {
		return false
	}
	return b.longEnough(p, t) && b.sameSize(p.Brief.Raster, a, t.Provider, t.Model) && (a.Audio || !b.needs(b.shots[p.Slate], "audio"))
}

// sameWords says whether a maker that was asked for a would be told the same in words
// now; false where that was not noted, or where it reads the whole brief.
func (b *builder) sameWords(a *drama.Asked, now drama.Brief, text prompt.Prompt) bool {
	return a != nil && !a.Reads.Brief && a.Prompt == text.Text && (!a.Reads.Negative || a.Negative == text.Negative) &&
		(!a.Reads.FPS || a.Brief.FPS == now.FPS)
}

// sameStart says whether the shot starts from the still, by its digest, that a take
// started from, or from one that is asked for in the same way.
func (b *builder) sameStart(slate, was string) bool {
	now := b.rendered[slate].still
	if now == nil || now.digest == was {
		return (now == nil) == (was == "")
	}
	made, ok := b.in.Stills[was]
	return ok && b.sameStill(*now, made)
}

// longEnough: a longer take is cut to the shot.
func (b *builder) longEnough(p Shot, t drama.Take) bool {
	need := milliseconds(p.Frames-held, p.Brief.FPS)
	return t.Asked.MakeMS >= need && (t.Measured == nil || t.Measured.Duration.Milliseconds() >= need)
}

// sameSize says whether the size that would be asked for is the take's: the
// model's own where it is still configured, else the show's.
func (b *builder) sameSize(want media.Raster, a *drama.Asked, by, model string) bool {
	if a.Brief.Raster == want {
		return true
	}
	f, ok := b.facts(by)
	if !ok || f.Model.ID != model {
		return false
	}
	now, why := raster(b.season.Format, f.Model.For(provider.Asked{Mode: provider.Mode(a.Mode), Audio: a.Audio}))
	return why == "" && now == a.Raster
}

// sameFrame says whether the shot starts from, or ends on, the frame that the take did.
func (b *builder) sameFrame(now *drama.From, was *drama.AskedFrom, index map[string]int) bool {
	if now == nil || was == nil {
		return now == nil && was == nil
	}
	j, ok := index[now.Slate]
	if !ok {
		return false
	}
	source, frame := b.plan.Shots[j], now.Frame
	if frame == "" {
		frame = "last"
	}
	return source.Action == Reuse && source.Reuse != nil && *source.Reuse == was.Take && frame == was.Frame &&
		(frame == "first" || source.Frames == was.Frames)
}

// samePictures says whether two briefs have the same pictures, those of the look book
// apart where these do not count.
func (b *builder) samePictures(was, now drama.Brief) bool {
	if b.bare {
		was, now = withoutRefs(was, typed), withoutRefs(now, typed)
	}
	return slices.Equal(pictures(was), pictures(now))
}

func pictures(b drama.Brief) (sums []string) {
	for _, r := range References(b) {
		sums = append(sums, r.File.SHA256)
	}
	return sums
}
