package studio

import (
	"cmp"
	"context"
	"time"

	"go.temporal.io/api/enums/v1"
	workflowpb "go.temporal.io/api/workflow/v1"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/workflows"
)

const (
	// unbegun is how long a step may wait for its turn before it is asked whether
	// anybody is there to do it.
	unbegun = 20 * time.Second
	// unasked is how long no worker may have asked for work before none is there: each
	// asks again within a minute.
	unasked = 90 * time.Second
	// maxQueues are asked about in one look.
	maxQueues = 8
)

// role is what a worker is started with to serve a queue.
func role(queue string) string {
	if queue == workflows.TaskQueue {
		return "workflow"
	}
	return queue
}

// unattended are the steps of a run that have not begun because no worker does such
// work. One of which somebody is at another step may only be busy.
func (s *Studio) unattended(
	ctx context.Context, pending []*workflowpb.PendingActivityInfo,
) (waits []drama.Wait, steps []*workflowpb.PendingActivityInfo) {
	busy, none := make(map[string]bool), make(map[string]bool)
	for _, p := range pending {
		if p.GetState() != enums.PENDING_ACTIVITY_STATE_SCHEDULED {
			busy[p.GetActivityOptions().GetTaskQueue().GetName()] = true
		}
	}
	asked := 0
	for _, p := range pending {
		queue := p.GetActivityOptions().GetTaskQueue().GetName()
		since := p.GetScheduledTime().AsTime()
		if next := p.GetNextAttemptScheduleTime(); next != nil {
			since = next.AsTime()
		}
		if queue == "" || busy[queue] || s.now().Sub(since) < unbegun {
			continue
		}
		idle, known := none[queue]
		if !known && asked < maxQueues {
			asked++
			idle = s.nobodyAt(ctx, queue, enums.TASK_QUEUE_TYPE_ACTIVITY, "")
			none[queue] = idle
		}
		if idle && len(waits) < maxFailing {
			waits, steps = append(waits, drama.Wait{For: drama.WaitWorker, On: role(queue), Since: since}), append(steps, p)
		}
	}
	return waits, steps
}

// nobodyAt says that no worker, or none of a build, asks for a queue's work. false where it
// cannot be found out.
func (s *Studio) nobodyAt(ctx context.Context, queue string, kind enums.TaskQueueType, build string) bool {
	d, err := s.Temporal.DescribeTaskQueue(ctx, queue, kind)
	if err != nil {
		return false
	}
	for _, p := range d.GetPollers() {
		if s.now().Sub(p.GetLastAccessTime().AsTime()) < unasked && (build == "" || p.GetDeploymentOptions().GetBuildId() == build) {
			return false
		}
	}
	return true
}

// unheeded is the status of an open run that answers no question because no worker runs
// workflows, or none of the build that it stays with; false where that is not why.
func (s *Studio) unheeded(ctx context.Context, id drama.EpisodeID, stage drama.EpisodeState) (drama.EpisodeStatus, bool) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	build := ""
	if d, err := s.Temporal.DescribeWorkflowExecution(ctx, workflows.EpisodeWorkflowID(id), ""); err == nil && stays(d.GetWorkflowExecutionInfo()) {
		build = carrier(d.GetWorkflowExecutionInfo())
	}
	if !s.nobodyAt(ctx, workflows.TaskQueue, enums.TASK_QUEUE_TYPE_WORKFLOW, build) {
		return drama.EpisodeStatus{}, false
	}
	return s.worded(drama.EpisodeStatus{
		ID: id, State: cmp.Or(stage, drama.StatePlanning), Shots: []drama.ShotStatus{},
		Waits: []drama.Wait{{For: drama.WaitWorker, On: role(workflows.TaskQueue), Build: build}},
	}), true
}
