// Package studio is the typed client of a running dailies: submit an episode or
// a season, watch it, retake, circle, import, pause, pay, export, verify. The
// command line and the HTTP API share it, so that both can do the same and say
// the same. It decides nothing about pictures or money: it stores what a person
// hands in, starts or asks the workflow, and reads the records in the store.
package studio

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/account"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/plan"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/retention"
	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/workflows"
)

// Studio talks to an engine and its store. All methods honour ctx and are safe
// for concurrent use.
type Studio struct {
	Temporal client.Client
	// Namespace is where Temporal keeps the runs.
	Namespace string
	Store     store.Store
	Ledger    ledger.Ledger
	Account   *account.Account
	// Facts are who can make takes, as of now: workers elsewhere come and go. nil: nobody.
	Facts    func(context.Context) ([]provider.Facts, error)
	Exchange drama.Exchange
	// Candidate finds who could make takes by a model that is to be tried; nil: nobody.
	Candidate func(context.Context, Trial) (provider.Facts, error)
	// Look is what the judge's look at a take costs.
	Look drama.Money
	// Judge is who looks at takes; nil: nobody.
	Judge *plan.Judge
	// Listener is who listens to takes; nil: nobody.
	Listener *plan.Listener
	// Foresee tells ahead whether a run by a plan would make another cut, as those that
	// make it decide. nil: only scripts are compared.
	Foresee func(ctx context.Context, script *drama.Production, p *plan.Plan) (activities.Foreseen, error)
	// Bare makes a copy of a cut's master without the visible label, and hands its file to
	// keep. nil: nothing here makes pictures.
	Bare func(ctx context.Context, m drama.Manifest, version string, keep func(path string, made media.AssembleResult) error) error
	// Lines is what voices cost.
	Lines activities.Lines
	// Media measures files for Verify and is only needed there.
	Media media.Runner
	// Trust are roots whose signers Verify calls trusted; nil: nobody is.
	Trust *x509.CertPool
	Log   *slog.Logger
	// Words says what a run waits for, and how a person answers here: each front has
	// its own. nil: Waiting stays empty.
	Words func(drama.EpisodeStatus) string
	// Now is the clock for records that people make; nil: time.Now.
	Now func() time.Time
	// Poll is how often a run is asked while it is watched; 0: half a second.
	Poll time.Duration
	// LabelCode is the code of the service provider in China, for labels of seasons that have
	// none of their own; empty: there is none.
	LabelCode string
	// Retention is the policy by which Retain removes what is needed no more.
	Retention retention.Policy
	// ScratchDir is where processes of this machine work; empty: nowhere.
	ScratchDir string
	// OpenRuns lists the workflows of a show that are open, by id; nil: Temporal is asked.
	OpenRuns func(ctx context.Context, show string) ([]string, error)
	// Herald tells webhooks; nil: there are none.
	Herald *activities.Herald
	// By is who acts, written into records: "person" if empty.
	By string
}

// Errors that callers tell apart with errors.Is.
var (
	// ErrUnknown: the episode, cut, slate, take or job is not there.
	ErrUnknown = errors.New("not known here")
	// ErrBusy: the episode is being rendered from something else.
	ErrBusy = errors.New("is being rendered already")
	// ErrCurrency: an amount is in another currency than the season.
	ErrCurrency = errors.New("is in another currency than the season")
	// ErrIdle: nothing is running that the request could change.
	ErrIdle = errors.New("is not running")
	// ErrDecided: another person was first.
	ErrDecided = errors.New("was decided by someone else")
)

// RefusedError is a run's no to a wish, in its own words.
type RefusedError struct {
	Of, Reason string
	// Closed: the run's takes are chosen; what is decided now is for the next one.
	Closed bool
}

func (e *RefusedError) Error() string { return e.Of + ": " + e.Reason }

func (s *Studio) now() time.Time {
	if s.Now != nil {
		return s.Now().UTC()
	}
	return time.Now().UTC()
}

func (s *Studio) by() string {
	if s.By != "" {
		return s.By
	}
	return "person"
}

// Providers are who can make takes, as of now.
func (s *Studio) Providers(ctx context.Context) ([]provider.Facts, error) {
	if s.Facts == nil {
		return nil, nil
	}
	facts, err := s.Facts(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask who can make takes: %w", err)
	}
	return facts, nil
}

func keys(id drama.EpisodeID) store.Keys { return store.Keys{Show: id.Show} }

func (s *Studio) library() library.Library { return library.Library{Store: s.Store} }

// running says whether the episode's workflow is open, and its run.
func (s *Studio) running(ctx context.Context, workflowID string) (runID string, open bool, err error) {
	last, err := s.lastRun(ctx, workflowID)
	return last.id, last.open, err
}

// lastRun is the newest run of a workflow; the zero one: none is known.
type lastRun struct {
	id   string
	open bool
	// stage is what the run is in or ended in; empty where the cluster keeps no such
	// attribute.
	stage     drama.EpisodeState
	endedAt   time.Time
	completed bool // it gave a result
}

func (s *Studio) lastRun(ctx context.Context, workflowID string) (lastRun, error) {
	d, err := s.Temporal.DescribeWorkflow(ctx, workflowID, "")
	if _, ok := errors.AsType[*serviceerror.NotFound](err); ok {
		return lastRun{}, nil
	}
	if err != nil {
		return lastRun{}, fmt.Errorf("ask for %s: %w", workflowID, err)
	}
	word, _ := d.TypedSearchAttributes.GetKeyword(temporal.NewSearchAttributeKeyKeyword("Stage"))
	last := lastRun{
		id: d.WorkflowExecution.RunID, open: d.WorkflowCloseTime == nil, stage: drama.EpisodeState(word),
		completed: d.Status == enums.WORKFLOW_EXECUTION_STATUS_COMPLETED,
	}
	if d.WorkflowCloseTime != nil {
		last.endedAt = *d.WorkflowCloseTime
	}
	return last, nil
}

// update sends an update to the episode's open run and waits for its answer.
// ErrIdle when none is open. What the workflow's validator refuses comes back in
// its own words.
func (s *Studio) update(ctx context.Context, id drama.EpisodeID, name string, arg any) error {
	return s.ask(ctx, id.String(), workflows.EpisodeWorkflowID(id), name, arg)
}

// ask is update for any run; id is what people call it.
func (s *Studio) ask(ctx context.Context, id, workflowID, name string, arg any) error {
	return s.askFor(ctx, id, workflowID, name, arg, nil)
}

// A run that is moving to a new history is asked again so often, so soon.
const (
	movingTries = 50
	movingEvery = 100 * time.Millisecond
)

// askFor is ask for an answer.
func (s *Studio) askFor(ctx context.Context, id, workflowID, name string, arg, answer any) error {
	if err := s.stale(ctx, workflowID); err != nil {
		return err // it would never answer
	}
	for try := 1; ; try++ {
		err := s.tell(ctx, workflowID, name, arg, answer)
		if _, ok := errors.AsType[*serviceerror.NotFound](err); ok {
			return fmt.Errorf("%s %w", id, ErrIdle)
		}
		app, ok := errors.AsType[*temporal.ApplicationError](err)
		if !ok {
			if err != nil {
				return fmt.Errorf("ask %s to %s: %w", id, name, err)
			}
			return nil
		}
		if app.Type() != workflows.RefusedMoving || try == movingTries {
			return &RefusedError{Of: id, Reason: app.Message(), Closed: app.Type() == workflows.RefusedClosed}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(movingEvery):
		}
	}
}

// tell sends an update and waits for its answer.
func (s *Studio) tell(ctx context.Context, workflowID, name string, arg, answer any) error {
	h, err := s.Temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID:   workflowID,
		UpdateName:   name,
		Args:         []any{arg},
		WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err != nil {
		return err
	}
	return h.Get(ctx, answer)
}
