package workflows

import (
	"errors"
	"fmt"
	"slices"
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
	root      workflow.Context // of the run
	entries   []*entry
	running   int
	busy      int // update handlers that change it
	paused    *Pause
	shares    shares // the first release's rule
	full      bool   // the history is long enough
	ng        int    // NG takes of the episodes that have ended
	startedAt time.Time
	ended     bool
}

// entry is an episode of the run.
type entry struct {
	in    EpisodeInput
	place int // in the run's input; the first release's rule shares out by it
	begun bool
	end   *drama.Delivery // how it ended; nil: it has not
	// child is its run while it is in work, and stop ends it.
	child workflow.ChildWorkflowFuture
	stop  workflow.CancelFunc
	// again is what it is made from when the run in work has ended; nil: it is not.
	again   *EpisodeInput
	dropped bool
}

// waits says that the episode is still to begin.
func (of *entry) waits() bool { return !of.begun && !of.dropped && of.end == nil }

// Season renders a show's episodes, a few at once. What they may cost together is
// the show's account's to say: nothing is shared out before. An episode that ends
// without a cut does not end the season. It can be changed while it runs: see
// ChangeSeason.
func Season(ctx workflow.Context, in SeasonInput) (SeasonResult, error) {
	s := newSeason(ctx, in)
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
		return SeasonResult{}, workflow.NewContinueAsNewError(ctx, SeasonName, s.goOn())
	}
	for _, of := range s.entries {
		if of.waits() {
			of.end = &drama.Delivery{
				Show: in.Show, Episode: of.in.ID.Number, State: drama.StateCancelled, Shots: []drama.ShotStatus{},
				Problems: []string{"the season was cancelled before this episode began"},
			}
		}
	}
	s.closeAccount(ctx)
	return s.result(), nil
}

// newSeason is a run as its input tells, which may be that of a run that goes on.
func newSeason(ctx workflow.Context, in SeasonInput) *season {
	s := &season{in: in, root: ctx, paused: in.Paused, startedAt: workflow.Now(ctx), shares: newShares(in)}
	if in.StartedAt != nil {
		s.startedAt = *in.StartedAt
	}
	for i, e := range in.Episodes {
		of := &entry{in: e, place: i, dropped: slices.Contains(in.Dropped, e.ID.Number)}
		for j := range in.Done {
			if d := &in.Done[j]; d.Episode == e.ID.Number {
				of.end, of.begun = d, true
				s.shares.back(d.Spent)
				s.ng += d.NG
			}
		}
		s.entries = append(s.entries, of)
	}
	if in.Window <= 0 {
		s.in.Window = episodesAtOnce
	}
	return s
}

// goOn is the input of the next history.
func (s *season) goOn() SeasonInput {
	on := s.in
	on.Paused, on.Episodes, on.Done, on.Dropped = s.paused, nil, nil, nil
	for _, of := range s.entries {
		on.Episodes = append(on.Episodes, of.in)
		if of.dropped {
			on.Dropped = append(on.Dropped, of.in.ID.Number)
		}
	}
	on.Done = s.result().Episodes
	if s.in.Rules >= RulesSeason {
		on.StartedAt = &s.startedAt
	}
	return on
}

// beginAll begins the episodes in order as places in the window come free, and
// waits for their ends.
func (s *season) beginAll(ctx workflow.Context) error {
	more := func() bool { return ctx.Err() == nil && !s.full && s.next() != nil }
	for {
		if err := s.beginWaiting(ctx); err != nil {
			return err
		}
		// A change may bring more while the last ones are in work.
		if err := s.wait(ctx, func() bool { return s.busy == 0 && (s.running == 0 || more()) }); err != nil {
			return err
		}
		if !more() {
			break
		}
	}
	s.ended = true
	return s.wait(ctx, func() bool { return workflow.AllHandlersFinished(ctx) })
}

func (s *season) beginWaiting(ctx workflow.Context) error {
	for ctx.Err() == nil {
		of := s.next()
		switch {
		case of == nil:
			return nil
		case s.running >= s.in.Window:
			// Cancelling the season cancels its episodes, which then collect what they
			// have paid for: only a free place in the window ends this wait.
			if err := s.wait(ctx, func() bool { return s.running < s.in.Window }); err != nil {
				return err
			}
		case workflow.GetInfo(ctx).GetContinueAsNewSuggested():
			s.full = true
			return nil
		case s.paused != nil:
			_ = workflow.Await(ctx, func() bool { return s.paused == nil || s.next() == nil })
		default:
			s.begin(ctx, of)
		}
	}
	return nil
}

// next is the first episode that is still to begin; nil: all have.
func (s *season) next() *entry {
	for _, of := range s.entries {
		if of.waits() {
			return of
		}
	}
	return nil
}

func (s *season) wait(ctx workflow.Context, until func() bool) error {
	collect, done := workflow.NewDisconnectedContext(ctx)
	defer done()
	return workflow.Await(collect, until)
}

// begin starts an episode in a coroutine of its own.
func (s *season) begin(ctx workflow.Context, of *entry) {
	in := of.in
	in.Failed = s.ng
	if s.in.Rules < RulesAccount {
		in.MaxCost = s.shares.of(of.place)
	} else {
		in.Group = s.group(ctx)
	}
	in.Season, in.Makes = s.in.Rules >= RulesSeason, nil
	s.running++
	of.begun = true
	own, stop := workflow.WithCancel(ctx)
	of.stop = stop
	workflow.GoNamed(own, in.ID.String(), func(ctx workflow.Context) {
		child := workflow.WithChildOptions(ctx, childOptions(in))
		var d drama.Delivery
		of.child = workflow.ExecuteChildWorkflow(child, EpisodeName, in)
		if err := of.child.Get(child, &d); err != nil {
			d = s.failed(ctx, in.ID, err)
		}
		s.absent(ctx, in)
		s.ng += d.NG
		// What the episode did not spend is the others'.
		s.shares.give(of.place, d.Spent)
		of.child, of.stop = nil, nil
		s.running--
		if of.again != nil && s.root.Err() == nil && !of.dropped {
			of.in, of.again, of.begun = *of.again, nil, false
			return
		}
		of.end = &d
		if s.in.Rules >= RulesSeason {
			of.end = summary(d)
		}
	})
}

// summary is what a season's run keeps of an episode that has ended.
func summary(d drama.Delivery) *drama.Delivery {
	return &drama.Delivery{Show: d.Show, Episode: d.Episode, Cut: d.Cut, State: d.State, Spent: d.Spent, Elapsed: d.Elapsed, Review: d.Review, NG: d.NG, Shots: d.Shots}
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
		Priority:              PriorityOf(in.ID.Show, false),
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
	for _, of := range s.entries {
		if of.waits() {
			in.Expected = append(in.Expected, of.in.ID.Number)
		}
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
	for _, of := range s.entries {
		switch {
		case of.dropped:
			r.Dropped = append(r.Dropped, of.in.ID.Number)
		case of.end != nil:
			r.Episodes = append(r.Episodes, *of.end)
			shots += len(of.end.Shots)
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
		workflow.SetUpdateHandlerWithOptions(ctx, UpdateChange, s.change, workflow.UpdateHandlerOptions{
			Validator: func(_ workflow.Context, c ChangeSeason) error { return s.mayChange(c) },
		}),
	)
}

func (s *season) open() error {
	if s.ended && s.full {
		return temporal.NewApplicationError("the season's run is moving to a new history: ask again in a moment", RefusedMoving)
	}
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
	st := drama.SeasonStatus{Show: s.in.Show, MaxCost: s.in.MaxCost, Window: s.in.Window, Ended: s.ended, StartedAt: s.startedAt}
	if s.paused != nil {
		st.Paused = &drama.Wait{For: drama.WaitResume, Reason: s.paused.Reason, Since: s.paused.at}
	}
	for _, e := range s.entries {
		of := drama.SeasonEpisode{ID: e.in.ID, Begun: e.begun, Dropped: e.dropped, Changed: e.again != nil}
		if e.waits() {
			of.Makes = e.in.Makes
		}
		if d := e.end; d != nil {
			of.Ended, of.State = true, d.State
		}
		st.Episodes = append(st.Episodes, of)
	}
	return st
}
