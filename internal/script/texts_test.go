package script

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/substation"
)

// The example of the reference is right.
func TestTheReferencesSubtitlesAreRead(t *testing.T) {
	_, block, _ := strings.Cut(looks, "```\n")
	block, _, _ = strings.Cut(block, "```")
	if styles, problems := substation.Styles(block); len(problems) > 0 || styles["subtitle"].Size == 0 {
		t.Errorf("%+v\n%+v", styles, problems)
	}
}
