package studio

import (
	"errors"
	"strings"
)

// NextError says what to do about an error as operations of the API, so that each front can
// offer them in its own way: a page as a link or a button, the command line as a command.
type NextError struct {
	Err  error
	Next []Next
}

// Next is an operation, and what it is about: SHOW, SHOW/epNN, or SHOW/epNN/SLATE; empty:
// all.
type Next struct{ Operation, Of string }

func (e *NextError) Error() string { return e.Err.Error() }
func (e *NextError) Unwrap() error { return e.Err }

// NextOf are the operations that an error names.
func NextOf(err error) []Next {
	if e, ok := errors.AsType[*NextError](err); ok {
		return e.Next
	}
	if e, ok := errors.AsType[*StaleError](err); ok {
		return []Next{{cancelOp(e.Name), e.Name}}
	}
	return nil
}

// cancelOp ends the run of an episode, or of a season.
func cancelOp(of string) string {
	if strings.Contains(of, "/") {
		return "cancel-episode"
	}
	return "cancel-show"
}

func withNext(err error, next ...Next) error { return &NextError{err, next} }
