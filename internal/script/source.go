package script

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Limits on one YAML file.
const (
	MaxFileBytes = 4 << 20 // of a file
	MaxDepth     = 64      // of nesting, aliases followed
	MaxAliased   = 10_000  // nodes reached through aliases, all in all
)

// source is one YAML file as read.
type source struct {
	path  string // relative to the season file's folder
	shown string // as typed
	lines []string
	root  *yaml.Node    // nil after a syntax error
	steps map[int][]int // of long lines, see offset
}

// line is the text of a 1-based line, "" outside the file.
func (s *source) line(n int) string {
	if n < 1 || n > len(s.lines) {
		return ""
	}
	return s.lines[n-1]
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
	m := mark{src: s, line: min(max(n.Line, 1), len(s.lines)), col: max(n.Column, 1)}
	if m.line != n.Line || m.col > len(s.lines[m.line-1]) {
		// The library puts what is missing at the end of a file behind its last line.
		m.col = min(m.col, utf8.RuneCountInString(s.lines[m.line-1])+1)
	}
	if n.Kind == yaml.ScalarNode {
		m.node = n
	}
	return m
}

// span counts the characters of a scalar as written, or is 1.
func (m mark) span() int {
	n := m.node
	if n == nil || n.Value == "" || len(n.Value) > 200 || m.line != n.Line {
		return 1
	}
	rest, quoted := m.src.line(m.line)[m.src.offset(m.line, m.col):], 0
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 && rest != "" {
		rest, quoted = rest[1:], 2
	}
	if !strings.HasPrefix(rest, n.Value) {
		return 1
	}
	return utf8.RuneCountInString(n.Value) + quoted
}

// stride is the distance of the places that offset remembers in a line.
const stride = 512

// offset is where character col (1-based) begins in a line, in bytes. A file may be
// one line of megabytes with a problem every few characters, so long lines are
// measured once.
func (s *source) offset(line, col int) int {
	text := s.line(line)
	at, from := col-1, 0
	if len(text) > 4*stride {
		steps, known := s.steps[line]
		if !known {
			count := 0
			for i := range text {
				if count%stride == 0 {
					steps = append(steps, i)
				}
				count++
			}
			if s.steps == nil {
				s.steps = map[int][]int{}
			}
			s.steps[line] = steps
		}
		if k := min(at/stride, len(steps)-1); k > 0 {
			from, at = steps[k], at-k*stride
		}
	}
	for at > 0 && from < len(text) {
		_, size := utf8.DecodeRuneInString(text[from:])
		from, at = from+size, at-1
	}
	return from
}

// excerptBytes bounds how much of a long line a problem keeps on each side.
const excerptBytes = 400

// excerpt is the line of a place as written, or the part of a long line around it,
// and the place's character in it.
func (s *source) excerpt(line, col int) (text string, at int) {
	text = s.line(line)
	if len(text) <= 2*excerptBytes {
		return text, col
	}
	here := s.offset(line, col)
	from, to := max(0, here-excerptBytes), min(len(text), here+excerptBytes)
	for from > 0 && !utf8.RuneStart(text[from]) {
		from--
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	lead, tail := "", ""
	if from > 0 {
		lead = "…"
	}
	if to < len(text) {
		tail = "…"
	}
	cut := lead + text[from:to] + tail
	return cut, utf8.RuneCountInString(lead+text[from:here]) + 1
}

// readSource reads and parses a YAML file. Whatever is wrong is added to c; the
// source's root is nil when the file cannot be checked any further.
func readSource(fsys fs.FS, path, shown string, c *collector) *source {
	s := &source{path: path, shown: shown}
	whole := mark{src: s}
	data, err := readAll(fsys, path, MaxFileBytes)
	if err != nil {
		c.errorf(whole, "%s", err)
		return s
	}
	s.parse(data, c)
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

func (s *source) parse(data []byte, c *collector) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	s.lines = splitLines(string(data))
	if !s.clean(data, c) {
		return
	}
	root, more, err := parseYAML(data)
	switch {
	case err != nil:
		s.syntaxError(data, err, c)
		return
	case root == nil:
		c.errorf(mark{src: s}, "the file is empty; a season begins with show:, an episode with season:")
		return
	case more != nil:
		c.errorf(s.mark(more), "a second document; keep one document (no --- between) in a file")
		return
	}
	if s.bounded(root, c) {
		s.root = root
	}
}

// splitLines cuts a text into lines where the YAML library does.
func splitLines(s string) []string {
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(s, "\r\n", "\n")
		s = strings.ReplaceAll(s, "\r", "\n")
	}
	return strings.Split(s, "\n")
}

// clean refuses bytes that no script may hold, each kind once.
func (s *source) clean(data []byte, c *collector) bool {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		c.errorf(mark{src: s}, "the file is UTF-16; save it as UTF-8")
		return false
	}
	line, col, ok, control := 1, 0, true, false
	for i := 0; i < len(data); {
		r, size := rune(data[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(data[i:])
		}
		col++
		switch {
		case r == utf8.RuneError && size == 1:
			c.errorf(mark{src: s, line: line, col: col}, "the file is not UTF-8 here (byte 0x%02x); save it as UTF-8", data[i])
			return false
		case r == '\r':
			if i+1 >= len(data) || data[i+1] != '\n' {
				line, col = line+1, 0
			}
		case r == '\n':
			line, col = line+1, 0
		case forbidden(r) && !control:
			c.errorf(mark{src: s, line: line, col: col}, "character U+%04X is not allowed in a script; remove it", r)
			ok, control = false, true
		}
		i += size
	}
	return ok
}

// parseYAML reads the first document and, when there is one, the root of a second.
func parseYAML(data []byte) (root, more *yaml.Node, err error) {
	// The library panics on some malformed input instead of erring; that is a
	// syntax error to whoever wrote the file.
	defer func() {
		if r := recover(); r != nil {
			root, more, err = nil, nil, errors.New("yaml: this cannot be read as YAML")
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	if err := dec.Decode(&first); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil, nil
		}
		return nil, nil, err
	}
	if err := dec.Decode(&second); err == nil {
		more = &second
	} else if !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	root = &first
	if root.Kind == yaml.DocumentNode && len(root.Content) > 0 {
		root = root.Content[0]
	}
	return root, more, nil
}

// bounded walks the tree once, each anchored node once, and refuses what would
// explode or never end when its aliases are followed.
func (s *source) bounded(root *yaml.Node, c *collector) bool {
	type extent struct{ size, depth int }
	const busy = -1
	known := map[*yaml.Node]extent{}
	aliased, ok := 0, true
	var walk func(n *yaml.Node, level int) extent
	refuse := func(n *yaml.Node, format string, args ...any) {
		if ok {
			c.errorf(s.mark(n), format, args...)
		}
		ok = false
	}
	walk = func(n *yaml.Node, level int) extent {
		if !ok {
			return extent{1, 1}
		}
		if level > MaxDepth {
			refuse(n, "nested deeper than %d levels", MaxDepth)
			return extent{1, 1}
		}
		if n.Kind == yaml.AliasNode {
			e, seen := known[n.Alias]
			switch {
			case n.Alias == nil || seen && e.size == busy:
				refuse(n, "alias *%s contains itself", printable(n.Value))
				return extent{1, 1}
			case !seen:
				e = walk(n.Alias, level)
			}
			aliased = min(aliased+e.size, 1<<30)
			if aliased > MaxAliased {
				refuse(n, "aliases repeat more than %d nodes", MaxAliased)
			} else if level+e.depth-1 > MaxDepth {
				refuse(n, "nested deeper than %d levels", MaxDepth)
			}
			return e
		}
		anchored := n.Anchor != ""
		if anchored {
			known[n] = extent{busy, 0}
		}
		e := extent{1, 1}
		for _, child := range n.Content {
			ce := walk(child, level+1)
			e.size = min(e.size+ce.size, 1<<30)
			e.depth = max(e.depth, ce.depth+1)
		}
		if anchored {
			known[n] = e
		}
		return e
	}
	walk(root, 1)
	return ok
}
