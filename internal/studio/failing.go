package studio

import (
	"cmp"
	"context"
	"regexp"
	"slices"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/failure/v1"
	historypb "go.temporal.io/api/history/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/converter"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
)

// Limits of a look at failing steps: it is for people, and asked for often.
const (
	maxFailing      = 20
	historyPages    = 4
	historyPageSize = 500
)

// failing are the steps of a run that have failed and are tried again, with their
// last failure and next try, and those that wait for a worker. What cannot be found out is left out: this only helps
// to understand.
func (s *Studio) failing(ctx context.Context, workflowID string) []drama.Wait {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	d, err := s.Temporal.DescribeWorkflowExecution(ctx, workflowID, "")
	if err != nil {
		return nil
	}
	var steps []*workflowpb.PendingActivityInfo
	for _, p := range d.GetPendingActivities() {
		if p.GetLastFailure() != nil {
			steps = append(steps, p)
		}
	}
	slices.SortFunc(steps, func(a, b *workflowpb.PendingActivityInfo) int {
		return cmp.Compare(a.GetScheduledTime().AsTime().UnixNano(), b.GetScheduledTime().AsTime().UnixNano())
	})
	steps = steps[:min(len(steps), maxFailing)]
	waits, idle := s.unattended(ctx, d.GetPendingActivities())
	if len(steps)+len(idle) == 0 {
		return nil
	}
	names := s.summaries(ctx, d.GetWorkflowExecutionInfo().GetExecution(), append(idle, steps...))
	for i, p := range idle {
		waits[i].Reason = cmp.Or(names[p.GetActivityId()], p.GetActivityType().GetName())
		if m := shotNamed.FindStringSubmatch(waits[i].Reason); m != nil {
			waits[i].Slate = m[1]
		}
	}
	for _, p := range steps {
		w := drama.Wait{
			For: drama.WaitStep, Reason: cmp.Or(names[p.GetActivityId()], p.GetActivityType().GetName()), Since: p.GetScheduledTime().AsTime(),
			Failure: p.GetLastFailure().GetMessage(), Attempt: int(p.GetAttempt()),
		}
		if m := shotNamed.FindStringSubmatch(w.Reason); m != nil {
			w.Slate = m[1]
		}
		if next := p.GetNextAttemptScheduleTime(); next != nil && p.GetState() == enums.PENDING_ACTIVITY_STATE_SCHEDULED {
			at := next.AsTime()
			w.NextTry = &at
		}
		if missing, ok := undelivered(p.GetLastFailure()); ok {
			w.For, w.On, w.Since, w.Price, w.Attempt = drama.WaitDelivery, missing.Job, missing.Since, &missing.Price, missing.Tries
		}
		waits = append(waits, w)
	}
	return waits
}

// undelivered reads what a failure says of a paid clip that does not come.
func undelivered(f *failure.Failure) (m activities.Missing, ok bool) {
	app := f.GetApplicationFailureInfo()
	if app.GetType() != activities.ErrUndelivered {
		return m, false
	}
	err := converter.GetDefaultDataConverter().FromPayloads(app.GetDetails(), &m)
	return m, err == nil && m.Job != ""
}

// shotNamed finds the slate in a step's summary.
var shotNamed = regexp.MustCompile(`\bshot ([0-9A-Za-z-]+)`)

// summaries are what the run called its steps, by activity id: the id is the number
// of the event that scheduled it, and that has the words.
func (s *Studio) summaries(ctx context.Context, run *common.WorkflowExecution, steps []*workflowpb.PendingActivityInfo) map[string]string {
	names := make(map[string]string)
	wanted := make(map[string]bool)
	for _, p := range steps {
		wanted[p.GetActivityId()] = true
	}
	var page []byte
	for range historyPages {
		r, err := s.Temporal.WorkflowService().GetWorkflowExecutionHistoryReverse(ctx, &workflowservice.GetWorkflowExecutionHistoryReverseRequest{
			Namespace: s.Namespace, Execution: run, MaximumPageSize: historyPageSize, NextPageToken: page,
		})
		if err != nil {
			return names
		}
		for _, e := range r.GetHistory().GetEvents() {
			a := e.GetActivityTaskScheduledEventAttributes()
			if a == nil || !wanted[a.GetActivityId()] {
				continue
			}
			names[a.GetActivityId()] = summary(e)
		}
		if page = r.GetNextPageToken(); len(page) == 0 || len(names) == len(wanted) {
			return names
		}
	}
	return names
}

func summary(e *historypb.HistoryEvent) string {
	var text string
	if p := e.GetUserMetadata().GetSummary(); p == nil || converter.GetDefaultDataConverter().FromPayload(p, &text) != nil {
		return ""
	}
	return text
}
