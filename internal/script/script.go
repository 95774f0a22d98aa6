// Package script reads the YAML that a producer writes and turns it into
// drama.Production. It promises that a script with any problem never becomes a
// Production, that every problem of a file is reported at once with its place, and
// that nothing outside the season file's folder is read.
//
// The package is pure: the caller hands it rooted folders (Opener). It is not a
// planner: what a provider can make and what it costs is checked later, with the
// places that Script keeps (Providers, ProblemAt).
//
// # What a caller supplies
//
// An Opener over os.Root follows symlinks and refuses those that lead outside:
//
//	type disk struct{ roots []*os.Root }
//
//	func (d *disk) Abs(p string) (string, error) {
//		abs, err := filepath.Abs(filepath.FromSlash(p))
//		return filepath.ToSlash(abs), err
//	}
//
//	func (d *disk) Open(dir string) (fs.FS, error) {
//		root, err := os.OpenRoot(filepath.FromSlash(dir))
//		if err != nil {
//			return nil, err
//		}
//		d.roots = append(d.roots, root)
//		return root.FS(), nil
//	}
//
//	func (d *disk) Close() error // closes the roots, after Load has returned
//
//	s, problems := script.Load(d, filepath.ToSlash(path))
//	problems.Format(os.Stderr, onTerminal)
//	if problems.HasErrors() { os.Exit(1) }
package script

import (
	"fmt"
	"io/fs"
	slashpath "path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/strictyaml"
)

// Opener gives Load the folders it asks for. Paths are slash-separated.
type Opener interface {
	// Abs makes a path absolute and clean; symlinks stay as they are.
	Abs(path string) (string, error)
	// Open gives a file system of an absolute folder, which MUST NOT let any path
	// or symlink lead outside the folder.
	Open(dir string) (fs.FS, error)
}

// Script is a checked season with the episodes that were asked for.
type Script struct {
	Season   drama.Season
	Episodes []drama.Episode
	// Providers are the places where provider instances and voice providers are
	// named, in the order of the files. Whether they exist, the config knows.
	Providers []ProviderName
	// Drawn are the texts that pictures show: burned subtitles, titles, the label.
	Drawn []Drawn
	// Dir is the absolute folder of the season file; every File.Path is relative to it.
	Dir string

	prefix  string
	typed   map[string]string
	sources map[string]*source
	season  string   // the season's file; empty: each episode holds its own
	mains   []string // the files of Episodes
}

// Texts are the files that the i-th episode was written in, as they were read, by path:
// main is the episode's, beside it there is its season's.
func (s *Script) Texts(i int) (main string, files map[string]string) {
	main = s.mains[i]
	files = map[string]string{main: s.sources[main].text}
	if s.season != "" {
		files[s.season] = s.sources[s.season].text
	}
	return main, files
}

// ProviderName is a provider's name as a script uses it.
type ProviderName struct {
	Name     string
	Voice    bool   // a voice provider
	Language string // that it is to speak; empty: the season's
	Position drama.Position
}

// Production is the i-th episode with its season.
func (s *Script) Production(i int) drama.Production {
	return drama.Production{Season: s.Season, Episode: s.Episodes[i]}
}

// ProblemAt makes a problem at a place that a Production or Providers names, with
// the path as typed and the line as written.
func (s *Script) ProblemAt(at drama.Position, severity Severity, hint, format string, args ...any) Problem {
	p := Problem{
		File: shownPath(s.prefix, s.typed, at.File), Line: at.Line, Col: at.Col,
		Message: fmt.Sprintf(format, args...), Hint: hint, Severity: severity, Span: 1,
	}
	if src := s.sources[at.File]; src != nil {
		p.Source, p.At = src.file.Excerpt(at.Line, at.Col)
	}
	return p
}

// loader is one call of Load.
type loader struct {
	collector
	shapes shapeCache
	folder *folder
	dir    string            // absolute, of the season file
	prefix string            // what to put before a path relative to dir, as typed
	typed  map[string]string // paths relative to dir that were typed differently
	order  []string          // files as shown, in the order of the report
	read   map[string]*source
}

// Load reads an episode file, or a season file with all its episodes, from a path
// as typed. The Script is nil when a problem is an error.
func Load(open Opener, typed string) (*Script, Problems) {
	l := &loader{typed: map[string]string{}, read: map[string]*source{}}
	s := l.load(open, typed)
	problems := l.sorted(l.order)
	if problems.HasErrors() {
		return nil, problems
	}
	return s, problems
}

func (l *loader) load(open Opener, typed string) *Script {
	whole := mark{src: &source{shown: typed}}
	if typed == "" || strings.ContainsRune(typed, 0) {
		l.errorf(whole, "no path of a script")
		return nil
	}
	abs, err := open.Abs(typed)
	if err != nil {
		l.errorf(whole, "find file: %s", cause(err))
		return nil
	}
	l.dir = slashpath.Dir(abs)
	name := slashpath.Base(abs)
	fsys, err := open.Open(l.dir)
	if err != nil {
		l.errorf(whole, "open folder: %s", cause(err))
		return nil
	}
	l.prefix, _ = slashpath.Split(typed)
	l.typed[name] = typed
	l.folder = &folder{fsys: fsys, files: map[fileUse]checked{}}
	src := l.source(name)
	if src.root == nil {
		return nil
	}
	switch season := lookUp(src.root, "season"); {
	case src.root.Kind != yaml.MappingNode:
		l.errorf(src.mark(src.root), "a script is a mapping: a season begins with show:, an episode with season:")
		return nil
	case season != nil && season.Kind == yaml.ScalarNode && !strictyaml.IsNull(season):
		return l.episodeFile(open, typed, name, src, season)
	case season != nil || lookUp(src.root, "scenes") != nil || lookUp(src.root, "episode") != nil:
		return l.singleFile(src)
	}
	return l.seasonFile(src)
}

// source reads a file of the season's folder, once.
func (l *loader) source(rel string) *source { return l.sources([]string{rel})[0] }

// sources reads the files that were not read yet side by side; what is wrong with
// them is told in their order.
func (l *loader) sources(rels []string) []*source {
	out, readings := make([]*source, len(rels)), make([]reading, len(rels))
	var reads sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, rel := range rels {
		if l.read[rel] != nil {
			continue
		}
		slots <- struct{}{}
		reads.Go(func() {
			defer func() { <-slots }()
			readings[i] = readSource(l.folder.fsys, rel, l.shown(rel))
		})
	}
	reads.Wait()
	for i, rel := range rels {
		if out[i] = l.read[rel]; out[i] == nil {
			l.order = append(l.order, l.shown(rel))
			out[i] = readings[i].report(&l.collector)
			l.read[rel] = out[i]
		}
	}
	return out
}

func (l *loader) shown(rel string) string { return shownPath(l.prefix, l.typed, rel) }

func shownPath(prefix string, typed map[string]string, rel string) string {
	if t, ok := typed[rel]; ok {
		return t
	}
	return prefix + rel
}

// lookUp finds a key of a mapping's own.
func lookUp(n *yaml.Node, key string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return strictyaml.Follow(n.Content[i+1])
		}
	}
	return nil
}

// episodeFile loads an episode whose season is a file: the season's folder becomes
// the root of everything, and the episode is read again through it, so that no
// symlink can carry it outside.
func (l *loader) episodeFile(open Opener, typed, name string, src *source, season *yaml.Node) *Script {
	dec := l.decoder(src)
	var p path
	before := len(l.list)
	dec.value(season, reflectOf(&p), &field{key: "season"})
	if !p.set() || len(l.list) > before {
		return l.finish(nil, []*source{src})
	}
	dirAbs := l.dir
	seasonAbs := slashpath.Join(dirAbs, p.Text)
	root := slashpath.Dir(seasonAbs)
	rel, inside := strings.CutPrefix(slashpath.Join(dirAbs, name), strings.TrimSuffix(root, "/")+"/")
	if !inside {
		l.errorf(p.mark, "season %s: an episode must lie in the season file's folder or below it", quote(p.Text))
		return l.finish(nil, []*source{src})
	}
	if root != dirAbs {
		fsys, err := open.Open(root)
		if err != nil {
			l.errorf(p.mark, "open the season's folder: %s", cause(err))
			return l.finish(nil, []*source{src})
		}
		typedDir, _ := slashpath.Split(typed)
		l.dir, l.folder.fsys = root, fsys
		l.prefix = slashpath.Join(typedDir, slashpath.Dir(p.Text)) + "/"
		l.typed = map[string]string{rel: typed}
		l.read = map[string]*source{}
		l.order = nil
		if l.prefix == "./" {
			l.prefix = ""
		}
		if src = l.source(rel); src.root == nil {
			return nil
		}
	}
	seasonRel := slashpath.Base(seasonAbs)
	if there := respelled(l.folder.fsys, seasonRel, sameLetters); there != "" {
		seasonRel = there
	}
	if _, err := fs.Stat(l.folder.fsys, seasonRel); err != nil {
		b := builder{loader: l}
		l.hintf(p.mark, b.nearFile(seasonRel), "season %s: %s", quote(p.Text), cause(err))
		return l.finish(nil, []*source{src})
	}
	return l.finish(l.source(seasonRel), []*source{src})
}

func (l *loader) singleFile(src *source) *Script { return l.finish(nil, []*source{src}) }

// seasonFile loads a season with all its episodes.
func (l *loader) seasonFile(src *source) *Script {
	return l.finish(src, nil)
}

// finish decodes and checks the season (nil: the episode holds it, or it could not
// be found) and the episodes (nil: those that the season lists).
func (l *loader) finish(season *source, episodes []*source) *Script {
	b := &builder{loader: l}
	all := episodes == nil
	if season != nil && season.root != nil {
		var syntax seasonSyntax
		l.decoder(season).mapping(season.root, reflectOf(&syntax), &field{key: "the season"})
		b.season(&syntax)
		if all {
			episodes = b.listed(&syntax, season)
		}
	}
	var out []drama.Episode
	var mains []string
	numbers := map[int64]*source{}
	for _, src := range episodes {
		if src.root == nil {
			continue
		}
		var syntax episodeSyntax
		l.decoder(src).mapping(src.root, reflectOf(&syntax), &field{key: "the episode"})
		switch {
		case season == nil && syntax.Season.Inline != nil:
			b.single = true
			b.season(syntax.Season.Inline)
		case season != nil:
			b.sameSeason(&syntax, src, season)
		}
		if n := syntax.Episode; n.set() {
			if first := numbers[n.N]; first != nil {
				b.errorf(n.mark, "episode %d is also the number of %s", n.N, first.shown)
			}
			numbers[n.N] = src
		}
		if season != nil && !all {
			b.warnUnlisted(src)
		}
		out = append(out, b.episode(&syntax, src))
		mains = append(mains, src.path)
	}
	if b.ready != nil && b.ready.Budget == nil && slices.ContainsFunc(b.providers, func(p ProviderName) bool { return !p.Voice }) {
		b.warnf(b.budgetMark, "no budget: nothing caps what providers may charge")
	}
	if b.ready == nil {
		return nil
	}
	script := &Script{
		Season: *b.ready, Episodes: out, Providers: b.providers, Drawn: b.drawn, Dir: l.dir,
		prefix: l.prefix, typed: l.typed, sources: l.read, mains: mains,
	}
	if season != nil {
		script.season = season.path
	}
	return script
}

func (l *loader) decoder(src *source) *decoder {
	return &decoder{src: src, collector: &l.collector, shapes: &l.shapes}
}
