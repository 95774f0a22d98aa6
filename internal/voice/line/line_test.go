package line

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestClauses(t *testing.T) {
	for in, want := range map[string][]string{
		"Wait... what?":              {"Wait...", "what?"},
		"He said \"no.\" Then left.": {`He said "no."`, "Then left."},
		"10,000 at 3.30":             {"10,000 at 3.30"},
		"等等……什么？走":                   {"等等……", "什么？", "走"},
		"no marks":                   {"no marks"},
		"Yes—no":                     {"Yes—", "no"},
	} {
		var got []string
		for _, p := range Clauses(in) {
			got = append(got, p.Text)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q: %s", in, d)
		}
	}
}

func FuzzClauses(f *testing.F) {
	f.Add("We're closed, in five. 等等……")
	f.Fuzz(func(t *testing.T, s string) {
		s = Clean(s)
		joined := ""
		for _, p := range Clauses(s) {
			joined += p.Text
		}
		if strings.ReplaceAll(joined, " ", "") != strings.ReplaceAll(s, " ", "") {
			t.Errorf("clauses lose text: %q of %q", joined, s)
		}
	})
}
