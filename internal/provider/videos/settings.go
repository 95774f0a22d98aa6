package videos

import (
	"maps"
	"slices"

	"github.com/dailies/dailies/internal/provider"
)

// Settings are what an instance's config may say beside what all may.
func Settings() []provider.Setting {
	return []provider.Setting{{Key: "server", About: "the server's kind; left out: " + defaultServer, Words: slices.Sorted(maps.Keys(servers))}}
}
