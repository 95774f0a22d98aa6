//go:build !shows

package main

// TestTwoShows makes one episode of sixteen shots; `make shows` the two of forty that it was
// written for, which take ten minutes of a processor.
const (
	taleScenes = 2
	taleFaults = 6 // lines that are spoken wrong
)

var (
	draftKills  = []int{4, 9} // jobs that the vendor has accepted when the program is killed
	finalScenes = []string{"1"}
	tales       = []string{"zh"}
)
