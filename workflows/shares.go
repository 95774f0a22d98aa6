package workflows

import (
	"github.com/dailies/dailies/internal/drama"
)

// shares hand the season's cap out before anything is bought: the rule of runs
// that began by RulesFirst.
type shares struct {
	in   SeasonInput
	left int64         // micro-units of the cap that no episode has
	out  map[int]int64 // handed out, by position
}

func newShares(in SeasonInput) shares {
	s := shares{in: in, out: make(map[int]int64)}
	if in.Cap != nil {
		s.left = in.Cap.Micros
	}
	return s
}

// back takes what an episode has spent off what is left.
func (s *shares) back(spent drama.Money) { s.left -= spent.Micros }

// give takes back what an episode has not spent of its share.
func (s *shares) give(i int, spent drama.Money) {
	if share, ok := s.out[i]; ok {
		s.left += share - spent.Micros
		delete(s.out, i)
	}
}

// of is an episode's part of what is left: an equal one, but never more than the
// caller gave it. nil when neither says anything.
func (s *shares) of(i int) *drama.Money {
	own := s.in.Episodes[i].MaxCost
	if s.in.Cap == nil {
		return own
	}
	part := max(s.left, 0) / int64(len(s.in.Episodes)-i)
	if own != nil && own.Currency == s.in.Cap.Currency {
		part = min(own.Micros, max(s.left, 0))
	}
	s.left -= part
	s.out[i] = part
	return &drama.Money{Micros: part, Currency: s.in.Cap.Currency}
}
