//go:build cluster

package cluster_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dailies/dailies/test/chaos"
	"github.com/dailies/dailies/test/cluster"
)

// TestClusterInChaos is `make chaos` in small on the cluster's own servers: PostgreSQL and
// Temporal are killed at random like everything else.
func TestClusterInChaos(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	program := os.Getenv("DAILIES_PROGRAM")
	if program == "" {
		program = filepath.Join(root, "bin/dailies")
	}
	dir, err := os.MkdirTemp("", "dailies-cluster-") // PostgreSQL has to pass through
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	report, err := chaos.Run(t.Context(), chaos.Options{
		Program: program, Dir: dir, Topology: chaos.Cluster, Tools: filepath.Join(root, "bin/tools"), Deploy: filepath.Join(root, "deploy"),
		Seed: 20261252, Kills: 24, Others: 8, Episodes: 2, Shots: 8, JobTime: time.Second, Stuck: 10 * time.Minute, Log: t.Output(),
	})
	report.Print(t.Output())
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range report.Violations {
		t.Error(v)
	}
	for _, who := range []string{cluster.Postgres, cluster.Temporal} {
		if report.Killed[who]+report.Killed["everything"] == 0 { // who is down cannot be met: another is
			t.Errorf("%s was never killed: %v", who, report.Killed)
		}
	}
}
