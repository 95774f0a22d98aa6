package prompt

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"text/template/parse"
)

// maxLoops is how deep loops may lie in each other, calls included. What is
// looped over is the script's own lists, so three levels end soon.
const maxLoops = 3

// maxNodes is how many template actions a prompt may consist of, counted as
// often as they are called.
const maxNodes = 5000

// TemplateError says which template is wrong and where.
type TemplateError struct {
	Purpose string
	Line    int
	Message string
}

func (e *TemplateError) Error() string {
	return fmt.Sprintf("template %s, line %d: %s", e.Purpose, e.Line, e.Message)
}

// templateError puts an error of text/template, "template: shot:3:5: …", in our
// words.
func templateError(purpose string, err error) error {
	if known, ok := errors.AsType[*TemplateError](err); ok {
		return known
	}
	text := strings.TrimPrefix(err.Error(), "template: ")
	e := &TemplateError{Purpose: purpose, Line: 1, Message: text}
	name, rest, ok := strings.Cut(text, ":")
	if !ok {
		return e
	}
	number, rest, _ := strings.Cut(rest, ":")
	if n, err := strconv.Atoi(number); err == nil {
		e.Purpose, e.Line = name, n
		if _, after, found := strings.Cut(rest, ": "); found {
			rest = after
		}
		e.Message = strings.TrimSpace(rest)
	}
	return e
}

// checkLimits refuses templates that might not end: calls in a circle, loops
// over anything but a list of the shot, and loops nested too deep.
func checkLimits(set *template.Template) error {
	for _, t := range set.Templates() {
		c := &checker{set: set}
		if t.Tree == nil || t.Root == nil {
			continue
		}
		if err := c.list(t.Root, t.Name(), 0, []string{t.Name()}); err != nil {
			return err
		}
	}
	return nil
}

type checker struct {
	set   *template.Template
	nodes int
}

func (c *checker) list(l *parse.ListNode, name string, depth int, calls []string) error {
	if l == nil {
		return nil
	}
	for _, n := range l.Nodes {
		if c.nodes++; c.nodes > maxNodes {
			return &TemplateError{Purpose: name, Line: 1, Message: fmt.Sprintf("the templates together run to more than %d actions", maxNodes)}
		}
		var err error
		switch n := n.(type) {
		case *parse.RangeNode:
			if depth+1 > maxLoops || !isField(n.Pipe) {
				return &TemplateError{Purpose: name, Line: n.Line, Message: fmt.Sprintf("range goes over a field such as .Cast, at most %d loops deep", maxLoops)}
			}
			err = c.branch(&n.BranchNode, name, depth+1, calls)
		case *parse.IfNode:
			err = c.branch(&n.BranchNode, name, depth, calls)
		case *parse.WithNode:
			err = c.branch(&n.BranchNode, name, depth, calls)
		case *parse.TemplateNode:
			if slices.Contains(calls, n.Name) {
				return &TemplateError{Purpose: name, Line: n.Line, Message: "templates call each other in a circle: " + strings.Join(append(slices.Clone(calls), n.Name), ", ")}
			}
			if t := c.set.Lookup(n.Name); t != nil && t.Tree != nil {
				err = c.list(t.Root, n.Name, depth, append(slices.Clone(calls), n.Name))
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) branch(b *parse.BranchNode, name string, depth int, calls []string) error {
	if err := c.list(b.List, name, depth, calls); err != nil {
		return err
	}
	return c.list(b.ElseList, name, depth, calls)
}

// isField says whether a pipeline is nothing but a field of the data: only lists
// are found there, never a number. A bare dot or variable could be a number.
func isField(p *parse.PipeNode) bool {
	if p == nil || len(p.Cmds) != 1 || len(p.Cmds[0].Args) != 1 {
		return false
	}
	switch arg := p.Cmds[0].Args[0].(type) {
	case *parse.FieldNode:
		return true
	case *parse.VariableNode:
		return len(arg.Ident) > 1
	}
	return false
}
