package chaos

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Part is a process of the house.
type Part struct {
	Name string
	Argv []string
	Env  []string // besides what the program has
	Dir  string
	// Orders are written to its stdin, which stays open as long as it runs.
	Orders string
	// Ends says that the part comes to an end, and what to do by its exit code: whether it
	// is to be started again. nil: it is a service, which always is.
	Ends func(code int, stdout, stderr string) (again bool)
	// Ready returns once the part does what others need of it when they are started; nil: they
	// need nothing.
	Ready func(context.Context) error
	// Before is done before each start; nil: nothing.
	Before func(context.Context) error
	// User is who it runs as; nil: who we are.
	User *syscall.Credential
	// Stop is the signal that asks it to end; 0: SIGTERM.
	Stop syscall.Signal
	// Metrics is where it tells its numbers, and Data its data folder; empty: it has none.
	Metrics, Data string
}

// again is how long a part that ended is left alone before it is started again.
const again = 300 * time.Millisecond

// runner keeps a part running.
type runner struct {
	Part
	logs string // its folder
	note func(format string, args ...any)

	mu      sync.Mutex
	cmd     *exec.Cmd // nil: not running now
	frozen  bool
	killed  bool // by us, or asked to end
	starts  int
	alone   int // ends of its own
	closing bool
	done    chan struct{} // closed when it is not started again
	kick    chan struct{}
}

// keep starts a part and keeps it running.
func keep(p Part, logs string, note func(string, ...any)) *runner {
	r := &runner{Part: p, logs: logs, note: note, done: make(chan struct{}), kick: make(chan struct{})}
	go r.loop()
	return r
}

func (r *runner) loop() {
	defer close(r.done)
	for {
		code, stdout, stderr, err := r.once()
		r.mu.Lock()
		closing, killed := r.closing, r.killed
		r.killed = false
		if !killed && !closing && r.Ends == nil {
			r.alone++
		}
		r.mu.Unlock()
		switch {
		case closing:
			return
		case err != nil:
			r.note("%s could not be started: %v", r.Name, err)
		case killed:
		case r.Ends != nil:
			if !r.Ends(code, stdout, stderr) {
				return
			}
		default:
			r.note("%s ended by itself with %d: %s", r.Name, code, lastLine(stderr))
		}
		wait := time.NewTimer(again)
		select {
		case <-wait.C:
		case <-r.kick:
			wait.Stop()
			return
		}
	}
}

// once runs the part to its end.
func (r *runner) once() (code int, stdout, stderr string, err error) {
	r.mu.Lock()
	if r.closing {
		r.mu.Unlock()
		return 0, "", "", nil
	}
	r.starts++
	if r.Before != nil {
		if err := r.Before(context.Background()); err != nil {
			r.mu.Unlock()
			return 0, "", "", err
		}
	}
	cmd := exec.Command(r.Argv[0], r.Argv[1:]...) //nolint:gosec,noctx // the program under test, which is killed by its pid
	cmd.Env, cmd.Dir = append(os.Environ(), r.Env...), r.Dir
	if r.User != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: r.User}
	}
	var out, errs bytes.Buffer
	log, err := os.OpenFile(filepath.Join(r.logs, r.Name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		r.mu.Unlock()
		return 0, "", "", err
	}
	defer log.Close()
	fmt.Fprintf(log, "--- start %d at %s\n", r.starts, time.Now().Format(time.TimeOnly))
	cmd.Stdout, cmd.Stderr = io.MultiWriter(&out, log), io.MultiWriter(&errs, log)
	if r.Orders != "" {
		in, err := cmd.StdinPipe()
		if err != nil {
			r.mu.Unlock()
			return 0, "", "", err
		}
		defer in.Close()
		go func() { _, _ = io.WriteString(in, r.Orders) }() // a part that is dead already reads none
	}
	// Its pipes may be held by what it started; that is not waited for.
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		r.mu.Unlock()
		return 0, "", "", err
	}
	r.cmd, r.frozen = cmd, false
	r.mu.Unlock()
	err = cmd.Wait()
	r.mu.Lock()
	r.cmd = nil
	r.mu.Unlock()
	if _, exited := errors.AsType[*exec.ExitError](err); exited || errors.Is(err, exec.ErrWaitDelay) {
		err = nil
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String(), err
}

// signal sends one; false if the part does not run.
func (r *runner) signal(s syscall.Signal) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cmd == nil {
		return false
	}
	switch s {
	case syscall.SIGKILL, syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT:
		r.killed = true
	default:
	}
	return r.cmd.Process.Signal(s) == nil
}

// ask asks the part to end; false if it does not run.
func (r *runner) ask() bool {
	if r.Stop != 0 {
		return r.signal(r.Stop)
	}
	return r.signal(syscall.SIGTERM)
}

// pid is the process's; 0: it does not run.
func (r *runner) pid() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cmd == nil {
		return 0
	}
	return r.cmd.Process.Pid
}

// end asks the part to end for good, and kills it when it takes longer than patience: then
// it is an error.
func (r *runner) end(patience time.Duration) error {
	r.mu.Lock()
	if !r.closing {
		r.closing = true
		close(r.kick)
	}
	r.mu.Unlock()
	r.signal(syscall.SIGCONT)
	r.ask()
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case <-r.done:
		return nil
	case <-late.C:
	}
	r.signal(syscall.SIGKILL)
	<-r.done
	return fmt.Errorf("%s had not ended %v after it was asked to", r.Name, patience)
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}
