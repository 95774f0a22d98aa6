package dialect

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/dailies/dailies/internal/near"
	"github.com/dailies/dailies/templates"
)

// data is a dialect's file.
type data struct {
	// Guide is the page, or the pages, that the dialect follows.
	Guide string `yaml:"guide"`
	// Frame is the language around the script's own words: en, zh, or show, which is
	// Chinese where the directions are.
	Frame string `yaml:"frame"`
	// Sweet is how long the guide wants a prompt at most: Chinese characters, words.
	Sweet  map[string]int `yaml:"sweet"`
	Useful int            `yaml:"useful"`
	// Avoid says how a prompt says what must not be seen where the model has no field
	// for it: prose, or drop. Field is the form in that field: written, as the script
	// has it, or nouns, without the words for no.
	Avoid string `yaml:"avoid"`
	Field string `yaml:"field"`
	// Tag is how a picture is named, with {n}, where the guide has another form than
	// the model's facts.
	Tag string `yaml:"tag"`
	// Marks enclose what is spoken and what is heard.
	Marks struct {
		Line  [2]string `yaml:"line"`
		Sound [2]string `yaml:"sound"`
	} `yaml:"marks"`
	// Reserved are further characters that mean something to the model.
	Reserved string `yaml:"reserved"`
	// Order is the prompt's paragraphs by mode.
	Order map[Mode][]paragraph `yaml:"order"`
	// Shots says how several shots are told in one prompt; nil: each has its own.
	Shots *shots `yaml:"shots"`
	// Say and Words are the dialect's own, by language of the frame, over those that
	// all dialects share.
	Say   map[string]map[string]string `yaml:"say"`
	Words map[string]vocabulary        `yaml:"words"`
}

func (d data) order(m Mode) []paragraph {
	if o, ok := d.Order[m]; ok {
		return o
	}
	return d.Order[Text]
}

// paragraph is parts in a row: a list of them, or a mapping with a heading, which then
// stands even where there is nothing to say (None).
type paragraph struct {
	Head  string   `yaml:"head"`
	Parts []string `yaml:"parts"`
	None  string   `yaml:"none"`
	// Lines: one sentence a line.
	Lines bool `yaml:"lines"`
}

// UnmarshalYAML reads either form.
func (p *paragraph) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.SequenceNode {
		return n.Decode(&p.Parts)
	}
	type plain paragraph
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := n.Content[i].Value; !slices.Contains([]string{"head", "parts", "none", "lines"}, key) {
			return fmt.Errorf("line %d: a paragraph has no %q", n.Content[i].Line, key)
		}
	}
	return n.Decode((*plain)(p))
}

// vocabulary is what the script's enums are called. A size has a form with those who
// are in the picture, and one without.
type vocabulary struct {
	Sizes     map[string]size   `yaml:"sizes"`
	Angles    map[string]string `yaml:"angles"`
	Moves     map[string]string `yaml:"moves"`
	Sets      map[string]string `yaml:"sets"`
	Languages map[string]string `yaml:"languages"`
}

type size struct {
	Of   string `yaml:"of"`
	Bare string `yaml:"bare"`
}

// shared is a file of words.
type shared struct {
	vocabulary `yaml:",inline"`
	Say        map[string]string `yaml:"say"`
}

// language is all that a dialect says in one language of the frame, parsed.
type language struct {
	code  string
	words vocabulary
	of    map[string]phrase // sizes with people
	bare  map[string]phrase // sizes without
	say   map[string]phrase
	// reserved are the characters that mean something to the model.
	reserved string
	gap      string // between sentences
	// first and heading stand over a shot of several.
	first, heading phrase
}

// Find is a dialect by version and name, "v3/seedance2". It errs on one that this
// dailies does not have, and names the nearest.
func Find(name string) (*Dialect, error) {
	version, short, _ := strings.Cut(name, "/")
	set, err := Load(version)
	if err != nil {
		return nil, err
	}
	if d, ok := set[short]; ok {
		return d, nil
	}
	known := slices.Sorted(maps.Keys(set))
	hint := ""
	if n := near.Word(short, known); n != "" {
		hint = fmt.Sprintf("; did you mean %q?", version+"/"+n)
	}
	return nil, fmt.Errorf("find the dialect %q: this dailies has none of that name%s; it has %s", name, hint, strings.Join(known, ", "))
}

var loaded sync.Map // version -> func() (map[string]*Dialect, error)

// Load reads the dialects of a version, by name; nil for a version without any. It
// errs where the version's own files are wrong, which a test keeps from happening.
func Load(version string) (map[string]*Dialect, error) {
	if !slices.Contains(templates.Versions(), version) {
		return nil, fmt.Errorf("read dialects of version %q: this dailies has templates of %s; use a newer one", version, strings.Join(templates.Versions(), ", "))
	}
	read, _ := loaded.LoadOrStore(version, sync.OnceValues(func() (map[string]*Dialect, error) {
		files := templates.Dialects(version)
		if files == nil {
			return nil, nil
		}
		return load(version, files)
	}))
	return read.(func() (map[string]*Dialect, error))()
}

func load(version string, files fs.FS) (map[string]*Dialect, error) {
	words := map[string]shared{}
	for _, code := range []string{"en", "zh"} {
		var w shared
		if err := decode(files, path.Join("words", code+".yaml"), &w); err != nil {
			return nil, err
		}
		words[code] = w
	}
	names, err := fs.Glob(files, "dialects/*.yaml")
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("read dialects of version %q: there are none (%w)", version, err)
	}
	set := map[string]*Dialect{}
	for _, file := range names {
		d := &Dialect{name: version + "/" + strings.TrimSuffix(path.Base(file), ".yaml"), in: map[string]*language{}}
		if err := decode(files, file, &d.data); err != nil {
			return nil, err
		}
		frames := []string{d.data.Frame}
		if d.data.Frame == "show" {
			frames = []string{"en", "zh"}
		}
		for _, code := range frames {
			w, ok := words[code]
			if !ok {
				return nil, fmt.Errorf("read %s: the frame %q is neither show, en nor zh", file, code)
			}
			if d.in[code], err = speak(code, w, d.data); err != nil {
				return nil, fmt.Errorf("read %s: %w", file, err)
			}
		}
		if err := check(d); err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		set[path.Base(d.name)] = d
	}
	return set, nil
}

func decode(files fs.FS, file string, into any) error {
	raw, err := fs.ReadFile(files, file)
	if err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read %s: %w", file, err)
	}
	return nil
}

// speak puts a dialect's own words over the shared ones and parses them.
func speak(code string, w shared, d data) (*language, error) {
	own := d.Words[code]
	l := &language{code: code, of: map[string]phrase{}, bare: map[string]phrase{}, say: map[string]phrase{}, gap: " "}
	if code == "zh" {
		l.gap = ""
	}
	l.words = vocabulary{
		Sizes: over(w.Sizes, own.Sizes), Angles: over(w.Angles, own.Angles), Moves: over(w.Moves, own.Moves),
		Sets: over(w.Sets, own.Sets), Languages: over(w.Languages, own.Languages),
	}
	var marked strings.Builder
	marked.WriteString(d.Tag + d.Marks.Line[0] + d.Marks.Line[1] + d.Marks.Sound[0] + d.Marks.Sound[1] + d.Reserved)
	for key, text := range over(w.Say, d.Say[code]) {
		takes, ok := placeholders[key]
		if !ok {
			return nil, fmt.Errorf("say.%s.%s: there is no such phrase; did you mean %q?", code, key, near.Any(key, slices.Sorted(maps.Keys(placeholders))))
		}
		p, err := parse(text, takes)
		if err != nil {
			return nil, fmt.Errorf("say.%s.%s: %w", code, key, err)
		}
		if _, itsOwn := d.Say[code][key]; itsOwn {
			marked.WriteString(p.literals())
		}
		l.say[key] = p
	}
	for key, s := range l.words.Sizes {
		var err error
		if l.of[key], err = parse(s.Of, placeholders["size"]); err != nil {
			return nil, fmt.Errorf("the size %s in %s: %w", key, code, err)
		}
		if l.bare[key], err = parse(s.Bare, nil); err != nil {
			return nil, fmt.Errorf("the size %s in %s: %w", key, code, err)
		}
	}
	l.reserved = brackets(marked.String())
	return l, l.shots(d.Shots)
}

func over[V any](base, own map[string]V) map[string]V {
	all := maps.Clone(base)
	if all == nil {
		all = map[string]V{}
	}
	maps.Copy(all, own)
	return all
}
