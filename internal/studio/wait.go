package studio

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/temporal"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/workflows"
)

// WaitingError says that a run goes no further until a person acts. The run
// stays open; Status.Waiting says for what.
type WaitingError struct {
	Status drama.EpisodeStatus
	// Show is set where a whole season's run waits, and not an episode.
	Show string
}

func (e *WaitingError) Error() string {
	if e.Show != "" {
		return fmt.Sprintf("the season's run of %s was paused by a person", e.Show)
	}
	why := e.Status.Waiting
	if why == "" {
		why = "it is " + string(e.Status.State)
	}
	return fmt.Sprintf("%s waits for a person: %s", e.Status.ID, why)
}

// UnreachableError says that the engine stopped answering. The work is durable:
// whoever starts or joins an engine on the same data can wait again.
type UnreachableError struct{ Err error }

func (e *UnreachableError) Error() string { return "the engine stopped answering: " + e.Err.Error() }
func (e *UnreachableError) Unwrap() error { return e.Err }

// poll is the default pace of watching.
const poll = 500 * time.Millisecond

// Wait watches an episode's run to its end. each is called with the status
// whenever it was asked, from the calling goroutine. Errors: *WaitingError,
// *StaleError, *UnreachableError, ctx's own.
func (s *Studio) Wait(ctx context.Context, run Run, each func(drama.EpisodeStatus)) (drama.Delivery, error) {
	type end struct {
		delivery drama.Delivery
		err      error
	}
	ended := make(chan end, 1)
	watch, stop := context.WithCancel(ctx)
	go func() {
		var e end
		e.err = s.Temporal.GetWorkflow(watch, run.WorkflowID, "").Get(watch, &e.delivery)
		ended <- e
	}()
	defer func() {
		stop()
		<-ended // the goroutine always sends: nobody is left behind
	}()
	w := s.watcher()
	ask := func() (drama.EpisodeStatus, error) {
		st, err := w.ask(ctx, run.WorkflowID)
		if err == nil && each != nil {
			each(st)
		}
		return st, err
	}
	tick := time.NewTicker(s.pace())
	defer tick.Stop()
	waiting := 0
	for {
		select {
		case e := <-ended:
			ended <- end{}
			if e.err != nil {
				return drama.Delivery{}, ending(ctx, run.WorkflowID, e.err)
			}
			if st, err := ask(); err == nil && e.delivery.Shots == nil {
				e.delivery.Shots = st.Shots // a season's episode, whose result has none
			}
			return e.delivery, nil
		case <-tick.C:
		}
		// Two answers in a row: a run may look stuck for a moment between steps.
		st, err := ask()
		switch {
		case err != nil:
			if err := s.stale(ctx, run.WorkflowID); err != nil {
				return drama.Delivery{}, err
			}
			waiting = 0
		case stuck(st):
			if waiting++; waiting > 1 {
				return drama.Delivery{}, &WaitingError{Status: st}
			}
		default:
			waiting = 0
		}
	}
}

func (s *Studio) pace() time.Duration {
	if s.Poll > 0 {
		return s.Poll
	}
	return poll
}

// stuck says whether only a person can move the run on: it is paused or held and
// no shot is in work.
func stuck(st drama.EpisodeStatus) bool {
	if st.State != drama.StatePaused && st.State != drama.StateHeld {
		return false
	}
	for _, shot := range st.Shots {
		if shot.State == drama.ShotGenerating || shot.State == drama.ShotConforming {
			return false
		}
	}
	return true
}

// ending turns the end of a workflow that gave no result into words.
func ending(ctx context.Context, id string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var app *temporal.ApplicationError
	var canceled *temporal.CanceledError
	var terminated *temporal.TerminatedError
	switch {
	case errors.As(err, &app):
		return fmt.Errorf("%s ended: %s", id, app.Message())
	case errors.As(err, &canceled):
		return fmt.Errorf("%s was cancelled", id)
	case errors.As(err, &terminated):
		return fmt.Errorf("%s was terminated from outside", id)
	case unreachable(err):
		return &UnreachableError{Err: err}
	}
	return fmt.Errorf("wait for %s: %w", id, err)
}

// Away says that the engine does not answer now: asked again later, it may.
func Away(err error) bool {
	_, ok := errors.AsType[*serviceerror.Unavailable](err)
	return ok
}

func unreachable(err error) bool {
	var unavailable *serviceerror.Unavailable
	var deadline *serviceerror.DeadlineExceeded
	return errors.As(err, &unavailable) || errors.As(err, &deadline) || errors.Is(err, context.DeadlineExceeded)
}

// queryTimeout is how long one status query may take: an engine that is up
// answers in milliseconds, and the watcher asks again anyway.
const queryTimeout = 10 * time.Second

func (s *Studio) query(ctx context.Context, workflowID string) (drama.EpisodeStatus, error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	var st drama.EpisodeStatus
	v, err := s.Temporal.QueryWorkflow(ctx, workflowID, "", workflows.QueryStatus)
	if err != nil {
		return st, fmt.Errorf("ask %s how it is doing: %w", workflowID, err)
	}
	if err := v.Get(&st); err != nil {
		return st, fmt.Errorf("read the answer of %s: %w", workflowID, err)
	}
	return s.worded(st), nil
}

// worded says in the front's words what the run waits for.
func (s *Studio) worded(st drama.EpisodeStatus) drama.EpisodeStatus {
	if s.Words != nil {
		st.Waiting = s.Words(st)
	}
	return st
}

// lookEvery is how many turns of watching go by between two looks at the steps that
// fail: it asks the engine more than a query does.
const lookEvery = 8

// watcher asks runs again and again.
type watcher struct {
	*Studio
	failed map[string][]drama.Wait // what was found last, by workflow
	turns  map[string]int
}

func (s *Studio) watcher() watcher {
	return watcher{s, make(map[string][]drama.Wait), make(map[string]int)}
}

// ask is query with what the run's steps fail with.
func (w watcher) ask(ctx context.Context, workflowID string) (drama.EpisodeStatus, error) {
	st, err := w.query(ctx, workflowID)
	if err != nil || st.EndedAt != nil {
		return st, err
	}
	if w.turns[workflowID]++; w.turns[workflowID]%lookEvery == 1 {
		w.failed[workflowID] = w.failing(ctx, workflowID)
	}
	st.Waits = append(st.Waits, w.failed[workflowID]...)
	return w.worded(st), nil
}

// seasonOf asks a season's run.
func (s *Studio) seasonOf(ctx context.Context, workflowID string) (drama.SeasonStatus, error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	var st drama.SeasonStatus
	v, err := s.Temporal.QueryWorkflow(ctx, workflowID, "", workflows.QueryStatus)
	if err != nil {
		return st, fmt.Errorf("ask %s how it is doing: %w", workflowID, err)
	}
	return st, v.Get(&st)
}

// details asks the episodes' own runs for what a season's result has no room for. seen is
// what they said when they ended; what cannot be asked any more is left out.
func (s *Studio) details(ctx context.Context, r *workflows.SeasonResult, seen map[drama.EpisodeID]drama.EpisodeStatus) {
	for i := range r.Episodes {
		d := &r.Episodes[i]
		if d.Shots != nil {
			continue
		}
		d.Shots = []drama.ShotStatus{}
		asking, stop := context.WithTimeout(ctx, queryTimeout)
		var own drama.Delivery
		id := drama.EpisodeID{Show: d.Show, Number: d.Episode}
		workflowID := workflows.EpisodeWorkflowID(id)
		if err := s.Temporal.GetWorkflow(asking, workflowID, "").Get(asking, &own); err == nil && own.State == d.State && own.Cut == d.Cut {
			own.NG = d.NG
			*d = own
		}
		st, ok := seen[id]
		if d.Shots == nil && !ok {
			st, _ = s.query(asking, workflowID)
		}
		if d.Shots == nil && st.State == d.State {
			d.Shots = st.Shots
		}
		if d.Shots == nil {
			d.Shots = []drama.ShotStatus{}
		}
		stop()
	}
}

// WaitSeason watches a season's run to its end. each gets the status of every
// episode that the run has begun. Errors: *WaitingError when everything that was
// begun waits for a person, also when that comes later; *StaleError, *UnreachableError, ctx's own.
func (s *Studio) WaitSeason(ctx context.Context, run Run, each func(drama.EpisodeStatus)) (workflows.SeasonResult, error) {
	type end struct {
		result workflows.SeasonResult
		err    error
	}
	ended := make(chan end, 1)
	watch, stop := context.WithCancel(ctx)
	go func() {
		var e end
		e.err = s.Temporal.GetWorkflow(watch, run.WorkflowID, "").Get(watch, &e.result)
		ended <- e
	}()
	defer func() {
		stop()
		<-ended
	}()
	tick := time.NewTicker(s.pace())
	defer tick.Stop()
	told := map[drama.EpisodeID]bool{} // its end
	seen := map[drama.EpisodeID]drama.EpisodeStatus{}
	waiting := 0
	w := s.watcher()
	for {
		select {
		case e := <-ended:
			ended <- end{}
			if e.err != nil {
				return workflows.SeasonResult{}, ending(ctx, run.WorkflowID, e.err)
			}
			s.details(ctx, &e.result, seen)
			return e.result, nil
		case <-tick.C:
		}
		season, err := s.seasonOf(ctx, run.WorkflowID)
		if err != nil {
			if err := s.stale(ctx, run.WorkflowID); err != nil {
				return workflows.SeasonResult{}, err
			}
			continue // the engine may be changing hands; the run's end is waited for
		}
		var blocked *drama.EpisodeStatus
		moving := false
		for _, of := range season.Episodes {
			// Only what this run has begun is its own: an episode that it has yet to
			// begin may have been left anyhow by an earlier run.
			if !of.Ended {
				delete(told, of.ID) // of another script it is made again
			}
			if !of.Begun || told[of.ID] {
				continue
			}
			st, err := w.ask(ctx, workflows.EpisodeWorkflowID(of.ID))
			if err != nil || st.ID != of.ID {
				if err := s.stale(ctx, workflows.EpisodeWorkflowID(of.ID)); err != nil && !of.Ended {
					return workflows.SeasonResult{}, err
				}
				moving = moving || !of.Ended
				continue
			}
			if each != nil {
				each(st)
			}
			switch {
			case of.Ended:
				told[of.ID], seen[of.ID] = true, st
			case stuck(st):
				blocked = &st
			default:
				moving = true
			}
		}
		if season.Paused != nil && blocked == nil && !moving {
			return workflows.SeasonResult{}, &WaitingError{Show: season.Show, Status: drama.EpisodeStatus{State: drama.StatePaused, Waits: []drama.Wait{*season.Paused}}}
		}
		if blocked == nil || moving {
			waiting = 0
		} else if waiting++; waiting > 2 {
			return workflows.SeasonResult{}, &WaitingError{Status: *blocked}
		}
	}
}
