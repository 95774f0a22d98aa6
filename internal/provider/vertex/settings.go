package vertex

import (
	"github.com/dailies/dailies/internal/provider"
)

// Settings are what an instance's config may say beside what all may.
func Settings() []provider.Setting {
	return []provider.Setting{
		{Key: "project", About: "id or number of the cloud project"},
		{Key: "location", About: "its region; left out: " + DefaultLocation},
	}
}
