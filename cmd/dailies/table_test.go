package main

import (
	"strings"
	"testing"
)

// Columns stand under one another where a terminal gives a character two places, or none.
func TestColumns(t *testing.T) {
	var out strings.Builder
	if err := align(&out, [][]string{{"SHEET", "STATE", "WHERE"}, {"kitchen:plate:夜", "missing", "-"}, {"cafe\u0301", "", "there"}}); err != nil {
		t.Fatal(err)
	}
	const want = "SHEET             STATE    WHERE\nkitchen:plate:夜  missing  -\ncafe\u0301                       there\n"
	if out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
}
