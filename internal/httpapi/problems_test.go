package httpapi_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/httpapi/api"
)

// TestEveryKindOfProblemHasAPage: the type of a problem is an address, and what lies
// there says what it is, in both languages, without a program.
func TestEveryKindOfProblemHasAPage(t *testing.T) {
	h := handler(t)
	for _, k := range api.Kinds() {
		pages := map[string]string{}
		for lang, tag := range map[string]string{"en": `lang="en"`, "zh": `lang="zh-CN"`} {
			w := ask(h, "GET", api.ProblemTypes+k.Name, "Accept-Language", lang)
			pages[lang] = w.Body.String()
			if w.Code != 200 || !strings.Contains(pages[lang], tag) || !strings.Contains(pages[lang], k.Name) || strings.Contains(pages[lang], `type="module"`) {
				t.Errorf("%s in %s: %d %.600s", k.Name, lang, w.Code, pages[lang])
			}
		}
		if !strings.Contains(pages["en"], "<h1>"+k.Title+"</h1>") || strings.Contains(pages["zh"], k.Title) {
			t.Errorf("%s: the pages do not have its title, each in its own language", k.Name)
		}
	}
	if w := ask(h, "GET", api.ProblemTypes+"nonsense"); w.Code != 404 {
		t.Errorf("a kind that is none: %d", w.Code)
	}
}

// TestEveryTypeInTheCodeIsAKind: some answers are made where the table is not known.
func TestEveryTypeInTheCodeIsAKind(t *testing.T) {
	known := map[string]bool{}
	for _, k := range api.Kinds() {
		known[k.Name] = true
	}
	said := regexp.MustCompile(`"/problems/([a-z-]+)"`)
	var found []string
	err := filepath.WalkDir(".", func(path string, _ os.DirEntry, err error) error {
		if err != nil || !slices.Contains([]string{".go", ".js"}, filepath.Ext(path)) {
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range said.FindAllStringSubmatch(string(body), -1) {
			if found = append(found, m[1]); !known[m[1]] {
				t.Errorf("%s says /problems/%s, which is no kind", path, m[1])
			}
		}
		return nil
	})
	if err != nil || len(found) == 0 {
		t.Errorf("looked at %q: %v", found, err)
	}
}
