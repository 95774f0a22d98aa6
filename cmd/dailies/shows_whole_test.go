//go:build shows

package main

const (
	taleScenes = 5
	taleFaults = 9
)

var (
	draftKills  = []int{6, 18, 30}
	finalScenes = []string(nil) // all
	tales       = []string{"zh", "en"}
)
