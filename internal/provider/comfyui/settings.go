package comfyui

import (
	"github.com/dailies/dailies/internal/provider"
)

// Settings are what an instance's config may say beside what all may.
func Settings() []provider.Setting {
	return []provider.Setting{
		{Key: "server", About: "the API that it speaks; left out: native at port 8188, else v2", Words: []string{"native", "v2"}},
		{Key: "workflow", About: "the workflow's file, in API format"},
	}
}
