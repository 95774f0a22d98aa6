package script

import (
	"errors"
	"maps"
	slashpath "path"
	"reflect"
	"slices"

	"github.com/dailies/dailies/internal/aigc"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/lettering"
	"github.com/dailies/dailies/internal/media"
)

// builder turns decoded syntax into drama and checks what only the whole can tell.
type builder struct {
	*loader
	ready      *drama.Season // nil until a season could be read
	languages  []string      // of lines and subtitles
	single     bool          // the season stands in the episode file
	providers  []ProviderName
	drawn      []Drawn
	budgetMark mark
	// receiverMarks are where the season names its profiles, in their order.
	receiverMarks []mark
}

// The built-in provider that needs no account; the route of a season without routing.
const builtIn = "animatic"

func reflectOf[T any](p *T) reflect.Value { return reflect.ValueOf(p).Elem() }

func (m mark) position() drama.Position {
	if m.src == nil {
		return drama.Position{}
	}
	return drama.Position{File: m.src.path, Line: m.line, Col: m.col}
}

// season builds the season. Values with problems get their defaults, so that the
// episodes can still be checked.
func (b *builder) season(s *seasonSyntax) {
	out := drama.Season{
		Show:     s.Show.Text,
		Language: s.Language.Text,
		Look:     s.Look.Text,
		Avoid:    s.Avoid.Text,
		Dialogue: drama.Dialogue(or(s.Dialogue.Text, string(drama.DialogueNative))),
		Listen:   drama.Listen(s.Listen.Text),
		Takes:    drama.TakePolicy{Max: int(or(s.Takes.Max.N, 3)), MinScore: s.Takes.MinScore.V, FailedAfter: int(s.Takes.FailedAfter.N), Draft: s.Takes.Draft.On, Pack: s.Takes.Pack.Text == "auto", Floors: s.Takes.Floors.On, BestOf: int(s.Takes.BestOf.N)},
		Loudness: media.Loudness{Integrated: -16, TruePeak: -1.5},
		Stems:    s.Stems.On,
	}
	b.ready = &out
	b.budgetMark = s.Where.mark
	out.Title = b.texts(s.Title, out.Language)
	out.Tagline, out.Synopsis = b.texts(s.Tagline, out.Language), b.texts(s.Synopsis, out.Language)
	out.Format = drama.Format{
		Raster: or(s.Format.Raster.Raster, media.Raster{Width: 1080, Height: 1920}),
		FPS:    or(s.Format.FPS.Rational, media.Rational{Num: 24, Den: 1}),
		Fit:    media.Fit(or(s.Format.Fit.Text, string(media.FitFill))),
	}
	if s.Loudness.Integrated.set() {
		out.Loudness.Integrated = s.Loudness.Integrated.V
	}
	if s.Loudness.TruePeak.set() {
		out.Loudness.TruePeak = s.Loudness.TruePeak.V
	}
	if s.Listen.set() && out.Dialogue != drama.DialogueNative {
		b.errorf(s.Listen.mark, "listen is for takes whose model speaks, and with dialogue: %s voices do, who say what is written; remove the key", out.Dialogue)
	}
	b.subtitles(s, &out)
	b.cast(s, &out)
	b.places(s, &out)
	b.routing(s, &out)
	b.stills(s, &out)
	b.compare(s, &out)
	if s.Review != nil {
		out.Review = &drama.Review{Required: s.Review.Required.On}
	}
	b.budget(s, &out)
	b.receivers(s, &out)
	b.filing(s, &out)
	b.label(s, &out)
	b.delivered(s, &out)
	b.delivery(s, &out)
	if s.Score != nil {
		if f := b.file(s.Score.File, scoreFile); f != nil {
			out.Score = &drama.Score{File: *f, Level: -24, FadeIn: s.Score.FadeIn.at(out.Format.FPS), Title: s.Score.Title.Text, Composer: s.Score.Composer.Text, Licence: b.file(s.Score.Licence, consentFile)}
			if s.Score.Level.set() {
				out.Score.Level = s.Score.Level.V
			}
			if s.Score.FadeOut.set() {
				fade := s.Score.FadeOut.at(out.Format.FPS)
				out.Score.FadeOut = &fade
			}
		}
	}
	out.Templates = b.templates(s.Where.mark)
	out.Texts = b.looks(&out)
	for _, e := range s.Episodes {
		out.Episodes = append(out.Episodes, e.Text)
	}
	if b.single && len(s.Episodes) > 0 {
		b.errorf(s.Episodes[0].mark, "a season written inside its only episode lists no episodes; remove the key")
	}
}

// or is v, or d where v is zero.
func or[T comparable](v, d T) T {
	var zero T
	if v == zero {
		return d
	}
	return v
}

func (b *builder) texts(t texts, language string) drama.Text {
	out := drama.Text{}
	if t.Plain.set() && language != "" {
		out[language] = t.Plain.Text
	}
	for _, e := range t.ByLang {
		if _, twice := out[e.Key.Text]; twice {
			b.errorf(e.Key.mark, "language %s is written twice", e.Key.Text)
		}
		out[e.Key.Text] = e.Value.Text
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func (b *builder) subtitles(s *seasonSyntax, out *drama.Season) {
	out.Subtitles.Burn = s.Subtitles.Burn.Text
	for _, l := range s.Subtitles.Sidecar {
		switch {
		case !l.set():
		case slices.Contains(out.Subtitles.Sidecar, l.Text):
			b.errorf(l.mark, "language %s is listed twice", l.Text)
		default:
			out.Subtitles.Sidecar = append(out.Subtitles.Sidecar, l.Text)
		}
	}
	for _, f := range s.Subtitles.Formats {
		switch format := drama.SubtitleFormat(f.Text); {
		case f.Text == "":
		case slices.Contains(out.Subtitles.Formats, format):
			b.errorf(f.mark, "%s is listed twice", f.Text)
		default:
			out.Subtitles.Formats = append(out.Subtitles.Formats, format)
		}
	}
	out.Subtitles.Titles = s.Subtitles.Titles.On
	out.Subtitles.Colors, out.Subtitles.FontTags = s.Subtitles.Colors.On, s.Subtitles.FontTags.On
	switch {
	case !out.Subtitles.FontTags:
	case !out.Subtitles.Colors:
		b.hintf(s.Subtitles.FontTags.mark, "add colors: true, or remove the key", "font_tags are those of colours, and subtitles have none")
	case !slices.Contains(out.Subtitles.Files(), drama.FormatSRT):
		b.hintf(s.Subtitles.FontTags.mark, "add srt to formats, or remove the key", "font_tags are those of SRT, which is not delivered")
	}
	for _, l := range append([]string{out.Language, out.Subtitles.Burn}, out.Subtitles.Sidecar...) {
		if l != "" && !slices.Contains(b.languages, l) {
			b.languages = append(b.languages, l)
		}
	}
}

func (b *builder) cast(s *seasonSyntax, out *drama.Season) {
	out.Cast = make(map[string]drama.Character, len(s.Cast))
	for _, e := range s.Cast {
		c := e.Value
		if !c.Where.keys["name"] && e.Key.Text != drama.Narrator && c.Where.set() {
			b.errorf(e.Key.mark, "%s has no name, which is required", e.Key.Text)
		}
		character := drama.Character{
			Name: or(c.Name.Text, e.Key.Text), Looks: c.Looks.Text, Consent: b.file(c.Consent, consentFile),
		}
		for _, w := range c.Wardrobe {
			if !w.Value.set() {
				b.errorf(w.Key.mark, "wardrobe %s is empty; describe the clothes", w.Key.Text)
				continue
			}
			if character.Wardrobe == nil {
				character.Wardrobe = map[string]string{}
			}
			character.Wardrobe[w.Key.Text] = w.Value.Text
		}
		character.Refs = b.refs(c.Refs, ofCast(character.Wardrobe))
		if v := c.Voice; v != nil {
			character.Voice = b.voice(v, out.Dialogue)
		}
		out.Cast[e.Key.Text] = character
	}
	b.colors(s, out)
}

func (b *builder) provider(i ident, voice bool) {
	if i.set() {
		b.providers = append(b.providers, ProviderName{Name: i.Text, Voice: voice, Position: i.position()})
	}
}

func (b *builder) places(s *seasonSyntax, out *drama.Season) {
	out.Locations = make(map[string]drama.Location, len(s.Locations))
	for _, e := range s.Locations {
		out.Locations[e.Key.Text] = drama.Location{Name: e.Value.Name.Text, Looks: e.Value.Looks.Text, Refs: b.refs(e.Value.Refs, ofPlace)}
	}
	out.Props = make(map[string]drama.Prop, len(s.Props))
	for _, e := range s.Props {
		out.Props[e.Key.Text] = drama.Prop{Name: e.Value.Name.Text, Looks: e.Value.Looks.Text, Refs: b.refs(e.Value.Refs, ofProp)}
	}
}

func (b *builder) routing(s *seasonSyntax, out *drama.Season) {
	last := drama.Route{Name: "default", Use: []string{builtIn}}
	hasDefault := false
	for _, e := range s.Routing {
		r := drama.Route{Name: e.Key.Text, When: b.when(e.Value.When, out), Use: b.uses(e.Value.Use), Order: e.Value.Order.Text}
		if e.Value.set() && len(e.Value.Use) == 0 {
			b.errorf(e.Key.mark, "route %s uses no provider; name at least one", r.Name)
		}
		isDefault := r.Name == last.Name
		switch {
		case isDefault && e.Value.When != nil:
			b.errorf(e.Key.mark, "route default has a condition; it takes every shot that no other route takes")
		case !isDefault && e.Value.set() && e.Value.When == nil:
			b.errorf(e.Key.mark, "route %s has no condition; only default takes every shot, others need when:", r.Name)
		}
		if isDefault {
			last, hasDefault = drama.Route{Name: r.Name, Use: r.Use, Order: r.Order}, true
			continue
		}
		out.Routing = append(out.Routing, r)
	}
	if len(s.Routing) > 0 && !hasDefault {
		b.hintf(s.Routing[0].Key.mark, "add a route such as default: [animatic]", "routing has no default, so a shot that matches no route cannot be made")
	}
	out.Routing = append(out.Routing, last)
}

func (b *builder) stills(s *seasonSyntax, out *drama.Season) {
	if s.Stills == nil {
		return
	}
	out.Stills = &drama.Stills{Use: b.uses(s.Stills.Use), Approve: s.Stills.Approve.On}
	if s.Stills.Use != nil && len(s.Stills.Use) == 0 { // nil: the key is missing, which is said already
		b.errorf(s.Stills.Where.mark, "stills uses no provider; name at least one")
	}
}

func (b *builder) compare(s *seasonSyntax, out *drama.Season) {
	if s.Compare == nil {
		return
	}
	out.Compare = &drama.Compare{Share: s.Compare.Share.PPM, With: b.uses(s.Compare.With)}
	if s.Compare.With != nil && len(s.Compare.With) == 0 {
		b.errorf(s.Compare.Where.mark, "compare names no provider to compare with; name at least one")
	}
}

func (b *builder) uses(names []ident) []string {
	var out []string
	for _, n := range names {
		switch {
		case !n.set():
		case slices.Contains(out, n.Text):
			b.errorf(n.mark, "provider %s is named twice", n.Text)
		default:
			out = append(out, n.Text)
			b.provider(n, false)
		}
	}
	return out
}

func (b *builder) when(w *whenSyntax, out *drama.Season) *drama.When {
	if w == nil {
		return nil
	}
	r := &drama.When{Size: words(w.Size), Move: words(w.Move), Set: words(w.Set), Needs: words(w.Needs)}
	for _, l := range w.Location {
		if l.set() {
			known(b, l, out.Locations, "location")
			r.Location = append(r.Location, l.Text)
		}
	}
	count := func(n whole) *int {
		if !n.set() {
			return nil
		}
		v := int(n.N)
		return &v
	}
	frames := func(l length) *media.Frames {
		if !l.set() {
			return nil
		}
		v := l.at(out.Format.FPS)
		return &v
	}
	r.CastMin, r.CastMax = count(w.CastMin), count(w.CastMax)
	r.DurationMin, r.DurationMax = frames(w.DurationMin), frames(w.DurationMax)
	if r.CastMin != nil && r.CastMax != nil && *r.CastMin > *r.CastMax {
		b.errorf(w.CastMax.mark, "cast_max is below cast_min; the route would take no shot")
	}
	if r.DurationMin != nil && r.DurationMax != nil && *r.DurationMin > *r.DurationMax {
		b.errorf(w.DurationMax.mark, "duration_max is below duration_min; the route would take no shot")
	}
	return r
}

func words(cs []choice) []string {
	var out []string
	for _, c := range cs {
		if c.set() && !slices.Contains(out, c.Text) {
			out = append(out, c.Text)
		}
	}
	return out
}

// known reports a name that the season does not have.
func known[V any](b *builder, name ident, in map[string]V, what string) bool {
	if _, ok := in[name.Text]; ok || !name.set() {
		return ok
	}
	hint := "the season names none"
	if len(in) > maxNearKnown {
		hint = ""
	} else if len(in) > 0 {
		hint = b.didYouMean(name.Text, slices.Sorted(maps.Keys(in)))
	}
	b.hintf(name.mark, hint, "there is no %s called %s", what, quote(name.Text))
	return false
}

func (b *builder) budget(s *seasonSyntax, out *drama.Season) {
	if s.Budget == nil {
		return
	}
	v := s.Budget
	money := func(a amount) *drama.Money {
		if !a.set() {
			return nil
		}
		return &drama.Money{Micros: a.Micros, Currency: v.Currency.Text}
	}
	out.Budget = &drama.Budget{
		Currency: v.Currency.Text, Episode: money(v.Episode), Season: money(v.Season), OnExceed: or(v.OnExceed.Text, "pause"),
	}
	switch e, all := out.Budget.Episode, out.Budget.Season; {
	case !v.Where.set():
	case e == nil && all == nil && !v.Where.keys["episode"] && !v.Where.keys["season"]:
		b.warnf(v.Where.mark, "the budget caps nothing; name an amount for episode or season")
	case e != nil && all != nil && all.Less(*e):
		b.warnf(v.Season.mark, "the season's cap is below one episode's")
	}
}

// maxLabel bounds the label, in characters.
const maxLabel = 200

func (b *builder) label(s *seasonSyntax, out *drama.Season) {
	v := s.Label
	seconds := 3.0
	if v.Seconds.set() && !v.Seconds.All {
		seconds = v.Seconds.V
	}
	frames := length{Time: secondsOf(seconds)}.at(out.Format.FPS)
	out.Label = drama.Label{
		Off: v.Off.On, Reason: v.Reason.Text, Text: or(v.Text.Text, aigc.Words(out.Language)),
		Position: or(v.Position.Text, "top-left"), Frames: frames, Producer: v.Producer.Text, Code: v.Code.Text,
	}
	if v.Seconds.All {
		out.Label.Whole, out.Label.Frames = true, 0
	}
	if why := aigc.WrongProviderCode(v.Code.Text); v.Code.set() && why != "" {
		b.errorf(v.Code.mark, "%s is no code of a service provider: %s", quote(v.Code.Text), why)
	}
	if !v.Off.On {
		at := or(v.Text.mark, or(v.Where.mark, b.budgetMark))
		b.draws(out.Label.Text, true, at)
		b.labelFits(at, out)
	}
	switch {
	case v.Off.On && !v.Reason.set():
		b.errorf(v.Off.mark, "label is off without a reason; say why in reason:")
	case !v.Off.On && v.Reason.set():
		b.errorf(v.Reason.mark, "label has a reason for being off, but it is on; add off: true or remove the reason")
	}
	if v.Producer.set() && !aigc.Code(v.Producer.Text) {
		b.warnf(v.Producer.mark, "only printable ASCII without blanks and quotes may stand in the metadata, so they name %s; write a code, like the 27 characters of a provider in China", out.Show)
	}
	if aigc.Chinese(out.Language) {
		b.labelInChina(v, out.Label)
	}
}

// labelFits checks that the label leaves something of the picture: the law says how
// high its letters are, so it cannot be made smaller.
func (b *builder) labelFits(at mark, out *drama.Season) {
	const much = 1.0 / 3
	share := lettering.LabelHeight(out.Label.Text, out.Language, out.Format.Raster)
	switch n := len([]rune(out.Label.Text)); {
	case n > maxLabel:
		b.errorf(at, "the label has %d characters; at most %d can stand on a picture", n, maxLabel)
	case share > 1:
		b.errorf(at, "the label does not fit a picture of %s in letters of 5 %% of its shorter side, which are asked for by law; shorten it", out.Format.Raster)
	case share > much:
		b.warnf(at, "the label covers %d %% of the picture's height in letters of 5 %% of its shorter side, which are asked for by law; shorten it", int(100*share))
	}
}

// labelInChina warns of what GB 45438-2025 does not allow. A show may be for another
// market, so nothing is refused.
func (b *builder) labelInChina(v labelSyntax, l drama.Label) {
	if l.Off {
		b.warnf(v.Off.mark, "without its label an episode with generated shots is not valid in China; only a copy that a user asked for may lack it")
		return
	}
	if why := aigc.WrongWords(l.Text); why != "" {
		b.warnf(v.Text.mark, "the label %s is not valid in China: %s; AI生成 is", quote(l.Text), why)
	}
	if !aigc.Edge(l.Position) {
		b.warnf(v.Position.mark, "a label in the middle of the picture is not valid in China, which wants it at an edge or a corner")
	}
}

// listed reads the episodes that a season lists.
func (b *builder) listed(s *seasonSyntax, season *source) []*source {
	if len(s.Episodes) == 0 {
		b.errorf(s.Where.mark, "the season lists no episodes; add episodes: [ep01.yaml]")
		return nil
	}
	var files []string
	seen := map[string]bool{}
	for _, p := range s.Episodes {
		if !p.set() {
			continue
		}
		rel, ok := resolve(season, p.Text)
		switch {
		case !ok:
			b.errorf(p.mark, "%s leaves the show's folder; keep every file beside or below the season file", quote(p.Text))
			continue
		case seen[rel]:
			b.errorf(p.mark, "episode file %s is listed twice", quote(p.Text))
			continue
		case rel == season.path:
			b.errorf(p.mark, "the season lists itself as an episode")
			continue
		}
		seen[rel] = true
		_, err := statFile(b.folder.fsys, rel)
		if errors.Is(err, errNoFile) {
			if there := respelled(b.folder.fsys, rel, sameLetters); there != "" {
				rel, err = there, nil
			}
		}
		if err != nil {
			b.hintf(p.mark, b.nearFile(rel), "episode file %s: %s", quote(p.Text), err)
			continue
		}
		files = append(files, rel)
	}
	return b.sources(files)
}

// sameSeason reports an episode that belongs to another season than the one that
// lists it.
func (b *builder) sameSeason(e *episodeSyntax, src, season *source) {
	if e.Season.Inline != nil {
		b.errorf(e.Season.mark, "this episode holds a season of its own; write season: with the path of %s", season.shown)
		return
	}
	p := e.Season.Path
	if !p.set() {
		return
	}
	if rel := slashpath.Join(slashpath.Dir(src.path), p.Text); !sameLetters(rel, season.path) {
		b.errorf(p.mark, "season %s is not %s, which lists this episode", quote(p.Text), season.shown)
	}
}

func (b *builder) warnUnlisted(src *source) {
	if b.ready == nil {
		return
	}
	for _, p := range b.ready.Episodes {
		if slashpath.Clean(p) == src.path {
			return
		}
	}
	b.warnf(mark{src: src, line: 1, col: 1}, "the season does not list this episode")
}
