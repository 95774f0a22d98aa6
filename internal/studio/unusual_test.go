package studio

import (
	"strings"
	"testing"

	"github.com/dailies/dailies/internal/drama"
)

// What QC would not have circled is used with a word on what that means.
func TestAnUnusualTakeIsWarnedOf(t *testing.T) {
	good := drama.Take{ID: drama.TakeID{Slate: "1A", Number: 2}, Digest: "d", Verdict: drama.Verdict{Pass: true}}
	ng, older := good, good
	ng.Verdict = drama.Verdict{Reasons: []string{"black for 12 frames"}}
	older.Digest = "another"
	both := older
	both.Verdict = ng.Verdict
	for name, c := range map[string]struct {
		take   drama.Take
		digest string
		want   int
	}{"as usual": {good, "d", 0}, "NG": {ng, "d", 1}, "older": {older, "d", 1}, "both": {both, "d", 2}, "no plan": {older, "", 0}} {
		got := unusual(c.take, c.digest)
		if len(got) != c.want || !c.take.Verdict.Pass && !strings.Contains(got[0], "black for 12 frames") {
			t.Errorf("%s: %q", name, got)
		}
	}
}
