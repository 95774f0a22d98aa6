package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/provider/fake"
)

const (
	kills      = 50
	chaosShots = 40
	chaosSeed  = 20261122
)

// chaosScript is an episode of short, small shots that all go well.
func chaosScript() string {
	var b strings.Builder
	b.WriteString(strings.Replace(strings.TrimSuffix(tiny, tiny[strings.Index(tiny, "  - {shot"):]), "360x640", "128x224", 1))
	for n := range chaosShots {
		fmt.Fprintf(&b, "  - {shot: 1-%02d, duration: 1s, action: picture number %d}\n", n+1, n+1)
	}
	return b.String()
}

// TestKilledFiftyTimes kills the program, or a media child of it, fifty times at
// random moments of one run. Afterwards the same command delivers, and the
// vendor's own memory shows that no take was bought twice.
func TestKilledFiftyTimes(t *testing.T) {
	h := newHouse(t, chaosScript())
	h.write("dailies.yaml", "providers:\n  fake: {type: fake, slots: 2, poll_every: 100ms}\n")
	chance := rand.New(rand.NewPCG(chaosSeed, kills)) //nolint:gosec // a test wants the same chances again
	parents, children := 0, 0
	for done := 0; done < kills; {
		p := h.spawn("render", h.script, "--quiet")
		alive := true
		for alive && done < kills {
			// The pause is the experiment itself: a random moment.
			pause := time.NewTimer(time.Duration(chance.IntN(2500)) * time.Millisecond)
			select {
			case <-p.done:
				alive = false
				pause.Stop()
				if p.code() != exitDone {
					t.Fatalf("after %d kills: exit code %d\n%s", done, p.code(), p.stderr())
				}
				t.Fatalf("delivered after %d of %d kills: the run is too short for this test", done, kills)
			case <-pause.C:
			}
			victims := mediaChildren(p.cmd.Process.Pid)
			if len(victims) > 0 && chance.IntN(3) == 0 {
				if err := syscall.Kill(victims[chance.IntN(len(victims))], syscall.SIGKILL); err == nil {
					done++
					children++
				}
				continue
			}
			p.kill()
			done++
			parents++
			alive = false
		}
	}
	t.Logf("killed the program %d times, a media child %d times", parents, children)

	r := h.spawn("render", h.script, "--json")
	<-r.done
	if r.code() != exitDone {
		t.Fatalf("after the kills: exit code %d\n%s", r.code(), r.stderr())
	}
	d := decode[drama.Delivery](t, result{stdout: r.stdout()})
	if d.State != drama.StateDelivered || d.Cut != 1 || d.Master.Frames != chaosShots*24 {
		t.Errorf("delivered %s cut %d with %d frames", d.State, d.Cut, d.Master.Frames)
	}
	h.boughtOnce(d)
}

// boughtOnce holds the vendor's memory against what was delivered and against the
// ledger: one job a shot, each with a receipt and an outcome.
func (h house) boughtOnce(d drama.Delivery) {
	h.t.Helper()
	jobs, err := fake.Jobs(filepath.Join(h.dir, "vendor"))
	if err != nil {
		h.t.Fatal(err)
	}
	slates := map[string]int{}
	ids := map[string]bool{}
	for _, j := range jobs {
		slates[j.Request.Take.Slate]++
		ids[j.ID] = true
	}
	for slate, n := range slates {
		if n != 1 {
			h.t.Errorf("shot %s was bought %d times", slate, n)
		}
	}
	if len(slates) != chaosShots {
		h.t.Errorf("%d shots were bought, want %d", len(slates), chaosShots)
	}
	var want int64
	for _, s := range d.Shots {
		want += s.Price.Micros
	}
	if d.Spent.Micros != chaosShots*drama.Micro || want != d.Spent.Micros {
		h.t.Errorf("spent %s, the shots say %d micros, the vendor was paid for %d", d.Spent, want, len(jobs))
	}
	listed := decode[struct{ Jobs []job }](h.t, h.must(exitDone, "jobs", "--json"))
	receipts := 0
	for _, e := range listed.Jobs {
		if e.Receipt == nil {
			continue
		}
		receipts++
		if !ids[e.Receipt.Job.ID] {
			h.t.Errorf("the ledger has job %s, which the vendor never made", e.Receipt.Job.ID)
		}
		if e.Outcome == nil || e.Outcome.State != "succeeded" {
			h.t.Errorf("job %s was not settled as succeeded: %+v", e.ID, e.Outcome)
		}
	}
	if receipts != len(jobs) {
		h.t.Errorf("the ledger has %d receipts, the vendor %d jobs", receipts, len(jobs))
	}
}

// process is the program as a process of its own.
type process struct {
	cmd    *exec.Cmd
	done   chan struct{}
	dir    string
	finish error
}

// spawn starts the real program, with the house's vendor, in a process of its own.
func (h house) spawn(args ...string) *process {
	h.t.Helper()
	dir := h.t.TempDir()
	args = h.args(args)
	cmd := exec.CommandContext(context.WithoutCancel(h.t.Context()), binary(), args...)
	cmd.Env = append(append(os.Environ(), asDailies+"="+h.dir), h.env...)
	out, err1 := os.Create(filepath.Join(dir, "stdout"))
	errs, err2 := os.Create(filepath.Join(dir, "stderr"))
	if err := errors.Join(err1, err2); err != nil {
		h.t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = out, errs
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	p := &process{cmd: cmd, done: make(chan struct{}), dir: dir}
	go func() {
		p.finish = cmd.Wait()
		out.Close()
		errs.Close()
		close(p.done)
	}()
	h.t.Cleanup(p.kill)
	return p
}

// kill ends the process without a chance to tidy up, and waits for it.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended by itself
	<-p.done
}

// result waits for the process and says how it ended.
func (p *process) result() result {
	<-p.done
	return result{code: p.code(), stdout: p.stdout(), stderr: p.stderr()}
}

func (p *process) code() int { return p.cmd.ProcessState.ExitCode() }

func (p *process) stdout() string { return p.read("stdout") }

func (p *process) stderr() string { return p.read("stderr") }

func (p *process) read(name string) string {
	body, err := os.ReadFile(filepath.Join(p.dir, name))
	if err != nil {
		return err.Error()
	}
	return string(body)
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
