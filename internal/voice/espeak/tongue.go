package espeak

import "strings"

// Tongue is what a voice is called in whatever other language: its variant, which goes with
// every language; empty where it has none.
func Tongue(name string) string {
	if i := strings.IndexByte(name, '+'); i >= 0 {
		return name[i:]
	}
	return ""
}
