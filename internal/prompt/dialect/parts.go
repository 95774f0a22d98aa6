package dialect

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// maxTraits is how much of somebody's looks is said beside a picture: more is averaged
// with what the picture shows.
const maxTraits = 3

// telling is one shot on its way into words.
type telling struct {
	d        *Dialect
	l        *language
	s        Shot
	b        drama.Brief
	reserved string
	bound    []subject
	speakers map[string]int // those who have spoken by now, numbered
	voiced   map[string]bool
	members  []*telling // the shots of several that are told together
	headings []string   // over each of them
}

// subject is one whom pictures show, with the numbers of those pictures.
type subject struct {
	kind, id, name string
	tags           []string
	traits         string
	as             drama.Role // of tags, where all of them have the same
	more           []aspect   // further pictures, by what they show
}

// aspect is what some of somebody's pictures show, with their numbers.
type aspect struct {
	as   drama.Role
	tags []string
}

// newTelling begins to tell a shot; more are characters that mean something to the model
// beside the dialect's own.
func newTelling(d *Dialect, l *language, s Shot, more string) *telling {
	t := &telling{d: d, l: l, s: s, reserved: l.reserved + brackets(s.Cite) + more, speakers: map[string]int{}, voiced: map[string]bool{}}
	for _, tag := range s.Voices {
		t.reserved += brackets(tag)
	}
	t.b = cleaned(s.Brief, t.reserved)
	tag := s.Cite
	if d.data.Tag != "" {
		tag = d.data.Tag
	}
	if tag == "" {
		return t
	}
	for i, p := range s.Pictures {
		cited := strings.NewReplacer("{n}", strconv.Itoa(i+1), "{n0}", strconv.Itoa(i)).Replace(tag)
		j := slices.IndexFunc(t.bound, func(x subject) bool { return x.kind == p.Kind && x.id == p.Name })
		if j < 0 {
			j = len(t.bound)
			t.bound = append(t.bound, t.subject(p))
		}
		t.bound[j].add(p.As, cited)
	}
	for j := range t.bound {
		t.bound[j].settle()
	}
	return t
}

func (t *telling) subject(p Picture) subject {
	x := subject{kind: p.Kind, id: p.Name, name: plain(strings.ReplaceAll(p.Name, "-", " "), t.reserved)}
	for _, c := range t.b.Cast {
		if p.Kind == "cast" && c.ID == p.Name {
			x.name, x.traits = c.Name, t.traits(c.Looks, maxTraits)
		}
	}
	for _, q := range t.b.Props {
		if p.Kind == "prop" && q.ID == p.Name && q.Name != "" {
			x.name = q.Name
		}
	}
	if l := t.b.Location; p.Kind == "location" && l != nil && l.Name != "" {
		x.name = l.Name
	}
	return x
}

// isBound says which of the subjects it is, -1: no picture shows it.
func (t *telling) isBound(kind, id string) int {
	return slices.IndexFunc(t.bound, func(x subject) bool { return x.kind == kind && x.id == id })
}

// text is the prompt: paragraphs of parts.
func (t *telling) text(order []paragraph) string {
	var out strings.Builder
	headed := false
	for _, p := range order {
		var says []string
		for _, part := range p.Parts {
			for _, s := range parts[part](t) {
				if s != "" {
					says = append(says, capital(s))
				}
			}
		}
		gap := t.l.gap
		if p.Lines {
			gap = "\n"
		}
		body := join(says, gap)
		if body == "" {
			body = p.None
		}
		if body == "" {
			continue
		}
		if out.Len() > 0 {
			out.WriteByte('\n')
			if headed || p.Head != "" {
				out.WriteByte('\n')
			}
		}
		headed = p.Head != ""
		out.WriteString(p.Head + body)
	}
	return out.String()
}

// join sets sentences in a row; where two words of Latin letters meet there is a space.
func join(says []string, gap string) string {
	var b strings.Builder
	for i, s := range says {
		if i > 0 {
			b.WriteString(gap)
			if before := says[i-1]; gap == "" && before[len(before)-1] < 0x80 && s[0] < 0x80 {
				b.WriteByte(' ')
			}
		}
		b.WriteString(s)
	}
	return b.String()
}

func (t *telling) say(key string, values map[string]string) string {
	return t.l.say[key].fill(values)
}

// parts are what a paragraph may consist of, each a list of sentences.
var parts = map[string]func(*telling) []string{
	"framing": func(t *telling) []string { return []string{t.framing()} },
	"move":    func(t *telling) []string { return []string{t.move()} },
	"action": func(t *telling) []string {
		all := []string{t.say("action", map[string]string{"action": t.b.Action})}
		if t.s.Ends {
			all = append(all, t.say("ends", nil))
		}
		return all
	},
	"people":  (*telling).people,
	"place":   func(t *telling) []string { return []string{t.place()} },
	"props":   func(t *telling) []string { return []string{t.props()} },
	"bind":    (*telling).bind,
	"opening": fixed("opening"), "keep": fixed("keep"),
	"known": (*telling).known,
	"twins": (*telling).twins, "summary": (*telling).summary, "retention": (*telling).retention,
	"lines": (*telling).lines, "silent": (*telling).silent, "only_lines": (*telling).onlyLines,
	"sound": (*telling).sound, "music": (*telling).music,
	"mood":      func(t *telling) []string { return []string{t.mood()} },
	"look":      func(t *telling) []string { return []string{t.say("look", map[string]string{"look": t.b.Look})} },
	"note":      (*telling).note,
	"avoid":     (*telling).avoid,
	"restraint": (*telling).restraint,
	"clean":     (*telling).clean, "single": fixed("single"), "upright": (*telling).upright,
	"summary_shots": (*telling).summaryShots,
}
