package kling

import (
	"github.com/dailies/dailies/internal/provider"
)

// Settings are what an instance's config may say beside what all may.
func Settings() []provider.Setting {
	return []provider.Setting{
		{Key: "access_key_env", About: "the key pair of older accounts, which opens the legacy API only", Env: true, With: "secret_key_env"},
		{Key: "secret_key_env", About: "its other half", Env: true, With: "access_key_env"},
		{Key: "callback_secret_env", About: "what Kling signs callbacks with, from its console (whsec_…)", Env: true},
	}
}
