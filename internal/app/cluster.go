package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
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
	// retention is how long a namespace that is made here remembers finished runs;
	// S3 is the lasting record. As the embedded engine.
	retention = 30 * 24 * time.Hour
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
	_, err := c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: ns})
	if _, missing := errors.AsType[*serviceerror.NamespaceNotFound](err); missing {
		if !mayMake {
			return Usagef("open Temporal's namespace %s: there is none at %s; set temporal.namespace, or start a worker, which makes it (%s)", ns, a.Config.Temporal.Address, makeNamespace(ns))
		}
		if err := a.makeNamespace(ctx, c, ns); err != nil {
			return err
		}
	} else if err != nil {
		return fmt.Errorf("open Temporal's namespace %s at %s: %w", ns, a.Config.Temporal.Address, err)
	}
	return a.readyAttributes(ctx, c, ns, mayMake)
}

func makeNamespace(ns string) string {
	return "temporal operator namespace create --retention 30d --namespace " + ns
}

func (a *Main) makeNamespace(ctx context.Context, c client.Client, ns string) error {
	_, err := c.WorkflowService().RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
		Namespace: ns, Description: "dailies", WorkflowExecutionRetentionPeriod: durationpb.New(retention),
	})
	if _, there := errors.AsType[*serviceerror.NamespaceAlreadyExists](err); err != nil && !there {
		return Usagef("make Temporal's namespace %s: this cluster does not let us (%w); who runs it makes it: %s", ns, err, makeNamespace(ns))
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

// sign tells planners elsewhere what this process knows of its instances, now and as
// long as it works.
func (s *Session) sign(ctx context.Context, names []string) error {
	if !s.app.Cluster() || len(names) == 0 {
		return nil
	}
	r := roster.Roster{Store: s.store}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	once := func() error {
		var errs []error
		for _, f := range s.app.Facts() {
			if slices.Contains(names, f.Instance) {
				errs = append(errs, r.Sign(ctx, roster.Entry{Facts: f, Worker: fmt.Sprintf("%s, process %d", host, os.Getpid()), Seen: time.Now().UTC()}))
			}
		}
		return errors.Join(errs...)
	}
	if err := once(); err != nil {
		return err
	}
	s.running.Go(func() {
		tick := time.NewTicker(roster.Every)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if err := once(); err != nil && ctx.Err() == nil {
					s.log.Warn("planners are not told who works here", "error", err)
				}
			}
		}
	})
	return nil
}
