// Command dailies turns a YAML episode script into a finished episode in S3.
// One file is one subcommand; package app composes what they stand on.
package main

import (
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"github.com/dailies/dailies/internal/fence"
	"github.com/dailies/dailies/internal/memory"
)

// version is set by the linker; see Makefile.
var version = "devel"

func main() {
	hidden := fence.Hide() // before anything else runs; doctor says what came of it
	memory.Bound()
	// Parts of the engine tell the standard logger things that help nobody here.
	log.SetOutput(io.Discard)
	p := fromOS()
	p.hidden = hidden
	os.Exit(p.run())
}

// fromOS is the program as the shell started it.
func fromOS() program {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	return program{
		args: os.Args[1:], env: os.Environ(), stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		terminal: term.IsTerminal(int(os.Stderr.Fd())), signals: signals, exit: os.Exit,
	}
}
