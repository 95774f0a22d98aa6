package activities

import (
	"context"
	"errors"

	"go.temporal.io/sdk/activity"

	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/purchase"
)

// MaxDeadline is the longest that a provider instance may give a job.
const MaxDeadline = purchase.MaxDeadline

// Generator makes takes. It runs on the queues of the provider instances that its
// worker serves.
type Generator struct {
	Buyer purchase.Buyer
	// Conform conforms a take where it has arrived, as Media.AtOnce does; nil: whoever serves
	// MediaQueue does it.
	Conform func(context.Context, ConformInput) (ready *Conformed, begun bool)

	plans library.Recent[plan.Plan]
}

// Generate makes one take, or still, at most once: whatever an earlier, interrupted
// call got to is gone on with. Its errors are *Failure with NoClip where the run has
// to decide. A take that can be conformed here and now is: that spares the run a step, and
// the store a reader.
func (g *Generator) Generate(ctx context.Context, in GenerateInput) (Made, error) {
	clip, err := g.generate(ctx, in)
	made := Made{Clip: clip}
	if err == nil && in.Then != nil && g.Conform != nil {
		made.Ready, made.Begun = g.Conform(ctx, in.conform(clip))
	}
	return made, err
}

func (g *Generator) generate(ctx context.Context, in GenerateInput) (Clip, error) {
	p, err := g.plans.Load(ctx, library.Library{Store: g.Buyer.Store}, in.Plan)
	if err != nil {
		return Clip{}, err
	}
	s, err := findShot(p, in.Take.Slate)
	if len(in.Pack) > 0 {
		s, err = findPack(p, in.Take.Slate)
	}
	if err != nil {
		return Clip{}, err
	}
	clip, err := g.Buyer.Buy(ctx, purchase.Order{
		Take: in.Take, Shot: s, Instance: in.Instance, Seed: in.Seed, Estimate: in.Estimate, FirstFrame: in.FirstFrame, LastFrame: in.LastFrame,
		Remedies: in.Remedies, Again: in.Again, Pack: in.Pack, Lips: in.Lips, Last: lastWord(ctx), Unwanted: cancelled,
		Urgency: urgency(ctx),
	})
	return clip, asFailure(err)
}

func asFailure(err error) error {
	if f, ok := errors.AsType[*purchase.Failure](err); ok {
		return &Failure{Type: f.Type, Final: f.Final, After: f.After, NoClip: f.NoClip, Missing: f.Missing, Err: f.Err}
	}
	return err
}

// urgency is the step's priority, as the engine has it.
func urgency(ctx context.Context) int {
	if !activity.IsActivity(ctx) {
		return 0
	}
	return activity.GetInfo(ctx).Priority.PriorityKey
}

// lastWord is what the last try of the activity left in its heartbeat.
func lastWord(ctx context.Context) *purchase.Word {
	var w purchase.Word
	if !activity.IsActivity(ctx) || !activity.HasHeartbeatDetails(ctx) || activity.GetHeartbeatDetails(ctx, &w) != nil {
		return nil
	}
	return &w
}
