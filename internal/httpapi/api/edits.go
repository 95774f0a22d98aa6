package api

import (
	"context"
	"errors"
	"fmt"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/studio"
)

func (s *Server) registerEdits() {
	add(s, "get-edit", s.getEdit)
	add(s, "conform-back", s.conformBack)
	add(s, "drop-edit", s.dropEdit)
}

func (s *Server) getEdit(ctx context.Context, in *InEpisode) (*Out[drama.Edit], error) {
	e, err := s.Studio.Edit(ctx, in.ID())
	if err != nil {
		return nil, err
	}
	return out(e), nil
}

// inTimeline takes the body itself: it is an editor's file.
type inTimeline struct {
	InEpisode
	Name string `query:"name" required:"true" minLength:"1" maxLength:"200" doc:"The file's name, whose extension says what it is: .otio, .fcpxml, .edl"`
	Look bool   `query:"look" doc:"Only say what it would change and what it cannot carry"`
	body rawBody
}

// Resolve is huma's: it is given the request.
func (in *inTimeline) Resolve(hc huma.Context) []error {
	in.body.r, in.body.w = humago.Unwrap(hc)
	return nil
}

// ConformedBack is an editor's cut that came back.
type ConformedBack struct {
	Edit    drama.Edit `json:"edit"`
	Changes []string   `json:"changes" doc:"Against the script's order, in words"`
	Lost    []string   `json:"lost" doc:"What of it is not carried"`
	Run     string     `json:"run,omitempty" doc:"The run that cuts it; absent where it was only looked at"`
}

func (s *Server) conformBack(ctx context.Context, in *inTimeline) (*Out[ConformedBack], error) {
	folder, at, err := in.body.toDisk()
	if err != nil {
		return nil, err
	}
	defer folder.remove()
	if info, err := folder.root.Stat(at); err == nil && info.Size() > studio.MaxTimeline {
		return nil, ProblemTooLarge.With(fmt.Sprintf("a timeline has at most %d bytes", studio.MaxTimeline))
	}
	body, err := folder.root.ReadFile(at)
	if err != nil {
		return nil, fmt.Errorf("take a timeline in: %w", err)
	}
	got, err := s.by(ctx).ConformBack(ctx, in.ID(), in.Name, body, in.Look)
	if errors.Is(err, studio.ErrTimeline) {
		return nil, ProblemInvalid.With(err.Error())
	}
	if err != nil {
		return nil, err
	}
	if !in.Look {
		s.Model.Touch(ctx, in.ID())
	}
	return out(ConformedBack{got.Edit, emptied(got.Changes), emptied(got.Lost), got.Run.RunID}), nil
}

// emptied is a list that is there though nothing is in it.
func emptied(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func (s *Server) dropEdit(ctx context.Context, in *InEpisode) (*Out[Run], error) {
	run, err := s.by(ctx).DropEdit(ctx, in.ID())
	if err != nil {
		return nil, err
	}
	s.Model.Touch(ctx, in.ID())
	return out(Run{Show: in.Show, Number: in.Number, Run: run.RunID, Joined: run.Joined, Make: []string{}}), nil
}
