package dialect

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dailies/dailies/internal/drama"
)

// What is heard and who moves their lips.

// seen says whether somebody is in the picture.
func (t *telling) seen(id string) bool {
	return slices.ContainsFunc(t.b.Cast, func(c drama.BriefCast) bool { return c.ID == id })
}

// lines are the lines in their order, and after those that are only heard that their
// speaker's mouth stays shut in the picture. Without any: that nobody speaks, or who
// is seen talking where a voice is laid over the take.
func (t *telling) lines() (all []string) {
	if len(t.b.Lines) == 0 {
		return t.wordless()
	}
	all = t.voices()
	numbers := t.speakers
	for i, l := range t.b.Lines {
		if !drama.Audible(l.Say) {
			if l.Kind == drama.LineDialogue { // a model would try to speak the dots
				all = append(all, t.say("pause", map[string]string{"name": t.named(l.Who, l.Name)}))
			}
			continue
		}
		n, again := numbers[l.Who]
		if !again {
			n = len(numbers) + 1
			numbers[l.Who] = n
		}
		turn := ""
		if i > 0 && t.b.Lines[i-1].Who != l.Who {
			turn = t.raw("turn")
		}
		all = append(all, turn+t.line(l, n, again))
		if unseen(l) && t.seen(l.Who) && !t.goesOn(i) {
			all = append(all, t.say("shut", map[string]string{"name": t.named(l.Who, l.Name)}))
		}
	}
	return all
}

// unseen: the line is heard, and no mouth in the picture speaks it.
func unseen(l drama.BriefLine) bool { return l.Kind != drama.LineDialogue && l.Kind != "" }

// goesOn says whether the next line is the same person's, unseen too.
func (t *telling) goesOn(i int) bool {
	return i+1 < len(t.b.Lines) && t.b.Lines[i+1].Who == t.b.Lines[i].Who && unseen(t.b.Lines[i+1])
}

func (t *telling) line(l drama.BriefLine, number int, again bool) string {
	name := t.named(l.Who, l.Name)
	if l.Who == drama.Narrator {
		name = t.raw("narrator")
	}
	tongue := word(t.l.words.Languages, base(t.b.Language))
	if tongue == base(t.b.Language) {
		tongue = "" // models then go by the words themselves
	}
	v := map[string]string{
		"who": t.who(l, name, again), "name": name, "tone": l.Tone, "tongue": tongue, "s": fmt.Sprint(number),
		"say": spoken(l.Say, t.reserved, t.d.data.Marks.Line),
	}
	if base(t.b.Language) != t.l.code {
		v["lang"] = tongue
	}
	key := map[drama.LineKind]string{drama.LineVO: "vo", drama.LineOS: "os", drama.LineNarration: "narration_of", drama.LineInner: "inner"}[l.Kind]
	switch {
	case key == "":
		key = "line"
	case key == "narration_of" && l.Who == drama.Narrator:
		key = "narration"
	}
	return t.say(key, v)
}

// who is a speaker by name. Where others are in the picture too and no picture tells
// them apart, a trait does, at the first line.
func (t *telling) who(l drama.BriefLine, name string, again bool) string {
	if again || len(t.b.Cast) < 2 || t.s.Mode == FirstFrame || t.isBound("cast", l.Who) >= 0 {
		return name
	}
	for _, c := range t.b.Cast {
		if c.ID == l.Who {
			if traits := t.traits(c.Looks, 2); traits != "" {
				return t.say("trait", map[string]string{"name": name, "traits": traits})
			}
		}
	}
	return name
}

// base is the language of a tag: zh of zh-Hans-CN.
func base(tag string) string {
	b, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return b
}

// wordless is a shot in which the model speaks nothing.
func (t *telling) wordless() (all []string) {
	if talking := t.names(func(id string) bool { return slices.Contains(t.s.Talking, id) }); len(talking) > 0 {
		all = append(all, t.oneOrAll("talk", talking))
		if t.s.Sound {
			all = append(all, t.say("unvoiced", nil))
		}
		return all
	}
	switch {
	case t.s.Mode == Image:
	case t.s.Sound:
		all = append(all, t.say("mute", nil))
	case len(t.b.Cast) > 0:
		all = append(all, t.say("wordless", nil))
	}
	return all
}

// silent names those in the picture who say nothing while others are heard.
func (t *telling) silent() []string {
	if len(t.b.Lines) == 0 && len(t.s.Talking) == 0 {
		return nil
	}
	return []string{t.oneOrAll("silent", t.names(func(id string) bool {
		return !slices.Contains(t.s.Talking, id) && !slices.ContainsFunc(t.b.Lines, func(l drama.BriefLine) bool { return l.Who == id })
	}))}
}

// names are those in the picture for whom it holds.
func (t *telling) names(holds func(id string) bool) (all []string) {
	for _, c := range t.b.Cast {
		if holds(c.ID) {
			all = append(all, t.named(c.ID, c.Name))
		}
	}
	return all
}

// oneOrAll says a phrase of one, or its form _all of several.
func (t *telling) oneOrAll(key string, names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return t.say(key, map[string]string{"name": names[0]})
	}
	return t.say(key+"_all", map[string]string{"names": t.list(names)})
}

func (t *telling) onlyLines() []string {
	n := 0
	for _, l := range t.b.Lines {
		if drama.Audible(l.Say) {
			n++
		}
	}
	switch n {
	case 0:
		return nil
	case 1:
		return []string{t.say("only_line", nil)}
	}
	return []string{t.say("only_lines", nil)}
}

func (t *telling) sound() []string {
	switch {
	case !t.s.Sound:
		return nil
	case t.b.Sound == "":
		return []string{t.say("ambience", nil)}
	}
	m := t.d.data.Marks.Sound
	return []string{t.say("sound", map[string]string{"sound": m[0] + clause(t.b.Sound) + m[1]})}
}

// music: a show's music is mixed under the cut, so a take has none.
func (t *telling) music() []string {
	if !t.s.Sound {
		return nil
	}
	return []string{t.say("music", nil)}
}

// mood is left out for a vendor that refused the shot.
func (t *telling) mood() string {
	if t.s.Restrained {
		return ""
	}
	return t.say("mood", map[string]string{"mood": t.b.Mood})
}

func (t *telling) note() []string {
	return []string{t.say("note", map[string]string{"note": plain(t.s.Note, t.reserved)})}
}

func (t *telling) restraint() []string {
	if !t.s.Restrained {
		return nil
	}
	return []string{t.say("restraint", nil)}
}

// avoid is what must not be seen, in prose, where the model has no field for it.
func (t *telling) avoid() []string {
	if t.s.Field || t.d.data.Avoid == "drop" {
		return nil
	}
	covered := items(t.raw("covered"))
	all := slices.DeleteFunc(nouns(plain(t.s.Negative, t.reserved)), func(s string) bool { return slices.Contains(covered, strings.ToLower(s)) })
	return []string{t.say("avoid", map[string]string{"avoid": strings.Join(all, t.raw("comma"))})}
}

// clean is said in the field where there is one.
func (t *telling) clean() []string {
	if t.s.Field && t.s.Mode != Image {
		return nil
	}
	return []string{t.say("clean", nil)}
}

// maxField is as many characters as the smallest field for what must not be seen takes.
// The script's own are never cut.
const maxField = 490

// field is the text of the model's own field for what must not be seen: the script's,
// and what no take should have.
func (t *telling) field() string {
	text := plain(t.s.Negative, "")
	if t.d.data.Field == "nouns" {
		text = strings.Join(nouns(text), t.raw("comma"))
	}
	has := strings.ToLower(text)
	for _, never := range items(t.raw("clean_field")) {
		if strings.Contains(has, never) || utf8.RuneCountInString(text+never) > maxField {
			continue
		}
		if text = strings.TrimRight(text, ".,;。，；、 "); text != "" {
			text += t.raw("comma")
		}
		text += never
	}
	return text
}

// nouns are the things of a list without the words that forbid them.
func nouns(s string) (all []string) {
	for _, item := range items(s) {
		low := strings.ToLower(item)
		for _, no := range []string{"no ", "not ", "without ", "avoid ", "never ", "不要出现", "不要有", "不要", "没有", "避免", "禁止"} {
			if strings.HasPrefix(low, no) {
				item = strings.TrimSpace(item[len(no):])
				break
			}
		}
		if item != "" && !slices.Contains(all, item) {
			all = append(all, item)
		}
	}
	return all
}
