package config

import (
	"maps"
	"slices"
	"time"

	"github.com/dailies/dailies/internal/provider"
)

// Kinds are the adapters that a release knows, by type: what a config may say
// depends on them.
type Kinds struct {
	Providers map[string]Kind
	Voices    map[string]Kind
}

// Kind is what the config must know of an adapter.
type Kind struct {
	Settings []provider.Setting // its own
	Habits   provider.Habits
}

// setting finds one of the kind's own by its key.
func (k Kind) setting(key string) (provider.Setting, bool) {
	i := slices.IndexFunc(k.Settings, func(s provider.Setting) bool { return s.Key == key })
	if i < 0 {
		return provider.Setting{}, false
	}
	return k.Settings[i], true
}

// provider is what an instance of the type is when nothing else is said of it. What
// runs on this machine is limited by it and is asked often; what costs money is
// paced.
func (k Kinds) provider(kind string) Provider {
	p := Provider{Type: kind, Slots: 4, SubmitRPS: 1, PollEvery: 10 * time.Second, Deadline: 2 * time.Hour, OnAmbiguous: Hold}
	h := k.Providers[kind].Habits
	switch {
	case h.Here:
		p.Slots, p.SubmitRPS, p.PollEvery, p.Deadline = 0, 0, 200*time.Millisecond, 30*time.Minute
	case h.Own:
		p.SubmitRPS, p.PollEvery, p.OnAmbiguous = 0, 2*time.Second, Resubmit
	}
	if h.PollEvery > 0 {
		p.PollEvery = h.PollEvery
	}
	if h.Deadline > 0 {
		p.Deadline = h.Deadline
	}
	return p
}

func types(kinds map[string]Kind) []string { return slices.Sorted(maps.Keys(kinds)) }
