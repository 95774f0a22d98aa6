package api

import (
	"context"

	"github.com/dailies/dailies/internal/studio"
)

func (s *Server) registerJudge() { add(s, "calibrate-judge", s.calibrateJudge) }

// calibrateJudge holds the judge against what people circled and marked NG.
func (s *Server) calibrateJudge(ctx context.Context, in *InShow) (*Out[studio.Calibrated], error) {
	c, _, err := s.by(ctx).Calibrate(ctx, in.Show, 0)
	if err != nil {
		return nil, err
	}
	return out(c), nil
}
