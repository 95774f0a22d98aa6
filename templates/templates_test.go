package templates

import (
	"io/fs"
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
	if found, err := fs.Glob(files, Version+"/*.tmpl"); err != nil || len(found) != len(Purposes()) {
		t.Errorf("%d files in %s (%v), but %d purposes", len(found), Version, err, len(Purposes()))
	}
}

// The neutral prompt is a shot's identity, so the version that brought dialects has the
// templates of the one before to the letter: a show that moves on makes nothing again.
func TestDialectsLeaveTheNeutralPrompt(t *testing.T) {
	for _, purpose := range Purposes() {
		before, err := Text("v2", purpose)
		now, err2 := Text("v3", purpose)
		if err != nil || err2 != nil || before != now {
			t.Errorf("%s differs between v2 and v3 (%v, %v)", purpose, err, err2)
		}
	}
}

func TestUnknown(t *testing.T) {
	for _, c := range [][2]string{{Version, "shots"}, {"v0", "shot"}, {"..", "shot"}, {Version, "../templates"}} {
		if text, err := Text(c[0], c[1]); err == nil {
			t.Errorf("Text(%q, %q) = %q, want an error", c[0], c[1], text)
		}
	}
}
