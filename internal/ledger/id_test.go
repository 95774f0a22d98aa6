package ledger_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
)

func job(show, slate string, take, attempt int) ledger.ID {
	return ledger.ID{
		Take:    drama.TakeID{Episode: drama.EpisodeID{Show: show, Number: 1}, Slate: slate, Number: take},
		Attempt: attempt,
	}
}

func TestIDSurvivesPrinting(t *testing.T) {
	for _, id := range []ledger.ID{job("night-shift", "2B", 3, 1), job("a", "12-A", 9999, 99)} {
		got, err := ledger.ParseID(id.String())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(id, got); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
}

func TestParseIDRefuses(t *testing.T) {
	for _, s := range []string{
		"", "night-shift/ep01/2B/3", "night-shift/ep01/2B/0/1", "night-shift/ep01/../3/1",
		"Night/ep01/2B/3/1", "night-shift/ep1/2B/3/1", "night-shift/ep01/2B/3/100", "a/ep01/2B/3/1/x",
	} {
		if id, err := ledger.ParseID(s); err == nil {
			t.Errorf("ParseID(%q) = %v, want an error", s, id)
		}
	}
}

func TestKeyFitsEveryVendor(t *testing.T) {
	seen := map[string]ledger.ID{}
	for _, show := range []string{"night-shift", strings.Repeat("s", 64), strings.Repeat("s", 63) + "t"} {
		for _, attempt := range []int{1, 2} {
			id := job(show, strings.Repeat("1", 32), 3, attempt)
			key := id.Key()
			if len(key) > 64 || strings.ContainsFunc(key, func(r rune) bool {
				return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
			}) {
				t.Errorf("key %q of %s does not fit", key, id)
			}
			if other, dup := seen[key]; dup {
				t.Errorf("%s and %s share the key %q", id, other, key)
			}
			seen[key] = id
		}
	}
}
