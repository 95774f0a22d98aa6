//go:build cluster

package cluster_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/ledger"
	"github.com/dailies/dailies/test/cluster"
	"github.com/dailies/dailies/test/vendors"
)

// house is a cluster with its emulated vendors, and a person at a machine without any
// vendor's key.
type house struct {
	*testing.T
	cluster *cluster.Cluster
	vendors *cluster.Emulated
	program string
}

func newHouse(t *testing.T) *house {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	// Not the test's own folder: PostgreSQL, which does not run as root, has to pass through.
	data, err := os.MkdirTemp("", "dailies-cluster-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(data, 0o711); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(data); err != nil {
			t.Error(err)
		}
	})
	h := &house{T: t, program: os.Getenv("DAILIES_PROGRAM")}
	if h.program == "" {
		h.program = filepath.Join(root, "bin/dailies")
	}
	if h.vendors, err = cluster.Emulate(t.Context(), 2*time.Second); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.wants(h.vendors.Close()) })
	began := time.Now()
	h.cluster, err = cluster.Start(t.Context(), cluster.Options{
		Data: data, Tools: filepath.Join(root, "bin/tools"), Dailies: h.program, Deploy: filepath.Join(root, "deploy"), UI: true,
		Config: h.vendors.Config, Workers: h.vendors.Workers,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.wants(h.cluster.Stop()) })
	t.Logf("up after %s", time.Since(began).Round(time.Second))
	return h
}

func (h *house) wants(err error) {
	h.Helper()
	if err != nil {
		h.Error(err)
	}
}

// command is dailies at a machine that has S3's keys and no other secret.
func (h *house) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(h.Context(), h.program, args...)
	cmd.Env, cmd.Dir = h.cluster.Env("person"), filepath.Dir(h.cluster.ConfigFile())
	return cmd
}

// run runs a command that has to end with a code and decodes what it prints, if into is
// not nil.
func (h *house) run(code int, into any, args ...string) string {
	h.Helper()
	cmd := h.command(args...)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	_ = cmd.Run() // the code says it
	if got := cmd.ProcessState.ExitCode(); got != code {
		h.Fatalf("dailies %v: exit code %d, want %d\n%s%s", args, got, code, out.String(), said.String())
	}
	if into != nil {
		if err := json.Unmarshal(out.Bytes(), into); err != nil {
			h.Fatalf("dailies %v: %v: %s", args, err, out.String())
		}
	}
	return out.String() + said.String()
}

// script is an episode whose shots go to the vendors by turns, each to one of them only.
func (h *house) script(episode, shots int) string {
	h.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, `season:
  show: apart
  language: en
  format: {raster: 128x224, fps: 24}
  routing: {default: [seedance, happyhorse]}
  budget: {currency: CNY, episode: 1000}
  label: {off: true, reason: a test}
episode: %d
scenes:
- scene: 1
  shots:
`, episode)
	for n := range shots {
		fmt.Fprintf(&b, "  - {shot: 1-%d, duration: 2s, use: [%s], action: \"%s\"}\n", n+1, []string{"seedance", "happyhorse"}[n%2], action(episode, n+1))
	}
	path := filepath.Join(h.TempDir(), fmt.Sprintf("ep%02d.yaml", episode))
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		h.Fatal(err)
	}
	return path
}

func action(episode, shot int) string { return fmt.Sprintf("picture %03d of part %03d", shot, episode) }

// TestCluster brings the topology up from nothing, as docker-compose.yml has it, and works
// with it as a house does.
func TestCluster(t *testing.T) {
	h := newHouse(t)
	h.firstStart()
	h.doctorKnows()

	const shots = 6
	var d drama.Delivery
	h.run(0, &d, "render", h.script(1, shots), "--json")
	if d.State != drama.StateDelivered || len(d.Shots) != shots {
		t.Fatalf("%+v", d)
	}
	for i, s := range d.Shots {
		if want := []string{"seedance", "happyhorse"}[i%2]; s.Provider != want {
			t.Errorf("%s was made by %s, want %s", s.Slate, s.Provider, want)
		}
	}
	h.booksAgree(1, shots)

	h.inTheMiddle(2, 2*shots)
	h.booksAgree(2, 2*shots)
	h.keysApart()
}

// firstStart: bucket, namespace, its attributes and retention were made by the workers.
func (h *house) firstStart() {
	h.Helper()
	c, err := client.NewLazyClient(client.Options{HostPort: h.cluster.TemporalAddress(), Namespace: cluster.Namespace})
	if err != nil {
		h.Fatal(err)
	}
	defer c.Close()
	ns, err := c.WorkflowService().DescribeNamespace(h.Context(), &workflowservice.DescribeNamespaceRequest{Namespace: cluster.Namespace})
	if err != nil {
		h.Fatal(err)
	}
	if got := ns.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration(); got != 30*24*time.Hour {
		h.Errorf("finished runs are remembered for %s", got)
	}
	_, err = c.CountWorkflow(h.Context(), &workflowservice.CountWorkflowExecutionsRequest{Namespace: cluster.Namespace, Query: "`Show` = 'apart' AND `Episode` = 1"})
	h.wants(err)
}

// doctorKnows: a machine without keys sees who is there, and who is not once one was killed.
func (h *house) doctorKnows() {
	h.Helper()
	found := func() map[string]string {
		var out struct {
			Checks []struct {
				Name, Found string
				OK          bool
			}
		}
		cmd := h.command("doctor", "--json")
		text, _ := cmd.Output() // what else is wrong with this machine is not asked
		if err := json.Unmarshal(text, &out); err != nil {
			h.Fatalf("doctor: %v: %s", err, text)
		}
		all := map[string]string{}
		for _, c := range out.Checks {
			all[c.Name] = fmt.Sprint(c.OK, " ", c.Found)
		}
		return all
	}
	all := found()
	for _, role := range []string{"workflow", "media", "provider:seedance", "provider:happyhorse", "provider:animatic", "studio"} {
		if !strings.HasPrefix(all[role], "true 1: ") {
			h.Errorf("doctor says of %s: %s", role, all[role])
		}
	}
	p := h.cluster.Part("worker-happyhorse")
	h.wants(p.Stop())
	if got := found()["provider:happyhorse"]; !strings.HasPrefix(got, "false nobody") {
		h.Errorf("doctor says of a provider whose worker has left: %s", got)
	}
	h.wants(p.Start(h.Context()))
}

// inTheMiddle renders an episode while parts are killed and started again.
func (h *house) inTheMiddle(episode, shots int) {
	h.Helper()
	path := h.script(episode, shots)
	cmd := h.command("render", path, "--json")
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Start(); err != nil {
		h.Fatal(err)
	}
	h.bought(episode, 2)
	for _, name := range []string{"worker-seedance", "worker-workflow", cluster.S3, cluster.Postgres} {
		p := h.cluster.Part(name)
		h.wants(p.Kill())
		h.wants(p.Start(h.Context()))
		h.Logf("%s was killed and started again", name)
	}
	// The command may have ended when it was cut off from its cluster; the run has not.
	_ = cmd.Wait()
	d := drama.Delivery{}
	if cmd.ProcessState.ExitCode() != 0 {
		h.Logf("render ended with %d: %s", cmd.ProcessState.ExitCode(), said.String())
		h.run(0, &d, "render", path, "--json")
	} else if err := json.Unmarshal(out.Bytes(), &d); err != nil {
		h.Fatal(err)
	}
	if d.State != drama.StateDelivered || len(d.Shots) != shots {
		h.Fatalf("%+v", d)
	}
}

// bought waits until vendors have accepted so many jobs of an episode.
func (h *house) bought(episode, want int) {
	h.Helper()
	ctx, cancel := context.WithTimeout(h.Context(), 3*time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		have := 0
		for _, v := range h.vendors.Houses {
			for _, j := range v.Ledger() {
				if strings.Contains(strings.ToLower(j.Prompt), fmt.Sprintf("of part %03d", episode)) {
					have++
				}
			}
		}
		if have >= want {
			return
		}
		select {
		case <-ctx.Done():
			h.Fatalf("vendors have %d jobs of episode %d, want %d", have, episode, want)
		case <-tick.C:
		}
	}
}

// booksAgree: each shot was bought once, and what vendors billed is what the ledger says.
func (h *house) booksAgree(episode, shots int) {
	h.Helper()
	type job struct {
		ledger.Entry
	}
	var out struct{ Jobs []job }
	h.run(0, &out, "jobs", "--json")
	settled, known := map[string]int64{}, map[string]int{}
	for _, j := range out.Jobs {
		if j.Intent.ID.Take.Episode.Number != episode {
			continue
		}
		if j.Outcome == nil {
			h.Errorf("job %+v has no outcome", j.Intent.ID)
			continue
		}
		settled[j.Intent.Provider] += j.Outcome.Price.Micros
		if j.Receipt != nil {
			known[j.Receipt.Job.ID]++
		}
	}
	times := map[int]int{}
	for name, v := range h.vendors.Houses {
		var billed int64
		for _, made := range v.Ledger() {
			for n := range shots {
				if strings.Contains(strings.ToLower(made.Prompt), action(episode, n+1)) {
					times[n+1]++
					billed += made.Billed
					if made.State != vendors.Succeeded || known[made.ID] != 1 {
						h.Errorf("%s made job %s (%s), which the ledger has %d times", name, made.ID, made.State, known[made.ID])
					}
				}
			}
		}
		if billed != settled[name] {
			h.Errorf("%s billed %d micros for episode %d, the ledger says %d", name, billed, episode, settled[name])
		}
	}
	for n := range shots {
		if times[n+1] != 1 {
			h.Errorf("shot %d of episode %d was bought %d times", n+1, episode, times[n+1])
		}
	}
}

// keysApart: no key of a vendor's is anywhere in what the cluster has written: records,
// histories, the database, media, logs.
func (h *house) keysApart() {
	h.Helper()
	files := 0
	err := filepath.WalkDir(filepath.Dir(h.cluster.ConfigFile()), func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return nil //nolint:nilerr // files come and go
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return nil //nolint:nilerr // likewise
		}
		files++
		for name, key := range h.vendors.Keys {
			if bytes.Contains(body, []byte(key)) {
				h.Errorf("%s holds the key of %s", path, name)
			}
		}
		return nil
	})
	h.wants(err)
	if files < 100 {
		h.Errorf("only %d files were looked at", files)
	}
}
