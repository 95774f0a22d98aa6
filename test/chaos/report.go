package chaos

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// Print writes what came of a run, for people.
func (r Report) Print(w io.Writer) {
	fmt.Fprintf(w, "\n%d kills and %d other faults in %v:", r.Kills, len(r.Plan)-r.planned(Kind.Killing), r.Took.Round(time.Second))
	for _, k := range slices.Sorted(maps.Keys(r.Done)) {
		fmt.Fprintf(w, " %s %d;", k, r.Done[k])
	}
	fmt.Fprint(w, "\nkilled:")
	for _, who := range slices.Sorted(maps.Keys(r.Killed)) {
		fmt.Fprintf(w, " %s %d;", who, r.Killed[who])
	}
	fmt.Fprintln(w)
	if r.NoDisk != "" {
		fmt.Fprintf(w, "no disk was filled: %s\n", r.NoDisk)
	}
	fmt.Fprintln(w, "not done: the program's own clock does not jump. Go asks the kernel without a call that could be answered in its place, and to set the machine's would be to set everybody's.")
	for _, s := range r.Instead {
		fmt.Fprintf(w, "otherwise: %s\n", s)
	}
	for _, s := range r.Sums {
		fmt.Fprintf(w, "  %s\n", s)
	}
	fmt.Fprintf(w, "%d notes, %d violations\n", len(r.Notes), len(r.Violations))
	for _, s := range r.Violations {
		fmt.Fprintf(w, "VIOLATION: %s\n", s)
	}
}

func (r Report) planned(what func(Kind) bool) (n int) {
	for _, f := range r.Plan {
		if what(f.Kind) {
			n++
		}
	}
	return n
}
