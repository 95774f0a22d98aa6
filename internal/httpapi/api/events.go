package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dailies/dailies/internal/httpapi/access"
)

// InEvents says what to hear of, and from where on.
type InEvents struct {
	Show  string `query:"show" maxLength:"64" doc:"Of one show; empty: of all"`
	Since string `query:"since" maxLength:"64" doc:"The id of the last event, or a board's seq"`
	Last  string `header:"Last-Event-ID" maxLength:"64" doc:"What a browser sends when it comes back; it is the later word"`
}

func (s *Server) events(ctx context.Context, in *InEvents) (*huma.StreamResponse, error) {
	actor := access.From(ctx)
	if in.Show != "" && !actor.Sees(in.Show) {
		return nil, access.ErrUnseen
	}
	after := in.Last
	if after == "" {
		after = in.Since
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		_, w := humago.Unwrap(hc)
		shows := actor.Shows
		if in.Show != "" {
			shows = []string{in.Show}
		}
		sub := s.Model.Subscribe(after, shows)
		defer sub.Close()
		sub.Serve(hc.Context(), w)
	}}, nil
}
