// Package strictyaml is what scripts and the config have in common when they read
// YAML that a person typed: it bounds what a file may cost, finds the place of what
// is wrong, names characters that only look like YAML's own, and gives keys and
// values as written. It does not know which keys there are; that is its callers'
// language.
//
// It stands on gopkg.in/yaml.v3 for the parsing alone and reads the nodes, never
// YAML's idea of a value: 007, no and 2026-01-01 are texts.
package strictyaml

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"gopkg.in/yaml.v3"
)

// Limits on one file. The caller bounds its bytes.
const (
	MaxDepth   = 64     // of nesting, aliases followed
	MaxAliased = 10_000 // nodes reached through aliases, all in all
)

// Problem is something wrong with a file as YAML. Line and Col are 1-based, Col in
// characters; both are 0 where the whole file is meant.
type Problem struct {
	Line, Col int
	Text      string
	Hint      string // what to write instead; may be empty
}

// File is one file as read. The zero File is empty.
type File struct {
	// Root is the document's value; nil when the file is empty or has problems.
	Root *yaml.Node

	lines []string
	steps map[int][]int // of long lines, see offset
}

// Lines is a text that is no YAML, so that its places are told as YAML's are. Its Root is
// nil.
func Lines(data []byte) *File {
	return &File{lines: splitLines(string(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))}
}

// Parse reads one document. A byte order mark is tolerated, and so is a directive
// %YAML of any 1.x. The File is never nil, so that problems can be shown with
// their lines; its Root is nil when there is one.
func Parse(data []byte) (*File, []Problem) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	f := &File{lines: splitLines(string(data))}
	if problems := clean(data); len(problems) > 0 {
		return f, problems
	}
	data = withoutVersion(data)
	root, more, err := parse(data)
	switch {
	case err != nil:
		return f, f.broken(data, err)
	case more != nil:
		line, col := f.At(more)
		return f, []Problem{{line, col, "a second document; keep one document (no --- between) in a file", ""}}
	case root == nil:
		return f, nil
	}
	if problem := f.bounded(root); problem != nil {
		return f, []Problem{*problem}
	}
	if odd := f.oddKeys(root, nil); len(odd) > 0 {
		return f, odd
	}
	if idle := f.idleAnchors(root); len(idle) > 0 {
		return f, idle
	}
	f.Root = root
	return f, nil
}

// splitLines cuts a text into lines where the YAML library does.
func splitLines(s string) []string {
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(s, "\r\n", "\n")
		s = strings.ReplaceAll(s, "\r", "\n")
	}
	return strings.Split(s, "\n")
}

// withoutVersion makes a comment of a directive "%YAML 1.2": the library refuses
// all but 1.1, and nothing here depends on where they differ.
func withoutVersion(data []byte) []byte {
	for at := 0; at < len(data); {
		end := bytes.IndexByte(data[at:], '\n')
		if end < 0 {
			end = len(data) - at
		}
		switch line := data[at : at+end]; {
		case bytes.HasPrefix(line, []byte("%YAML 1.")):
			out := bytes.Clone(data)
			out[at] = '#'
			return out
		case len(bytes.TrimSpace(line)) > 0 && line[0] != '#' && line[0] != '%':
			return data
		}
		at += end + 1
	}
	return data
}

// parse reads the first document and, when there is one, the root of a second.
func parse(data []byte) (root, more *yaml.Node, err error) {
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
