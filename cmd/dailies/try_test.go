package main

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
)

// TestTry: a model that no release knows is tried on one shot, beside its circled take,
// which stays; the same command again buys nothing.
func TestTry(t *testing.T) {
	h := newHouse(t, tiny)
	if r := h.run("try", "brand-new", "tiny/ep01", "1A", "--like", "fake-1", "--yes"); r.code != exitUsage || !strings.Contains(r.stderr, "render") {
		t.Errorf("before anything was rendered: %+v", r)
	}
	first := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json"))
	bought := h.bought()
	if r := h.run("try", "brand-new", "tiny/ep01", "1A", "--yes"); r.code != exitUsage || !strings.Contains(r.stderr, "brand-new") || h.bought() != bought {
		t.Errorf("a model that nobody knows: %+v", r)
	}
	for range 2 {
		out := decode[struct {
			State, Model string
			Shots        []studio.Tried
		}](t, h.must(exitDone, "try", "brand-new", "tiny/ep01", "1a", "--like", "fake-1", "--yes", "--json"))
		if out.State != "tried" || out.Model != "brand-new" || len(out.Shots) != 1 || out.Shots[0].Pair == "" || out.Shots[0].Void != "" || out.Shots[0].Take != 2 || out.Shots[0].Circled != 1 {
			t.Errorf("%+v", out)
		}
		if h.bought() != bought+1 {
			t.Errorf("%d jobs were bought, want one more than %d", h.bought(), bought)
		}
	}
	again := decode[drama.Delivery](t, h.must(exitDone, "render", h.script, "--json"))
	if again.Cut != first.Cut || h.bought() != bought+1 {
		t.Errorf("the next render: cut %d, %d bought", again.Cut, h.bought())
	}
}
