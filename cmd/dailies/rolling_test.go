package main

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/client"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/engine"
	"github.com/dailies/dailies/workflows"
)

// TestARollingRestartInTheMiddleOfASeason replaces each worker in its turn: one that waits
// at the vendor, one that decides, one in the middle of media work that it may finish, and
// one that may not. The season is delivered, nothing is bought twice, no clip is conformed
// twice but what that one had in hand, and nothing waited until somebody was taken for dead.
func TestARollingRestartInTheMiddleOfASeason(t *testing.T) {
	h := newHouse(t, tiny)
	s := newSeller(t, &h, "4", "30s", nil)
	season, _ := h.fromXIn(2)
	addr := h.inCluster(t, ", drain: 5m")
	decides := h.worker(t, nil, "--roles", "workflow")
	sells := h.worker(t, nil, "--roles", "provider:x")
	makes := h.worker(t, nil, "--roles", "media")
	decides.says(t, "is current")
	p := h.spawn("render", season, "--json")
	s.sold(t, 4, p)

	left(t, sells.stop(t))
	h.worker(t, nil, "--roles", "provider:x")
	left(t, decides.stop(t))
	h.worker(t, nil, "--roles", "workflow")
	s.done.Store(true)

	child := makes.inMediaWork(t, p)
	if err := makes.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	makes.says(t, "nothing new is taken")
	child.goOn(t)
	left(t, makes.result())
	if n := handedBack(t, addr, "tiny/ep01", "tiny/ep02"); n != 0 {
		t.Errorf("who may finish left %d clips", n)
	}
	hasty := h.worker(t, []string{"DAILIES_TEMPORAL_DRAIN=0s", "DAILIES_MEDIA_SLOTS=1"}, "--roles", "media")
	hasty.inMediaWork(t, p)
	left(t, hasty.stop(t))
	handed := handedBack(t, addr, "tiny/ep01", "tiny/ep02")
	h.worker(t, nil, "--roles", "media")

	r := p.result()
	d := decode[seasonDelivery](t, r)
	if r.code != exitDone || len(d.Episodes) != 2 || d.Episodes[0].State != drama.StateDelivered || d.Episodes[1].State != drama.StateDelivered {
		t.Fatalf("exit code %d: %s%s", r.code, r.stdout, r.stderr)
	}
	if n := len(s.house.Ledger()); n != 4 {
		t.Errorf("%d jobs were bought for 4 shots", n)
	}
	settled := 0
	for _, j := range h.ledgerJobs() {
		if j.Receipt != nil && j.Outcome != nil && j.Outcome.State == "succeeded" {
			settled++
		}
	}
	if settled != 4 {
		t.Errorf("%d jobs are settled in the ledger", settled)
	}
	cutOff := 0
	for step, tries := range triesOf(t, addr, "tiny/ep01", "tiny/ep02") {
		for _, try := range tries {
			again := try.attempt > 1
			if step == "Conform" && again {
				cutOff++
			}
			if step == "Generate" && !again {
				t.Errorf("%s was done in attempt %d", step, try.attempt)
			}
			if why := try.last.GetTimeoutFailureInfo(); why != nil {
				t.Errorf("%s waited for a worker that was gone: %v", step, why)
			}
		}
	}
	if cutOff != handed {
		t.Errorf("%d clips were conformed again, and the hasty one left %d", cutOff, handed)
	}
}

// left holds a worker to having ended as one that was asked to.
func left(t *testing.T, r result) {
	t.Helper()
	if r.code != exitDone {
		t.Errorf("a worker that was asked to end: exit code %d: %s", r.code, r.stderr)
	}
}

// mediaChild is a media child that stands still.
type mediaChild int

func (c mediaChild) goOn(t *testing.T) {
	t.Helper()
	if err := syscall.Kill(int(c), syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
}

// inMediaWork waits until a media child of the worker is at work, and has it stand still.
// render is what gives it work.
func (p *process) inMediaWork(t *testing.T, render *process) mediaChild {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(5 * time.Minute); ; {
		for _, pid := range mediaChildren(p.cmd.Process.Pid) {
			if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
				continue
			}
			if stopped(pid) {
				t.Cleanup(func() { _ = syscall.Kill(pid, syscall.SIGCONT) }) // most likely it is gone
				return mediaChild(pid)
			}
		}
		select {
		case <-render.done:
			t.Fatalf("%v has ended: %s", render.cmd.Args[1:], render.stderr())
		case <-end:
			t.Fatalf("no media work: %s", p.stderr())
		case <-tick.C:
		}
	}
}

// stopped waits until a process stands still; false: it has ended instead.
func stopped(pid int) bool {
	for {
		stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
		_, rest, ok := strings.Cut(string(stat), ") ")
		switch {
		case err != nil || !ok || strings.HasPrefix(rest, "Z") || strings.HasPrefix(rest, "X"):
			return false
		case strings.HasPrefix(rest, "T"):
			return true
		}
		time.Sleep(time.Millisecond)
	}
}

// try is how a step of a run came to its end.
type try struct {
	attempt int32
	last    *failure.Failure // of the attempt before
}

// rollingClient asks for the runs of the test's namespace.
func rollingClient(t *testing.T, addr engine.Address) client.Client {
	t.Helper()
	opts, err := addr.ClientOptions()
	if err != nil {
		t.Fatal(err)
	}
	opts.Namespace = "rolling"
	c, err := client.NewLazyClient(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// handedBack counts the clips of episodes that some worker had in hand and did not finish.
func handedBack(t *testing.T, addr engine.Address, episodes ...string) (n int) {
	t.Helper()
	c := rollingClient(t, addr)
	for _, name := range episodes {
		id, err := drama.ParseEpisodeID(name)
		if err != nil {
			t.Fatal(err)
		}
		run, err := c.DescribeWorkflowExecution(t.Context(), workflows.EpisodeWorkflowID(id), "")
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range run.GetPendingActivities() {
			if step.GetActivityType().GetName() == "Conform" && step.GetAttempt() > 1 {
				n++
			}
		}
	}
	return n
}

// triesOf are those of episodes, by the step.
func triesOf(t *testing.T, addr engine.Address, episodes ...string) map[string][]try {
	t.Helper()
	c := rollingClient(t, addr)
	all := map[string][]try{}
	for _, name := range episodes {
		id, err := drama.ParseEpisodeID(name)
		steps := map[int64]string{}
		iter := c.GetWorkflowHistory(t.Context(), workflows.EpisodeWorkflowID(id), "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		for iter.HasNext() {
			e, err2 := iter.Next()
			if err = errors.Join(err, err2); err != nil {
				t.Fatal(err)
			}
			if scheduled := e.GetActivityTaskScheduledEventAttributes(); scheduled != nil {
				steps[e.GetEventId()] = scheduled.GetActivityType().GetName()
			}
			if started := e.GetActivityTaskStartedEventAttributes(); started != nil {
				step := steps[started.GetScheduledEventId()]
				all[step] = append(all[step], try{started.GetAttempt(), started.GetLastFailure()})
			}
		}
	}
	if len(all["Generate"]) != 4 || len(all["Conform"]) != 4 || len(all["Assemble"]) != 2 {
		t.Errorf("the episodes' steps: %d Generate, %d Conform, %d Assemble", len(all["Generate"]), len(all["Conform"]), len(all["Assemble"]))
	}
	return all
}

// mediaChildren are the pids of a process's children that decode or encode.
func mediaChildren(parent int) []int {
	entries, _ := filepath.Glob("/proc/[0-9]*/stat")
	var found []int
	for _, name := range entries {
		stat, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		_, rest, ok := strings.Cut(string(stat), ") ")
		if fields := strings.Fields(rest); !ok || len(fields) < 2 || fields[1] != strconv.Itoa(parent) {
			continue
		}
		cmdline, err := os.ReadFile(filepath.Join(filepath.Dir(name), "cmdline"))
		if err != nil || !strings.Contains(string(cmdline), "\x00media\x00") {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name))); err == nil {
			found = append(found, pid)
		}
	}
	return found
}
