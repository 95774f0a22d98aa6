package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/namespace/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/dailies/dailies/internal/engine"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/roster"
	"github.com/dailies/dailies/workflows"
)

const (
	// retention is how many days a namespace that is made here remembers finished runs where
	// the config does not say; S3 is the lasting record. As the embedded engine.
	retention = 30
	day       = 24 * time.Hour
	// settle is how long a cluster may take to know a new namespace everywhere: its
	// servers read their list of them every ten seconds.
	settle      = time.Minute
	settleEvery = 500 * time.Millisecond
)

// readyTemporal makes sure that an existing Temporal has what runs need: the
// namespace, and the attributes by which runs are listed. A worker makes what is
// missing, where the cluster lets it; anybody else is told, since a namespace of
// another name may be nothing but a slip of the pen.
func (a *Main) readyTemporal(ctx context.Context, c client.Client, mayMake bool) error {
	ns := a.Config.Temporal.Namespace
	there, err := c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: ns})
	if _, missing := errors.AsType[*serviceerror.NamespaceNotFound](err); missing {
		if !mayMake {
			return Usagef("open Temporal's namespace %s: there is none at %s; set temporal.namespace, or start a worker, which makes it (%s)", ns, a.Config.Temporal.Address, makeNamespace(ns, a.retention()))
		}
		if err := a.makeNamespace(ctx, c, ns); err != nil {
			return err
		}
	} else if err != nil {
		return fmt.Errorf("open Temporal's namespace %s at %s: %w", ns, a.Config.Temporal.Address, err)
	} else if mayMake {
		a.raiseRetention(ctx, c, ns, there.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration())
	}
	return a.readyAttributes(ctx, c, ns, mayMake)
}

// retention is how many days a namespace has to remember finished runs.
func (a *Main) retention() int { return cmp.Or(a.Config.Temporal.Retention, retention) }

func makeNamespace(ns string, days int) string {
	return fmt.Sprintf("temporal operator namespace create --retention %dd --namespace %s", days, ns)
}

// raiseRetention has a namespace that was there before remember finished runs as long as
// the config wants: the one that Temporal's own images make forgets them after a day. A
// cluster that does not let us goes on to be used: only looking back ends sooner.
func (a *Main) raiseRetention(ctx context.Context, c client.Client, ns string, has time.Duration) {
	want := time.Duration(a.Config.Temporal.Retention) * day
	if has >= want {
		return
	}
	_, err := c.WorkflowService().UpdateNamespace(ctx, &workflowservice.UpdateNamespaceRequest{
		Namespace: ns, Config: &namespace.NamespaceConfig{WorkflowExecutionRetentionTtl: durationpb.New(want)},
	})
	if err != nil {
		a.Say("Temporal's namespace %s forgets finished runs after %s, and this cluster does not let us change that (%v); who runs it may: temporal operator namespace update --retention %dd --namespace %s. Or set temporal.retention", ns, has, err, a.Config.Temporal.Retention, ns)
		return
	}
	a.Say("Temporal's namespace %s now remembers finished runs for %d days; before it was %s", ns, a.Config.Temporal.Retention, has)
}

func (a *Main) makeNamespace(ctx context.Context, c client.Client, ns string) error {
	_, err := c.WorkflowService().RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
		Namespace: ns, Description: "dailies", WorkflowExecutionRetentionPeriod: durationpb.New(time.Duration(a.retention()) * day),
	})
	if _, there := errors.AsType[*serviceerror.NamespaceAlreadyExists](err); err != nil && !there {
		return Usagef("make Temporal's namespace %s: this cluster does not let us (%w); who runs it makes it: %s", ns, err, makeNamespace(ns, a.retention()))
	}
	a.Say("made Temporal's namespace %s", ns)
	// A worker that asks before every server knows the namespace would end.
	return until(ctx, "wait for Temporal to know namespace "+ns, func() error {
		_, err := c.DescribeTaskQueue(ctx, workflows.TaskQueue, enums.TASK_QUEUE_TYPE_WORKFLOW)
		return err
	})
}

// readyAttributes makes or asks for the search attributes. Where they cannot even be
// listed nothing is known, and the first run says what is missing.
func (a *Main) readyAttributes(ctx context.Context, c client.Client, ns string, mayMake bool) error {
	want := engine.SearchAttributes()
	missing := func() (map[string]enums.IndexedValueType, error) {
		listed, err := c.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: ns})
		if err != nil {
			return nil, err
		}
		left := maps.Clone(want)
		for name, kind := range listed.GetCustomAttributes() {
			if wanted, ours := left[name]; ours && wanted != kind {
				return nil, Usagef("use Temporal's namespace %s: its search attribute %s is of type %s, and runs need %s; use another namespace", ns, name, kind, wanted)
			}
			delete(left, name)
		}
		return left, nil
	}
	left, err := missing()
	if _, wrong := errors.AsType[*UsageError](err); wrong {
		return err
	}
	if err != nil {
		a.Log.Warn("Temporal's search attributes cannot be listed", "namespace", ns, "error", err)
		return nil
	}
	if len(left) == 0 {
		return nil
	}
	var commands []string
	for _, name := range slices.Sorted(maps.Keys(left)) {
		commands = append(commands, fmt.Sprintf("temporal operator search-attribute create --namespace %s --name %s --type %s", ns, name, left[name]))
	}
	how := strings.Join(commands, "; ")
	if !mayMake {
		return Usagef("use Temporal's namespace %s: it lacks the attributes by which runs are listed; start a worker, which makes them, or: %s", ns, how)
	}
	_, err = c.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{Namespace: ns, SearchAttributes: left})
	if _, there := errors.AsType[*serviceerror.AlreadyExists](err); err != nil && !there {
		return Usagef("make search attributes in Temporal's namespace %s: this cluster does not let us (%w); who runs it makes them: %s", ns, err, how)
	}
	return until(ctx, "wait for Temporal's search attributes", func() error {
		left, err := missing()
		if err == nil && len(left) > 0 {
			err = errors.New("they are not there yet")
		}
		return err
	})
}

// until tries again until try succeeds, for settle.
func until(ctx context.Context, what string, try func() error) error {
	for start := time.Now(); ; {
		err := try()
		if err == nil {
			return nil
		}
		if time.Since(start) > settle {
			return fmt.Errorf("%s: %w", what, err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(settleEvery):
		}
	}
}

// Cluster says whether the parts may run apart: then those that hold keys tell the
// others what they need to know.
func (a *Main) Cluster() bool { return !a.EmbedsTemporal() }

// Facts are what plans are made with: every instance with its model. Where parts run
// apart they are the word of those who hold the keys.
func (s *Session) Facts(ctx context.Context) ([]provider.Facts, error) {
	if !s.app.Cluster() {
		return s.app.Facts(), nil
	}
	signed, err := s.Signed(ctx)
	if err != nil {
		return nil, err
	}
	return roster.Facts(s.app.Facts(), signed, time.Now()), nil
}

// FactsUnasked are Facts where the store is not asked: of a cluster what the config says,
// since a key that is not here lies where the instance's worker runs.
func (a *Main) FactsUnasked() []provider.Facts {
	if !a.Cluster() {
		return a.Facts()
	}
	return roster.Facts(a.Facts(), nil, time.Now())
}

// Signed are the words of provider workers, by instance, fresh or not; none where one
// process does all.
func (s *Session) Signed(ctx context.Context) (map[string]roster.Entry, error) {
	if !s.app.Cluster() {
		return nil, nil
	}
	return roster.Roster{Store: s.store}.Entries(ctx)
}

// Absent says of an instance's worker since when it was not there; empty: it is.
func Absent(signed map[string]roster.Entry, instance string, now time.Time) string {
	e, ok := signed[instance]
	switch {
	case !ok:
		return "no worker of it was ever seen"
	case !e.Fresh(now):
		return "its worker (" + e.Worker + ") was last seen at " + e.Seen.Local().Format(time.DateTime)
	}
	return ""
}
