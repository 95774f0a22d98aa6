package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/account"
	"github.com/dailies/dailies/internal/drama"
)

// Attributes by which runs are listed.
var (
	ShowAttribute    = temporal.NewSearchAttributeKeyKeyword("Show")
	EpisodeAttribute = temporal.NewSearchAttributeKeyInt64("Episode")
)

// Attributes are what an episode's run is listed by.
func Attributes(id drama.EpisodeID) temporal.SearchAttributes {
	return temporal.NewSearchAttributes(ShowAttribute.ValueSet(id.Show), EpisodeAttribute.ValueSet(int64(id.Number)))
}

// season is a season's run in progress.
type season struct {
	in        SeasonInput
	done      []*drama.Delivery // by position in in.Episodes
	begun     []bool
	next      int // the first that was not begun
	running   int
	busy      int // update handlers that change it
	paused    *Pause
	shares    shares // the first release's rule
	full      bool   // the history is long enough
	ng        int    // NG takes of the episodes that have ended
	startedAt time.Time
	ended     bool
}

// Season renders a show's episodes, a few at once. What they may cost together is
// the show's account's to say: nothing is shared out before. An episode that ends
// without a cut does not end the season.
func Season(ctx workflow.Context, in SeasonInput) (SeasonResult, error) {
	s := &season{
		in: in, done: make([]*drama.Delivery, len(in.Episodes)), begun: make([]bool, len(in.Episodes)), paused: in.Paused, startedAt: workflow.Now(ctx),
	}
	s.shares = newShares(in)
	for i := range in.Done {
		if i < len(s.done) {
			s.done[i], s.begun[i] = &in.Done[i], true
			s.shares.back(in.Done[i].Spent)
			s.ng += in.Done[i].NG
			s.next = i + 1
		}
	}
	if in.Window <= 0 {
		s.in.Window = episodesAtOnce
	}
	if err := s.listen(ctx); err != nil {
		return SeasonResult{}, err
	}
	if err := s.openAccount(ctx); err != nil {
		return SeasonResult{}, err
	}
	if err := s.beginAll(ctx); err != nil {
		return SeasonResult{}, err
	}
	if s.full && ctx.Err() == nil {
		on := s.in
		on.Done, on.Paused = s.result().Episodes, s.paused
		return SeasonResult{}, workflow.NewContinueAsNewError(ctx, SeasonName, on)
	}
	for i := s.next; i < len(in.Episodes); i++ {
		s.done[i] = &drama.Delivery{
			Show: in.Show, Episode: in.Episodes[i].ID.Number, State: drama.StateCancelled, Shots: []drama.ShotStatus{},
			Problems: []string{"the season was cancelled before this episode began"},
		}
	}
	s.closeAccount(ctx)
	return s.result(), nil
}

// beginAll begins the episodes in order as places in the window come free, and
// waits for their ends.
func (s *season) beginAll(ctx workflow.Context) error {
	for s.next < len(s.in.Episodes) && ctx.Err() == nil {
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			s.full = true
			break
		}
		if s.paused != nil {
			_ = workflow.Await(ctx, func() bool { return s.paused == nil })
			continue
		}
		s.begin(ctx, s.next)
		s.next++
		// Cancelling the season cancels its episodes, which then collect what they
		// have paid for: only a free place in the window ends this wait.
		if err := s.wait(ctx, func() bool { return s.running < s.in.Window }); err != nil {
			return err
		}
	}
	if err := s.wait(ctx, func() bool { return s.running == 0 && s.busy == 0 }); err != nil {
		return err
	}
	s.ended = true
	return s.wait(ctx, func() bool { return workflow.AllHandlersFinished(ctx) })
}

func (s *season) wait(ctx workflow.Context, until func() bool) error {
	collect, done := workflow.NewDisconnectedContext(ctx)
	defer done()
	return workflow.Await(collect, until)
}

// begin starts an episode in a coroutine of its own.
func (s *season) begin(ctx workflow.Context, i int) {
	in := s.in.Episodes[i]
	in.Failed = s.ng
	if s.in.Rules < RulesAccount {
		in.MaxCost = s.shares.of(i)
	} else {
		in.Group = s.group(ctx)
	}
	s.running++
	s.begun[i] = true
	workflow.GoNamed(ctx, in.ID.String(), func(ctx workflow.Context) {
		child := workflow.WithChildOptions(ctx, childOptions(in))
		var d drama.Delivery
		if err := workflow.ExecuteChildWorkflow(child, EpisodeName, in).Get(child, &d); err != nil {
			d = s.failed(ctx, in.ID, err)
		}
		s.absent(ctx, in)
		s.done[i] = &d
		s.ng += d.NG
		// What the episode did not spend is the others'.
		s.shares.give(i, d.Spent)
		s.running--
	})
}

func childOptions(in EpisodeInput) workflow.ChildWorkflowOptions {
	o := workflow.ChildWorkflowOptions{
		WorkflowID:            EpisodeWorkflowID(in.ID),
		TaskQueue:             TaskQueue,
		WorkflowIDReusePolicy: enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		// A season that is terminated leaves its episodes to collect what they paid for.
		ParentClosePolicy:     enums.PARENT_CLOSE_POLICY_REQUEST_CANCEL,
		WaitForCancellation:   true,
		StaticSummary:         in.ID.String(),
		Priority:              temporal.Priority{PriorityKey: priorityRun, FairnessKey: in.ID.Show},
		TypedSearchAttributes: Attributes(in.ID),
	}
	if in.Print != "" {
		o.Memo = map[string]any{MemoPrint: in.Print}
	}
	return o
}

// capped says that the show's account has a say in the run.
func (s *season) capped() bool {
	return s.in.Rules >= RulesAccount && (s.in.Shared || s.in.MaxCost != nil)
}

// group names the run at the account, and is the same after continue-as-new; empty
// where nothing has to be kept together.
func (s *season) group(ctx workflow.Context) string {
	if !s.capped() {
		return ""
	}
	return workflow.GetInfo(ctx).FirstRunID
}

// openAccount says which episodes are going to ask, and what all may cost.
func (s *season) openAccount(ctx workflow.Context) error {
	if !s.capped() {
		return nil
	}
	in := account.Season{Show: s.in.Show, Group: s.group(ctx), Currency: s.in.Currency, Cap: s.in.MaxCost}
	for _, e := range s.in.Episodes[s.next:] {
		in.Expected = append(in.Expected, e.ID.Number)
	}
	err := workflow.ExecuteActivity(records(ctx, "open the season's run at the account"), theBank.OpenSeason, in).Get(ctx, nil)
	if ctx.Err() != nil {
		return nil // nothing begins
	}
	return err
}

// absent says that an episode has ended: nobody waits for its word any more.
func (s *season) absent(ctx workflow.Context, in EpisodeInput) {
	if in.Group == "" {
		return
	}
	collect, done := workflow.NewDisconnectedContext(ctx)
	defer done()
	// At worst the later episodes ask again.
	_ = workflow.ExecuteActivity(records(collect, in.ID.String()+" has ended"), theBank.Absent, activities.AbsentInput{
		Show: s.in.Show, Group: in.Group, Episode: in.ID.Number,
	}).Get(collect, nil)
}

func (s *season) closeAccount(ctx workflow.Context) {
	if !s.capped() {
		return
	}
	collect, done := workflow.NewDisconnectedContext(ctx)
	defer done()
	in := account.Season{Show: s.in.Show, Group: s.group(ctx), Currency: s.in.Currency}
	// The next run of the season takes its place at worst.
	_ = workflow.ExecuteActivity(records(collect, "close the season's run at the account"), theBank.CloseSeason, in).Get(collect, nil)
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

// resultShots is how many shots a season's result tells of. One of Temporal's payloads
// holds 2 MiB, and a shot with its reasons takes half a KiB; where there are more, each
// episode's own run tells of its shots.
const resultShots = 2000

func (s *season) result() SeasonResult {
	r := SeasonResult{Show: s.in.Show, Episodes: []drama.Delivery{}}
	shots := 0
	for _, d := range s.done {
		if d != nil {
			r.Episodes = append(r.Episodes, *d)
			shots += len(d.Shots)
		}
	}
	for i := range r.Episodes {
		if shots > resultShots && len(r.Episodes[i].Shots) > 0 {
			r.Episodes[i].Shots = nil
		}
	}
	return r
}

// listen installs the query and the updates.
func (s *season) listen(ctx workflow.Context) error {
	err := workflow.SetQueryHandler(ctx, QueryStatus, func() (drama.SeasonStatus, error) { return s.status(), nil })
	return errors.Join(err,
		update(ctx, UpdatePause, s.mayPause, func(ctx workflow.Context, p Pause) error {
			p.at = workflow.Now(ctx)
			s.paused = &p
			return nil
		}),
		update(ctx, UpdateResume, s.mayResume, func(workflow.Context, Resume) error { s.paused = nil; return nil }),
		update(ctx, UpdateRaiseBudget, s.mayRaise, s.raise),
	)
}

func (s *season) open() error {
	if s.ended {
		return fmt.Errorf("the season's run of %s has ended: start a new one", s.in.Show)
	}
	return nil
}

func (s *season) mayPause(Pause) error {
	if s.paused != nil {
		return fmt.Errorf("the season's run of %s is paused already", s.in.Show)
	}
	return s.open()
}

func (s *season) mayResume(Resume) error {
	if s.paused == nil {
		return fmt.Errorf("the season's run of %s is not paused", s.in.Show)
	}
	return s.open()
}

func (s *season) mayRaise(r RaiseBudget) error {
	switch {
	case r.Name != drama.CapRun:
		return errors.New("the season's cap is kept by the show's account; a season's run has a cap of its own alone")
	case s.in.MaxCost == nil:
		return fmt.Errorf("the season's run of %s began without a cap of its own: set the season's budget, or end the run and start it with one", s.in.Show)
	}
	return s.open()
}

// raise sets the run's cap.
func (s *season) raise(ctx workflow.Context, r RaiseBudget) error {
	s.busy++
	defer func() { s.busy-- }()
	r.Cap.Currency = s.in.Currency
	in := account.Season{Show: s.in.Show, Group: s.group(ctx), Currency: s.in.Currency, Cap: &r.Cap}
	if err := workflow.ExecuteActivity(records(ctx, "set the cap of the season's run"), theBank.RaiseSeason, in).Get(ctx, nil); err != nil {
		return errors.New(words(err))
	}
	s.in.MaxCost = &r.Cap
	return nil
}

// status is what the query answers.
func (s *season) status() drama.SeasonStatus {
	st := drama.SeasonStatus{Show: s.in.Show, MaxCost: s.in.MaxCost, Ended: s.ended, StartedAt: s.startedAt}
	if s.paused != nil {
		st.Paused = &drama.Wait{For: drama.WaitResume, Reason: s.paused.Reason, Since: s.paused.at}
	}
	for i, e := range s.in.Episodes {
		of := drama.SeasonEpisode{ID: e.ID, Begun: s.begun[i]}
		if d := s.done[i]; d != nil {
			of.Ended, of.State = true, d.State
		}
		st.Episodes = append(st.Episodes, of)
	}
	return st
}
