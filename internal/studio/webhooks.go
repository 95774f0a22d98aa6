package studio

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/webhook"
	"github.com/dailies/dailies/workflows"
)

func (s *Studio) events() webhook.Book { return webhook.Book{Store: s.Store} }

// Events are what webhooks were told, or are being told, from a time's day on: the oldest
// first.
func (s *Studio) Events(ctx context.Context, from time.Time) ([]webhook.Entry, error) {
	return s.events().Since(ctx, from)
}

// Event is one of them. ErrUnknown.
func (s *Studio) Event(ctx context.Context, id string) (webhook.Entry, error) {
	e, err := s.events().Entry(ctx, id)
	if errors.Is(err, webhook.ErrNoEvent) {
		return e, fmt.Errorf("an event %.80q is %w", id, ErrUnknown)
	}
	return e, err
}

// SendEvent begins to send an event, and names the run that does; empty: one that is being
// sent, or was, is left alone.
func (s *Studio) SendEvent(ctx context.Context, e webhook.Event) (round string, err error) {
	return s.send(ctx, e, false)
}

// Replay sends an event again to all that it was for, under the id that it had: at once,
// whatever became of it, and also where a hook was off.
func (s *Studio) Replay(ctx context.Context, e webhook.Event) (round string, err error) {
	return s.send(ctx, e, true)
}

func (s *Studio) send(ctx context.Context, e webhook.Event, replay bool) (string, error) {
	in := workflows.WebhookInput{Event: e.ID, Replay: replay}
	for _, to := range e.To {
		in.Hooks = append(in.Hooks, to.Hook)
	}
	o := client.StartWorkflowOptions{
		ID: workflows.WebhookWorkflowID(e.ID), TaskQueue: workflows.TaskQueue, StaticSummary: string(e.Type),
		WorkflowIDReusePolicy: enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE, WorkflowExecutionErrorWhenAlreadyStarted: true,
	}
	if replay {
		o.WorkflowIDReusePolicy, o.WorkflowIDConflictPolicy = enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE, enums.WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING
	}
	run, err := s.Temporal.ExecuteWorkflow(ctx, o, workflows.WebhookName, in)
	if _, already := errors.AsType[*serviceerror.WorkflowExecutionAlreadyStarted](err); already {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("begin to send event %s: %w", e.ID, err)
	}
	return run.GetRunID(), nil
}

// tellApproved tells webhooks of a cut that an approval has delivered: the first one, so
// that it is one event whoever approves again.
func (s *Studio) tellApproved(ctx context.Context, id drama.EpisodeID, cut int) error {
	if s.Herald == nil {
		return nil
	}
	m, ref, err := s.library().Manifest(ctx, id, cut)
	if err != nil {
		return err
	}
	all, err := s.desk().Approvals(ctx, id, cut)
	if err != nil {
		return err
	}
	var at time.Time
	for _, a := range all {
		if a.Approved && (at.IsZero() || a.At.Before(at)) {
			at = a.At
		}
	}
	d := activities.DeliveredCut(s.Store, m, ref)
	return s.Herald.Tell(ctx, activities.TellInput{
		Type: webhook.Delivered, Subject: workflows.CutSubject(cut), At: at,
		Data: webhook.Data{Show: id.Show, Episode: id.Number, State: drama.StateDelivered, Cut: cut, Master: &d.Master, Manifest: &d.Manifest},
	})
}
