package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// asProcess names the binary that is the program in processes of their own; empty: this
// test's.
const asProcess = "DAILIES_TEST_PROCESS"

// buildProcess builds this test without the race detector, if it watches it: what runs in
// this process is watched, and what is killed or decodes clips in others would take
// three times as long. forget removes what was built.
func buildProcess() (forget func(), err error) {
	if !watched {
		return func() {}, nil
	}
	dir, err := os.MkdirTemp("", "dailies")
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "dailies.test")
	if out, err := exec.Command("go", "test", "-c", "-ldflags=-s -w", "-o", path, ".").CombinedOutput(); err != nil { //nolint:noctx // before any test
		return nil, fmt.Errorf("build the program for processes of its own: %w\n%s", err, out)
	}
	return func() { _ = os.RemoveAll(dir) }, os.Setenv(asProcess, path)
}

// binary is the program for a process of its own.
func binary() string {
	if path := os.Getenv(asProcess); path != "" {
		return path
	}
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	return self
}

// child is what the program's children are started with, before their subcommand: they
// get a short list of harmless variables, of which a test's is none.
func child() []string { return []string{"env", asDailies + "=1", binary()} }
