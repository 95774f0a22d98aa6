package main

import (
	"strings"

	"github.com/dailies/dailies/internal/studio"
)

// commandsOf are the commands that an error leads to, in brackets; empty: none.
func commandsOf(err error) string {
	var all []string
	for _, n := range studio.NextOf(err) {
		about := n.Of
		if parts := strings.SplitN(n.Of, "/", 3); len(parts) == 3 {
			about = parts[0] + "/" + parts[1] + " " + parts[2]
		}
		switch n.Operation {
		case "get-show", "get-episode":
			all = append(all, "dailies status "+about+" --watch")
		case "cancel-show", "cancel-episode":
			all = append(all, "dailies cancel "+about)
		case "list-takes":
			all = append(all, "dailies takes "+about)
		case "list-jobs":
			all = append(all, "dailies jobs")
		}
	}
	if len(all) == 0 {
		return ""
	}
	return " (" + strings.Join(all, "; ") + ")"
}
