package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/phrase"
	"github.com/dailies/dailies/internal/prompt"
	"github.com/dailies/dailies/internal/provider"
)

// route finds who may make a shot and its still, best first, and what that costs.
func (b *builder) route(p *Shot) error {
	if p.Action != Make {
		return nil
	}
	if p.Final != nil {
		return b.routeFinal(p)
	}
	s := b.shots[p.Slate]
	if s.Sheet != nil {
		return b.routeSheet(p, s)
	}
	if err := b.planStill(p, s); err != nil {
		return err
	}
	if err := b.makers(p, s); err != nil {
		return err
	}
	if p.Still != nil && len(p.Routes) > 0 && !p.Routes[0].Mode.Framed() {
		// Whoever makes the shot starts from no picture.
		p.Still, p.Routes, p.Rejected = nil, nil, nil
		if err := b.makers(p, s); err != nil {
			return err
		}
	}
	if len(p.Routes) == 0 && len(p.Rejected) == 0 && len(b.uses(s)) > 0 {
		return nil // none of them is configured, which checkNames has said once for all shots
	}
	if len(p.Routes) == 0 {
		b.problem(p.Position, p.Slate, fmt.Sprintf("nobody can make shot %s: %s", p.Slate, rejected(p.Rejected, "its routing names nobody")))
		return nil
	}
	p.Provider, p.Model = p.Routes[0].Instance, p.Routes[0].Model
	if facts, ok := b.facts(p.Provider); ok && facts.Parked != "" {
		p.also(phrase.Say("plan.parked", p.Provider, facts.Parked))
		b.warn(p.Position, p.Slate, fmt.Sprintf("shot %s waits until %s can be asked: it %s", p.Slate, p.Provider, parked(facts)))
	}
	if b.moved[p.Slate] {
		p.also(phrase.Text(p.Ordered))
	}
	if p.Routes[0].Instance != b.uses(s)[0] && len(p.Rejected) > 0 && p.Rejected[0].Instance == b.uses(s)[0] {
		p.also(phrase.Text(p.Rejected[0].Instance + " " + p.Rejected[0].Why))
	}
	if p.Routes[0].Draft != nil {
		p.also(phrase.Say("plan.as-draft"))
	}
	b.otherWay(p, s)
	return b.routeStill(p)
}

// rejected says why nobody is left.
func rejected(all []Rejection, none string) string {
	if len(all) == 0 {
		return none
	}
	var why []string
	for _, r := range all {
		why = append(why, r.Instance+" "+r.Why)
	}
	return strings.Join(why, "; ")
}

// makers finds who may make the shot's takes.
func (b *builder) makers(p *Shot, s drama.Shot) error {
	var high drama.Money
	open := b.unparked(b.uses(s), func(f provider.Facts) string { _, why := b.fit(*p, s, f); return why })
	for _, name := range b.uses(s) {
		facts, ok := b.facts(name)
		if !ok {
			continue // checkNames has said so
		}
		r, why := b.fit(*p, s, facts)
		if why == "" && open {
			why = parked(facts)
		}
		if why != "" {
			p.Rejected = append(p.Rejected, Rejection{Instance: name, Why: why})
			continue
		}
		for _, price := range []*drama.Money{&r.Price, r.Text} {
			if price != nil && high.Less(*price) {
				high = *price
			}
		}
		p.Routes = append(p.Routes, r)
		if len(r.Remedies) > 0 && p.Softened == "" {
			var err error
			if p.Softened, err = b.renderer.Soften(p.Brief); err != nil {
				return fmt.Errorf("shot %s: %w", p.Slate, err)
			}
		}
	}
	switch b.order(s) {
	case "leaderboard":
		b.leaderboard(p, s)
	case "price":
		slices.SortStableFunc(p.Routes, func(x, y Route) int { return cmp.Compare(x.Price.Micros, y.Price.Micros) })
	}
	if len(p.Routes) > 0 {
		p.BestOf = b.bestOf(*p)
		p.PriceLow = drama.Money{Micros: p.Routes[0].Price.Micros * int64(max(p.BestOf, 1)), Currency: b.currency}
		p.PriceHigh = drama.Money{Micros: high.Micros * int64(p.MaxTakes), Currency: b.currency}
	}
	return nil
}

// uses is the list of instances a shot is routed to.
func (b *builder) uses(s drama.Shot) []string {
	if r := b.in.Retake; r != nil && r.Use != "" {
		return []string{r.Use}
	}
	if len(s.Use) > 0 {
		return s.Use
	}
	return b.rule(s).Use
}

// rule is the first of the season's routing whose condition holds for a shot.
func (b *builder) rule(s drama.Shot) drama.Route {
	for _, r := range b.season.Routing {
		if b.holds(r.When, s) {
			return r
		}
	}
	return drama.Route{}
}

// order is how those that can make a shot are ranked. Who names providers for one
// shot has ranked them.
func (b *builder) order(s drama.Shot) string {
	if r := b.in.Retake; r != nil && r.Use != "" || len(s.Use) > 0 {
		return ""
	}
	return b.rule(s).Order
}

// holds says whether every part of a condition that is set is true of a shot.
func (b *builder) holds(w *drama.When, s drama.Shot) bool {
	if w == nil {
		return true
	}
	scene := b.scenes[s.Scene]
	in := func(list []string, value string) bool {
		return len(list) == 0 || slices.ContainsFunc(list, func(v string) bool { return strings.EqualFold(v, value) })
	}
	if !in(w.Size, s.Size) || !in(w.Move, s.Move) || !in(w.Set, scene.Set) || !in(w.Location, scene.Location) {
		return false
	}
	if w.CastMin != nil && len(s.Cast) < *w.CastMin || w.CastMax != nil && len(s.Cast) > *w.CastMax ||
		w.DurationMin != nil && s.Frames < *w.DurationMin || w.DurationMax != nil && s.Frames > *w.DurationMax {
		return false
	}
	for _, need := range w.Needs {
		if !b.needs(s, need) {
			return false
		}
	}
	return true
}

// needs says whether a shot needs what a route's condition names: sound that the
// model makes, references, a seed, a first frame to start from, or a last frame
// that another shot goes on from.
func (b *builder) needs(s drama.Shot, what string) bool {
	switch what {
	case "audio":
		return s.Sound != "" || b.season.DialogueOf(s) == drama.DialogueNative && len(s.Lines) > 0
	case "references":
		for _, id := range s.Cast {
			if len(b.season.Cast[id].Refs) > 0 {
				return true
			}
		}
		for _, id := range s.Props {
			if len(b.season.Props[id].Refs) > 0 {
				return true
			}
		}
		return len(b.season.Locations[b.scenes[s.Scene].Location].Refs) > 0
	case "seed":
		return s.Seed != nil
	case "first_frame":
		return s.From != nil || b.wantsStill(s)
	case "last_frame":
		return b.usedLast[s.Slate] || s.To != nil
	}
	return false
}

// fit says how an instance would make a shot, or why it cannot. What it cannot make from
// a frame with references beside it, it may make from the frame alone.
func (b *builder) fit(p Shot, s drama.Shot, f provider.Facts) (Route, string) {
	r, why := b.fitAs(p, s, f)
	if why != "" && r.Mode == provider.ModeFrameReferences {
		f.Model.Modes = slices.DeleteFunc(slices.Clone(f.Model.Modes), func(m provider.Mode) bool { return m == provider.ModeFrameReferences })
		return b.fitAs(p, s, f)
	}
	return r, why
}

func (b *builder) fitAs(p Shot, s drama.Shot, f provider.Facts) (Route, string) {
	m := f.Model
	r := Route{Route: attempts.Route{Instance: f.Instance, Model: m.ID}, Type: f.Type, Seed: m.Seed, Negative: m.Negative, ReadsFPS: m.ReadsFPS, ReadsBrief: m.ReadsBrief}
	if why := b.absent(f); why != "" {
		return r, why
	}
	if b.asDraft(p.Slate, m) {
		r.Draft, m = &Drafted{Days: m.Draft.Days}, m.Drafting()
	}
	var why string
	if r.Mode, why = mode(p, m); why != "" {
		return r, why
	}
	if len(p.Brief.Lines) > 0 && !m.Speech {
		return r, "does not speak lines; set dialogue: voice or route this shot elsewhere"
	}
	r.Audio = m.AudioAlways || m.Audio && b.needs(s, "audio")
	if m.SilentEnd && r.Mode == provider.ModeFirstLast {
		if r.Audio = false; len(p.Brief.Lines) > 0 {
			return r, "makes no sound for a take that ends on a given frame; set dialogue: voice or route this shot elsewhere"
		}
	}
	if why = b.shape(p, m, &r); why != "" {
		return r, why
	}
	if r.Mode == provider.ModeReferences {
		r.Citation = citation(p.Brief, p.References, m.Cite)
	}
	if why := b.wording(p, m, &r); why != "" {
		return r, why
	}
	if why := b.show(p, m, &r); why != "" {
		return r, why
	}
	b.lock(p, f, &r)
	if why := b.afford(p, m, &r); why != "" {
		return r, why
	}
	if from := r.WithoutStill(); p.Still != nil && r.Mode.Framed() && r.Mode != provider.ModeFirstLast && slices.Contains(m.Modes, from.Mode) {
		if why := b.shape(p, m, &from); why == "" && from.MakeMS == r.MakeMS && from.Raster == r.Raster && tooLong(m.For(provider.Asked{Mode: from.Mode, Raster: from.Raster, Audio: from.Audio}), p.Told(from, nil).Prompt) == "" {
			if text, err := b.price(m, from, len(p.Sent(from))); err == nil {
				r.Text = &text
			}
		}
	}
	if r.Draft != nil {
		if why := b.priceFinal(f.Model, &r); why != "" {
			return r, why
		}
	}
	return r, ""
}

// shape finds the size and the length that the model makes when it is asked as the
// route does.
func (b *builder) shape(p Shot, m provider.Model, r *Route) (why string) {
	asked := provider.Asked{Mode: r.Mode, Audio: r.Audio}
	if r.Raster, why = raster(b.format(m, *r), m.For(asked)); why != "" {
		if r.Draft != nil {
			why = "makes no draft of this shape: it " + why
		}
		return why
	}
	asked.Raster = r.Raster
	if r.Opening = m.Opening[r.Mode]; r.Mode == provider.ModeFrameReferences {
		r.Opening = m.Opening[provider.ModeFirstFrame] // without its references: see Shot.Told
	}
	r.MakeMS, why = length(p, m.For(asked))
	return why
}

// afford holds a route against the limits of prompt and budget, and prices it.
func (b *builder) afford(p Shot, m provider.Model, r *Route) string {
	asked := m.For(provider.Asked{Mode: r.Mode, Raster: r.Raster, Audio: r.Audio})
	if why := tooLong(asked, p.Told(*r, nil).Prompt); why != "" {
		return why
	}
	price, err := b.price(m, *r, len(p.Sent(*r)))
	if err != nil {
		return "has no usable price: " + err.Error()
	}
	if budget := b.season.Budget; price.Micros > 0 && budget != nil && budget.Episode != nil && budget.Episode.Micros == 0 {
		return "costs money, and a budget of 0 allows only free providers"
	}
	r.Price = price
	r.Remedies = b.remedies(p, *r, m)
	return ""
}

// remedies are what can be changed about a shot that a vendor refuses. What costs
// nothing refuses nothing.
func (b *builder) remedies(p Shot, r Route, m provider.Model) (all []attempts.Remedy) {
	if m.Currency() == "" {
		return nil
	}
	if r.Audio && !m.AudioAlways && len(p.Brief.Lines) == 0 {
		all = append(all, attempts.RemedySilent)
	}
	if bare := r.Mode.Bare(); bare != r.Mode && slices.Contains(m.Modes, bare) {
		// Size and length stay: a model that makes others from text, or the frame, alone
		// cannot be asked so.
		text := r
		text.Mode = bare
		asked := m.For(provider.Asked{Mode: text.Mode, Raster: r.Raster, Audio: r.Audio})
		// Without pictures everybody is described, which may be too long.
		words := p.Told(r, []attempts.Remedy{attempts.RemedyNoReferences}).Prompt
		if why := b.shape(p, m, &text); why == "" && text.MakeMS <= r.MakeMS && asked.Makes(r.MakeMS) && tooLong(asked, words) == "" {
			all = append(all, attempts.RemedyNoReferences)
		}
	}
	return append(all, attempts.RemedySoftened)
}

// citation says in the model's words what each picture shows.
func citation(brief drama.Brief, refs []Reference, cite string) string {
	if cite == "" {
		return ""
	}
	var says []string
	for i, r := range refs {
		name := strings.NewReplacer("_", " ", "-", " ").Replace(r.Name)
		for _, c := range brief.Cast {
			if r.Kind == "cast" && c.ID == r.Name {
				name = c.Name
			}
		}
		for _, p := range brief.Props {
			if r.Kind == "prop" && p.ID == r.Name && p.Name != "" {
				name = p.Name
			}
		}
		if r.Kind == "location" {
			name = "the place"
		}
		tag := strings.NewReplacer("{n}", strconv.Itoa(i+1), "{n0}", strconv.Itoa(i)).Replace(cite)
		says = append(says, tag+" shows "+name)
	}
	return "\n" + strings.Join(says, "; ") + "."
}

// tooLong says why a model cannot be told so much.
func tooLong(m provider.Model, text string) string {
	if limit, n := promptLimit(m, text); limit > 0 && n > limit {
		return fmt.Sprintf("takes prompts of %d characters, this one has %d", limit, n)
	}
	if len(text) > 2*prompt.MaxBytes {
		return fmt.Sprintf("would be told a prompt of %d bytes, and more than %d helps nobody", len(text), 2*prompt.MaxBytes)
	}
	return ""
}

// promptLimit is how long a text may be for a model, and how long it is, in
// characters. It is refused here because vendors cut silently and bill.
func promptLimit(m provider.Model, text string) (limit, have int) {
	have = utf8.RuneCountInString(text)
	limit = m.MaxPrompt
	if m.MaxPromptCJK > 0 {
		cjk := 0
		for _, r := range text {
			if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
				cjk++
			}
		}
		if 4*cjk > have {
			limit = m.MaxPromptCJK
		}
	}
	return limit, have
}

func (b *builder) facts(name string) (provider.Facts, bool) {
	i := slices.IndexFunc(b.in.Providers, func(f provider.Facts) bool { return f.Instance == name })
	if i < 0 {
		return provider.Facts{}, false
	}
	return b.in.Providers[i], true
}

// checkNames says once, at its place, for every name that no configured instance
// has.
func (b *builder) checkNames() {
	var known []string
	for _, f := range b.in.Providers {
		known = append(known, f.Instance)
	}
	check := func(at drama.Position, slate, where string, names []string) {
		for _, n := range names {
			if !slices.Contains(known, n) {
				b.problem(at, slate, fmt.Sprintf("%s names the provider %q, which is not configured%s; configured are %s", where, n, didYouMean(n, known), list(known)))
			}
		}
	}
	if r := b.in.Retake; r != nil && r.Use != "" {
		check(drama.Position{}, "", "retake", []string{r.Use})
	}
	for _, r := range b.season.Routing {
		check(drama.Position{}, "", "routing "+r.Name, r.Use)
	}
	if b.season.Stills != nil {
		check(drama.Position{}, "", "stills", b.season.Stills.Use)
	}
	if b.season.Compare != nil {
		check(drama.Position{}, "", "compare", b.season.Compare.With)
	}
	for _, s := range b.in.Production.Episode.Shots() {
		check(s.Position, s.Slate, "shot "+s.Slate, s.Use)
	}
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
