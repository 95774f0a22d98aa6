package provider_test

import (
	"testing"

	"github.com/dailies/dailies/internal/provider"
)

// TestErrorsAreWords: people read them, also where no call was made.
func TestErrorsAreWords(t *testing.T) {
	for want, e := range map[string]*provider.Error{
		"submit: too many requests (429)": {Op: "submit", Message: "too many requests", Code: "429"},
		"the key is not known":            {Message: "the key is not known"},
	} {
		if got := e.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
