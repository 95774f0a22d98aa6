package dialect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/drama"
)

// shots says how a model is told several shots in one prompt, each for a window of the
// clip, so that it cuts between them.
type shots struct {
	// Heading stands over each shot, by language of the frame, with {n}, its number from
	// 1, {from} and {to}, its window; First over the first where that has another.
	Heading map[string]string `yaml:"heading"`
	First   map[string]string `yaml:"first"`
	// Time is how a window is written: clock (0:04), long (00:04), stamp (00:04.000) or
	// seconds (4).
	Time string `yaml:"time"`
	// Step is what windows are whole numbers of, Shortest the least of them, Slack how
	// much longer than its shot one has to be because cuts do not come where they are asked
	// for: milliseconds.
	Step     int64 `yaml:"step_ms"`
	Shortest int64 `yaml:"shortest_ms"`
	Slack    int64 `yaml:"slack_ms"`
	Most     int   `yaml:"most"`
	// Each are the parts that are said of each shot, Order the paragraphs around them.
	Each  []string             `yaml:"each"`
	Order map[Mode][]paragraph `yaml:"order"`
}

// shotsPart is where a paragraph says the shots one by one.
const shotsPart = "shots"

// shotPlaces are the places of a heading.
var shotPlaces = []string{"n", "from", "to"}

func init() { //nolint:gochecknoinits // a table that refers to itself
	// Not in the table itself, which it would refer to.
	parts[shotsPart] = (*telling).each
}

// shots parses the headings of a language.
func (l *language) shots(of *shots) (err error) {
	if of == nil {
		return nil
	}
	if l.heading, err = parse(of.Heading[l.code], shotPlaces); err != nil {
		return fmt.Errorf("shots.heading.%s: %w", l.code, err)
	}
	first := of.Heading[l.code]
	if own, ok := of.First[l.code]; ok {
		first = own
	}
	if l.first, err = parse(first, shotPlaces); err != nil {
		return fmt.Errorf("shots.first.%s: %w", l.code, err)
	}
	return nil
}

// check refuses windows that cannot be, and an order that leaves something out.
func (x *shots) check(d data, used map[string]bool) error {
	switch {
	case x == nil:
		return nil
	case x.Step <= 0 || x.Shortest <= 0 || x.Slack < 0 || x.Most < 2:
		return fmt.Errorf("shots: step_ms and shortest_ms are more than 0, most is 2 or more")
	case !slices.Contains([]string{"clock", "long", "stamp", "seconds"}, x.Time):
		return fmt.Errorf("shots.time is clock, long, stamp or seconds")
	case len(x.Order) == 0:
		return fmt.Errorf("shots.order is missing")
	}
	for mode, order := range x.Order {
		if d.Order[mode] == nil || mode != Text && mode != References {
			return fmt.Errorf("shots.order.%s: several shots are told in the modes text and references, as far as the dialect has them", mode)
		}
		all := slices.Clone(x.Each)
		for _, p := range order {
			all = append(all, p.Parts...)
		}
		for _, part := range all {
			if parts[part] == nil || part == "single" || part == "opening" || part == "keep" {
				return fmt.Errorf("shots.order.%s: there is no part %q of several shots", mode, part)
			}
			for _, key := range uses[part] {
				used[key] = true
			}
		}
		for _, part := range []string{shotsPart, "action", "lines"} {
			if !slices.Contains(all, part) {
				return fmt.Errorf("shots.order.%s: the part %s is missing", mode, part)
			}
		}
		if d.Avoid == "prose" != slices.Contains(all, "avoid") {
			return fmt.Errorf("shots.order.%s: the part avoid stands where avoid: prose is said, and nowhere else", mode)
		}
	}
	return nil
}

// Windows are the limits of a dialect's packs: see Windows.Of.
type Windows struct {
	Step, Shortest, Slack int64 // milliseconds
	Most                  int   // shots
}

// Packs says how several shots are told in one call; false: the dialect has no form for
// that whose lengths models keep.
func (d *Dialect) Packs(m Mode) (Windows, bool) {
	x := d.data.Shots
	if x == nil || x.Order[m] == nil {
		return Windows{}, false
	}
	return Windows{Step: x.Step, Shortest: x.Shortest, Slack: x.Slack, Most: x.Most}, true
}

// Of is the window for a shot of so many milliseconds.
func (w Windows) Of(ms int64) int64 {
	ms = max(ms+w.Slack, w.Shortest)
	return (ms + w.Step - 1) / w.Step * w.Step
}

// Member is one of several shots that are told together, with its window.
type Member struct {
	Brief drama.Brief
	Staging
	MS int64
}

// TellShots says several shots of one scene in one prompt: s is what they have in common
// (the people, props, pictures and voices of all, the sound of all), members are told in
// their windows. It cannot fail.
func (d *Dialect) TellShots(s Shot, members []Member) (told Told) {
	l := d.in[d.Frame(s.Brief)]
	x := d.data.Shots
	if x == nil {
		return d.Tell(s)
	}
	marks := brackets(l.heading.literals() + l.first.literals())
	t := newTelling(d, l, s, marks)
	from := int64(0)
	for i, m := range members {
		own := s
		own.Brief, own.Staging = m.Brief, m.Staging
		mt := newTelling(d, l, own, marks)
		mt.bound, mt.speakers, mt.voiced = t.bound, t.speakers, t.voiced
		t.members = append(t.members, mt)
		heading := l.heading
		if i == 0 {
			heading = l.first
		}
		t.headings = append(t.headings, window(heading, x.Time, i+1, from, from+m.MS))
		from += m.MS
	}
	told.Prompt = t.text(x.Order[s.Mode])
	if s.Field {
		told.Negative = t.field()
	}
	return told
}

// each are the shots one by one, each under its heading.
func (t *telling) each() (all []string) {
	for i, m := range t.members {
		var says []string
		for _, part := range t.d.data.Shots.Each {
			for _, s := range parts[part](m) {
				if s != "" {
					says = append(says, capital(s))
				}
			}
		}
		all = append(all, t.headings[i]+join(says, t.l.gap))
	}
	return all
}

// window is a shot's heading. Its spaces are its own.
func window(heading phrase, form string, n int, from, to int64) string {
	values := map[string]string{"n": fmt.Sprint(n), "from": at(form, from), "to": at(form, to)}
	var b strings.Builder
	for _, x := range heading {
		b.WriteString(x.text + values[x.place])
	}
	return b.String()
}

// at writes a time as the model's guide does.
func at(form string, ms int64) string {
	s := ms / 1000
	switch form {
	case "clock":
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	case "long":
		return fmt.Sprintf("%02d:%02d", s/60, s%60)
	case "stamp":
		return fmt.Sprintf("%02d:%02d.%03d", s/60, s%60, ms%1000)
	}
	return fmt.Sprint(s)
}

func (t *telling) summaryShots() []string {
	var names []string
	for _, x := range t.bound {
		names = append(names, t.mention(x.kind, x.id, x.name))
	}
	return []string{t.say("summary_shots", map[string]string{"subjects": t.list(names), "count": fmt.Sprint(len(t.members))})}
}

// appears are the shots that somebody or something bound is seen in.
func (t *telling) appears(x subject) string {
	if len(t.members) == 0 {
		return "[Shot 1]"
	}
	var all []string
	for i, m := range t.members {
		has := x.kind == "location"
		for _, c := range m.b.Cast {
			has = has || x.kind == "cast" && c.ID == x.id
		}
		for _, p := range m.b.Props {
			has = has || x.kind == "prop" && p.ID == x.id
		}
		if has {
			all = append(all, fmt.Sprintf("[Shot %d]", i+1))
		}
	}
	return strings.Join(all, ", ")
}
