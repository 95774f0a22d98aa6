package workflows

import (
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
)

// RegisterWorkflows makes a worker on TaskQueue run seasons and episodes.
func RegisterWorkflows(r worker.WorkflowRegistry) {
	r.RegisterWorkflowWithOptions(Episode, workflow.RegisterOptions{Name: EpisodeName})
	r.RegisterWorkflowWithOptions(Season, workflow.RegisterOptions{Name: SeasonName})
	r.RegisterWorkflowWithOptions(Collect, workflow.RegisterOptions{Name: CollectName})
	r.RegisterWorkflowWithOptions(Webhook, workflow.RegisterOptions{Name: WebhookName})
}

// RegisterRecords makes a worker on TaskQueue plan, keep records and accounts.
func RegisterRecords(r worker.ActivityRegistry, p *activities.Planner, l *activities.Library, b *activities.Bank) {
	register(r, p)
	register(r, l)
	register(r, b)
}

// RegisterHerald makes a worker on TaskQueue write down what webhooks are told.
func RegisterHerald(r worker.ActivityRegistry, h *activities.Herald) { register(r, h) }

// RegisterMessenger makes a worker on WebhookQueue send it.
func RegisterMessenger(r worker.ActivityRegistry, m *activities.Messenger) { register(r, m) }

// RegisterMedia makes a worker on MediaQueue conform, speak and assemble.
func RegisterMedia(r worker.ActivityRegistry, m *activities.Media) {
	register(r, m)
	r.RegisterActivityWithOptions(m.Frame, activity.RegisterOptions{Name: frameStep})
}

// frameStep is how runs ask for a frame of a clip, ever since that was called a still.
const frameStep = "Still"

// RegisterProvider makes a worker on ProviderQueue(instance) make takes.
func RegisterProvider(r worker.ActivityRegistry, g *activities.Generator) { register(r, g) }

// register skips exported methods that are not activities, such as Planner.Digest.
func register(r worker.ActivityRegistry, v any) {
	r.RegisterActivityWithOptions(v, activity.RegisterOptions{SkipInvalidStructFunctions: true})
}
