package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// asChild names the program whose subcommands the children run; empty: this one.
const asChild = "DAILIES_TEST_CHILD"

// buildChild builds the program without the race detector, if it watches this test: a
// child does one thing after another, and would take three times as long. forget
// removes what was built.
func buildChild() (forget func(), err error) {
	if !watched {
		return func() {}, nil
	}
	dir, err := os.MkdirTemp("", "dailies")
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "dailies")
	if out, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", path, ".").CombinedOutput(); err != nil { //nolint:noctx // before any test
		return nil, fmt.Errorf("build the program for its children: %w\n%s", err, out)
	}
	return func() { _ = os.RemoveAll(dir) }, os.Setenv(asChild, path)
}

// child is what the program's children are started with, before their subcommand.
func child() []string {
	if path := os.Getenv(asChild); path != "" {
		return []string{path}
	}
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	// Children get a short list of harmless variables, of which a test's is none.
	return []string{"env", asDailies + "=1", self}
}
