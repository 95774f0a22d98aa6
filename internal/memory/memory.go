// Package memory says how hard Go's collector works in the program's long-lived
// processes: the one that holds the engine, and the S3 gateway's. It knows neither.
package memory

import (
	"os"
	"runtime/debug"
)

const (
	// goal is the heap from which the collector works harder: the program is promised to
	// stay under 400 MB beside the encoders, and half of that is its code.
	goal = 192 << 20
	// growth is by how many percent the heap may grow until it is looked through again, as
	// long as it is under the goal. What lives is small there, and what comes and goes with
	// every request is much: at Go's own 100 a tenth of all time went into looking.
	growth = 400
)

// Bound sets the goal, where the environment (GOMEMLIMIT) sets none.
func Bound() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(goal)
	}
}

// Serve sets both, for a process that serves requests; GOGC in the environment counts
// before the growth.
func Serve() {
	Bound()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(growth)
	}
}
