package api

import (
	"context"
	"fmt"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dailies/dailies/internal/httpapi/live"
	"github.com/dailies/dailies/internal/studio"
)

// inClip takes the body itself: it is the clip, and never held whole.
type inClip struct {
	InShot
	body rawBody
}

// Resolve is huma's: it is given the request.
func (in *inClip) Resolve(hc huma.Context) []error {
	in.body.r, in.body.w = humago.Unwrap(hc)
	return nil
}

// addTake spools the clip, has it measured behind the media fence, and answers with what
// was found. The answer waits for that: a clip whose fate nobody hears of would be lost.
func (s *Server) addTake(ctx context.Context, in *inClip) (*Out[studio.Imported], error) {
	if s.Steps == nil {
		return nil, ProblemAway.With("no clips are taken here")
	}
	e, _, err := s.cell(ctx, in.ID(), in.Slate)
	if err != nil {
		return nil, err
	}
	if e.Open {
		return nil, fmt.Errorf("%s %w: wait for it or end it, then bring the clip in", in.ID(), studio.ErrBusy)
	}
	folder, at, err := in.body.toDisk()
	if err != nil {
		return nil, err
	}
	defer folder.remove()
	clip, err := folder.root.Open(at)
	if err != nil {
		return nil, fmt.Errorf("take a clip in: %w", err)
	}
	defer clip.Close()
	if info, err := clip.Stat(); err != nil || info.Size() == 0 {
		return nil, ProblemInvalid.With("the clip is empty: send it as the body")
	}
	steps, err := s.Steps()
	if err != nil {
		return nil, err
	}
	// FFmpeg looks for itself what it is. Who goes away meanwhile finds the take all the same.
	got, err := s.by(ctx).Import(context.WithoutCancel(ctx), steps, in.ID(), in.Slate, clip, "video/mp4")
	if err != nil {
		return nil, err
	}
	s.Model.Touch(ctx, in.ID())
	s.Model.Publish(live.EventTake, in.ID(), in.Slate, live.TakeChanged{Show: in.Show, Number: in.Number, Slate: in.Slate, Take: got.Take.Number})
	return out(got), nil
}
