package runner

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/dailies/dailies/internal/fence"
	"github.com/dailies/dailies/internal/machine"
	"github.com/dailies/dailies/internal/media"
)

const (
	// maxReportBytes bounds one line from the child.
	maxReportBytes = 16 << 20
	// grace is how long a killed child's pipes may stay open.
	grace = 3 * time.Second
	// stderrBytes is how much of the end of the child's stderr is kept.
	stderrBytes = 4 << 10
)

// errStalled is why a child that made no progress was killed.
var errStalled = errors.New("no progress")

// child is one run of the media program.
type child struct {
	runner *Runner
	dir    string // it works in
	rules  fence.Rules
	report func(media.Progress)

	last *media.Report // the report that ended the job, if any
}

func (c *child) run(parent context.Context, order media.Order, stdin io.Reader) (media.Result, error) {
	if err := parent.Err(); err != nil {
		return media.Result{}, err
	}
	text, err := json.Marshal(order)
	if err != nil {
		return media.Result{}, fmt.Errorf("write media order: %w", err)
	}
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)

	said := &tail{max: stderrBytes}
	cmd := c.command(ctx, said)
	feed, err := attachStdin(cmd, stdin)
	if err != nil {
		return media.Result{}, err
	}
	defer feed.Close()
	orders, ordersW, err := os.Pipe()
	if err != nil {
		return media.Result{}, &media.HostError{Err: fmt.Errorf("start media child: %w", err)}
	}
	defer orders.Close()
	defer ordersW.Close()
	cmd.ExtraFiles = []*os.File{orders} // file descriptor 3
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return media.Result{}, &media.HostError{Err: fmt.Errorf("start media child: %w", err)}
	}
	c.rules.Exec = []string{cmd.Path}
	for _, arg := range c.runner.command[1:] {
		if filepath.IsAbs(arg) { // a program that the first one starts, as env does
			c.rules.Exec = append(c.rules.Exec, arg)
		}
	}
	release, err := fence.Start(cmd, c.rules)
	if err != nil {
		return media.Result{}, &media.HostError{Err: fmt.Errorf("start media child: %w", err)}
	}
	defer release()
	orders.Close()
	feed.Start()
	ordered := make(chan struct{})
	go func() {
		defer close(ordered)
		_, _ = ordersW.Write(text) // a child that does not read says so by dying
		ordersW.Close()
	}()

	watchdog := c.runner.watch(c.runner.stall, func() { cancel(errStalled) })
	readErr := c.read(stdout, func() { watchdog.Reset(c.runner.stall) })
	if readErr != nil {
		cancel(readErr)
	}
	waitErr := cmd.Wait()
	watchdog.Stop()
	ordersW.Close()
	<-ordered

	if s := said.String(); s != "" || waitErr != nil {
		c.runner.log.DebugContext(parent, "media child ended", "error", waitErr, "stderr", s)
	}
	return c.verdict(parent, ctx, readErr, waitErr, said.ends())
}

// command prepares the child: no secrets, its own process group, dead when this
// process is.
func (c *child) command(ctx context.Context, stderr io.Writer) *exec.Cmd {
	name, args := c.runner.command[0], c.runner.command[1:]
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = c.dir
	cmd.Env = append(environment(c.dir), c.runner.env...)
	cmd.Stderr = stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = grace
	return cmd
}

// environment is all that a child learns of ours.
func environment(scratch string) []string {
	env := []string{
		"TMPDIR=" + scratch,
		// A crash in C must end in a signal, so that it can be told from an error.
		"GOTRACEBACK=crash",
		// glibc would otherwise keep an arena for every thread.
		"MALLOC_ARENA_MAX=2",
	}
	for _, name := range []string{"PATH", "LANG", "LC_ALL", "GORACE", "FONTCONFIG_PATH", "FONTCONFIG_FILE", "XDG_DATA_HOME"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	if cache := cacheHome(); cache != "" { // fontconfig's
		env = append(env, "XDG_CACHE_HOME="+cache)
	}
	return env
}

// read reads reports until the child closes its stdout.
func (c *child) read(stdout io.Reader, alive func()) error {
	lines := bufio.NewScanner(stdout)
	lines.Buffer(make([]byte, 0, 64<<10), maxReportBytes)
	for lines.Scan() {
		var rep media.Report
		if err := json.Unmarshal(lines.Bytes(), &rep); err != nil {
			return fmt.Errorf("read media child's report: %w", err)
		}
		alive()
		if rep.Progress != nil {
			if c.report != nil {
				c.report(*rep.Progress)
			}
			continue
		}
		c.last = &rep
	}
	if err := lines.Err(); err != nil && !errors.Is(err, os.ErrClosed) {
		return fmt.Errorf("read media child's report: %w", err)
	}
	return nil
}

// verdict says what came of the job, in the order in which causes outrank each
// other.
func (c *child) verdict(parent, ctx context.Context, readErr, waitErr error, said string) (media.Result, error) {
	var none media.Result
	if err := parent.Err(); err != nil {
		return none, err
	}
	if c.last != nil {
		switch {
		case c.last.Result != nil:
			return *c.last.Result, nil
		case c.last.Clip != nil:
			return none, c.last.Clip
		default:
			return none, blame(fmt.Errorf("media child: %s", c.last.Error))
		}
	}
	if errors.Is(context.Cause(ctx), errStalled) {
		return none, &media.ClipError{Again: true, Reason: fmt.Sprintf("work on it stalled: no progress for %v", c.runner.stall)}
	}
	if readErr != nil {
		return none, readErr
	}
	if exit, ok := errors.AsType[*exec.ExitError](waitErr); ok {
		if ws, ok := exit.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
			return none, deathBy(ws.Signal(), said)
		}
	}
	if waitErr == nil {
		waitErr = errors.New("it ended without a report")
	}
	return none, fmt.Errorf("run media child: %w", waitErr)
}

// blame finds the machine's faults among a child's errors.
func blame(err error) error {
	if machine.Named(err.Error()) != "" {
		return &media.HostError{Err: err}
	}
	return err
}

// deathBy blames the machine for a kill, which is what the kernel does when memory
// runs out for everybody, and for a death for want of something; else, for a crash,
// the clip.
func deathBy(sig syscall.Signal, said string) error {
	if machine.Kills(sig) {
		return &media.HostError{Err: fmt.Errorf("run media child: killed from outside (signal: %s)", sig)}
	}
	if lack := machine.Dying(said); lack != "" {
		return &media.HostError{Err: fmt.Errorf("run media child: it died of what this machine lacks: %s", lack)}
	}
	return &media.ClipError{Again: true, Reason: fmt.Sprintf("the decoder crashed on it (signal: %s)", sig)}
}
