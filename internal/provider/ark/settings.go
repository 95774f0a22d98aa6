package ark

import "github.com/dailies/dailies/internal/provider"

// Settings are what an instance's config may say beside what all may.
func Settings() []provider.Setting {
	const access, secret, group = "access_key_env", "secret_key_env", "assets_group"
	return []provider.Setting{
		{Key: group, About: "the asset group in which faces are registered, of characters with a consent; made if it is not there", With: access},
		{Key: "assets_project", About: "its project, which is the API key's; left out: the account's default", With: group},
		{Key: "assets_url", About: "the asset API, where base_url is not the vendor's own", With: group},
		{Key: access, About: "the access key of a user who may manage assets; the API key may not", Env: true, With: secret},
		{Key: secret, About: "its other half", Env: true, With: group},
		{Key: "session_token_env", About: "the session token, of keys that expire", Env: true, With: access},
	}
}
