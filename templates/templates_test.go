package templates

import (
	"strings"
	"testing"
)

func TestEveryPurposeHasText(t *testing.T) {
	for _, purpose := range Purposes() {
		text, err := Text(Version, purpose)
		if err != nil || strings.TrimSpace(text) == "" {
			t.Errorf("%s: %q, %v", purpose, text, err)
		}
	}
	if entries, err := files.ReadDir(Version); err != nil || len(entries) != len(Purposes()) {
		t.Errorf("%d files in %s (%v), but %d purposes", len(entries), Version, err, len(Purposes()))
	}
}

func TestUnknown(t *testing.T) {
	for _, c := range [][2]string{{Version, "shots"}, {"v0", "shot"}, {"..", "shot"}, {Version, "../templates"}} {
		if text, err := Text(c[0], c[1]); err == nil {
			t.Errorf("Text(%q, %q) = %q, want an error", c[0], c[1], text)
		}
	}
}
