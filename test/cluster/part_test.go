package cluster

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// sleeper is a part with a child of its own, which writes its process's number.
func sleeper(t *testing.T) *Part {
	t.Helper()
	dir := t.TempDir()
	child := filepath.Join(dir, "child")
	return &Part{
		Name: "sleeper", Log: filepath.Join(dir, "log"), dir: dir, env: os.Environ(),
		command: []string{"sh", "-c", "sleep 1000 & echo $! > " + child + "; echo here; wait"},
		ready: func(context.Context) error {
			if text, err := os.ReadFile(child); err != nil || !strings.HasSuffix(string(text), "\n") {
				return errors.New("there is no child yet")
			}
			return nil
		},
	}
}

// TestPartsDieWhole: what is killed leaves no child behind, and starts again.
func TestPartsDieWhole(t *testing.T) {
	p := sleeper(t)
	for range 2 {
		if err := p.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		whole, err := tree(p.PID())
		if err != nil || len(whole) != 2 {
			t.Fatalf("the part is %v, %v", whole, err)
		}
		if err := p.Kill(); err != nil {
			t.Fatal(err)
		}
		for _, of := range whole {
			if still, ok := readProcess(of.pid); ok && still.parent == of.parent {
				t.Errorf("process %d is still there", of.pid)
			}
		}
		if p.Running() {
			t.Error("it runs")
		}
		if err := os.Remove(filepath.Join(p.dir, "child")); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Stop(); err != nil {
		t.Errorf("stop what was killed: %v", err)
	}
}

// TestPartsThatEnd: who ends by itself is no part that was stopped.
func TestPartsThatEnd(t *testing.T) {
	p := sleeper(t)
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	all, err := tree(p.PID())
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range all {
		if err := syscall.Kill(of.pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	<-p.Done()
	if err := p.Stop(); err == nil || !strings.Contains(err.Error(), "here") {
		t.Errorf("it was stopped well: %v", err)
	}
	p.command = []string{"sh", "-c", "echo no >&2; exit 3"}
	p.ready = func(context.Context) error { return errors.New("never") }
	if err := p.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "exit status 3") || !strings.Contains(err.Error(), "no") {
		t.Errorf("what does not start: %v", err)
	}
}
