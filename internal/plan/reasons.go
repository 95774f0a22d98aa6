package plan

import (
	"slices"

	"github.com/dailies/dailies/internal/phrase"
)

// because says why a shot is planned as it is.
func (s *Shot) because(why ...phrase.Phrase) {
	s.Why, s.Reason = why, phrase.Join(why, phrase.English)
}

// also says more of it.
func (s *Shot) also(more phrase.Phrase) {
	s.Why = append(slices.Clip(s.Why), more)
	s.Reason = phrase.Join(s.Why, phrase.English)
}
