package plan

import (
	"slices"

	"github.com/dailies/dailies/internal/attempts"
	"github.com/dailies/dailies/internal/provider"
)

// Told is exactly what a vendor is told of a shot in words.
type Told struct {
	Prompt   string `json:"prompt"`
	Negative string `json:"negative,omitempty"` // empty where the model takes none
}

// Told is what the route's model is told, with the remedies that apply by then.
func (s Shot) Told(r Route, remedies []attempts.Remedy) Told {
	text, opening, citation := s.Prompt.Text, r.Opening, r.Citation
	if slices.Contains(remedies, attempts.RemedySoftened) {
		text = s.Softened
	}
	if slices.Contains(remedies, attempts.RemedyNoReferences) {
		opening, citation = "", ""
	}
	t := Told{Prompt: opening + text + citation}
	if r.Negative {
		t.Negative = s.Prompt.Negative
	}
	return t
}

// WithoutStill is the route when the shot's still failed and the model makes the
// take from the text alone.
func (r Route) WithoutStill() Route {
	r.Mode, r.Opening = provider.ModeText, ""
	return r
}
