package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
)

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
