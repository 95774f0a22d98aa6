//go:build !race

package main

// watched says that the race detector watches this test.
const watched = false
