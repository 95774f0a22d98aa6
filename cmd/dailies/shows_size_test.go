//go:build !shows

package main

// TestTwoShows makes one episode of eight shots; `make shows` the two of forty that it was
// written for, which take ten minutes of a processor.
const (
	taleScenes = 1
	taleFaults = 3 // lines that are spoken wrong
)

var (
	draftKills  = []int{2, 5} // jobs that the vendor has accepted when the program is killed
	finalScenes = []string{"1"}
	tales       = []string{"zh"}
)
