package assets

import (
	"path"
	"regexp"
	"testing"
)

// Budgets of what a page loads, gzipped.
const (
	mostModules = 25 << 10
	mostStyles  = 10 << 10
)

var (
	static  = regexp.MustCompile(`(?m)^(?:import|export)\s[^;]*?"(\.[^"]+)"`)
	dynamic = regexp.MustCompile(`import\("(\.[^"]+)"\)`)
)

// TestAPageLoadsLittle: what every page loads and what a room of its own adds stay within
// the budget; the script's editor stands aside.
func TestAPageLoadsLittle(t *testing.T) {
	a, err := New()
	if err != nil {
		t.Fatal(err)
	}
	var load func(name string, seen map[string]bool) int
	load = func(name string, seen map[string]bool) int {
		if seen[name] {
			return 0
		}
		seen[name] = true
		f, ok := a.byName[name]
		if !ok {
			t.Fatalf("%s is imported and not there", name)
		}
		sum := len(f.small)
		for _, m := range static.FindAllSubmatch(f.plain, -1) {
			sum += load(path.Join(path.Dir(name), string(m[1])), seen)
		}
		return sum
	}
	every := map[string]bool{}
	base := load("js/page.js", every) + load("js/worker.js", every)
	rooms := dynamic.FindAllSubmatch(a.byName["js/page.js"].plain, -1)
	if len(rooms) < 3 {
		t.Errorf("page.js loads %d rooms", len(rooms))
	}
	for _, m := range rooms {
		seen := map[string]bool{}
		for name := range every {
			seen[name] = true
		}
		name := path.Join("js", string(m[1]))
		size := base + load(name, seen)
		t.Logf("%s: %d bytes with what every page loads (%d)", name, size, base)
		if size > mostModules {
			t.Errorf("%s makes %d bytes of modules, at most %d", name, size, mostModules)
		}
	}
	if n := len(a.byName["css/app.css"].small); n > mostStyles {
		t.Errorf("%d bytes of styles, at most %d", n, mostStyles)
	}
}
