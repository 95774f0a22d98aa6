package activities

import (
	"context"

	"go.temporal.io/sdk/activity"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ids"
)

// Subject is what a step is about, as far as its input says: the zero value of what it
// does not.
type Subject struct {
	Episode drama.EpisodeID
	Shot    string // its slate
	Take    int
}

func ofTake(id drama.TakeID) Subject { return Subject{id.Episode, id.Slate, id.Number} }

// About is what a step with an input is about.
func About(args []any) Subject {
	if len(args) == 0 {
		return Subject{}
	}
	switch in := args[0].(type) {
	case PlanInput:
		return Subject{Episode: in.ID}
	case GenerateInput:
		return ofTake(in.Take)
	case ConformInput:
		return ofTake(in.Take)
	case NGInput:
		return ofTake(in.Take)
	case StillInput:
		return ofTake(in.Take)
	case CircleInput:
		return ofTake(in.Take)
	case FrameInput:
		return ofTake(in.Take)
	case SplitInput:
		if len(in.Pack) > 0 {
			return ofTake(in.Pack[0])
		}
	case SpeakInput:
		return Subject{Shot: in.Slate}
	case AssembleInput:
		return Subject{Episode: in.ID}
	case DeliverInput:
		return Subject{Episode: in.ID}
	case DubInput:
		return Subject{Episode: in.ID}
	case TellInput:
		return Subject{Episode: drama.EpisodeID{Show: in.Data.Show, Number: in.Data.Episode}}
	}
	return Subject{}
}

// named has the logs of a step name what it is about.
func named(ctx context.Context, args []any) context.Context {
	pairs := []any{"run", activity.GetInfo(ctx).WorkflowExecution.RunID}
	s := About(args)
	if s.Episode.Show != "" {
		pairs = append(pairs, "episode", s.Episode.String())
	}
	if s.Shot != "" {
		pairs = append(pairs, "shot", s.Shot)
	}
	return ids.With(ctx, pairs...)
}
