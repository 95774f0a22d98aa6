// Package all is the one list of adapters and voices that a release knows. A new
// one is a line here and a folder beside it. It builds what it is asked for; it
// reads no config and keeps nothing.
package all

import (
	"log/slog"
	"time"

	"github.com/dailies/dailies/internal/config"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/animatic"
	"github.com/dailies/dailies/internal/provider/ark"
	"github.com/dailies/dailies/internal/provider/comfyui"
	"github.com/dailies/dailies/internal/provider/dashscope"
	"github.com/dailies/dailies/internal/provider/fal"
	"github.com/dailies/dailies/internal/provider/images"
	"github.com/dailies/dailies/internal/provider/kling"
	"github.com/dailies/dailies/internal/provider/minimax"
	"github.com/dailies/dailies/internal/provider/omni"
	"github.com/dailies/dailies/internal/provider/openrouter"
	"github.com/dailies/dailies/internal/provider/runway"
	"github.com/dailies/dailies/internal/provider/sync"
	"github.com/dailies/dailies/internal/provider/vertex"
	"github.com/dailies/dailies/internal/provider/videos"
	"github.com/dailies/dailies/internal/provider/vidu"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/internal/voice/elevenlabs"
	"github.com/dailies/dailies/internal/voice/espeak"
	minimaxvoice "github.com/dailies/dailies/internal/voice/minimax"
	"github.com/dailies/dailies/internal/voice/openai"
	"github.com/dailies/dailies/internal/voice/qwentts"
)

// Adapter makes providers of one type.
type Adapter struct {
	Type string
	// Free says that it runs on this machine and never asks for a key.
	Free bool
	// Settings and Habits are the adapter's own words of its instances' config.
	Settings []provider.Setting
	Habits   provider.Habits
	// Hears are the config's keys of the secrets that its vendor signs calls with
	// (provider.Hearer): who takes calls needs them, and no other secret.
	Hears []string
	// New makes a provider. It MUST NOT reach out: a missing key or a vendor that
	// is down shows when a take is asked for. What it returns is closed if it is
	// an io.Closer.
	New func(Options) (provider.Provider, error)
}

// Options are what an adapter may need. Most need little of it.
type Options struct {
	Instance provider.Instance
	BaseURL  string
	Like     string // as in the config's provider
	// Own are the adapter's own settings, by their keys.
	Own map[string]string
	// Deadline is how long a job is waited for.
	Deadline time.Duration
	// Secret reads a credential that the instance's config names, by the config's
	// key: api_key_env, secret_key_env. Empty: not set.
	Secret func(key string) string
	// Runner, Speakers and Scratch are for those who make pictures themselves.
	// Scratch is a folder of the instance's own that survives a restart.
	Runner   media.Runner
	Speaker  voice.Speaker // when a character names no voice
	Speakers map[string]voice.Speaker
	Scratch  string
	Log      *slog.Logger
}

// Adapters lists every adapter.
func Adapters() []Adapter {
	return []Adapter{
		{Type: "animatic", Free: true, Habits: provider.Habits{Here: true}, New: newAnimatic},
		{Type: "ark", Settings: ark.Settings(), New: func(o Options) (provider.Provider, error) {
			return ark.New(ark.Options{BaseURL: o.BaseURL, Key: o.key(), Like: o.Like, Deadline: o.Deadline, Assets: ark.Assets{
				Group: o.Own["assets_group"], Project: o.Own["assets_project"], URL: o.Own["assets_url"],
				AccessKey: o.secret("access_key_env"), SecretKey: o.secret("secret_key_env"), Token: o.secret("session_token_env"),
			}})
		}},
		{Type: "comfyui", Settings: comfyui.Settings(), Habits: provider.Habits{Own: true}, New: func(o Options) (provider.Provider, error) {
			return comfyui.New(comfyui.Options{BaseURL: o.BaseURL, Key: o.key(), Server: o.Own["server"], Model: o.Instance.Model, Workflow: o.Own["workflow"]})
		}},
		{Type: "dashscope", New: func(o Options) (provider.Provider, error) {
			return dashscope.New(dashscope.Options{BaseURL: o.BaseURL, Key: o.key()})
		}},
		{Type: "fal", New: func(o Options) (provider.Provider, error) {
			return fal.New(fal.Options{BaseURL: o.BaseURL, Key: o.key()})
		}},
		{Type: "images", Settings: images.Settings(), New: func(o Options) (provider.Provider, error) {
			return images.New(images.Options{BaseURL: o.BaseURL, Key: o.key(), Server: o.Own["server"], Like: o.Like, Dir: o.Scratch})
		}},
		{Type: "kling", Settings: kling.Settings(), Hears: []string{"callback_secret_env"}, New: func(o Options) (provider.Provider, error) {
			return kling.New(kling.Options{BaseURL: o.BaseURL, Key: o.key(), AccessKey: o.secret("access_key_env"), SecretKey: o.secret("secret_key_env"), CallbackSecret: o.secret("callback_secret_env")})
		}},
		{Type: "minimax", New: func(o Options) (provider.Provider, error) {
			return minimax.New(minimax.Options{BaseURL: o.BaseURL, Key: o.key()})
		}},
		{Type: "omni", New: func(o Options) (provider.Provider, error) {
			return omni.New(omni.Options{BaseURL: o.BaseURL, Key: o.key()})
		}},
		{Type: "openrouter", Settings: openrouter.Settings(), Hears: []string{"callback_secret_env"}, New: func(o Options) (provider.Provider, error) {
			return openrouter.New(openrouter.Options{BaseURL: o.BaseURL, Key: o.key(), CallbackSecret: o.secret("callback_secret_env")})
		}},
		{Type: "runway", New: func(o Options) (provider.Provider, error) {
			return runway.New(runway.Options{BaseURL: o.BaseURL, Key: o.key()})
		}},
		{Type: "sync", New: func(o Options) (provider.Provider, error) {
			return sync.New(sync.Options{BaseURL: o.BaseURL, Key: o.key()})
		}},
		{Type: "vertex", Settings: vertex.Settings(), New: func(o Options) (provider.Provider, error) {
			return vertex.New(vertex.Options{BaseURL: o.BaseURL, Project: o.Own["project"], Location: o.Own["location"], Key: o.key()})
		}},
		{Type: "vidu", Hears: []string{"api_key_env"}, New: func(o Options) (provider.Provider, error) {
			return vidu.New(vidu.Options{BaseURL: o.BaseURL, Key: o.key()})
		}},
		{Type: "videos", Settings: videos.Settings(), Habits: provider.Habits{Own: true}, New: func(o Options) (provider.Provider, error) {
			return videos.New(videos.Options{BaseURL: o.BaseURL, Key: o.key(), Server: o.Own["server"]})
		}},
	}
}

func (o Options) key() string { return o.secret("api_key_env") }

func (o Options) secret(name string) string {
	if o.Secret == nil {
		return ""
	}
	return o.Secret(name)
}

func newAnimatic(o Options) (provider.Provider, error) {
	return animatic.New(animatic.Options{
		Runner: o.Runner, Speaker: o.Speaker, Speakers: o.Speakers, Dir: o.Scratch, Slots: o.Instance.Slots, Logger: o.Log,
	})
}

// Voice makes speakers of one type.
type Voice struct {
	Type string
	// Free says that it speaks on this machine and never asks for a key.
	Free bool
	// Tongue is what a voice cast in one language is called in another; nil: the same, for
	// vendors' voices speak all languages that they have under one name.
	Tongue func(name string) string
	New    func(VoiceOptions) (voice.Speaker, error)
}

// Kinds is what the config must know of the adapters: this release's, and more.
func Kinds(more ...Adapter) config.Kinds {
	k := config.Kinds{Providers: map[string]config.Kind{}, Voices: map[string]config.Kind{}}
	for _, a := range append(Adapters(), more...) {
		k.Providers[a.Type] = config.Kind{Settings: a.Settings, Habits: a.Habits}
	}
	for _, v := range Voices() {
		k.Voices[v.Type] = config.Kind{Habits: provider.Habits{Here: v.Free}}
	}
	return k
}

// VoiceOptions are what a speaker may need, as its instance's config has them.
type VoiceOptions struct {
	BaseURL, Model string
	Secret         func(key string) string // as Options.Secret
	FakeIP         bool                    // results may lie at addresses that a proxy made up
}

// Voices lists every voice.
func Voices() []Voice {
	return []Voice{
		{Type: "espeak", Free: true, Tongue: espeak.Tongue, New: func(VoiceOptions) (voice.Speaker, error) { return espeak.New(espeak.Options{}), nil }},
		{Type: "openai", New: func(o VoiceOptions) (voice.Speaker, error) {
			return openai.New(openai.Options{BaseURL: o.BaseURL, Model: o.Model, Key: o.Secret("api_key_env")})
		}},
		{Type: "qwen-tts", New: func(o VoiceOptions) (voice.Speaker, error) {
			return qwentts.New(qwentts.Options{BaseURL: o.BaseURL, Model: o.Model, Key: o.Secret("api_key_env"), FakeIP: o.FakeIP})
		}},
		{Type: "minimax", New: func(o VoiceOptions) (voice.Speaker, error) {
			return minimaxvoice.New(minimaxvoice.Options{BaseURL: o.BaseURL, Model: o.Model, Key: o.Secret("api_key_env")})
		}},
		{Type: "elevenlabs", New: func(o VoiceOptions) (voice.Speaker, error) {
			return elevenlabs.New(elevenlabs.Options{BaseURL: o.BaseURL, Model: o.Model, Key: o.Secret("api_key_env")})
		}},
	}
}
