package api

import (
	"context"
	"fmt"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/httpapi/access"
)

func (s *Server) registerMoney() {
	add(s, "make-quote", s.quote)
	add(s, "get-episode-cap", s.getEpisodeCap)
	add(s, "put-episode-cap", s.putEpisodeCap)
	add(s, "get-show-cap", s.getShowCap)
	add(s, "put-show-cap", s.putShowCap)
}

// Cap is a cap and what is left of it.
type Cap struct {
	Cap  *drama.CapState `json:"cap" doc:"null: there is none"`
	Left *drama.Money    `json:"left,omitempty"`
}

// tag names what a person decides by: the limit, not what was spent meanwhile.
func (c Cap) tag() string {
	if c.Cap == nil {
		return etag("none")
	}
	return etag(c.Cap.Limit)
}

type capAnswer struct {
	ETag string `header:"ETag"`
	Body Cap
}

// InCap is a new limit.
type InCap struct {
	Cap drama.Money `json:"cap" doc:"In the season's currency; empty: that"`
}

func capOf(caps []drama.CapState, name drama.CapName) Cap {
	for _, c := range caps {
		if c.Name == name {
			left := c.Left()
			return Cap{Cap: &c, Left: &left}
		}
	}
	return Cap{}
}

func answer(c Cap) *capAnswer { return &capAnswer{ETag: c.tag(), Body: c} }

func (s *Server) getEpisodeCap(ctx context.Context, in *InEpisode) (*capAnswer, error) {
	if _, err := s.Episode(ctx, in.ID()); err != nil {
		return nil, err
	}
	caps, err := s.Studio.EpisodeCaps(ctx, in.ID())
	if err != nil {
		return nil, err
	}
	return answer(capOf(caps, drama.CapEpisode)), nil
}

type inEpisodeCap struct {
	InEpisode
	Match string `header:"If-Match"`
	Body  InCap
}

func (s *Server) putEpisodeCap(ctx context.Context, in *inEpisodeCap) (*capAnswer, error) {
	s.deciding.Lock()
	defer s.deciding.Unlock()
	now, err := s.getEpisodeCap(ctx, &in.InEpisode)
	if err == nil {
		err = mayCap(in.Match, now, in.Body.Cap)
	}
	if err != nil {
		return nil, err
	}
	if _, err := s.by(ctx).Budget(ctx, in.ID(), in.Body.Cap); err != nil {
		return nil, err
	}
	access.Changed(ctx, now.Body.Cap, in.Body.Cap)
	s.Model.Touch(ctx, in.ID())
	return s.getEpisodeCap(ctx, &in.InEpisode)
}

// mayCap compares what a person decided by, and looks at the amount.
func mayCap(match string, now *capAnswer, limit drama.Money) error {
	if !matches(match, now.ETag) {
		detail := "there is no cap any more"
		if c := now.Body.Cap; c != nil {
			detail = fmt.Sprintf("%s is %s now", c.Name.Words(), c.Limit)
		}
		return ProblemStale.With(detail + "; look at it, then decide again")
	}
	if limit.Micros <= 0 {
		return ProblemInvalid.With("a cap is above nothing", &huma.ErrorDetail{Location: "body.cap.micros", Message: "want a number above 0"})
	}
	return nil
}

func (s *Server) getShowCap(ctx context.Context, in *InShow) (*capAnswer, error) {
	if _, _, err := s.Find(ctx, in.Show); err != nil {
		return nil, err
	}
	caps, err := s.Studio.Caps(ctx, in.Show)
	if err != nil {
		return nil, err
	}
	return answer(capOf(caps, drama.CapSeason)), nil
}

type inShowCap struct {
	InShow
	Match string `header:"If-Match"`
	Body  InCap
}

func (s *Server) putShowCap(ctx context.Context, in *inShowCap) (*capAnswer, error) {
	s.deciding.Lock()
	defer s.deciding.Unlock()
	now, err := s.getShowCap(ctx, &in.InShow)
	if err == nil {
		err = mayCap(in.Match, now, in.Body.Cap)
	}
	if err != nil {
		return nil, err
	}
	if _, _, err := s.by(ctx).BudgetSeason(ctx, in.Show, in.Body.Cap); err != nil {
		return nil, err
	}
	access.Changed(ctx, now.Body.Cap, in.Body.Cap)
	return s.getShowCap(ctx, &in.InShow)
}
