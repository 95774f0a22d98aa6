// Package chaos makes a season while everything that can go wrong does: processes are
// killed and frozen, the disk fills, connections are cut, answers are lost, clocks jump.
// What goes wrong and when is drawn from a seed. Then it looks from the outside (the
// bucket, the vendor's own books, Temporal's list of runs, the kernel's of processes) at
// what may never happen. It is no part of the program.
package chaos

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Options are a run.
type Options struct {
	Program string   // dailies, by its path; it is started under another name
	Env     []string // besides this process's, for the program
	Dir     string   // an empty folder, on a disk; it is left as it is in the end
	// Own is the variable that names the program to itself, where it is a test's.
	Own string

	Seed   uint64
	Kills  int
	Others int
	// Topology is one of Embedded, Outside, Roles and Cluster.
	Topology string
	// Tools and Deploy are those of cluster.Options, for Cluster.
	Tools, Deploy string
	// Engine is the command that calls RunEngine with the folder that is its last argument;
	// for Roles.
	Engine []string
	// Disk mounts a disk of our own, which may be full. NoDisk in the Report says why it
	// could not be.
	Disk bool

	Episodes, Shots int // Shots of each
	JobTime         time.Duration
	// Stuck is how long nothing may happen.
	Stuck time.Duration
	Log   io.Writer
}

// Report is what came of a run.
type Report struct {
	Plan []Fault
	// Done counts the faults that happened, by kind, and Kills those of them that were kills.
	Done  map[Kind]int
	Kills int
	// Killed counts the kills by whom they met.
	Killed map[string]int
	// Instead are faults that met another victim, or none, for want of theirs.
	Instead []string
	// NoDisk is why no disk was filled; empty: it was, or was not asked for.
	NoDisk string
	// Notes are what was seen on the way and is no violation.
	Notes []string
	// Violations are what may never happen.
	Violations []string
	// Sums are the numbers that were looked at.
	Sums []string
	Took time.Duration
}

// run is one run.
type run struct {
	Options
	stage
	disk  *disk
	parts []*runner
	began time.Time

	mu       sync.Mutex
	report   Report
	answered int    // jobs that a person was asked about
	failures int    // renders that ended otherwise, one after the other, without progress
	reached  int    // progress at the last of them
	final    string // what the last render said
	over     chan struct{}
	happened atomic.Bool // all of the plan
	held     atomic.Bool // the season waits for that
}

// Run makes a season under a plan. The error is of the run itself; what dailies did wrong
// is in the Report.
func Run(ctx context.Context, o Options) (Report, error) {
	r := &run{Options: o, began: time.Now(), over: make(chan struct{})}
	r.report.Done, r.report.Killed = map[Kind]int{}, map[string]int{}
	if err := r.open(ctx); err != nil {
		return r.report, err
	}
	r.report.Plan = Draw(o.Seed, o.Kills, o.Others, r.able)
	r.say("%d kills and %d other faults in %d episodes of %d shots, seed %d", o.Kills, o.Others, o.Episodes, o.Shots, o.Seed)
	err := r.start(ctx)
	if err == nil {
		err = r.suffer(ctx)
	}
	if err == nil {
		err = r.look(ctx)
	}
	r.close()
	r.report.Took = time.Since(r.began)
	return r.report, err
}

// able says whether a kind of fault can happen here.
func (r *run) able(k Kind) bool {
	switch {
	case k == DiskFull:
		return r.disk != nil
	case k == KillGateway:
		return r.Topology == Embedded
	case strings.HasPrefix(string(k), "s3 "):
		return r.Topology != Embedded
	case k == EngineReset, k == EngineSlow:
		return r.apart() // what is embedded has no connections that others could cut
	}
	return true
}

func (r *run) say(format string, args ...any) {
	fmt.Fprintf(r.Log, "%7.1fs %s\n", time.Since(r.began).Seconds(), fmt.Sprintf(format, args...))
}

func (r *run) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	r.say("note: %s", text)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.Notes = append(r.report.Notes, text)
}

func (r *run) violated(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	r.say("VIOLATION: %s", text)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.Violations = append(r.report.Violations, text)
}

func (r *run) sum(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	r.say("%s", text)
	r.report.Sums = append(r.report.Sums, text)
}

// start starts all parts.
func (r *run) start(ctx context.Context) error {
	logs := filepath.Join(r.Dir, "logs")
	if err := os.MkdirAll(logs, 0o700); err != nil {
		return err
	}
	all, err := r.all()
	if err != nil {
		return err
	}
	for _, p := range all {
		part := keep(p, logs, r.note)
		r.parts = append(r.parts, part)
		if p.Ready != nil {
			if err := p.Ready(ctx); err != nil {
				return fmt.Errorf("start %s: %w", p.Name, err)
			}
		}
		if part.Ends != nil {
			go func() { <-part.done; close(r.over) }()
		}
	}
	return nil
}

// suffer carries the plan out, and waits for the season's end.
func (r *run) suffer(ctx context.Context) error {
	total := r.total()
	for _, f := range r.report.Plan {
		if err := r.until(ctx, int(f.At*float64(total))); err != nil {
			return err
		}
		pause := time.NewTimer(f.Pause)
		select {
		case <-ctx.Done():
			pause.Stop()
			return ctx.Err()
		case <-r.over:
			pause.Stop()
			r.violated("the season was over before fault %d of %d: the plan is too long for it", f.N, len(r.report.Plan))
			return nil
		case <-pause.C:
		}
		met := r.meet(f)
		r.say("%s %s (%d of %d done)", f, met, r.progress(), total)
	}
	r.happened.Store(true)
	r.say("all faults have happened")
	return r.until(ctx, 1<<30)
}

// until waits for progress, or for the season's end.
func (r *run) until(ctx context.Context, want int) error {
	look := time.NewTicker(200 * time.Millisecond)
	defer look.Stop()
	last, since := -1, time.Now()
	for {
		now := r.progress()
		if now >= want || r.held.Load() && !r.happened.Load() {
			return nil
		}
		if now != last {
			last, since = now, time.Now()
		}
		if time.Since(since) > r.Stuck {
			r.dump()
			r.violated("nothing has happened for %v, %d of %d done", r.Stuck, now, r.total())
			return fmt.Errorf("the season stands still")
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-r.over:
			return nil
		case <-look.C:
		}
	}
}

// dump has the program write its goroutines to its log: whoever reads it sees what it waits
// for.
func (r *run) dump() {
	for _, p := range r.parts {
		p.signal(syscall.SIGQUIT)
	}
	time.Sleep(time.Second)
}

// close ends whatever still runs.
func (r *run) close() {
	for _, p := range slices.Backward(r.parts) {
		if err := p.end(time.Minute); err != nil {
			r.violated("%v", err)
		}
	}
	for _, p := range processes(r.program) {
		_ = syscall.Kill(p.pid, syscall.SIGKILL) // it may end by itself
	}
	r.stage.close()
	if r.disk != nil {
		if len(r.report.Violations) > 0 { // what is on it goes with it
			if err := os.CopyFS(filepath.Join(r.Dir, "kept"), os.DirFS(r.disk.dir)); err != nil {
				r.note("keep what was on the disk: %v", err)
			}
		}
		if err := r.disk.close(); err != nil {
			r.note("%v", err)
		}
	}
}
