package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// Part is one process with its children, which can be started again and again. It is not
// for concurrent use.
type Part struct {
	Name string
	// Log is the file that all its lives write to.
	Log string

	command []string
	env     []string
	dir     string
	user    *syscall.Credential // nil: this process's
	stop    syscall.Signal      // 0: SIGTERM
	// orphaned is sent when this process dies; 0: SIGKILL, by which no child of its own ends.
	orphaned syscall.Signal
	ready    func(context.Context) error
	prepare  func(context.Context) error // before each start; nil: nothing

	cmd    *exec.Cmd
	done   chan struct{} // closed when it has ended
	ended  error         // valid once done is closed
	wanted bool          // it was told to end
	spent  time.Duration // by its earlier lives
}

const (
	// startTime is how long a part may take to be ready: the machine may be busy.
	startTime = 3 * time.Minute
	stopTime  = time.Minute
	every     = 50 * time.Millisecond
)

func (c *Cluster) add(name string) *Part {
	p := &Part{Name: name, Log: filepath.Join(c.opts.Data, "logs", name+".log"), dir: c.opts.Data}
	c.parts = append(c.parts, p)
	return p
}

// How is how a part is started.
type How struct {
	Argv, Env []string
	Dir       string
	User      *syscall.Credential // nil: this process's
	Stop      syscall.Signal      // that asks it to end
	Prepare   func(context.Context) error
	Ready     func(context.Context) error
}

// How is how the part is started, by whom it may be.
func (p *Part) How() How {
	h := How{Argv: p.command, Env: p.env, Dir: p.dir, User: p.user, Stop: p.stopSignal(), Prepare: p.prepare, Ready: p.ready}
	if h.Prepare == nil {
		h.Prepare = func(context.Context) error { return nil }
	}
	return h
}

func (p *Part) stopSignal() syscall.Signal {
	if p.stop == 0 {
		return syscall.SIGTERM
	}
	return p.stop
}

// Start starts the part and waits until it is ready.
func (p *Part) Start(ctx context.Context) error {
	if p.Running() {
		return nil
	}
	if p.prepare != nil {
		if err := p.prepare(ctx); err != nil {
			return err
		}
	}
	log, err := os.OpenFile(p.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("start %s: %w", p.Name, err)
	}
	defer log.Close()                                   // the child has its own
	cmd := exec.Command(p.command[0], p.command[1:]...) //nolint:gosec,noctx // ended by Stop and Kill
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = p.env, p.dir, log, log
	// A group of its own, so that Ctrl-C reaches nobody but us; whoever kills us kills it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: p.orphaned, Credential: p.user}
	if p.orphaned == 0 {
		cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", p.Name, err)
	}
	p.cmd, p.done, p.ended, p.wanted = cmd, make(chan struct{}), nil, false
	go func(done chan struct{}) {
		p.ended = cmd.Wait()
		close(done)
	}(p.done)
	return p.await(ctx)
}

func (p *Part) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		err := p.ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("start %s: it has ended (%s): %s", p.Name, fmt.Sprint(p.ended), p.tail())
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("start %s: %w: %w: %s", p.Name, ctx.Err(), err, p.tail()), p.Kill())
		case <-tick.C:
		}
	}
}

// tail is the end of the log.
func (p *Part) tail() string {
	const most = 2000
	text, err := os.ReadFile(p.Log)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-most):])
}

// Running says whether the process is there.
func (p *Part) Running() bool {
	if p.done == nil {
		return false
	}
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// Done is closed when the life that was started last has ended; nil: it was never started.
func (p *Part) Done() <-chan struct{} { return p.done }

// PID is the process of the life that was started last; 0: it was never started.
func (p *Part) PID() int {
	if p.cmd == nil {
		return 0
	}
	return p.cmd.Process.Pid
}

// Stop asks the part to end and waits; what does not is killed, which is an error. So is
// a part that had ended by itself.
func (p *Part) Stop() error {
	if p.done == nil || p.wanted && !p.Running() {
		return nil
	}
	if !p.Running() {
		p.wanted = true
		return fmt.Errorf("stop %s: it had ended before (%s): %s", p.Name, fmt.Sprint(p.ended), p.tail())
	}
	p.wanted = true
	p.spent = p.CPU()
	if err := p.cmd.Process.Signal(p.stopSignal()); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return errors.Join(fmt.Errorf("stop %s: %w", p.Name, err), p.Kill())
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(stopTime):
		return errors.Join(fmt.Errorf("stop %s: it does not end: %s", p.Name, p.tail()), p.Kill())
	}
}

// Kill ends the part and all that it started, at once.
func (p *Part) Kill() error {
	if !p.Running() {
		return nil
	}
	p.wanted = true
	p.spent = p.CPU()
	tree, err := tree(p.PID())
	if err != nil {
		return fmt.Errorf("kill %s: %w", p.Name, err)
	}
	for _, of := range tree {
		if err := syscall.Kill(of.pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("kill %s: %w", p.Name, err)
		}
	}
	<-p.done
	return nil
}

// CPU is the time that the part and its children have used on all cores, in all its
// lives; of a life that has ended, until it was told to.
func (p *Part) CPU() time.Duration {
	if !p.Running() {
		return p.spent
	}
	used := p.spent
	all, err := tree(p.PID())
	if err != nil {
		return used
	}
	for _, of := range all {
		used += of.cpu
	}
	return used
}
