package openrouter

import "github.com/dailies/dailies/internal/provider"

// Settings are what an instance's config may say beside what all may.
func Settings() []provider.Setting {
	return []provider.Setting{
		{Key: "callback_secret_env", About: "what OpenRouter signs callbacks with, from its settings", Env: true},
	}
}
