package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/engine"
	"github.com/dailies/dailies/internal/studio"
)

// testRelease makes the program another release, whose runs take a step that this one's do
// not.
const testRelease = "DAILIES_TEST_RELEASE"

type otherRelease struct {
	interceptor.WorkerInterceptorBase
}

type otherRun struct {
	interceptor.WorkflowInboundInterceptorBase
}

func otherSteps() []interceptor.WorkerInterceptor {
	return []interceptor.WorkerInterceptor{&otherRelease{}}
}

func (*otherRelease) InterceptWorkflow(_ workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	r := &otherRun{}
	r.Next = next
	return r
}

func (r *otherRun) ExecuteWorkflow(ctx workflow.Context, in *interceptor.ExecuteWorkflowInput) (any, error) {
	if err := workflow.Sleep(ctx, time.Millisecond); err != nil {
		return nil, err
	}
	return r.Next.ExecuteWorkflow(ctx, in)
}

// fromXIn is a season of so many episodes of two shots, made by the seller; the paths of
// the season and of the episodes.
func (h house) fromXIn(episodes int) (season string, scripts []string) {
	names := make([]string, episodes)
	for n := range names {
		names[n] = fmt.Sprintf("e%d.yaml", n+1)
		h.write(names[n], fmt.Sprintf("season: season.yaml\nepisode: %d\nscenes:\n- scene: 1\n  shots:\n  - {shot: 1A, duration: 1s, action: a door opens}\n  - {shot: 1B, duration: 1s, action: a lamp}\n", n+1))
		scripts = append(scripts, filepath.Join(h.dir, names[n]))
	}
	h.write("season.yaml", "show: tiny\nlanguage: en\nformat: {raster: 128x224, fps: 24}\nrouting: {default: [x]}\nbudget: {currency: CNY, episode: 100}\n"+
		"label: {off: true, reason: a test}\nepisodes: ["+strings.Join(names, ", ")+"]\n")
	return filepath.Join(h.dir, "season.yaml"), scripts
}

// inCluster has the house's commands work at servers that run elsewhere; more is of the
// config of Temporal.
func (h *house) inCluster(t *testing.T, more string) engine.Address {
	t.Helper()
	addr, s3 := elsewhere(t)
	h.env = append(h.env, s3...)
	config, err := os.ReadFile(filepath.Join(h.dir, "dailies.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	h.write("dailies.yaml", fmt.Sprintf("%stemporal: {address: %q, namespace: rolling, tls: %s%s}\ns3: {endpoint: %q, bucket: rolling}\n", config, addr.Temporal, tlsOf(addr), more, addr.S3Endpoint))
	return addr
}

// worker starts a worker with a data folder of its own.
func (h house) worker(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	p := h.with(t, append(slices.Clone(h.env), env...)...).spawn(append([]string{"worker"}, args...)...)
	p.says(t, "working as ")
	return p
}

// stop asks the process to end, and waits for it.
func (p *process) stop(t *testing.T) result {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	return p.result()
}

// builds are the builds by name.
func (h house) builds() map[string]studio.Build {
	h.t.Helper()
	all := map[string]studio.Build{}
	for _, b := range decode[struct{ Versions []studio.Build }](h.t, h.must(exitDone, "versions", "--json")).Versions {
		all[b.Build] = b
	}
	return all
}

// upgrade are the commands that docs/operations.md shows of an upgrade, with the names of
// the test in the place of its own, by their first word and flag.
func upgrade(t *testing.T, address, keep, end string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, args := range documentedUnder(t, "docs/operations.md", "## Upgrade") {
		name := args[0]
		for _, a := range args[1:] {
			if strings.HasPrefix(a, "--") {
				name += " " + a
				break
			}
		}
		for i := range args {
			args[i] = strings.NewReplacer("temporal.example:7233", address, "night-shift/ep01", keep, "night-shift/ep02", end).Replace(args[i])
		}
		all[name] = args
	}
	return all
}

// TestAnUpgradeBesideRunsThatCannotReplay goes through an upgrade as the documents tell it.
// Workers of another release have runs in the middle, with jobs at the vendor. This
// program cannot go on with them and says so before it gets any; one stays with its build,
// the other is ended and rendered again, and its jobs are taken up: nothing is bought twice.
func TestAnUpgradeBesideRunsThatCannotReplay(t *testing.T) {
	h := newHouse(t, tiny)
	s := newSeller(t, &h, "4", "30s", nil)
	_, scripts := h.fromXIn(3)
	address := h.inCluster(t, "")
	does := upgrade(t, address.Temporal, "tiny/ep01", "tiny/ep02")
	var did []string
	do := func(code int, name string) result {
		t.Helper()
		did = append(did, name)
		return h.must(code, does[name]...)
	}

	other, at := testRelease+"=other", freeAddress(t)
	old := h.worker(t, []string{other, "DAILIES_TELEMETRY_METRICS=" + at}, "--roles", "workflow", "--build-id", "one")
	old.says(t, "build one is current")
	kept := h.spawn("render", scripts[0], "--json")
	comesToTell(t, at, `dailies_queue_backlog{kind="activity",task_queue="provider:x"} 2`)
	h.worker(t, nil, "--roles", "media,provider:x")
	ended := h.spawn("render", scripts[1], "--json")
	s.sold(t, 4, kept)

	r := decode[studio.Rehearsed](t, h.must(exitWaiting, append(slices.Clone(does["replay --against"]), "--json")...))
	if len(r.Stale) != 2 || r.Open != 2 || r.Stale[0].Name != "tiny/ep01" || r.Stale[0].Build != "one" || r.Stale[0].Kept {
		t.Fatalf("replayed before: %+v", r)
	}
	do(exitWaiting, "replay --against")
	args := append([]string{}, does["worker --roles"]...)
	young := h.worker(t, nil, args[1:]...)
	did = append(did, "worker --roles")
	young.says(t, "build two waits: runs go to one")
	if b := h.builds(); !b["one"].Current || b["one"].Workers != 1 || b["two"].Current || b["two"].Workers != 1 {
		t.Errorf("side by side: %+v", b)
	}
	do(exitDone, "versions --keep")
	if r := decode[studio.Rehearsed](t, h.must(exitWaiting, "replay", "--json")); len(r.Blocking()) != 1 || r.Blocking()[0].Name != "tiny/ep02" {
		t.Errorf("one stays where it is: %+v", r)
	}

	do(exitDone, "versions --ramp")
	if b := h.builds(); !b["one"].Current || b["two"].Share != 10 {
		t.Errorf("ramping: %+v", b)
	}
	do(exitDone, "versions --current")
	young.says(t, "build two is current")
	if b := h.builds(); b["one"].Current || !b["two"].Current || b["two"].Share != 0 {
		t.Errorf("moved: %+v", b)
	}
	do(exitDone, "versions")

	do(exitDone, "cancel")
	<-ended.done
	if r := decode[studio.Rehearsed](t, h.must(exitDone, "replay", "tiny", "--closed", "5", "--json")); r.Open != 1 || r.Closed != 1 || len(r.Stale) != 2 {
		t.Errorf("nothing is in the way: %+v", r)
	}
	left(t, old.stop(t))
	h.waitsFor(kept, func(w drama.Wait) bool { return w.For == drama.WaitWorker && w.Build == "one" })
	old = h.worker(t, []string{other}, "--roles", "workflow", "--build-id", "one")
	again := h.spawn("render", scripts[1], "--json")
	again.says(t, "tiny/ep02")
	s.done.Store(true)
	for name, p := range map[string]*process{"kept": kept, "rendered again": again} {
		r := p.result()
		if r.code != exitDone || decode[drama.Delivery](t, r).State != drama.StateDelivered {
			t.Errorf("the episode that was %s: exit code %d: %s%s", name, r.code, r.stdout, r.stderr)
		}
	}
	if n := len(s.house.Ledger()); n != 4 {
		t.Errorf("%d jobs were bought for 4 shots", n)
	}
	left(t, old.stop(t))
	if d := decode[drama.Delivery](t, h.must(exitDone, "render", scripts[2], "--json")); d.State != drama.StateDelivered {
		t.Errorf("without the old build: %+v", d)
	}
	for name := range does {
		if !slices.Contains(did, name) {
			t.Errorf("dailies %s is documented, and not shown to work here", name)
		}
	}
}

// TestVersionsUsage: what is typed wrong is told what is right.
func TestVersionsUsage(t *testing.T) {
	t.Parallel()
	cluster := []string{"DAILIES_TEMPORAL_ADDRESS=127.0.0.1:1", "DAILIES_S3_ENDPOINT=http://127.0.0.1:1"}
	for _, c := range []struct {
		args []string
		env  []string
		says string
	}{
		{[]string{"versions"}, nil, "temporal.address"},
		{[]string{"versions", "--ramp", "two"}, cluster, "BUILD=10%"},
		{[]string{"versions", "--ramp", "two=200%"}, cluster, "0 to 100"},
		{[]string{"versions", "--keep", "tiny/7"}, cluster, "ep"},
		{[]string{"worker", "--roles", "all", "--build-id", "a b"}, cluster, "letters"},
		{[]string{"replay", "--against", "nowhere"}, nil, "temporal.example:7233"},
		{[]string{"replay", "--closed", "-1"}, nil, "0 to"},
	} {
		r := run(t, program{args: append(c.args, "--data", t.TempDir()), env: c.env})
		if r.code != exitUsage || r.stdout != "" || !strings.Contains(r.stderr, c.says) {
			t.Errorf("%v: code %d, stdout %q, stderr %q; want a word of %q", c.args, r.code, r.stdout, r.stderr, c.says)
		}
	}
}
