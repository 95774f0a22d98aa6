package workflows

import (
	"errors"
	"fmt"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/internal/drama"
)

// Attributes by which runs are listed; a season gives them to its episodes.
var (
	showAttribute    = temporal.NewSearchAttributeKeyKeyword("Show")
	episodeAttribute = temporal.NewSearchAttributeKeyInt64("Episode")
)

// season is a season's run in progress.
type season struct {
	in      SeasonInput
	done    []*drama.Delivery // by position in in.Episodes
	next    int               // the first that was not begun
	running int
	left    int64 // micro-units of the cap that no episode has
	shares  map[int]int64
	full    bool // the history is long enough
	ng      int  // NG takes of the episodes that have ended
}

// Season renders a show's episodes, a few at once, each with its share of the
// season's cap. An episode that ends without a cut does not end the season.
func Season(ctx workflow.Context, in SeasonInput) (SeasonResult, error) {
	s := &season{in: in, done: make([]*drama.Delivery, len(in.Episodes)), shares: make(map[int]int64)}
	if in.Cap != nil {
		s.left = in.Cap.Micros
	}
	for i := range in.Done {
		if i < len(s.done) {
			s.done[i] = &in.Done[i]
			s.left -= in.Done[i].Spent.Micros
			s.ng += in.Done[i].NG
			s.next = i + 1
		}
	}
	if in.Window <= 0 {
		s.in.Window = episodesAtOnce
	}
	for s.next < len(in.Episodes) && ctx.Err() == nil {
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			s.full = true
			break
		}
		s.begin(ctx, s.next)
		s.next++
		// Cancelling the season cancels its episodes, which then collect what they
		// have paid for: only a free place in the window ends this wait.
		if err := s.wait(ctx, func() bool { return s.running < s.in.Window }); err != nil {
			return SeasonResult{}, err
		}
	}
	if err := s.wait(ctx, func() bool { return s.running == 0 }); err != nil {
		return SeasonResult{}, err
	}
	if s.full && ctx.Err() == nil {
		on := in
		on.Done = s.result().Episodes
		return SeasonResult{}, workflow.NewContinueAsNewError(ctx, SeasonName, on)
	}
	for i := s.next; i < len(in.Episodes); i++ {
		s.done[i] = &drama.Delivery{
			Show: in.Show, Episode: in.Episodes[i].ID.Number, State: drama.StateCancelled, Shots: []drama.ShotStatus{},
			Problems: []string{"the season was cancelled before this episode began"},
		}
	}
	return s.result(), nil
}

func (s *season) wait(ctx workflow.Context, until func() bool) error {
	collect, done := workflow.NewDisconnectedContext(ctx)
	defer done()
	return workflow.Await(collect, until)
}

// begin starts an episode in a coroutine of its own.
func (s *season) begin(ctx workflow.Context, i int) {
	in := s.in.Episodes[i]
	in.MaxCost, in.Failed = s.share(i), s.ng
	s.running++
	workflow.GoNamed(ctx, in.ID.String(), func(ctx workflow.Context) {
		child := workflow.WithChildOptions(ctx, childOptions(in.ID))
		var d drama.Delivery
		if err := workflow.ExecuteChildWorkflow(child, EpisodeName, in).Get(child, &d); err != nil {
			d = s.failed(ctx, in.ID, err)
		}
		s.done[i] = &d
		s.ng += d.NG
		// What the episode did not spend is the others'.
		if share, ok := s.shares[i]; ok {
			s.left += share - d.Spent.Micros
			delete(s.shares, i)
		}
		s.running--
	})
}

func childOptions(id drama.EpisodeID) workflow.ChildWorkflowOptions {
	return workflow.ChildWorkflowOptions{
		WorkflowID:            EpisodeWorkflowID(id),
		TaskQueue:             TaskQueue,
		WorkflowIDReusePolicy: enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		// A season that is terminated leaves its episodes to collect what they paid for.
		ParentClosePolicy:     enums.PARENT_CLOSE_POLICY_REQUEST_CANCEL,
		WaitForCancellation:   true,
		StaticSummary:         id.String(),
		Priority:              temporal.Priority{PriorityKey: priorityRun, FairnessKey: id.Show},
		TypedSearchAttributes: temporal.NewSearchAttributes(showAttribute.ValueSet(id.Show), episodeAttribute.ValueSet(int64(id.Number))),
	}
}

// share is an episode's part of what is left: an equal one, but never more than
// the caller gave it. nil when neither says anything.
func (s *season) share(i int) *drama.Money {
	own := s.in.Episodes[i].MaxCost
	if s.in.Cap == nil {
		return own
	}
	part := max(s.left, 0) / int64(len(s.in.Episodes)-i)
	if own != nil && own.Currency == s.in.Cap.Currency {
		part = min(own.Micros, max(s.left, 0))
	}
	s.left -= part
	s.shares[i] = part
	return &drama.Money{Micros: part, Currency: s.in.Cap.Currency}
}

func (s *season) failed(ctx workflow.Context, id drama.EpisodeID, err error) drama.Delivery {
	d := drama.Delivery{Show: id.Show, Episode: id.Number, State: drama.StateNG, Shots: []drama.ShotStatus{}}
	var busy *temporal.ChildWorkflowExecutionAlreadyStartedError
	switch {
	case errors.As(err, &busy):
		d.Problems = []string{fmt.Sprintf("%s is being rendered by another run: wait for it, then render the season again", id)}
	case ctx.Err() != nil || temporal.IsCanceledError(err):
		d.State = drama.StateCancelled
	default:
		d.Problems = []string{"the run broke off: " + words(err)}
	}
	return d
}

func (s *season) result() SeasonResult {
	r := SeasonResult{Show: s.in.Show, Episodes: []drama.Delivery{}}
	for _, d := range s.done {
		if d != nil {
			r.Episodes = append(r.Episodes, *d)
		}
	}
	return r
}
