package api

import (
	"context"

	"github.com/dailies/dailies/internal/httpapi/live"
)

func (s *Server) registerEpisodes() {
	add(s, "get-episode", s.getEpisode)
	add(s, "list-shots", s.shots)
}

func (s *Server) getEpisode(ctx context.Context, in *InEpisode) (*Out[live.Row], error) {
	e, err := s.Episode(ctx, in.ID())
	if err != nil {
		return nil, err
	}
	return out(e.Row), nil
}

type inShots struct {
	InEpisode
	InPage
}

func (s *Server) shots(ctx context.Context, in *inShots) (*Out[Page[live.Cell]], error) {
	e, err := s.Episode(ctx, in.ID())
	if err != nil {
		return nil, err
	}
	p, err := page(e.Cells, in.InPage, func(c live.Cell) string { return c.Slate })
	return out(p), err
}
