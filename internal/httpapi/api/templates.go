package api

import (
	"context"
	"errors"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dailies/dailies/internal/httpapi/access"
	"github.com/dailies/dailies/internal/studio"
)

// Templates are a show's prompt templates.
type Templates struct {
	Version  string   `json:"version" doc:"Which the show keeps" example:"v3"`
	Versions []string `json:"versions" doc:"Those that there are, the oldest first"`
}

type templatesAnswer struct {
	ETag string `header:"ETag"`
	Body Templates
}

type inTemplates struct {
	InShow
	Match string `header:"If-Match"`
	Body  struct {
		Version string `json:"version" maxLength:"16" doc:"One of versions" example:"v3"`
	}
}

func (s *Server) registerTemplates() {
	add(s, "get-templates", s.getTemplates)
	add(s, "put-templates", s.putTemplates)
}

func (s *Server) getTemplates(ctx context.Context, in *InShow) (*templatesAnswer, error) {
	if _, _, err := s.Find(ctx, in.Show); err != nil {
		return nil, err
	}
	version, err := s.Studio.Templates(ctx, in.Show)
	if err != nil {
		return nil, err
	}
	return &templatesAnswer{ETag: etag(version), Body: Templates{version, studio.TemplateVersions()}}, nil
}

func (s *Server) putTemplates(ctx context.Context, in *inTemplates) (*templatesAnswer, error) {
	s.deciding.Lock()
	defer s.deciding.Unlock()
	now, err := s.getTemplates(ctx, &in.InShow)
	if err != nil {
		return nil, err
	}
	if !matches(in.Match, now.ETag) {
		return nil, ProblemStale.With("the show has templates " + now.Body.Version + " now; look at it, then decide again")
	}
	if err := s.by(ctx).MoveTemplates(ctx, in.Show, now.Body.Version, in.Body.Version); errors.Is(err, studio.ErrVersion) {
		return nil, ProblemInvalid.With(err.Error(), &huma.ErrorDetail{Location: "body.version", Message: "want one of versions", Value: in.Body.Version})
	} else if err != nil {
		return nil, err
	}
	access.Changed(ctx, now.Body.Version, in.Body.Version)
	return s.getTemplates(ctx, &in.InShow)
}
