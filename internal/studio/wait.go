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
type WaitingError struct{ Status drama.EpisodeStatus }

func (e *WaitingError) Error() string {
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
// *UnreachableError, ctx's own.
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
	ask := func() (drama.EpisodeStatus, bool) {
		st, err := s.query(ctx, run.WorkflowID)
		if err == nil && each != nil {
			each(st)
		}
		return st, err == nil
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
			ask()
			return e.delivery, nil
		case <-tick.C:
		}
		// Two answers in a row: a run may look stuck for a moment between steps.
		if st, ok := ask(); ok && stuck(st) {
			if waiting++; waiting > 1 {
				return drama.Delivery{}, &WaitingError{Status: st}
			}
		} else {
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
	if s.Words != nil {
		st.Waiting = s.Words(st)
	}
	return st, nil
}

// WaitSeason watches a season's run. each gets the status of every episode that
// has begun.
func (s *Studio) WaitSeason(ctx context.Context, run Run, episodes []drama.EpisodeID, each func(drama.EpisodeStatus)) (workflows.SeasonResult, error) {
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
	final := map[drama.EpisodeID]bool{}
	waiting := 0
	for {
		select {
		case e := <-ended:
			ended <- end{}
			if e.err != nil {
				return workflows.SeasonResult{}, ending(ctx, run.WorkflowID, e.err)
			}
			return e.result, nil
		case <-tick.C:
		}
		var blocked *drama.EpisodeStatus
		moving := false
		for _, id := range episodes {
			if final[id] {
				continue
			}
			st, err := s.query(ctx, workflows.EpisodeWorkflowID(id))
			if err != nil || st.ID != id {
				continue // not begun
			}
			if each != nil {
				each(st)
			}
			switch {
			case st.EndedAt != nil:
				final[id] = true
			case stuck(st):
				blocked = &st
			default:
				moving = true
			}
		}
		if blocked == nil || moving {
			waiting = 0
		} else if waiting++; waiting > 2 {
			return workflows.SeasonResult{}, &WaitingError{Status: *blocked}
		}
	}
}
