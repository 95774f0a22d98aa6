//go:build bench

package bench

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	tlog "go.temporal.io/sdk/log"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/dailies/dailies/internal/engine"
	"github.com/dailies/dailies/internal/store/s3"
	"github.com/dailies/dailies/test/cluster"
	"github.com/dailies/dailies/test/rehearsal"
)

// TestBenchPostgres is TestBenchEngine on a cluster's servers, each a process: Temporal
// on PostgreSQL, and the S3 gateway.
func TestBenchPostgres(t *testing.T) {
	c, temporal, stage := newCluster(t)
	startWorkers(t, temporal, stage)
	servers := func() (used time.Duration) {
		for _, p := range c.Parts() {
			used += p.CPU()
		}
		return used
	}

	var rates, costs []float64
	shares := map[string]time.Duration{}
	number := 0
	for n := range 4 { // the first warms up
		if n == 1 {
			for _, p := range c.Parts() {
				shares[p.Name] = p.CPU()
			}
		}
		began, own, theirs := time.Now(), processorTime(t, os.Getpid()), servers()
		var runs []client.WorkflowRun
		for range batchEpisodes {
			number++
			runs = append(runs, submit(t, temporal, stage, number, rehearsal.Shots(batchShots)))
		}
		delivered(t, runs)
		rates = append(rates, batchEpisodes*batchShots/time.Since(began).Seconds())
		costs = append(costs, (processorTime(t, os.Getpid())-own+servers()-theirs).Seconds()*1000/(batchEpisodes*batchShots))
	}
	if bought := stage.Bought(t); bought != number*batchShots {
		t.Errorf("the vendor sold %d takes for %d shots", bought, number*batchShots)
	}
	const want = 80
	line("engine_postgres_shots_per_s", median(rates[1:]), "shots/s", fmt.Sprintf(">= %d", want))
	line("engine_postgres_cpu_per_shot", median(costs[1:]), "ms", "")
	for _, p := range c.Parts() {
		t.Logf("%s used %.1f ms a shot", p.Name, (p.CPU()-shares[p.Name]).Seconds()*1000/(3*batchEpisodes*batchShots))
	}
}

// newCluster starts the servers, without workers, and a stage that stands on them.
func newCluster(t *testing.T) (*cluster.Cluster, client.Client, *rehearsal.Stage) {
	t.Helper()
	// Not the test's own folder: PostgreSQL, which does not run as root, has to pass through.
	data, err := os.MkdirTemp("", "dailies-bench-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, func() error { return os.RemoveAll(data) }) })
	if err := os.Chmod(data, 0o711); err != nil {
		t.Fatal(err)
	}
	c, err := cluster.Start(t.Context(), cluster.Options{Data: data, Tools: filepath.Join("..", "..", "bin", "tools"), Deploy: filepath.Join("..", "..", "deploy")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, c.Stop) })
	access, secret := c.S3Keys()
	objects, err := s3.New(t.Context(), s3.Config{
		Endpoint: c.S3Endpoint(), Bucket: cluster.Bucket, Region: "us-east-1", PathStyle: true, AccessKey: access, SecretKey: secret,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := objects.EnsureBucket(t.Context()); err != nil {
		t.Fatal(err)
	}
	temporal, err := client.DialContext(t.Context(), client.Options{
		HostPort: c.TemporalAddress(), Namespace: cluster.Namespace, Logger: tlog.NewStructuredLogger(slog.New(slog.DiscardHandler)),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(temporal.Close)
	if _, err := temporal.WorkflowService().RegisterNamespace(t.Context(), &workflowservice.RegisterNamespaceRequest{
		Namespace: cluster.Namespace, WorkflowExecutionRetentionPeriod: durationpb.New(24 * time.Hour),
	}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the namespace's search attributes", func() error {
		_, err := temporal.OperatorService().AddSearchAttributes(t.Context(), &operatorservice.AddSearchAttributesRequest{
			Namespace: cluster.Namespace, SearchAttributes: engine.SearchAttributes(),
		})
		if err != nil {
			return err
		}
		_, err = temporal.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Namespace: cluster.Namespace, Query: "`Show` = 'none'"})
		return err
	})
	return c, temporal, newStage(t, objects)
}

// eventually tries again: servers read their list of namespaces every ten seconds.
func eventually(t *testing.T, what string, try func() error) {
	t.Helper()
	var err error
	for range 600 {
		if err = try(); err == nil {
			return
		}
		select {
		case <-t.Context().Done():
			t.Fatalf("wait for %s: %v", what, t.Context().Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
	t.Fatalf("wait for %s: %v", what, err)
}
