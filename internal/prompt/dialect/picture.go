package dialect

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/dailies/dailies/internal/drama"
)

// What is seen: the camera, people, place and props, and the pictures that show them.

func fixed(key string) func(*telling) []string {
	return func(t *telling) []string { return []string{t.say(key, nil)} }
}

// list is "a, b and c", in the frame's language.
func (t *telling) list(all []string) string {
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	last := len(all) - 1
	return strings.Join(all[:last], t.raw("comma")) + t.raw("and") + all[last]
}

// raw is a phrase that joins words, with its spaces.
func (t *telling) raw(key string) string { return t.l.say[key].literals() }

// named is how a member of the cast is called: by name, and by the picture that shows
// them.
func (t *telling) named(id, name string) string { return t.mention("cast", id, name) }

func (t *telling) mention(kind, id, name string) string {
	if i := t.isBound(kind, id); i >= 0 {
		return t.say("mention", map[string]string{"name": name, "tag": t.bound[i].tags[0], "i": fmt.Sprint(i + 1)})
	}
	return name
}

func (t *telling) castNames() (all []string) {
	for _, c := range t.b.Cast {
		all = append(all, t.named(c.ID, c.Name))
	}
	return all
}

// framing is how much is seen, of whom, from where and with what lens.
func (t *telling) framing() string {
	b, names := t.b, t.castNames()
	v := map[string]string{"names": t.list(names), "angle": word(t.l.words.Angles, b.Angle), "lens": t.lens()}
	key := strings.ToLower(b.Size)
	bare := len(names) == 0
	form, known := t.l.of[key]
	if bare {
		form = t.l.bare[key]
	}
	switch {
	case key == "ots" && len(names) == 1:
		v["size"] = t.l.of["ots-one"].fill(v)
	case key != "" && known:
		if len(names) > 1 {
			// Whom the shot is on comes first in the cast, the shoulder second.
			v["on"], v["past"] = names[0], t.list(names[1:])
		}
		v["size"] = form.fill(v)
	case key != "" && bare:
		v["size"] = b.Size
	case key != "":
		v["size"] = b.Size + ": " + v["names"]
	case v["angle"] == "" && v["lens"] == "":
		return ""
	case bare:
		v["size"] = t.raw("anything")
	default:
		v["size"] = t.say("of", v)
	}
	return t.say("framing", v)
}

func (t *telling) lens() string {
	lens := t.b.Lens
	if lens == "" || strings.Contains(strings.ToLower(lens), "lens") || strings.Contains(lens, "镜") {
		return lens
	}
	return t.say("lens", map[string]string{"lens": lens})
}

func (t *telling) move() string {
	return t.say("move", map[string]string{"move": word(t.l.words.Moves, t.b.Move)})
}

// people are the looks and the clothes of those whom no picture shows, and the clothes
// of others where the picture shows different ones.
func (t *telling) people() (all []string) {
	for _, c := range t.b.Cast {
		v := map[string]string{"name": c.Name, "looks": c.Looks, "wardrobe": c.Wardrobe}
		switch {
		case t.isBound("cast", c.ID) >= 0:
			if t.undressed(t.bound[t.isBound("cast", c.ID)]) {
				v["name"] = t.named(c.ID, c.Name)
				all = append(all, t.say("dressed", v))
			}
		case c.Looks != "":
			all = append(all, t.say("person", v))
		default:
			all = append(all, t.say("worn", v))
		}
	}
	return all
}

// place is where and when.
func (t *telling) place() string {
	var where []string
	if set := word(t.l.words.Sets, strings.ToLower(t.b.Set)); set != "" {
		where = append(where, set)
	}
	if t.b.Time != "" {
		where = append(where, clause(t.b.Time))
	}
	if l := t.b.Location; l != nil {
		name, looks := l.Name, l.Looks
		if t.isBound("location", l.ID) >= 0 {
			if name == "" {
				name = strings.ReplaceAll(l.ID, "-", " ")
			}
			name, looks = t.mention("location", l.ID, name), ""
		}
		if name == "" {
			name, looks = looks, ""
		}
		where = append(where, t.say("spot", map[string]string{"name": name, "looks": looks}))
	}
	where = slices.DeleteFunc(where, func(s string) bool { return s == "" })
	return t.say("place", map[string]string{"where": strings.Join(where, t.raw("comma"))})
}

// props are those that no picture shows.
func (t *telling) props() string {
	var all []string
	for _, p := range t.b.Props {
		if t.isBound("prop", p.ID) >= 0 {
			continue
		}
		name, looks := clause(p.Name), clause(p.Looks)
		if name == "" || name == looks {
			name, looks = looks, ""
		}
		if name == "" {
			name = looks
		}
		all = append(all, t.say("thing", map[string]string{"name": name, "looks": looks}))
	}
	return t.say("props", map[string]string{"things": strings.Join(all, t.raw("semicolon"))})
}

// bind says who is who in the pictures, what to take from them and what to leave.
func (t *telling) bind() (all []string) {
	for i, x := range t.bound {
		key := "bind_" + x.kind
		switch {
		case x.kind == "cast" && x.as == drama.RoleFace:
			key = "bind_face"
		case x.kind == "cast" && t.undressed(x):
			key = "bind_dressed"
		}
		all = append(all, t.say(key, map[string]string{"name": x.name, "tags": t.tags(x.tags), "traits": x.traits, "i": fmt.Sprint(i + 1)}))
		for _, m := range x.more {
			all = append(all, t.say("bind_"+string(m.as), map[string]string{"name": x.name, "tags": t.tags(m.tags), "i": fmt.Sprint(i + 1)}))
		}
	}
	return all
}

func (t *telling) tags(all []string) string {
	if isWord(all[0]) && t.l.gap == "" {
		return strings.Join(all, " "+t.raw("and")+" ")
	}
	return t.list(all)
}

// retention says how each of those bound is kept.
func (t *telling) retention() (all []string) {
	for i, x := range t.bound {
		v := map[string]string{"name": x.name, "kept": "fully_preserved", "i": fmt.Sprint(i + 1), "shots": t.appears(x)}
		for _, c := range t.b.Cast {
			if c.ID == x.id && x.kind == "cast" && c.Wardrobe != "" && t.undressed(x) {
				v["wardrobe"], v["kept"] = c.Wardrobe, "partially_preserved"
			}
		}
		all = append(all, t.say("retain_"+x.kind, v))
	}
	return all
}

// known says who is who in a frame that shows several people.
func (t *telling) known() []string {
	if len(t.b.Cast) < 2 {
		return nil
	}
	var all []string
	for _, c := range t.b.Cast {
		if traits := t.traits(c.Looks, maxTraits); traits != "" {
			all = append(all, t.say("known_one", map[string]string{"name": c.Name, "traits": traits}))
		} else {
			all = append(all, c.Name)
		}
	}
	return []string{t.say("known", map[string]string{"people": strings.Join(all, t.raw("semicolon"))})}
}

func (t *telling) summary() []string {
	var names []string
	for _, x := range t.bound {
		names = append(names, t.mention(x.kind, x.id, x.name))
	}
	return []string{t.say("summary", map[string]string{"subjects": t.list(names), "action": t.b.Action})}
}

// twins asks that nobody is doubled, which goes wrong where several people are shown.
func (t *telling) twins() []string {
	if len(t.b.Cast) < 2 {
		return nil
	}
	return []string{t.say("twins", nil)}
}

// upright names the shape where it is higher than wide.
func (t *telling) upright() []string {
	w, h := t.b.Raster.Width, t.b.Raster.Height
	if w <= 0 || h <= w {
		return nil
	}
	a, b := w, h
	for b != 0 {
		a, b = b, a%b
	}
	ratio := ""
	if w/a <= 32 && h/a <= 32 { // an odd raster has no ratio that anybody knows
		ratio = fmt.Sprintf("%d:%d", w/a, h/a)
	}
	return []string{t.say("upright", map[string]string{"ratio": ratio})}
}

// traits are the first of somebody's looks, their age among them.
func (t *telling) traits(looks string, most int) string {
	all := items(looks)
	if len(all) > most {
		if i := slices.IndexFunc(all, isAge); i >= most {
			all = append(all[:most-1:most-1], all[i])
		}
		all = all[:min(most, len(all))]
	}
	return strings.Join(all, t.raw("comma"))
}

// items are the parts of a list that a person typed.
func items(s string) (all []string) {
	for _, item := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",，、;；.。\n", r) }) {
		if item = strings.TrimSpace(item); item != "" {
			all = append(all, item)
		}
	}
	return all
}

func isAge(s string) bool {
	for _, w := range []string{"岁", "year", "twenties", "thirties", "forties", "fifties", "sixties", "seventies", "teen", "aged", "elderly", "young", "old man", "old woman", "老人", "青年", "中年", "少年", "少女"} {
		if strings.Contains(strings.ToLower(s), w) {
			return true
		}
	}
	return len(s) <= 4 && strings.IndexFunc(s, unicode.IsDigit) == 0 // 29, 60s
}

// word looks an enum of the script up; a word that is not in the table stands for
// itself.
func word(table map[string]string, key string) string {
	if w, ok := table[strings.ToLower(key)]; ok {
		return w
	}
	return key
}
