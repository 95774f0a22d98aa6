package workflows

import (
	"errors"
	"fmt"
	"slices"

	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/webhook"
)

// WebhookInput is an event to send.
type WebhookInput struct {
	Event string   `json:"event"`
	Hooks []string `json:"hooks"`
	// Replay: a person wants it sent again.
	Replay bool `json:"replay,omitempty"`
}

// Webhook sends an event to each hook that wants it, until each has taken it or was given
// up: that may last days. What became of it stands in the store.
func Webhook(ctx workflow.Context, in WebhookInput) error {
	errs := make([]error, len(in.Hooks))
	all := workflow.NewWaitGroup(ctx)
	for i, hook := range in.Hooks {
		all.Add(1)
		workflow.GoNamed(ctx, "webhook "+hook, func(ctx workflow.Context) {
			defer all.Done()
			send := activities.SendInput{Event: in.Event, Hook: hook, Round: workflow.GetInfo(ctx).WorkflowExecution.RunID, Replay: in.Replay}
			errs[i] = workflow.ExecuteActivity(sending(ctx, "send to webhook "+hook), messenger.SendWebhook, send).Get(ctx, nil)
		})
	}
	all.Wait(ctx)
	return errors.Join(errs...)
}

// tell has webhooks told of something, beside what the run does. Of a subject it is told
// once; a run that continues in a new history may tell again, and it stays one event.
func (e *episode) tell(kind webhook.Type, subject string, d webhook.Data) {
	if e.plan.Tell == nil || !slices.Contains(e.plan.Tell.Types, kind) || e.told[string(kind)+subject] {
		return
	}
	e.told[string(kind)+subject] = true
	ctx, _ := workflow.NewDisconnectedContext(e.root)
	d.Show, d.Episode, d.Run = e.in.ID.Show, e.in.ID.Number, workflow.GetInfo(ctx).FirstRunID
	in := activities.TellInput{Type: kind, Subject: subject, At: workflow.Now(ctx), Data: d}
	e.telling++
	workflow.GoNamed(ctx, "tell "+string(kind), func(ctx workflow.Context) {
		defer func() { e.telling-- }()
		if err := workflow.ExecuteActivity(records(ctx, "tell webhooks: "+string(kind)), herald.Tell, in).Get(ctx, nil); err != nil {
			workflow.GetLogger(ctx).Warn("webhooks are not told", "event", string(kind), "error", err)
		}
	})
}

// CutSubject is the subject of a cut's delivery, whoever delivers it.
func CutSubject(number int) string { return fmt.Sprintf("cut %d", number) }

// tellWait tells that a shot waits for a person. what names what is decided.
func (e *episode) tellWait(w drama.Wait, what string) {
	e.tell(webhook.Waiting, fmt.Sprintf("%s\n%s\n%s\n%s", workflow.GetInfo(e.root).FirstRunID, w.For, w.Slate, what), webhook.Data{Wait: &w})
}

// tellParked tells that a provider is parked: once an hour, whatever run finds out.
func (e *episode) tellParked(instance string) {
	until := e.parked.until[instance]
	hour := workflow.Now(e.root).UTC().Format("2006010215")
	e.tell(webhook.Parked, instance+"\n"+hour, webhook.Data{Provider: instance, Reason: e.parked.why[instance], Until: &until})
}

// tellSpent tells of the amounts that this run has taken the episode over.
func (e *episode) tellSpent() {
	if e.plan.Tell == nil {
		return
	}
	for _, o := range e.plan.Tell.Over {
		if e.budget.before.Micros <= o.In.Micros && e.budget.settled.Micros > o.In.Micros {
			spent := e.money(e.budget.settled)
			e.tell(webhook.SpentOver, o.Amount.String(), webhook.Data{Over: &o.Amount, Spent: &spent})
		}
	}
}

// tellEnd tells how the run ends, and waits until all that it told is written down.
func (e *episode) tellEnd(ctx workflow.Context) error {
	spent := e.money(e.budget.settled)
	switch d := e.delivered; {
	case e.dub != nil && !e.dub.Same:
		e.tell(webhook.Delivered, fmt.Sprintf("dub %s %d", e.dub.Language, e.dub.Number), webhook.Data{State: e.state, Dub: e.dub.Language, Cut: e.dub.Cut, Master: &e.dub.Master, Manifest: &e.dub.Manifest, Spent: &spent})
	case !e.fresh && d != nil: // nothing changed, and it was told when it was made
	case e.state == drama.StateReview:
		e.tell(webhook.Waiting, fmt.Sprintf("review %d", d.Cut), webhook.Data{Cut: d.Cut, Wait: &drama.Wait{For: drama.WaitReview, Cut: d.Cut, Since: workflow.Now(ctx)}})
	case d != nil:
		e.tell(webhook.Delivered, CutSubject(d.Cut), webhook.Data{State: e.state, Cut: d.Cut, Master: &d.Master, Manifest: &d.Manifest, Spent: &spent})
	case e.state == drama.StateNG, e.state == drama.StateStopped, e.state == drama.StateCancelled, e.state == drama.StatePartial:
		e.tell(webhook.Ended, workflow.GetInfo(e.root).FirstRunID, webhook.Data{State: e.state, Problems: e.problems, Spent: &spent})
	}
	return workflow.Await(ctx, func() bool { return e.telling == 0 })
}
