package plan

import (
	"slices"

	"github.com/dailies/dailies/internal/provider"
)

// parked says why an instance may not be used now; empty: it may.
func parked(f provider.Facts) string {
	if f.Parked == "" {
		return ""
	}
	return "is parked: " + f.Parked
}

// unparked says whether somebody can who is not parked. fit says why one cannot.
func (b *builder) unparked(names []string, fit func(provider.Facts) string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		facts, ok := b.facts(name)
		return ok && facts.Parked == "" && fit(facts) == ""
	})
}
