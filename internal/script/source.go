package script

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"gopkg.in/yaml.v3"

	"github.com/dailies/dailies/internal/strictyaml"
)

// MaxFileBytes bounds one YAML file.
const MaxFileBytes = 4 << 20

// source is one YAML file as read.
type source struct {
	path  string // relative to the season file's folder
	shown string // as typed
	text  string // as it was read
	file  strictyaml.File
	root  *yaml.Node // nil when the file cannot be checked any further
}

// mark is a place in a source; the zero mark is nowhere.
type mark struct {
	src       *source
	line, col int
	node      *yaml.Node // the scalar there, where there is one
}

// set says whether a value was written.
func (m mark) set() bool { return m.src != nil }

// place is where a mapping stands and which of its keys have content, even if the
// content has problems.
type place struct {
	mark
	keys map[string]bool
}

func (s *source) mark(n *yaml.Node) mark {
	m := mark{src: s}
	m.line, m.col = s.file.At(n)
	if n.Kind == yaml.ScalarNode {
		m.node = n
	}
	return m
}

// A reading is a source and what reading it has found; nobody was told yet, so that
// several files can be read at once.
type reading struct {
	source   *source
	problems []strictyaml.Problem
	err      error // the file could not be had
}

// readSource reads and parses a YAML file. The source's root is nil when the file
// cannot be checked any further.
func readSource(fsys fs.FS, path, shown string) reading {
	r := reading{source: &source{path: path, shown: shown}}
	data, err := readAll(fsys, path, MaxFileBytes)
	if err != nil {
		r.err = err
		return r
	}
	r.source.text = string(data)
	file, problems := strictyaml.Parse(data)
	r.source.file, r.source.root, r.problems = *file, file.Root, problems
	return r
}

// report adds whatever is wrong with the file to c.
func (r reading) report(c *collector) *source {
	s := r.source
	for _, p := range r.problems {
		c.hintf(mark{src: s, line: p.Line, col: p.Col}, p.Hint, "%s", p.Text)
	}
	switch {
	case r.err != nil:
		c.errorf(mark{src: s}, "%s", r.err)
	case s.root == nil && len(r.problems) == 0:
		c.errorf(mark{src: s}, "the file is empty; a season begins with show:, an episode with season:")
	}
	return s
}

// errTooLarge says that a file is over the limit of its kind.
var errTooLarge = errors.New("file too large")

// readAll reads a regular file of at most limit bytes.
func readAll(fsys fs.FS, path string, limit int64) ([]byte, error) {
	info, err := fs.Stat(fsys, path)
	if err != nil {
		return nil, fmt.Errorf("read file: %w", cause(err))
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("read file: not a regular file")
	}
	if info.Size() > limit {
		return nil, fmt.Errorf("read file: %w: %d bytes, at most %d", errTooLarge, info.Size(), limit)
	}
	f, err := fsys.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read file: %w", cause(err))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read file: %w", cause(err))
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("read file: %w: over %d bytes", errTooLarge, limit)
	}
	return data, nil
}

// cause strips the path that fs errors repeat: messages show it as typed.
func cause(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err
	}
	return err
}
