package api

import (
	"context"
	"fmt"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
)

// Shots names shots of an episode.
type Shots struct {
	Number int      `json:"episode" minimum:"1" maximum:"999999"`
	Slates []string `json:"slates" minItems:"1" maxItems:"5000"`
}

// parts are an act's episodes: itself, or for those of a show one for each.
func (s *Server) parts(ctx context.Context, a Act) ([]Act, error) {
	switch a.Op {
	case "retake-show":
		return s.retakes(ctx, a)
	case "start-show-run":
		return s.season(ctx, a)
	}
	if a.Number == 0 {
		return nil, ProblemInvalid.With("name the episode", &huma.ErrorDetail{Location: "body.episode", Message: "it is missing"})
	}
	return []Act{a}, nil
}

func (s *Server) retakes(ctx context.Context, a Act) ([]Act, error) {
	of := a.Of
	if a.Filter != "" {
		show, _, err := s.Find(ctx, a.Show)
		if err != nil {
			return nil, err
		}
		of = nil
		for _, e := range show.Episodes {
			part := Shots{Number: e.Number}
			for _, c := range e.Cells {
				if c.State == drama.ShotNG {
					part.Slates = append(part.Slates, c.Slate)
				}
			}
			if len(part.Slates) > 0 {
				of = append(of, part)
			}
		}
	}
	if len(of) == 0 {
		return nil, ProblemInvalid.With("there is no shot to retake: name shots in of, or use filter where some are NG")
	}
	var parts []Act
	for _, o := range of {
		part := a
		part.Op, part.Number, part.Slates, part.Of, part.Filter = "retake", o.Number, o.Slates, nil, ""
		parts = append(parts, part)
	}
	return parts, nil
}

// season is an act for each episode that was ever rendered.
func (s *Server) season(ctx context.Context, a Act) ([]Act, error) {
	ids, err := s.Studio.Episodes(ctx, a.Show)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("show %s is %w: no episode of it was ever rendered", a.Show, studio.ErrUnknown)
	}
	if a.Script != nil {
		return nil, ProblemInvalid.With("a script is of one episode: render it by start-run", &huma.ErrorDetail{Location: "body.script", Message: "it is not taken here"})
	}
	var parts []Act
	for _, id := range ids {
		part := a
		part.Op, part.Number = "start-run", id.Number
		parts = append(parts, part)
	}
	return parts, nil
}
