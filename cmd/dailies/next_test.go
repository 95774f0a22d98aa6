package main

import (
	"fmt"
	"testing"

	"github.com/dailies/dailies/internal/studio"
)

// TestAnErrorNamesItsCommands: what the API offers as operations, the terminal offers as
// commands.
func TestAnErrorNamesItsCommands(t *testing.T) {
	for want, err := range map[string]error{
		"":                            fmt.Errorf("no way on"),
		" (dailies cancel pier/ep02)": fmt.Errorf("ask: %w", &studio.StaleError{Name: "pier/ep02"}),
		" (dailies cancel pier)":      &studio.StaleError{Name: "pier"},
		" (dailies takes pier/ep02 2B; dailies jobs)": &studio.NextError{Err: fmt.Errorf("take 9 is unknown"), Next: []studio.Next{
			{Operation: "list-takes", Of: "pier/ep02/2B"}, {Operation: "list-jobs", Of: "pier"},
		}},
		" (dailies status pier --watch)": &studio.NextError{Err: fmt.Errorf("busy"), Next: []studio.Next{{Operation: "get-show", Of: "pier"}}},
	} {
		if got := commandsOf(err); got != want {
			t.Errorf("%v: %q, want %q", err, got, want)
		}
	}
}
