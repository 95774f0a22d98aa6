package lettering

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Speakers' colours are read on black and told from each other.
func TestPalette(t *testing.T) {
	all := append(Palette(), Aside)
	for i, a := range all {
		if c := Contrast(a, Black); c < ReadableContrast {
			t.Errorf("%s on black: %.1f", a, c)
		}
		for _, b := range all[:i] {
			if d := Apart(a, b); d < ApartAtLeast {
				t.Errorf("%s and %s: %.1f apart", a, b, d)
			}
		}
	}
	var taken []string
	for range 2 * len(Palette()) {
		taken = append(taken, Next(taken))
	}
	if d := cmp.Diff(Palette(), taken[:len(Palette())]); d != "" {
		t.Errorf("given out (-want +got):\n%s", d)
	}
	for text, want := range map[string]string{"Yellow": "#ffff00", "ffD23f": "#ffd23f", "#ffd23f": "#ffd23f", "fffff": "", "#12345g": "", "": ""} {
		if got, ok := Color(text); got != want || ok != (want != "") {
			t.Errorf("%q is %q, %v", text, got, ok)
		}
	}
	if c := Contrast("#767676", White); c < 4.5 || c > 4.6 {
		t.Errorf("WCAG's own example: %.2f", c)
	}
}

// Each line belongs to who speaks it, wherever their words were broken.
func TestOwners(t *testing.T) {
	paragraphs := []string{"You said noon, and it is noon now.", "שלום לכם, חזרתי הביתה אחרי שנים", "我知道。"}
	lines := Lines(strings.Join(paragraphs, "\n"), "en", Ems(9000, 3))
	if d := cmp.Diff([]int{0, 0, 0, 1, 1, 2}, Owners(lines, paragraphs)); d != "" {
		t.Errorf("%q (-want +got):\n%s", lines, d)
	}
}
