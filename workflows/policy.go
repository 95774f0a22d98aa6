package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
)

// Priorities: smaller is sooner. What a person waits for at the screen, a retake or an
// episode rendered by hand, overtakes a season that renders overnight.
const (
	priorityPerson = 2
	priorityRun    = 3
)

// PriorityOf is how urgent a show's work is, and whose turn it is among shows.
func PriorityOf(show string, person bool) temporal.Priority {
	p := temporal.Priority{PriorityKey: priorityRun, FairnessKey: show}
	if person {
		p.PriorityKey = priorityPerson
	}
	return p
}

// Bounds on what one run keeps open at once.
const (
	// shotsAtOnce is how many shots of one episode are in work. Vendors' slots are
	// the real limit; this keeps one episode's open activities far below the
	// server's limit of 2,000.
	shotsAtOnce = 200
	// episodesAtOnce is a season's window unless the caller says otherwise: enough
	// to keep every vendor busy while one episode assembles.
	episodesAtOnce = 4
	// MaxWindow and maxEpisodes are far under the server's limit of children of one run.
	MaxWindow   = 100
	maxEpisodes = 1000
)

// forever retries what only needs the store or a worker to come back: nothing is
// lost by waiting, and giving up would throw paid takes away.
func forever() *temporal.RetryPolicy {
	return &temporal.RetryPolicy{
		InitialInterval:    500 * time.Millisecond,
		BackoffCoefficient: 2,
		MaximumInterval:    30 * time.Second,
	}
}

// records is for steps that read and write small objects.
func records(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: TaskQueue,
		// Planning the longest episode takes well under a second; a minute is a
		// store that hangs.
		StartToCloseTimeout: time.Minute,
		RetryPolicy:         forever(),
		Summary:             summary,
	})
}

// sending is for events on their way to webhooks. How often, and when, the step says
// itself: the schedule is the specification's.
func sending(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: WebhookQueue,
		// A receiver has twenty seconds; the rest is a store that hangs.
		StartToCloseTimeout: 2 * time.Minute,
		RetryPolicy:         forever(),
		Summary:             summary,
	})
}

// takes is for Generate on a provider instance's queue.
func takes(ctx workflow.Context, instance, summary string, priority temporal.Priority) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: ProviderQueue(instance),
		// The instance's own deadline ends a job that takes too long, and knows
		// whether it can be cancelled. This is only the fence behind it: longer than
		// any deadline that config accepts.
		StartToCloseTimeout: activities.MaxDeadline + time.Hour,
		// The step beats at least every ten seconds, whatever the vendor's pace. A
		// worker that died is noticed after this, and the next one finds the job in
		// the ledger.
		HeartbeatTimeout: 30 * time.Second,
		// A job that was asked to stop may have to be collected: the run waits for it.
		WaitForCancellation: true,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval:    time.Second,
			BackoffCoefficient: 2,
			// Vendors' rate limits are counted by the minute.
			MaximumInterval: time.Minute,
			// No limit: a job in the ledger is paid for and is polled on. What cannot
			// get better by itself comes back as a non-retryable error.
		},
		Summary:  summary,
		Priority: priority,
	})
}

// mediaWork is for steps that decode and encode.
func mediaWork(ctx workflow.Context, summary string, atMost time.Duration, priority temporal.Priority) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue:           MediaQueue,
		StartToCloseTimeout: atMost,
		// The step beats every ten seconds while its child lives; the runner ends a
		// child that stands still.
		HeartbeatTimeout:    time.Minute,
		WaitForCancellation: true,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval:    time.Second,
			BackoffCoefficient: 2,
			MaximumInterval:    30 * time.Second,
			// A clip that is at fault is a verdict, not an error. What fails ten
			// times is the machine; a person has to look. Attempts whose worker died
			// are not counted in the end: see onMedia.
			MaximumAttempts: 10,
		},
		Summary:  summary,
		Priority: priority,
	})
}

// How long media steps may take: a ten-minute clip at a tenth of real time, and
// an hour's episode with a transition at every cut.
const (
	conformAtMost  = 2 * time.Hour
	assembleAtMost = 4 * time.Hour
)

// resubmitAfter is how long a vendor that lost an answer is left alone before it is
// asked once more: gateways that restart take less.
const resubmitAfter = 30 * time.Second
