package script

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/media"
)

// Defaults of a shot.
const (
	defaultDuration   = 5 * time.Second
	defaultTransition = media.Frames(12)
)

func secondsOf(s float64) time.Duration { return time.Duration(math.Round(s * float64(time.Second))) }

// episodeBuilder checks one episode. season is nil when it could not be read: then
// only what the episode alone can tell is checked.
type episodeBuilder struct {
	*builder
	src     *source
	season  *drama.Season
	fps     media.Rational
	slates  map[string]placed        // by lower-case slate
	scenes  map[string]placed        // by lower-case number
	missing map[string]*untranslated // by language
	shots   []*shotInProgress
}

type placed struct {
	mark
	Text string
}

type shotInProgress struct {
	shot *drama.Shot
	keys *shotKeys
	mark mark
}

func (b *builder) episode(s *episodeSyntax, src *source) drama.Episode {
	e := &episodeBuilder{
		builder: b, src: src, season: b.ready, fps: media.Rational{Num: 24, Den: 1},
		slates: map[string]placed{}, scenes: map[string]placed{}, missing: map[string]*untranslated{},
	}
	language := ""
	if e.season != nil {
		e.fps, language = e.season.Format.FPS, e.season.Language
	}
	out := drama.Episode{Number: int(s.Episode.N), Title: b.texts(s.Title, language), Hook: s.Hook.Text, Synopsis: b.texts(s.Synopsis, language)}
	if s.Scenes != nil && len(s.Scenes) == 0 {
		e.errorf(s.Where.mark, "the episode has no scenes to play")
	}
	for i := range s.Scenes {
		if s.Scenes[i].Where.set() {
			e.number(s.Scenes[i].Scene)
		}
	}
	for i := range s.Scenes {
		if s.Scenes[i].Where.set() {
			out.Scenes = append(out.Scenes, e.scene(&s.Scenes[i]))
		}
	}
	n := 0
	for i := range out.Scenes {
		for j := range out.Scenes[i].Shots {
			e.shots[n].shot = &out.Scenes[i].Shots[j]
			n++
		}
	}
	e.transitions()
	e.links()
	e.voices()
	e.ofEpisode(out, or(s.Episode.mark, s.Where.mark))
	for _, l := range slices.Sorted(maps.Keys(e.missing)) {
		u := e.missing[l]
		e.warnf(mark{src: src, line: 1, col: 1}, "%d %s without a translation into %s (%s); there will be no subtitle for them", u.count, plural(u.count, "line"), l, u.where())
	}
	return out
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

func (e *episodeBuilder) number(s slate) {
	if !s.set() {
		return
	}
	key := strings.ToLower(s.Text)
	if first, twice := e.scenes[key]; twice {
		e.errorf(s.mark, "scene %s is written twice, first in line %d", s.Text, first.line)
		return
	}
	e.scenes[key] = placed(s)
}

func (e *episodeBuilder) scene(s *sceneSyntax) drama.Scene {
	out := drama.Scene{
		Number: s.Scene.Text, Set: s.Set.Text, Location: s.Location.Text, Time: s.Time.Text, Mood: s.Mood.Text, Prompt: s.ScenePrompt.Text,
	}
	if e.season != nil {
		known(e.builder, s.Location, e.season.Locations, "location")
	}
	for _, c := range s.Continuity {
		e.wears(c)
		if c.Value.set() {
			if out.Continuity == nil {
				out.Continuity = map[string]string{}
			}
			out.Continuity[c.Key.Text] = c.Value.Text
		}
	}
	if s.Shots == nil && !s.Where.keys["shots"] {
		e.slate(s.Scene, "")
		out.Shots = []drama.Shot{e.shot(s.Scene, s.Where, &s.shotKeys, &out)}
		return out
	}
	if s.Shots != nil && len(s.Shots) == 0 {
		e.errorf(s.Where.mark, "scene %s has an empty list of shots; write shots, or remove the key and write scene_prompt", s.Scene.Text)
	}
	if s.ScenePrompt.set() {
		e.errorf(s.ScenePrompt.mark, "scene %s has shots, so scene_prompt would be used by none; move its words into the shots' action", s.Scene.Text)
	}
	for _, k := range s.written() {
		e.errorf(k.mark, "%s belongs to a shot; scene %s has shots, so write it there", k.name, s.Scene.Text)
	}
	for i := range s.Shots {
		v := &s.Shots[i]
		if !v.Where.set() {
			continue
		}
		e.slate(v.Shot, s.Scene.Text)
		shot := e.shot(v.Shot, v.Where, &v.shotKeys, &out)
		if shot.Dialogue == "" {
			shot.Dialogue = drama.Dialogue(s.Dialogue.Text)
		}
		out.Shots = append(out.Shots, shot)
	}
	return out
}

// slate keeps slates unique. scene is the scene of a shot that has a slate of its own.
func (e *episodeBuilder) slate(s slate, scene string) {
	if !s.set() {
		return
	}
	key := strings.ToLower(s.Text)
	if first, twice := e.slates[key]; twice {
		e.errorf(s.mark, "slate %s is already in line %d; slates are unique in an episode without regard to case", s.Text, first.line)
		return
	}
	e.slates[key] = placed(s)
	if other, ok := e.scenes[key]; ok && scene != "" && !strings.EqualFold(scene, s.Text) {
		e.errorf(s.mark, "slate %s is also the number of the scene in line %d, so a retake could mean either", s.Text, other.line)
	}
}

func (e *episodeBuilder) wears(c entry[ident]) {
	if e.season == nil || !known(e.builder, c.Key, e.season.Cast, "character") || !c.Value.set() {
		return
	}
	known(e.builder, c.Value, e.season.Cast[c.Key.Text].Wardrobe, "wardrobe of "+c.Key.Text)
}

type writtenKey struct {
	mark
	name string
}

// written lists the keys of a shot that were written, with their places.
func (k *shotKeys) written() []writtenKey {
	var out []writtenKey
	add := func(m mark, name string) {
		if m.set() {
			out = append(out, writtenKey{m, name})
		}
	}
	add(k.Size.mark, "size")
	add(k.Angle.mark, "angle")
	add(k.Move.mark, "move")
	add(k.Lens.mark, "lens")
	add(k.Duration.mark, "duration")
	for _, c := range k.Cast[:min(1, len(k.Cast))] {
		add(c.mark, "cast")
	}
	for _, p := range k.Props[:min(1, len(k.Props))] {
		add(p.mark, "props")
	}
	add(k.Action.mark, "action")
	add(k.Sound.mark, "sound")
	for _, l := range k.Lines[:min(1, len(k.Lines))] {
		add(l.Where.mark, "lines")
	}
	for _, f := range k.Effects[:min(1, len(k.Effects))] {
		add(f.Where.mark, "effects")
	}
	add(k.Cut.mark, "cut")
	for _, u := range k.Use[:min(1, len(k.Use))] {
		add(u.mark, "use")
	}
	add(k.Seed.mark, "seed")
	if k.Title != nil {
		add(k.Title.Text.mark, "title")
	}
	add(k.Footage.mark, "footage")
	add(k.In.mark, "in")
	add(k.Mute.mark, "mute")
	add(k.From.mark, "from")
	add(k.To.mark, "to")
	add(k.Still.mark, "still")
	add(k.Focus.mark, "focus")
	return out
}

// shot builds one shot; where is its mapping.
func (e *episodeBuilder) shot(s slate, where place, k *shotKeys, scene *drama.Scene) drama.Shot {
	at := or(s.mark, where.mark)
	out := drama.Shot{
		Slate: s.Text, Scene: scene.Number, Size: k.Size.Text, Angle: k.Angle.Text, Move: k.Move.Text, Lens: k.Lens.Text,
		Action: k.Action.Text, Sound: k.Sound.Text, Use: e.uses(k.Use), Mute: k.Mute.On,
		NoStill: k.Still.set() && !k.Still.On, Position: at.position(), Dialogue: drama.Dialogue(k.Dialogue.Text),
	}
	e.duration(k, &out)
	out.Cast = e.names(k.Cast, "cast", func(i ident) bool {
		return e.season == nil || known(e.builder, i, e.season.Cast, "character")
	})
	out.Props = e.names(k.Props, "props", func(i ident) bool {
		return e.season == nil || known(e.builder, i, e.season.Props, "prop")
	})
	if k.Seed.set() {
		seed := k.Seed.N
		out.Seed = &seed
	}
	if k.Focus.set() {
		at := k.Focus.Focus
		out.Focus = &at
	}
	if k.Title != nil {
		e.titleFits(k.Title)
		e.draws(k.Title.Text.Text, false, k.Title.Text.mark)
		out.Title = &drama.Title{Text: k.Title.Text.Text, Position: or(k.Title.Position.Text, "center")}
	}
	out.Footage = e.file(k.Footage, footageFile)
	if k.Footage.set() {
		out.In = k.In.at(e.fps)
	}
	e.lines(k, &out)
	e.effects(k, &out)
	e.staging(k, &out)
	e.combination(k, where, at)
	e.shots = append(e.shots, &shotInProgress{keys: k, mark: at})
	return out
}

func (e *episodeBuilder) names(list []ident, key string, ok func(ident) bool) []string {
	var out []string
	for _, i := range list {
		switch {
		case !i.set() || !ok(i):
		case slices.Contains(out, i.Text):
			e.errorf(i.mark, "%s is twice in %s", i.Text, key)
		default:
			out = append(out, i.Text)
		}
	}
	return out
}

func (e *episodeBuilder) duration(k *shotKeys, out *drama.Shot) {
	switch {
	case k.Duration.set():
		out.Frames = k.Duration.at(e.fps)
		if out.Frames < 1 {
			e.errorf(k.Duration.mark, "a shot must last at least one frame")
			out.Frames = 1
		}
	case !k.Footage.set():
		out.Frames = media.FramesIn(defaultDuration, e.fps)
	}
}

// combination checks which keys go together.
func (e *episodeBuilder) combination(k *shotKeys, where place, at mark) {
	content := []string{"action", "lines", "title", "footage", "scene_prompt"}
	if !slices.ContainsFunc(content, func(key string) bool { return where.keys[key] }) {
		e.errorf(at, "nothing happens in this shot; write at least one of action, lines, title or footage (a scene without shots: scene_prompt)")
	}
	if k.Dialogue.set() && len(k.Lines) == 0 {
		e.errorf(k.Dialogue.mark, "dialogue: says where the speech of a shot comes from, and there are no lines in this one")
	}
	if k.To.set() && !k.From.set() {
		e.hintf(k.To.mark, "add from, the frame that it starts on", "to ends a shot that starts from another one's frame: models take a last frame only beside a first")
	}
	if !k.Footage.set() {
		if k.In.set() {
			e.errorf(k.In.mark, "in: says where footage begins, but there is no footage")
		}
		if k.Mute.set() {
			e.errorf(k.Mute.mark, "mute: silences footage, but there is no footage")
		}
		return
	}
	if k.From.set() {
		e.errorf(k.From.mark, "from starts a generated shot; footage is used as it is, so remove one of them")
	}
}

func (e *episodeBuilder) lines(k *shotKeys, out *drama.Shot) {
	spoken, late := media.Frames(0), onTime
	for i := range k.Lines {
		s := &k.Lines[i]
		if !s.Where.set() {
			continue
		}
		line := drama.Line{
			Who: s.Who.Text, Say: s.Say.Text, Tone: s.Tone.Text, Kind: drama.LineKind(s.Kind.Text), Position: or(s.Say.mark, s.Where.mark).position(),
		}
		if line.Kind == "" {
			line.Kind = drama.LineDialogue
			if line.Who == drama.Narrator {
				line.Kind = drama.LineNarration
			}
		}
		if e.season != nil {
			if line.Who != drama.Narrator {
				known(e.builder, s.Who, e.season.Cast, "character")
			}
			line.Translation = e.translations(s, out.Slate)
			e.burned(s, line)
			if s.Say.set() && out.Frames > 0 {
				need := drama.SpeechFrames(line.Say, e.season.Language, e.fps)
				spoken += need
				late = e.fits(s.Say.mark, need, spoken, out.Frames, late)
			}
		}
		out.Lines = append(out.Lines, line)
	}
}

// lateness is how far a shot's lines are over its length.
type lateness int

const (
	onTime  lateness = iota
	hurried          // over the shot
	tooLong          // over 1.25 times the shot
)

// fits says when a line, spoken after the lines before it, does not fit the shot.
// Only the first line that is so late is reported.
func (e *episodeBuilder) fits(m mark, need, spoken, shot media.Frames, before lateness) lateness {
	late := onTime
	switch {
	case 4*spoken > 5*shot:
		late = tooLong
	case spoken > shot:
		late = hurried
	}
	if late <= before {
		return before
	}
	after := ""
	if spoken > need {
		after = " after the lines before it"
	}
	words := fmt.Sprintf("this line needs about %s to speak%s, the shot lasts %s",
		seconds(need, e.fps), after, seconds(shot, e.fps))
	if late == tooLong {
		e.hintf(m, fmt.Sprintf("make the shot at least %s, or the line shorter", seconds(spoken, e.fps)), "%s", words)
	} else {
		e.warnf(m, "%s; it will be hurried", words)
	}
	return late
}

func seconds(f media.Frames, fps media.Rational) string {
	return fmt.Sprintf("%.1fs", math.Ceil(f.Duration(fps).Seconds()*10)/10)
}

// translations takes the keys of a line that are not its own: they must be
// languages of the season.
func (e *episodeBuilder) translations(s *lineSyntax, slate string) drama.Text {
	var out drama.Text
	for _, t := range s.Translation {
		tag, ok := language(t.Key.Text)
		switch {
		case !ok || !slices.Contains(e.languages, tag):
			keys := append([]string{"who", "kind", "say", "tone"}, e.languages...)
			e.hintf(t.Key.mark, e.didYouMean(t.Key.Text, keys), "unknown key %s in a line: not one of its own, nor a language of language or subtitles", quote(t.Key.Text))
		case tag == e.season.Language:
			e.errorf(t.Key.mark, "say is already in %s; the line has two versions", tag)
		case out[tag] != "":
			e.errorf(t.Key.mark, "language %s is written twice", tag)
		case !t.Value.set():
			e.errorf(t.Key.mark, "%s is empty; write the line in that language or remove the key", t.Key.Text)
		default:
			if out == nil {
				out = drama.Text{}
			}
			out[tag] = t.Value.Text
		}
	}
	for _, l := range e.languages {
		if l != e.season.Language && out[l] == "" && drama.Audible(s.Say.Text) {
			if e.missing[l] == nil {
				e.missing[l] = &untranslated{}
			}
			e.missing[l].add(slate)
		}
	}
	return out
}
