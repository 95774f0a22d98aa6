// Package profile is what platforms, law and buyers ask of a finished episode: one table
// of rules with limits and sources (profiles.yaml), and how a file or a script is held to
// it. It is pure: others measure, and draw.
package profile

import (
	"bytes"
	_ "embed" // the table
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/dailies/dailies/internal/media"
)

//go:embed profiles.yaml
var table []byte

// Master is the profile of every master of ours, whoever gets it.
const Master = "master"

// Source is where a rule is from.
type Source struct {
	Says string `yaml:"says" json:"says"`
	URL  string `yaml:"url,omitempty" json:"url,omitempty"`
	// Kind is official (the platform's page), law (a law or standard), reader (somebody
	// who quotes one) or own (our choice).
	Kind    string `yaml:"kind" json:"kind"`
	Checked string `yaml:"checked" json:"checked"` // the day that it was read
}

func (s Source) String() string {
	if s.URL != "" {
		return s.Says + " <" + s.URL + ">"
	}
	return s.Says
}

// Limit is what a rule wants of what is measured: one of the words, or a number within
// bounds.
type Limit struct {
	Any   []string `yaml:"any,omitempty" json:"any,omitempty"`
	Min   *float64 `yaml:"min,omitempty" json:"min,omitempty"`
	Max   *float64 `yaml:"max,omitempty" json:"max,omitempty"`
	Slack float64  `yaml:"slack,omitempty" json:"slack,omitempty"` // what coding may add
	// Advice: who misses it is told, and not failed.
	Advice  bool     `yaml:"advice,omitempty" json:"advice,omitempty"`
	Sources []string `yaml:"sources" json:"sources"`
}

// Wants are the deliverables that a profile asks for beside the master.
type Wants struct {
	Covers    []string `yaml:"covers,omitempty" json:"covers,omitempty"`     // width x height
	Icon      string   `yaml:"icon,omitempty" json:"icon,omitempty"`         // width x height
	Captions  []string `yaml:"captions,omitempty" json:"captions,omitempty"` // srt, vtt, ttml
	Stems     []string `yaml:"stems,omitempty" json:"stems,omitempty"`
	Versions  []string `yaml:"versions,omitempty" json:"versions,omitempty"` // rasters
	Timelines []string `yaml:"timelines,omitempty" json:"timelines,omitempty"`
	Textless  bool     `yaml:"textless,omitempty" json:"textless,omitempty"`
}

// Profile is one receiver of a master.
type Profile struct {
	Name  string `yaml:"name" json:"name"`
	Title string `yaml:"title" json:"title"`
	// Published: the receiver has a public page on what it wants.
	Published bool     `yaml:"published" json:"published"`
	From      []string `yaml:"from,omitempty" json:"from,omitempty"`
	// Box is the part of a picture of 1080x1920 that label, titles and subtitles keep to:
	// left, top, right, bottom; empty: all of it.
	Box   []int             `yaml:"box,omitempty,flow" json:"box,omitempty"`
	Rules map[string]Limit  `yaml:"rules,omitempty" json:"rules"`
	Wants Wants             `yaml:"wants,omitempty" json:"wants,omitzero"`
	Sheet map[string]string `yaml:"sheet,omitempty" json:"sheet,omitempty"` // to declare at the upload
	// FileName is what a master is called at the upload; {show} and {episode} stand for
	// the show's title and the episode's number.
	FileName string `yaml:"file_name,omitempty" json:"file_name,omitempty"`
}

// Table is all profiles and the sources of their rules.
type Table struct {
	Sources  map[string]Source `yaml:"sources"`
	Profiles []Profile         `yaml:"profiles"`
}

// Built is the table of this release.
var Built = sync.OnceValue(func() Table {
	t, err := Read(table)
	if err != nil {
		panic(err) // a test reads it
	}
	return t
})

// Read reads a table and takes the rules over that profiles are `from`. It is strict.
func Read(text []byte) (Table, error) {
	var t Table
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&t); err != nil {
		return t, fmt.Errorf("read profiles: %w", err)
	}
	known := map[string]Profile{}
	for i := range t.Profiles {
		p := &t.Profiles[i]
		if err := p.inherit(known); err != nil {
			return t, fmt.Errorf("read profile %s: %w", p.Name, err)
		}
		if err := t.check(*p); err != nil {
			return t, fmt.Errorf("read profile %s: %w", p.Name, err)
		}
		known[p.Name] = *p
	}
	return t, nil
}

// inherit adds what p is from, which is known already: so nothing is from itself.
func (p *Profile) inherit(known map[string]Profile) error {
	rules := map[string]Limit{}
	for _, name := range p.From {
		from, ok := known[name]
		if !ok {
			return fmt.Errorf("it is from %q, which is not above it", name)
		}
		maps.Copy(rules, from.Rules)
		if p.Box == nil {
			p.Box = from.Box
		}
		if p.FileName == "" {
			p.FileName = from.FileName
		}
		p.Wants = p.Wants.and(from.Wants)
		sheet := maps.Clone(from.Sheet)
		if sheet == nil {
			sheet = map[string]string{}
		}
		maps.Copy(sheet, p.Sheet)
		p.Sheet = sheet
	}
	maps.Copy(rules, p.Rules)
	p.Rules = rules
	return nil
}

// check finds mistakes of the table.
func (t Table) check(p Profile) error {
	if p.Name == "" || p.Title == "" {
		return errors.New("it has no name or title")
	}
	if len(p.Box) != 0 && len(p.Box) != 4 {
		return fmt.Errorf("its box has %d numbers", len(p.Box))
	}
	for name, l := range p.Rules {
		if _, ok := ruleOf(name); !ok {
			return fmt.Errorf("there is no rule %q", name)
		}
		if len(l.Any) == 0 && l.Min == nil && l.Max == nil {
			return fmt.Errorf("rule %s wants nothing", name)
		}
		if len(l.Sources) == 0 {
			return fmt.Errorf("rule %s has no source", name)
		}
		for _, s := range l.Sources {
			if _, ok := t.Sources[s]; !ok {
				return fmt.Errorf("rule %s is from %q, which is no source", name, s)
			}
		}
	}
	return nil
}

// and joins what two profiles want.
func (w Wants) and(other Wants) Wants {
	join := func(a, b []string) []string {
		out := slices.Clone(a)
		for _, v := range b {
			if !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
		return out
	}
	out := Wants{
		Covers: join(w.Covers, other.Covers), Captions: join(w.Captions, other.Captions), Stems: join(w.Stems, other.Stems),
		Versions: join(w.Versions, other.Versions), Timelines: join(w.Timelines, other.Timelines),
		Icon: w.Icon, Textless: w.Textless || other.Textless,
	}
	if out.Icon == "" {
		out.Icon = other.Icon
	}
	return out
}

// Names are those of all profiles, in the table's order.
func Names() []string {
	var out []string
	for _, p := range Built().Profiles {
		out = append(out, p.Name)
	}
	return out
}

// Find gives profiles by their names, and the first name that is none.
func Find(names []string) (found []Profile, unknown string) {
	for _, name := range names {
		i := slices.IndexFunc(Built().Profiles, func(p Profile) bool { return p.Name == name })
		if i < 0 {
			return nil, name
		}
		found = append(found, Built().Profiles[i])
	}
	return found, ""
}

// Wanted is what all of the named profiles want beside the master.
func Wanted(names []string) Wants {
	var w Wants
	all, _ := Find(names)
	for _, p := range all {
		w = w.and(p.Wants)
	}
	return w
}

// Asks says whether one of the profiles has a rule that no advice is and that wants a word.
func Asks(names []string, rule, word string) bool {
	all, _ := Find(names)
	return slices.ContainsFunc(all, func(p Profile) bool {
		l, ok := p.Rules[rule]
		return ok && !l.Advice && slices.Contains(l.Any, word)
	})
}

// The picture that boxes are told of.
const boxWidth, boxHeight = 1080, 1920

// Safe is the part of a picture that all of the profiles leave to label, titles and
// subtitles; empty: all of it is, or the picture is not upright, for which no page has
// one. Its corners are even.
func Safe(names []string, r media.Raster) media.Box {
	all, _ := Find(names)
	var box media.Box
	for _, p := range all {
		b := p.safe(r)
		switch {
		case b.Empty():
		case box.Empty():
			box = b
		default:
			box = box.Within(b)
		}
	}
	return box
}

func (p Profile) safe(r media.Raster) media.Box {
	if len(p.Box) != 4 || r.Height <= r.Width {
		return media.Box{}
	}
	return media.Box{
		X0: (p.Box[0]*r.Width/boxWidth + 1) &^ 1, Y0: (p.Box[1]*r.Height/boxHeight + 1) &^ 1,
		X1: p.Box[2] * r.Width / boxWidth &^ 1, Y1: p.Box[3] * r.Height / boxHeight &^ 1,
	}
}

// NameFor is what a master of the show is called at the upload; empty: as one likes.
func (p Profile) NameFor(show string, episode int) string {
	return strings.NewReplacer("{show}", show, "{episode}", fmt.Sprint(episode)).Replace(p.FileName)
}
