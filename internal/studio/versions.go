package studio

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
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/near"
	"github.com/dailies/dailies/workflows"
)

// Deployment is what a cluster's Temporal calls the workers that decide: those of the queue
// of runs. Workers of other queues belong to no build: what they do is told them whole.
const Deployment = "dailies"

// Unversioned is what people call workers without a build.
const Unversioned = "none"

// Build is a build of the workers that decide.
type Build struct {
	Build   string  `json:"build"` // Unversioned: workers without any
	Current bool    `json:"current,omitempty"`
	Share   float64 `json:"share,omitempty"` // percent of runs that it gets beside the current one
	Workers int     `json:"workers"`         // processes that asked for work in the last 90 s
	// Runs are the open ones that it carries, Kept those that stay with it whatever is current.
	Runs  int64     `json:"runs"`
	Kept  int64     `json:"kept"`
	Since time.Time `json:"since,omitzero"` // when it was first seen
}

// ErrNoVersions: this Temporal does not tell builds of workers apart.
var ErrNoVersions = errors.New("this Temporal does not tell builds of workers apart: it has no Worker Deployments, or may not use them here")

// standing is how the deployment stands.
type standing struct {
	info    client.WorkerDeploymentInfo
	token   []byte         // by which nobody else has changed it since
	none    bool           // no worker with a build was ever seen
	workers map[string]int // seen lately, by build
}

// current is the build that gets runs.
func (d *standing) current() string { return buildOf(d.info.RoutingConfig.CurrentVersion) }

func buildOf(v *worker.WorkerDeploymentVersion) string {
	if v == nil || v.BuildID == "" {
		return Unversioned
	}
	return v.BuildID
}

func (s *Studio) deployment() client.WorkerDeploymentHandle {
	return s.Temporal.WorkerDeploymentClient().GetHandle(Deployment)
}

// standing errs with ErrNoVersions.
func (s *Studio) standing(ctx context.Context) (*standing, error) {
	d := &standing{workers: make(map[string]int)}
	found, err := s.deployment().Describe(ctx, client.WorkerDeploymentDescribeOptions{})
	switch {
	case gone(err):
		d.none = true
	case withoutVersions(err):
		return nil, fmt.Errorf("%w (%w)", ErrNoVersions, err)
	case err != nil:
		return nil, fmt.Errorf("ask for the builds of workers: %w", err)
	default:
		d.info, d.token = found.Info, found.ConflictToken
	}
	q, err := s.Temporal.DescribeTaskQueue(ctx, workflows.TaskQueue, enums.TASK_QUEUE_TYPE_WORKFLOW)
	if err != nil {
		return nil, fmt.Errorf("ask for the workers of %s: %w", workflows.TaskQueue, err)
	}
	for _, p := range q.GetPollers() {
		if s.now().Sub(p.GetLastAccessTime().AsTime()) >= unasked {
			continue
		}
		o := p.GetDeploymentOptions()
		switch {
		case o.GetWorkerVersioningMode() != enums.WORKER_VERSIONING_MODE_VERSIONED:
			d.workers[Unversioned]++
		case o.GetDeploymentName() == Deployment:
			d.workers[o.GetBuildId()]++
		}
	}
	return d, nil
}

// withoutVersions says that a server knows no builds, or may not tell them apart.
func withoutVersions(err error) bool {
	_, old := errors.AsType[*serviceerror.Unimplemented](err)
	_, off := errors.AsType[*serviceerror.PermissionDenied](err)
	return old || off
}

// Builds are the builds of the workers that decide, the current one first.
func (s *Studio) Builds(ctx context.Context) ([]Build, error) {
	d, err := s.standing(ctx)
	if err != nil {
		return nil, err
	}
	since := map[string]time.Time{}
	for _, v := range d.info.VersionSummaries {
		since[v.Version.BuildID] = v.CreateTime
	}
	known := map[string]bool{d.current(): true}
	for _, names := range []([]string){slices.Collect(maps.Keys(since)), slices.Collect(maps.Keys(d.workers))} {
		for _, name := range names {
			known[name] = true
		}
	}
	var all []Build
	for name := range known {
		b := Build{Build: name, Current: name == d.current(), Workers: d.workers[name], Since: since[name]}
		if r := d.info.RoutingConfig; r.RampingVersionPercentage > 0 && buildOf(r.RampingVersion) == name && !b.Current {
			b.Share = float64(r.RampingVersionPercentage)
		}
		if b.Runs, b.Kept, err = s.carried(ctx, name); err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	slices.SortFunc(all, func(a, b Build) int {
		if a.Current != b.Current {
			return map[bool]int{true: -1, false: 1}[a.Current]
		}
		return cmp.Or(b.Since.Compare(a.Since), strings.Compare(a.Build, b.Build))
	})
	return all, nil
}

// carried counts the open runs that a build carries, and those of them that stay with it.
func (s *Studio) carried(ctx context.Context, build string) (runs, kept int64, err error) {
	of := fmt.Sprintf("TemporalWorkerDeploymentVersion = '%s:%s'", Deployment, build)
	if build == Unversioned {
		of = "TemporalWorkerDeploymentVersion IS NULL"
	}
	for _, c := range []struct {
		to    *int64
		where string
	}{{&runs, of}, {&kept, of + " AND TemporalWorkflowVersioningBehavior = 'Pinned'"}} {
		n, err := s.Temporal.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{Namespace: s.Namespace, Query: openRuns + " AND " + c.where})
		if err != nil {
			return 0, 0, fmt.Errorf("count the runs of %s: %w", build, err)
		}
		*c.to = n.GetCount()
	}
	return runs, kept, nil
}

// openRuns are ours that have not ended, as Temporal is asked for them.
var openRuns = fmt.Sprintf("WorkflowType IN ('%s', '%s', '%s') AND ExecutionStatus = 'Running'", workflows.EpisodeName, workflows.SeasonName, workflows.CollectName)

// UnservedError says that a build has no worker to give runs to.
type UnservedError struct {
	Build string
	Known []string // those that have
	Near  string   // of them; empty: none is
}

func (e *UnservedError) Error() string {
	switch {
	case e.Near != "":
		return fmt.Sprintf("no worker of build %q is there; did you mean %s?", e.Build, e.Near)
	case len(e.Known) == 0:
		return fmt.Sprintf("no worker of build %q is there, nor of another; start one with the role workflow", e.Build)
	}
	return fmt.Sprintf("no worker of build %q is there; builds with workers are %s", e.Build, strings.Join(e.Known, ", "))
}

// served is nil if a build has workers.
func (d *standing) served(build string) error {
	if d.workers[build] > 0 {
		return nil
	}
	known := slices.Sorted(maps.Keys(d.workers))
	return &UnservedError{Build: build, Known: known, Near: near.Word(build, known)}
}

// named is a build as Temporal's API wants it.
func named(build string) string {
	if build == Unversioned {
		return ""
	}
	return build
}

// MakeCurrent gives a build all runs, but for those that are kept. They move with their next
// step. *UnservedError, ErrNoVersions.
func (s *Studio) MakeCurrent(ctx context.Context, build string) error {
	d, err := s.standing(ctx)
	if err != nil {
		return err
	}
	if err := d.served(build); err != nil {
		return err
	}
	if d.current() == build {
		return nil
	}
	return s.makeCurrent(ctx, d, build)
}

func (s *Studio) makeCurrent(ctx context.Context, d *standing, build string) error {
	_, err := s.deployment().SetCurrentVersion(ctx, client.WorkerDeploymentSetCurrentVersionOptions{BuildID: named(build), ConflictToken: d.token})
	if err != nil {
		return fmt.Errorf("make %s the current build: %w", build, err)
	}
	return nil
}

// Ramp gives a build a share of the runs, by their ids, percent of them; 0: none any more.
// *UnservedError, ErrNoVersions.
func (s *Studio) Ramp(ctx context.Context, build string, percent float64) error {
	d, err := s.standing(ctx)
	if err != nil {
		return err
	}
	o := client.WorkerDeploymentSetRampingVersionOptions{ConflictToken: d.token}
	if percent > 0 {
		if err := d.served(build); err != nil {
			return err
		}
		o.BuildID, o.Percentage = named(build), float32(percent)
	}
	if _, err := s.deployment().SetRampingVersion(ctx, o); err != nil {
		return fmt.Errorf("give %s %g %% of the runs: %w", build, percent, err)
	}
	return nil
}

// Succession is who gets runs, as a worker that would like to have them sees it.
type Succession struct {
	Current string // Unversioned: workers without a build
	// Vacant: no worker of Current asks for work. First: no build ever was current.
	Vacant, First bool
}

// Succession tells how a build stands to the current one. Who asks MUST be a worker of
// build. ErrNoVersions.
func (s *Studio) Succession(ctx context.Context, build string) (Succession, error) {
	d, err := s.standing(ctx)
	if err != nil {
		return Succession{}, err
	}
	return d.succession(build), nil
}

func (d *standing) succession(build string) Succession {
	return Succession{
		Current: d.current(), First: d.info.RoutingConfig.CurrentVersionChangedTime.IsZero(),
		// Before its own worker has asked for work nothing is known of anybody.
		Vacant: d.workers[build] > 0 && d.current() != build && d.workers[d.current()] == 0,
	}
}

// Keep has the open run of an episode, or (without a number) of a show's season with its
// episodes, stay with the build that carries it, whatever becomes current; or, let go, go
// with the current one again. It gives the builds that they stay with. ErrIdle.
func (s *Studio) Keep(ctx context.Context, show string, number int, keep bool) ([]string, error) {
	id := workflows.SeasonWorkflowID(show)
	if number > 0 {
		id = workflows.EpisodeWorkflowID(drama.EpisodeID{Show: show, Number: number})
	}
	builds := map[string]bool{}
	if err := s.keep(ctx, id, keep, builds); err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(builds)), nil
}

func (s *Studio) keep(ctx context.Context, workflowID string, keep bool, builds map[string]bool) error {
	d, err := s.Temporal.DescribeWorkflowExecution(ctx, workflowID, "")
	if err != nil && !gone(err) {
		return fmt.Errorf("look at %s: %w", runName(workflowID), err)
	}
	info := d.GetWorkflowExecutionInfo()
	if err != nil || info.GetStatus() != enums.WORKFLOW_EXECUTION_STATUS_RUNNING {
		return fmt.Errorf("%s %w", runName(workflowID), ErrIdle)
	}
	var change client.VersioningOverrideChange
	if keep {
		build := carrier(info)
		if build == "" {
			return fmt.Errorf("keep %s: workers without a build carry it, so there is none to stay with", runName(workflowID))
		}
		change.Value = &client.PinnedVersioningOverride{Version: worker.WorkerDeploymentVersion{DeploymentName: Deployment, BuildID: build}}
		builds[build] = true
	}
	_, err = s.Temporal.UpdateWorkflowExecutionOptions(ctx, client.UpdateWorkflowExecutionOptionsRequest{
		WorkflowId: workflowID, RunId: info.GetExecution().GetRunId(),
		WorkflowExecutionOptionsChanges: client.WorkflowExecutionOptionsChanges{VersioningOverride: &change},
	})
	if err != nil {
		return fmt.Errorf("keep %s: %w", runName(workflowID), err)
	}
	for _, child := range d.GetPendingChildren() {
		if err := s.keep(ctx, child.GetWorkflowId(), keep, builds); err != nil && !errors.Is(err, ErrIdle) {
			return err
		}
	}
	return nil
}

// carrier is the build that carries a run; empty: none does.
func carrier(info *workflowpb.WorkflowExecutionInfo) string {
	v := info.GetVersioningInfo()
	if pinned := v.GetVersioningOverride().GetPinned().GetVersion(); pinned != nil {
		return pinned.GetBuildId()
	}
	return v.GetDeploymentVersion().GetBuildId()
}

// stays says whether a run stays with its build.
func stays(info *workflowpb.WorkflowExecutionInfo) bool {
	return info.GetVersioningInfo().GetVersioningOverride().GetPinned() != nil
}
