package app

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/config"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/all"
)

// ProviderNames are the configured instances, sorted.
func (a *Main) ProviderNames() []string {
	var names []string
	for name := range a.Config.Providers {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// VoiceNames are the configured voices, sorted.
func (a *Main) VoiceNames() []string {
	var names []string
	for name := range a.Config.Voices {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// adapter finds the adapter of a type.
func (a *Main) adapter(kind string) (all.Adapter, error) {
	var known []string
	for _, ad := range append(all.Adapters(), a.Adapters...) {
		if ad.Type == kind {
			return ad, nil
		}
		known = append(known, ad.Type)
	}
	return all.Adapter{}, fmt.Errorf("no adapter is called %q; this release knows %s", kind, strings.Join(known, ", "))
}

// MakeProvider makes the adapter of a configured instance.
func (a *Main) MakeProvider(name string, o all.Options) (provider.Provider, provider.Instance, error) {
	c, ok := a.Config.Providers[name]
	if !ok {
		return nil, provider.Instance{}, fmt.Errorf("no provider is called %q", name)
	}
	ad, err := a.adapter(c.Type)
	if err != nil {
		return nil, provider.Instance{}, Usagef("provider %s: %w", name, err)
	}
	o.Instance = provider.Instance{
		Name: name, Type: c.Type, Model: c.Model, Slots: c.Slots, SubmitRPS: c.SubmitRPS,
		PollEveryMS: c.PollEvery.Milliseconds(), DeadlineMS: c.Deadline.Milliseconds(), ResubmitAmbiguous: c.OnAmbiguous == config.Resubmit,
	}
	o.BaseURL, o.Like, o.Own = c.BaseURL, c.Like, c.Own
	o.Deadline = c.Deadline
	o.Secret = func(key string) string { return a.Secret(secretNames(c)[key]) }
	p, err := ad.New(o)
	if err != nil {
		return nil, o.Instance, fmt.Errorf("provider %s: %w", name, err)
	}
	return p, o.Instance, nil
}
