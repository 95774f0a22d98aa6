package config

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/dailies/dailies/internal/near"
)

// Problem is one thing that is wrong, and where.
type Problem struct {
	Where        string // "dailies.yaml:3:5" or "environment DAILIES_S3_BUCKET"
	Line, Column int    // in the file, from 1; 0: not of one place in the file
	Key          string // the key's path; empty for the file as a whole
	Text         string
}

// Problems is the error of Load: everything that is wrong, in the file's order,
// what is no line's fault last.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.String()
	}
	return strings.Join(lines, "\n")
}

func (p Problem) String() string {
	if p.Key == "" {
		return p.Where + ": " + p.Text
	}
	return p.Where + ": " + p.Key + ": " + p.Text
}

func inOrder(a, b Problem) int {
	if (a.Line == 0) != (b.Line == 0) {
		return cmp.Compare(b.Line, a.Line)
	}
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// didYouMean hints at the known word that is nearest, or lists them.
func didYouMean(word string, known []string) string {
	if meant := near.Word(word, known); meant != "" {
		return fmt.Sprintf("; did you mean %q?", meant)
	}
	if len(known) > 0 && len(known) <= 16 {
		return "; known: " + strings.Join(known, ", ")
	}
	return ""
}
