package studio

import (
	"testing"
	"time"

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
