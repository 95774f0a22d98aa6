package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/phrase"
	"github.com/dailies/dailies/internal/prompt"
	"github.com/dailies/dailies/internal/prompt/dialect"
)

// Build makes the plan of one episode. Whatever a person must change is in the
// plan's Problems; Build itself errs only when there can be no plan at all: the
// templates do not compile (*prompt.TemplateError) or a "from" goes in a circle.
func Build(in Input) (Plan, error) {
	renderer, err := prompt.New(in.Production.Season.Templates, in.Templates)
	if err != nil {
		return Plan{}, fmt.Errorf("plan %s: %w", in.Production.ID(), err)
	}
	b := &builder{
		in: in, season: in.Production.Season, renderer: renderer,
		currency: currencyOf(in), shots: make(map[string]drama.Shot), scenes: make(map[string]drama.Scene),
		pairs: make(map[string]bool), moved: make(map[string]bool), rendered: make(map[string]rendering), done: make(map[string]string), usedLast: make(map[string]bool),
		others: make(map[string]priced),
	}
	if !ownWording(b.season.Templates) {
		if b.dialects, err = dialect.Load(renderer.Version()); err != nil {
			return Plan{}, fmt.Errorf("plan %s: %w", in.Production.ID(), err)
		}
	}
	for _, s := range in.Production.Episode.Scenes {
		b.scenes[s.Number] = s
	}
	b.plan = Plan{Episode: in.Production.ID(), Templates: renderer.Version(), Problems: []Problem{}}
	if err := b.run(); err != nil {
		return Plan{}, fmt.Errorf("plan %s: %w", in.Production.ID(), err)
	}
	return b.plan, nil
}

type builder struct {
	in       Input
	season   drama.Season
	renderer *prompt.Renderer
	dialects map[string]*dialect.Dialect // by name; nil: everybody is told the neutral prompt
	currency string
	shots    map[string]drama.Shot // by slate
	scenes   map[string]drama.Scene
	rendered map[string]rendering // by slate
	done     map[string]string    // slate -> digest
	retaken  map[string]bool      // slates of Input.Retake
	usedLast map[string]bool      // slates whose last frame another shot starts from
	only     map[string]bool      // slates of Input.Only; nil: all
	pairs    map[string]bool      // bake-offs that are planned already
	moved    map[string]bool      // slates whose routes do not stand as listed
	spare    int64                // micro-units of the least sum that comparisons cost
	unheard  int                  // shots whose takes speak
	way      way                  // in which takes are made, where not as the season says
	others   map[string]priced    // what shots cost the other way, by slate
	together map[way]packed       // shots made together, as the season says and the other way
	bare     bool                 // pictures of the look book do not count: see stale
	plan     Plan
}

// rendering is a shot's brief and prompt, worked out once.
type rendering struct {
	brief drama.Brief
	text  prompt.Prompt
	still *still // nil: the shot gets none
}

func (b *builder) render(s drama.Shot) (rendering, error) {
	if r, ok := b.rendered[s.Slate]; ok {
		return r, nil
	}
	brief := b.sketched(s)
	text, err := b.renderer.Render(brief)
	if err != nil {
		return rendering{}, fmt.Errorf("shot %s: %w", s.Slate, err)
	}
	r := rendering{brief: brief, text: text}
	if r.still, err = b.sketch(s, brief); err != nil {
		return rendering{}, fmt.Errorf("shot %s: %w", s.Slate, err)
	}
	b.rendered[s.Slate] = r
	return r, nil
}

func (b *builder) run() error {
	shots := b.in.Production.Episode.Shots()
	for _, s := range shots {
		b.shots[s.Slate] = s
		for _, f := range sources(s.From, s.To) {
			if f.Frame != "first" {
				b.usedLast[f.Slate] = true
			}
		}
	}
	b.checkNames()
	b.standing()
	if b.in.Retake == nil && b.in.Try == nil {
		b.hurried()
	}
	only, err := b.selection(shots, b.in.Only, "--only")
	if err != nil {
		return err
	}
	if t := b.in.Try; t != nil {
		if len(t.Slates) == 0 {
			b.problem(drama.Position{}, "", "try: name at least one shot or scene")
		}
		if only, err = b.selection(shots, t.Slates, "try"); err != nil {
			return err
		}
	}
	b.only = only
	if b.in.Retake != nil {
		if len(b.in.Retake.Slates) == 0 {
			b.problem(drama.Position{}, "", wish(*b.in.Retake)+": name at least one shot or scene")
		}
		if b.retaken, err = b.selection(shots, b.in.Retake.Slates, wish(*b.in.Retake)); err != nil {
			return err
		}
	}
	for _, s := range shots {
		planned, err := b.shot(s, only)
		if err != nil {
			return err
		}
		b.plan.Shots = append(b.plan.Shots, planned)
	}
	b.again()
	if b.in.Try != nil {
		return b.try(*b.in.Try)
	}
	if b.in.Dub != "" {
		return b.dub()
	}
	b.needSources()
	b.warnStaleSources()
	for i := range b.plan.Shots {
		p := &b.plan.Shots[i]
		if err := b.route(p); err != nil {
			return err
		}
		b.needFaces(p)
		if err := b.compare(p, b.shots[p.Slate]); err != nil {
			return err
		}
	}
	b.packs()
	b.warnEnds()
	b.tellWarnings()
	if err := b.total(); err != nil {
		return err
	}
	if err := b.drafts(); err != nil {
		return err
	}
	b.packing()
	return nil
}

// selection turns slates and scene numbers into slates; nil means all. A name
// that is neither is a problem.
func (b *builder) selection(shots []drama.Shot, of []string, what string) (map[string]bool, error) {
	if len(of) == 0 {
		return nil, nil
	}
	all := make(map[string]bool)
	for _, name := range of {
		found := false
		for _, s := range shots {
			// A scene that is one shot has the scene's number as its slate.
			if strings.EqualFold(s.Slate, name) || s.Scene == name {
				all[s.Slate], found = true, true
			}
		}
		if !found {
			var known []string
			for _, s := range shots {
				known = append(known, s.Slate)
			}
			b.problem(drama.Position{}, "", fmt.Sprintf("%s: %s has no shot or scene %q%s", what, b.plan.Episode, name, didYouMean(name, known)))
		}
	}
	return all, nil
}

func (b *builder) shot(s drama.Shot, only map[string]bool) (Shot, error) {
	r, err := b.render(s)
	if err != nil {
		return Shot{}, err
	}
	brief, text := r.brief, r.text
	digest, err := b.digest(s, nil)
	if err != nil {
		return Shot{}, err
	}
	next := b.in.TakeCounts[s.Slate] + 1
	p := Shot{
		Slate: s.Slate, Scene: s.Scene, Digest: digest, Frames: s.Frames, Brief: brief, Prompt: text,
		References: b.signed(References(brief)), From: s.From, To: s.To, NextTake: next, MaxTakes: max(b.season.Takes.Max, 1), Position: s.Position,
		PriceLow: drama.Money{Currency: b.currency}, PriceHigh: drama.Money{Currency: b.currency},
		Staging: b.staging(s, brief),
	}
	_, p.OwnSoftened = b.season.Templates["softened"]
	circle, circled := b.in.Circles[digest]
	switch {
	case s.Sheet != nil:
		p.Action = Make
		p.because(phrase.Say("plan.sheet"))
	case b.retaken[s.Slate] && s.Footage != nil:
		p.Action = Footage
		p.because(phrase.Say("plan.footage"))
		b.problem(s.Position, s.Slate, fmt.Sprintf("shot %s is footage: nobody can retake it; change its clip in the script", s.Slate))
	case b.retaken[s.Slate] && b.in.Retake.Final:
		b.finish(&p, s, circle, circled)
	case b.retaken[s.Slate]:
		p.Action = Make
		p.because(phrase.Say("plan.retake"))
		r := b.in.Retake
		p.Seed, p.Note = r.Seed, r.Note
		if r.Note != "" {
			p.because(phrase.Say("plan.retake-note", r.Note))
			p.Prompt.Text = forThisTake(p.Prompt.Text, r.Note)
		}
	case circled:
		id := circle.Take
		p.Action, p.Reuse = Reuse, &id
		p.because(phrase.Say("plan.circled", fmt.Sprint(id.Number)))
		if id.Episode != b.plan.Episode || id.Slate != s.Slate {
			p.because(phrase.Say("plan.circled-same", id.String()))
		}
		if t, ok := b.in.Chosen[digest]; ok && t.ID == id {
			b.chosen(&p, t)
			if circle.ByQC() {
				b.failsNow(p, t)
			}
			p.Over = t.Over()
			b.usesDraft(&p, t)
		}
	case only != nil && !only[s.Slate]:
		p.Action = Skip
		p.because(phrase.Say("plan.unasked"))
	case s.Footage != nil:
		p.Action = Footage
		p.because(phrase.Say("plan.footage"))
	case next > 1:
		// again says what changed, where a take was recorded.
		p.Action = Make
		p.because(phrase.Say("plan.nothing", fmt.Sprint(next-1)))
	default:
		p.Action = Make
		p.because(phrase.Say("plan.none"))
	}
	if p.Action == Make && p.Seed == nil && b.in.Tried[digest] == 0 && b.in.Retake == nil {
		p.Seed = s.Seed
	}
	if p.Action != Skip {
		b.checkFiles(s, brief)
	}
	return p, nil
}

// forThisTake is a prompt with a person's direction at its end.
func forThisTake(text, note string) string {
	return strings.TrimSpace(text + "\nFor this take: " + note)
}

// digest is the shot's digest, its source's worked out first. path holds the
// slates on the way, to see circles.
func (b *builder) digest(s drama.Shot, path []string) (string, error) {
	if d, ok := b.done[s.Slate]; ok {
		return d, nil
	}
	if slices.Contains(path, s.Slate) {
		return "", fmt.Errorf("shots start from each other in a circle: %s; give one of them no from", strings.Join(append(path, s.Slate), ", "))
	}
	r, err := b.render(s)
	if err != nil {
		return "", err
	}
	subject := Subject{Brief: r.brief, Prompt: r.text}
	if r.still != nil {
		subject.Still = r.still.digest
	}
	if s.Footage != nil {
		subject.Clip = &Clipped{SHA256: s.Footage.SHA256, In: s.In, Mute: s.Mute}
	}
	if subject.From, err = b.source(s, s.From, "starts from", path); err != nil {
		return "", err
	}
	if subject.To, err = b.source(s, s.To, "ends on", path); err != nil {
		return "", err
	}
	d := Digest(subject)
	b.done[s.Slate] = d
	return d, nil
}

// source is another shot's frame by its shot's digest; nil for none.
func (b *builder) source(s drama.Shot, f *drama.From, does string, path []string) (*Source, error) {
	if f == nil {
		return nil, nil
	}
	source, ok := b.shots[f.Slate]
	if !ok {
		var known []string
		for slate := range b.shots {
			known = append(known, slate)
		}
		slices.Sort(known)
		b.problem(s.Position, s.Slate, fmt.Sprintf("shot %s %s %q, which does not exist%s", s.Slate, does, f.Slate, didYouMean(f.Slate, known)))
		return nil, nil
	}
	d, err := b.digest(source, append(path, s.Slate))
	if err != nil {
		return nil, err
	}
	frame := f.Frame
	if frame == "" {
		frame = "last"
	}
	return &Source{Digest: d, Frame: frame}, nil
}

// sources are those of a shot's two frames that it has.
func sources(all ...*drama.From) []*drama.From {
	return slices.DeleteFunc(all, func(f *drama.From) bool { return f == nil })
}

// needSources makes what was skipped but a shot that is made starts from or ends on.
func (b *builder) needSources() {
	index := make(map[string]int)
	for i, s := range b.plan.Shots {
		index[s.Slate] = i
	}
	var need func(s *Shot)
	need = func(s *Shot) {
		for _, f := range sources(s.From, s.To) {
			j, ok := index[f.Slate]
			if !ok {
				continue
			}
			source := &b.plan.Shots[j]
			if source.Action != Skip {
				continue // it has needed its own sources
			}
			what := "plan.starts"
			if f == s.To {
				what = "plan.ends"
			}
			source.Action = Make
			source.because(phrase.Say(what, s.Slate))
			if b.shots[source.Slate].Footage != nil {
				source.Action = Footage
			}
			if source.Action == Make {
				need(source)
			}
		}
	}
	for i := range b.plan.Shots {
		if s := &b.plan.Shots[i]; s.Action == Make {
			need(s)
		}
	}
}

// warnStaleSources speaks up where a shot is used again though the one it starts
// from gets a new take: the join will no longer match.
func (b *builder) warnStaleSources() {
	again := make(map[string]bool)
	for _, s := range b.plan.Shots {
		again[s.Slate] = s.Action == Make && s.Final == nil // a final is the take that was there
	}
	for _, s := range b.plan.Shots {
		if s.Action == Reuse && s.From != nil && again[s.From.Slate] {
			b.warn(s.Position, s.Slate, fmt.Sprintf("shot %s keeps a take that starts from the old %s; retake it too if the join should match", s.Slate, s.From.Slate))
		}
		if s.Action == Reuse && s.To != nil && again[s.To.Slate] {
			b.warn(s.Position, s.Slate, fmt.Sprintf("shot %s keeps a take that ends on the old %s; retake it too if the join should match", s.Slate, s.To.Slate))
		}
	}
}

// checkFiles makes sure that all files of a shot are known by content: a digest
// without it would not see that a picture was replaced.
func (b *builder) checkFiles(s drama.Shot, brief drama.Brief) {
	var unread []string
	for _, r := range References(brief) {
		if r.File.SHA256 == "" {
			unread = append(unread, r.File.Path)
		}
	}
	if s.Footage != nil && s.Footage.SHA256 == "" {
		unread = append(unread, s.Footage.Path)
	}
	if len(unread) > 0 {
		b.problem(s.Position, s.Slate, fmt.Sprintf("shot %s: %s was not read; is it in the script's folder?", s.Slate, strings.Join(unread, ", ")))
	}
}

func (b *builder) problem(at drama.Position, slate, message string) {
	b.plan.Problems = append(b.plan.Problems, Problem{Position: at, Slate: slate, Message: message})
}

func (b *builder) warn(at drama.Position, slate, message string) {
	b.plan.Warnings = append(b.plan.Warnings, Problem{Position: at, Slate: slate, Message: message})
}
