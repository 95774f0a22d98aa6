package main

import (
	"testing"
	"time"

	"github.com/dailies/dailies/test/chaos"
)

// TestASeasonInChaos is `make chaos` in small: a season of twelve shots while the program, its
// media children and the S3 server are killed and frozen, and what the vendor and S3 answer
// is late, cut off or lost.
func TestASeasonInChaos(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	report, err := chaos.Run(t.Context(), chaos.Options{
		Program: binary(), Own: asProcess, Env: []string{asDailies + "=" + dir, testGrace + "=3s"}, Dir: dir,
		Seed: 20261130, Kills: 12, Others: 10, Topology: chaos.Outside, Episodes: 2, Shots: 6, JobTime: 500 * time.Millisecond, Stuck: 10 * time.Minute, Log: t.Output(),
	})
	if err != nil {
		t.Error(err)
	}
	for _, what := range report.Violations {
		t.Error(what)
	}
	if report.Kills != 12 {
		t.Errorf("%d processes were killed, not 12", report.Kills)
	}
}
