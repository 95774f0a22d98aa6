package handoff

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
)

// xmlNode is an element, without its name space.
type xmlNode struct {
	name     string
	attrs    map[string]string
	children []*xmlNode
}

func (n *xmlNode) first(name string) *xmlNode {
	if n == nil {
		return nil
	}
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// find is the first element of a name at or below a node.
func (n *xmlNode) find(name string) *xmlNode {
	if n.name == name {
		return n
	}
	for _, c := range n.children {
		if f := c.find(name); f != nil {
			return f
		}
	}
	return nil
}

// parseXML reads elements and attributes. No entity but XML's own five is known, so that
// nothing expands, and nothing is fetched.
func parseXML(body []byte) (*xmlNode, error) {
	dec := xml.NewDecoder(bytes.NewReader(body))
	dec.Strict = true
	dec.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errors.New("it is not in UTF-8") }
	root := &xmlNode{}
	stack := []*xmlNode{root}
	nodes := 0
	for {
		tok, err := dec.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("it is no XML: %w", err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if nodes++; nodes > maxNodes {
				return nil, fmt.Errorf("it has more than %d elements", maxNodes)
			}
			if len(stack) > maxDepth {
				return nil, fmt.Errorf("it is nested deeper than %d", maxDepth)
			}
			n := &xmlNode{name: tok.Name.Local}
			if len(tok.Attr) > 0 {
				n.attrs = make(map[string]string, len(tok.Attr))
				for _, a := range tok.Attr {
					n.attrs[a.Name.Local] = a.Value
				}
			}
			up := stack[len(stack)-1]
			up.children = append(up.children, n)
			stack = append(stack, n)
		case xml.EndElement:
			if len(stack) == 1 || stack[len(stack)-1].name != tok.Name.Local {
				return nil, fmt.Errorf("it is no XML: </%s> closes nothing", tok.Name.Local)
			}
			stack = stack[:len(stack)-1]
		case xml.Directive:
			if bytes.Contains(tok, []byte("ENTITY")) {
				return nil, errors.New("it declares entities, which are not read")
			}
		}
	}
	if len(stack) > 1 || len(root.children) != 1 {
		return nil, errors.New("it is no XML: it ends too early")
	}
	return root.children[0], nil
}

// when is a time of FCPXML in seconds: 1001/24000s, 5s, 0.5s.
func when(text string) (float64, error) {
	t, ok := strings.CutSuffix(strings.TrimSpace(text), "s")
	num, den, ratio := strings.Cut(t, "/")
	if !ok {
		return 0, fmt.Errorf("%.30q is no time: want 1001/24000s", text)
	}
	if !ratio {
		v, err := strconv.ParseFloat(t, 64)
		if err != nil || v < -1e9 || v > 1e9 {
			return 0, fmt.Errorf("%.30q is no time", text)
		}
		return v, nil
	}
	n, err1 := strconv.ParseInt(num, 10, 64)
	d, err2 := strconv.ParseInt(den, 10, 64)
	if err1 != nil || err2 != nil || d <= 0 {
		return 0, fmt.Errorf("%.30q is no time", text)
	}
	return float64(n) / float64(d), nil
}

// unescapeURL is a part of a URL as a file's name has it.
func unescapeURL(name string) string {
	if plain, err := url.PathUnescape(name); err == nil {
		return plain
	}
	return name
}
