package main

import (
	"errors"
	"fmt"

	"github.com/dailies/dailies/internal/app"
)

// Exit codes; other programs rely on them.
const (
	exitDone        = 0
	exitScript      = 1   // the script has problems
	exitUsage       = 2   // usage or config
	exitNoCut       = 3   // ended without a delivered cut
	exitWaiting     = 4   // waiting for a person
	exitInterrupted = 130 // the work stays durable
)

// exitError ends the program with a code. What it says has been said already
// when err is nil.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// codeOf is the code of an error that brings none of its own.
func codeOf(err error) int {
	if _, ok := errors.AsType[*app.UsageError](err); ok {
		return exitUsage
	}
	return exitNoCut
}

// usage and usagef are app's: an error that is the user's or the config's.
func usage(err error) error { return app.Usage(err) }

func usagef(format string, args ...any) error { return app.Usagef(format, args...) }

// errInterrupted is the cause of a context that a person's Ctrl-C ended.
var errInterrupted = errors.New("interrupted")
