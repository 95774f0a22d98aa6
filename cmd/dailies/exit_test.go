package main

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/dailies/dailies/internal/library"
)

// TestWhoseFaultNoPlanIs: only what the author can change ends with the code for it.
func TestWhoseFaultNoPlanIs(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{fmt.Errorf("list chaos/ledger/: %w", io.ErrUnexpectedEOF), exitNoCut},
		{fmt.Errorf("%w: the raster is odd", library.ErrNoPlan), exitScript},
		{usagef("no such flag"), exitUsage},
	} {
		code := codeOf(asScriptError(c.err))
		if e, ok := errors.AsType[*exitError](asScriptError(c.err)); ok {
			code = e.code
		}
		if code != c.want {
			t.Errorf("%v: %d, want %d", c.err, code, c.want)
		}
	}
}
