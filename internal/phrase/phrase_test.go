package phrase

import (
	"regexp"
	"slices"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// Both languages say the same figures, and the Chinese is Chinese.
func TestEveryCodeIsToldInBothLanguages(t *testing.T) {
	figure := regexp.MustCompile(`\{[^}]*\}`)
	for _, code := range Codes() {
		forms := table[code]
		en, zh := figure.FindAllString(forms[0], -1), figure.FindAllString(forms[1], -1)
		slices.Sort(en)
		slices.Sort(zh)
		if d := cmp.Diff(en, zh); d != "" {
			t.Errorf("%s (-English +Chinese):\n%s", code, d)
		}
		if code != "take.ng" && !slices.ContainsFunc([]rune(forms[1]), func(c rune) bool { return unicode.Is(unicode.Han, c) }) {
			t.Errorf("%s in Chinese: %q", code, forms[1])
		}
	}
}

func TestPhrases(t *testing.T) {
	changed := Listing("plan.changed", []Phrase{Say("of.size"), Say("line.words", "2")}, "3")
	both := []Phrase{changed, Text("kling is cheaper {0}")}
	if got, want := Join(both, "en"), "changed since take 3: size, words of line 2; kling is cheaper {0}"; got != want {
		t.Errorf("%q", got)
	}
	if got, want := Join(both, "zh-CN"), "自镜次 3 以来有改动：景别、第 2 句的词；kling is cheaper {0}"; got != want {
		t.Errorf("%q", got)
	}
	if p, ok := Read("3 of 3 takes used; raise takes.max, change the shot or retake it"); !ok || p.In("zh") != "已用 3/3 次；请提高 takes.max、修改镜头或重拍" {
		t.Errorf("%+v, %v", p, ok)
	}
	if p, ok := Read("the vendor says: no provider is left to try; add one to the routing"); ok {
		t.Errorf("a vendor's words are read as %+v", p)
	}
	if got := Say("of.tomorrow", "x").In("zh"); got != "of.tomorrow x" {
		t.Errorf("of a later release: %q", got)
	}
}
