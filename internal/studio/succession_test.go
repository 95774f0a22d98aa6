package studio

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
)

// A build takes the current one's place where nobody of that is left, and not before its
// own worker is known: then nothing is known of the others either.
func TestSuccession(t *testing.T) {
	for name, c := range map[string]struct {
		current string // "": never was any
		workers map[string]int
		want    Succession
	}{
		"a new house":                     {"", map[string]int{"two": 1}, Succession{Current: Unversioned, Vacant: true, First: true}},
		"its own worker is not known yet": {"", nil, Succession{Current: Unversioned, First: true}},
		"beside a release without builds": {"", map[string]int{"two": 1, Unversioned: 1}, Succession{Current: Unversioned, First: true}},
		"beside the current build":        {"one", map[string]int{"two": 1, "one": 1}, Succession{Current: "one"}},
		"after the current build":         {"one", map[string]int{"two": 1}, Succession{Current: "one", Vacant: true}},
		"two that wait":                   {"one", map[string]int{"two": 1, "three": 1}, Succession{Current: "one", Vacant: true}},
		"current itself":                  {"two", map[string]int{"two": 1}, Succession{Current: "two"}},
	} {
		d := &standing{workers: c.workers}
		if c.current != "" {
			d.info.RoutingConfig = client.WorkerDeploymentRoutingConfig{
				CurrentVersion: &worker.WorkerDeploymentVersion{DeploymentName: Deployment, BuildID: c.current}, CurrentVersionChangedTime: time.Unix(1, 0),
			}
		}
		if got := d.succession("two"); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// deafServer answers every question about builds with the same error.
type deafServer struct {
	client.Client
	says error
}

func (d deafServer) WorkerDeploymentClient() client.WorkerDeploymentClient {
	return deafDeployments{says: d.says}
}

type deafDeployments struct {
	client.WorkerDeploymentClient
	says error
}

func (d deafDeployments) GetHandle(string) client.WorkerDeploymentHandle {
	return deafDeployment{says: d.says}
}

type deafDeployment struct {
	client.WorkerDeploymentHandle
	says error
}

func (d deafDeployment) Describe(context.Context, client.WorkerDeploymentDescribeOptions) (client.WorkerDeploymentDescribeResponse, error) {
	return client.WorkerDeploymentDescribeResponse{}, d.says
}

// A server that tells no builds apart is said to be one, whoever asks what; no other
// trouble is taken for that.
func TestServersWithoutBuilds(t *testing.T) {
	for _, says := range []error{
		serviceerror.NewUnimplemented("unknown method DescribeWorkerDeployment"),
		serviceerror.NewPermissionDenied("Worker Deployment Versions are disabled on this namespace.", ""),
		serviceerror.NewUnavailable("not now"),
	} {
		s := &Studio{Temporal: deafServer{says: says}}
		_, listed := s.Builds(t.Context())
		_, asked := s.Succession(t.Context(), "two")
		_, passing := errors.AsType[*serviceerror.Unavailable](says)
		for _, err := range []error{listed, asked, s.MakeCurrent(t.Context(), "two"), s.Ramp(t.Context(), "two", 10)} {
			if err == nil || errors.Is(err, ErrNoVersions) == passing {
				t.Errorf("%v: %v", says, err)
			}
		}
	}
}
