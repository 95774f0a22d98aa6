// Package all is the one list of adapters and voices that a release knows. A new
// one is a line here and a folder beside it. It builds what it is asked for; it
// reads no config and keeps nothing.
package all

import (
	"log/slog"

	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/animatic"
	"github.com/dailies/dailies/internal/voice"
	"github.com/dailies/dailies/internal/voice/espeak"
)

// Adapter makes providers of one type.
type Adapter struct {
	Type string
	// Free says that it runs on this machine and never asks for a key.
	Free bool
	// New makes a provider. It MUST NOT reach out: a missing key or a vendor that
	// is down shows when a take is asked for. What it returns is closed if it is
	// an io.Closer.
	New func(Options) (provider.Provider, error)
}

// Options are what an adapter may need. Most need little of it.
type Options struct {
	Instance provider.Instance
	BaseURL  string
	// As in the config's provider: what single adapters ask for.
	Server, Workflow, Project, Location string
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
		{Type: "animatic", Free: true, New: newAnimatic},
	}
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
	New  func(VoiceOptions) (voice.Speaker, error)
}

// VoiceOptions are what a speaker may need, as its instance's config has them.
type VoiceOptions struct {
	BaseURL, Model string
	Secret         func(key string) string // as Options.Secret
}

// Voices lists every voice.
func Voices() []Voice {
	return []Voice{
		{Type: "espeak", Free: true, New: func(VoiceOptions) (voice.Speaker, error) { return espeak.New(espeak.Options{}), nil }},
	}
}
