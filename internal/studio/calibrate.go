package studio

import (
	"context"
	"errors"
	"fmt"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/judge"
)

// ErrNoJudge: nobody is configured to look at takes.
var ErrNoJudge = errors.New("nobody judges takes")

// Calibrated is how far the judge agrees with people, and what it may do by that.
type Calibrated struct {
	Show string `json:"show"`
	judge.Calibration
	Agreement float64 `json:"agreement"` // 0..1
	Enough    bool    `json:"enough"`    // there are picks enough to know
	Gates     bool    `json:"gates"`     // its floors may make a take NG
	Why       string  `json:"why"`       // in words
}

// Calibrate holds the judge's grades of a show's takes against what people circled and
// marked NG, and keeps what was found: plans of the show go by it from then on. Of one
// episode (number over 0) it is only told. damaged are records that cannot be read.
// ErrUnknown, ErrNoJudge.
func (s *Studio) Calibrate(ctx context.Context, show string, number int) (c Calibrated, damaged []error, err error) {
	if s.Judge == nil {
		return c, nil, fmt.Errorf("%w: judge in the config names a model that does", ErrNoJudge)
	}
	episodes, err := s.Episodes(ctx, show)
	if err != nil {
		return c, nil, err
	}
	if number > 0 {
		var one []drama.EpisodeID
		for _, id := range episodes {
			if id.Number == number {
				one = append(one, id)
			}
		}
		episodes = one
	}
	if len(episodes) == 0 {
		return c, nil, fmt.Errorf("%s is %w: no episode of it was ever rendered", show, ErrUnknown)
	}
	picks, damaged, err := s.library().Picks(ctx, show, episodes, s.Judge.Model)
	if err != nil {
		return c, damaged, err
	}
	found := judge.Calibrate(s.Judge.Model, picks, s.now())
	if number == 0 {
		if err := s.library().WriteCalibration(ctx, show, found); err != nil {
			return c, damaged, err
		}
	}
	return calibrated(show, found, s.Judge.Model), damaged, nil
}

func calibrated(show string, found judge.Calibration, model string) Calibrated {
	st := found.Stands(model)
	return Calibrated{Show: show, Calibration: found, Agreement: found.Agreement(), Enough: found.Enough(), Gates: st.Gates, Why: st.Why}
}

// Standing is how far the judge agrees with people about a show's takes; nil: nobody judges,
// or it was never held against them.
func (s *Studio) Standing(ctx context.Context, show string) (*Calibrated, error) {
	if s.Judge == nil {
		return nil, nil //nolint:nilnil // none is an answer here
	}
	found, err := s.library().Calibration(ctx, show)
	if err != nil || found == nil {
		return nil, err
	}
	c := calibrated(show, *found, s.Judge.Model)
	return &c, nil
}

// Standings say of each show with a calibration what the judge may do there, in words.
func (s *Studio) Standings(ctx context.Context) ([]Calibrated, error) {
	if s.Judge == nil {
		return nil, nil
	}
	shows, err := s.Shows(ctx)
	if err != nil {
		return nil, err
	}
	var all []Calibrated
	for _, show := range shows {
		c, err := s.Standing(ctx, show)
		if err != nil {
			return nil, err
		}
		if c != nil {
			all = append(all, *c)
		}
	}
	return all, nil
}
