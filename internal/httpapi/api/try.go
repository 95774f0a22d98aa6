package api

import (
	"context"

	"github.com/dailies/dailies/internal/studio"
)

type inTry struct {
	InEpisode
	Body struct {
		Model  string   `json:"model" minLength:"1" maxLength:"200" doc:"As its vendor calls it, or a provider instance"`
		Use    string   `json:"use,omitempty" maxLength:"64" doc:"The provider instance that asks for it, where several could"`
		Like   string   `json:"like,omitempty" maxLength:"200" doc:"A known model whose facts hold for it"`
		Slates []string `json:"slates" minItems:"1" maxItems:"5000" doc:"Slates or scene numbers"`
		Quote  string   `json:"quote" maxLength:"1000" doc:"From make-quote"`
	}
}

// tryModel has another model make takes beside circled ones.
func (s *Server) tryModel(ctx context.Context, in *inTry) (*Out[Run], error) {
	b := in.Body
	a := Act{Op: "try-model", Show: in.Show, Number: in.Number, Slates: b.Slates, Use: b.Use, Model: b.Model, Like: b.Like}
	q, _, err := s.honour(ctx, a, b.Quote)
	if err != nil {
		return nil, err
	}
	run, err := s.by(ctx).Try(ctx, in.ID(), studio.Trial{Model: b.Model, Use: b.Use, Like: b.Like, Slates: b.Slates}, nil)
	if err != nil {
		return nil, err
	}
	s.Model.Touch(ctx, in.ID())
	return out(Run{in.Show, in.Number, run.RunID, run.Joined, q.Low, q.High, q.Make}), nil
}
