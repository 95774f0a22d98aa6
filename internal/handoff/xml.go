package handoff

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/url"
	"strings"

	"github.com/dailies/dailies/internal/media"
)

// element writes XML: elements with their attributes in pairs, indented.
type element struct {
	name     string
	attrs    []string // name, value, …
	text     string
	children []*element
}

func el(name string, attrs ...string) *element { return &element{name: name, attrs: attrs} }

func (e *element) add(children ...*element) *element {
	e.children = append(e.children, children...)
	return e
}

// leaf adds an element that holds a text.
func (e *element) leaf(name string, text any) *element {
	return e.add(&element{name: name, text: fmt.Sprint(text)})
}

func (e *element) write(b *bytes.Buffer, depth int) {
	pad := strings.Repeat(" ", depth)
	b.WriteString(pad + "<" + e.name)
	for i := 0; i+1 < len(e.attrs); i += 2 {
		b.WriteString(" " + e.attrs[i] + `="` + escape(e.attrs[i+1]) + `"`)
	}
	switch {
	case len(e.children) > 0:
		b.WriteString(">\n")
		for _, c := range e.children {
			c.write(b, depth+1)
		}
		b.WriteString(pad + "</" + e.name + ">\n")
	case e.text != "":
		b.WriteString(">" + escape(e.text) + "</" + e.name + ">\n")
	default:
		b.WriteString("/>\n")
	}
}

func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
	return b.String()
}

func document(doctype string, root *element) []byte {
	var b bytes.Buffer
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE " + doctype + ">\n")
	root.write(&b, 0)
	return b.Bytes()
}

// urlPath is a relative path as a URL has it.
func urlPath(file string) string {
	parts := strings.Split(file, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return strings.Join(parts, "/")
}

// seconds is a count of frames as FCPXML has time: 1001/24000s, or 2s.
func seconds(f media.Frames, fps media.Rational) string {
	num, den := int64(f)*fps.Den, fps.Num
	if num == 0 {
		return "0s"
	}
	g := gcd(num, den)
	num, den = num/g, den/g
	if den == 1 {
		return fmt.Sprintf("%ds", num)
	}
	return fmt.Sprintf("%d/%ds", num, den)
}

func gcd(a, b int64) int64 {
	if a < 0 {
		a = -a
	}
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, 1)
}
