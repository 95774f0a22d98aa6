package traces

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/activities"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ids"
	"github.com/dailies/dailies/workflows"
)

// headerKey is the header of a step that tells of its run. Histories are replayed without
// looking at it, so workers may have it or not.
const headerKey = "dailies-trace"

// about is what a step's worker cannot know of itself.
type about struct {
	Run string `json:"run"` // the first of those that went on as new
	// Began is when the take that the step is about was first asked for; zero: it is none's.
	Began time.Time `json:"began,omitzero"`
}

// Interceptor tells the runs and steps of a worker. It stands before every other.
func (t *Tracer) Interceptor() interceptor.WorkerInterceptor { return &spans{tracer: t} }

type spans struct {
	interceptor.WorkerInterceptorBase
	tracer *Tracer
}

func (s *spans) InterceptWorkflow(ctx workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	if workflow.GetInfo(ctx).WorkflowType.Name != workflows.EpisodeName {
		return next
	}
	r := &run{tracer: s.tracer, began: map[drama.TakeID]time.Time{}}
	r.Next = next
	return r
}

// run tells an episode's run: its root, when it has ended.
type run struct {
	interceptor.WorkflowInboundInterceptorBase
	tracer *Tracer
	began  map[drama.TakeID]time.Time
}

func (r *run) Init(outbound interceptor.WorkflowOutboundInterceptor) error {
	s := &scheduled{run: r}
	s.Next = outbound
	return r.Next.Init(s)
}

func (r *run) ExecuteWorkflow(ctx workflow.Context, in *interceptor.ExecuteWorkflowInput) (any, error) {
	began := workflow.Now(ctx)
	var asked workflows.EpisodeInput
	if len(in.Args) > 0 {
		asked, _ = in.Args[0].(workflows.EpisodeInput)
	}
	if asked.Continued != nil {
		began = asked.Continued.StartedAt
	}
	out, err := r.Next.ExecuteWorkflow(ctx, in)
	if workflow.IsReplaying(ctx) || workflow.IsContinueAsNewError(err) {
		return out, err
	}
	id := workflow.GetInfo(ctx).FirstRunID
	s := span{run: id, id: rootOf(id), name: "episode " + asked.ID.String(), from: began, to: workflow.Now(ctx), attributes: ofSubject(activities.Subject{Episode: asked.ID}, id)}
	switch d, ok := out.(drama.Delivery); {
	case err != nil:
		s.fault = faultOf(err)
	case ok:
		s.attributes = append(s.attributes, text("state", string(d.State)), count("cut", d.Cut), count("shots", len(d.Shots)))
		s.attributes = append(s.attributes, price("spent", d.Spent)...)
		if d.State == drama.StateNG || d.State == drama.StateStopped {
			s.fault = string(d.State)
		}
	}
	r.tracer.tell(s)
	return out, err
}

// scheduled sends with each step whose it is.
type scheduled struct {
	interceptor.WorkflowOutboundInterceptorBase
	run *run
}

func (s *scheduled) ExecuteActivity(ctx workflow.Context, step string, args ...any) workflow.Future {
	a := about{Run: workflow.GetInfo(ctx).FirstRunID}
	if on := activities.About(args); on.Take > 0 {
		id := drama.TakeID{Episode: on.Episode, Slate: on.Shot, Number: on.Take}
		if _, buys := args[0].(activities.GenerateInput); buys && s.run.began[id].IsZero() {
			s.run.began[id] = workflow.Now(ctx)
		}
		a.Began = s.run.began[id]
	}
	if p, err := converter.GetDefaultDataConverter().ToPayload(a); err == nil {
		if h := interceptor.WorkflowHeader(ctx); h != nil {
			h[headerKey] = p
		}
	}
	return s.Next.ExecuteActivity(ctx, step, args...)
}

func (s *spans) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	i := &step{tracer: s.tracer}
	i.Next = next
	return i
}

// step tells a step, when it has ended for good.
type step struct {
	interceptor.ActivityInboundInterceptorBase
	tracer *Tracer
}

func (i *step) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	of, ok := aboutOf(interceptor.Header(ctx)[headerKey])
	if !ok { // of a run whose worker tells no traces, or of none
		return i.Next.ExecuteActivity(ctx, in)
	}
	out, err := i.Next.ExecuteActivity(ids.With(ctx, "trace", ID(of.Run).String()), in)
	info := activity.GetInfo(ctx)
	if err != nil && !lasting(err, info) {
		return out, err
	}
	for _, s := range stepSpans(of, info, in.Args, out, err) {
		i.tracer.tell(s)
	}
	return out, err
}

func aboutOf(p *commonpb.Payload) (a about, ok bool) {
	return a, p != nil && converter.GetDefaultDataConverter().FromPayload(p, &a) == nil && a.Run != ""
}

// lasting says that the engine does not try the step again.
func lasting(err error, info activity.Info) bool {
	if app, ok := errors.AsType[*temporal.ApplicationError](err); ok {
		return app.NonRetryable() || info.RetryPolicy != nil && info.RetryPolicy.MaximumAttempts > 0 && info.Attempt >= info.RetryPolicy.MaximumAttempts
	}
	return temporal.IsCanceledError(err)
}

// faultOf is the type of an error. Its words may be a vendor's, or a script's.
func faultOf(err error) string {
	if app, ok := errors.AsType[*temporal.ApplicationError](err); ok {
		return app.Type()
	}
	if temporal.IsCanceledError(err) {
		return "cancelled"
	}
	return "error"
}

// stepSpans are a step's own, and that of the take which it brings to its end.
func stepSpans(of about, info activity.Info, args []any, out any, err error) []span {
	on := activities.About(args)
	now := time.Now()
	own := span{
		run: of.Run, id: spanID(of.Run, "step", info.WorkflowExecution.RunID+" "+info.ActivityID), parent: rootOf(of.Run), name: strings.ToLower(info.ActivityType.Name),
		from: info.ScheduledTime, to: now, attributes: append(ofSubject(on, of.Run), count("attempt", int(info.Attempt))),
	}
	if err != nil {
		own.fault = faultOf(err)
	}
	own.attributes = append(own.attributes, found(out)...)
	t, ends := takeOf(args, out, err)
	if !t.is {
		return []span{own}
	}
	own.parent = spanID(of.Run, "take", fmt.Sprintf("%s/%d", on.Shot, on.Take))
	own.attributes = append(own.attributes, t.attributes()...)
	if !ends {
		return []span{own}
	}
	whole := span{
		run: of.Run, id: own.parent, parent: rootOf(of.Run), name: fmt.Sprintf("take %s/%d", on.Shot, on.Take), from: info.ScheduledTime, to: now,
		attributes: append(ofSubject(on, of.Run), t.attributes()...), fault: own.fault,
	}
	if !of.Began.IsZero() {
		whole.from = of.Began
	}
	if t.verdict != "" {
		whole.attributes = append(whole.attributes, text("verdict", t.verdict))
	}
	return []span{own, whole}
}
