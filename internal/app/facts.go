package app

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/config"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/all"
)

// Facts are what this process knows of every configured instance, with its model.
// They are worked out once, before the command runs. Plans are made with a
// session's.
func (a *Main) Facts() []provider.Facts { return a.providerFacts }

func (a *Main) loadFacts() error {
	run, err := a.MediaRunner()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "dailies-facts-")
	if err != nil {
		return fmt.Errorf("ask providers for their models: %w", err)
	}
	defer os.RemoveAll(dir)
	for _, name := range a.ProviderNames() {
		f, err := a.loadFact(name, all.Options{Runner: run, Scratch: filepath.Join(dir, name), Log: a.Log})
		if err != nil && a.Cluster() && a.knows(name) {
			// What it needs (a file of a workflow, perhaps) lies where its worker runs,
			// and that worker's word counts.
			a.Log.Info("a provider can only be made where its worker runs", "provider", name, "error", err)
			continue
		}
		if err != nil {
			return err
		}
		a.providerFacts = append(a.providerFacts, f)
	}
	return nil
}

// knows says whether an instance's type is one of this release's.
func (a *Main) knows(name string) bool {
	_, err := a.adapter(a.Config.Providers[name].Type)
	return err == nil
}

// models are all that an instance's adapter and its vendor's listing know.
func (a *Main) models(name string, o all.Options) ([]provider.Model, provider.Instance, error) {
	p, instance, err := a.MakeProvider(name, o)
	if err != nil {
		return nil, instance, err
	}
	models := p.Models()
	if c, ok := p.(interface{ Close() error }); ok {
		if err := c.Close(); err != nil {
			return nil, instance, fmt.Errorf("close provider %s: %w", name, err)
		}
	}
	models, err = a.withDiscovered(name, models)
	return models, instance, err
}

func (a *Main) loadFact(name string, o all.Options) (provider.Facts, error) {
	models, instance, err := a.models(name, o)
	if err != nil {
		return provider.Facts{}, err
	}
	if len(models) == 0 {
		return provider.Facts{}, fmt.Errorf("provider %s knows no model", name)
	}
	model, err := modelOf(models, instance.Model, a.Config.Providers[name].Like)
	if err != nil {
		return provider.Facts{}, Usagef("provider %s: %s %w", name, instance.Type, err)
	}
	return provider.Facts{Instance: name, Type: instance.Type, Model: model, Parked: a.Parked(name), CodeName: a.Config.Providers[name].CodeName}, nil
}

// modelOf finds a model's facts: its own, those of the one that the config says
// it is like, or those of any model where the adapter has such.
func modelOf(models []provider.Model, id, like string) (provider.Model, error) {
	if id == "" {
		return models[0].WithEndOf(models[0].ID, models), nil
	}
	find := func(ok func(provider.Model) bool) (provider.Model, bool) {
		i := slices.IndexFunc(models, ok)
		if i < 0 {
			return provider.Model{}, false
		}
		m := models[i].WithEndOf(id, models)
		m.ID = id
		return m, true
	}
	if m, ok := find(func(m provider.Model) bool { return m.ID == id }); ok && like == "" {
		return m, nil
	}
	var known []string
	for _, m := range models {
		known = append(known, m.ID)
	}
	if like != "" {
		if m, ok := find(func(m provider.Model) bool { return m.ID == like }); ok {
			return m, nil
		}
		return provider.Model{}, fmt.Errorf("knows no model %q to be like; it knows %s", like, strings.Join(known, ", "))
	}
	if m, ok := find(func(m provider.Model) bool { return m.AnyModel }); ok {
		return m, nil
	}
	return provider.Model{}, fmt.Errorf("knows no model %q; it knows %s. For one that is newer than this release say like: and the nearest of them", id, strings.Join(known, ", "))
}

// secretNames are the variables that hold an instance's credentials, by the
// config's key.
func secretNames(c config.Provider) map[string]string {
	names := map[string]string{"api_key_env": c.APIKeyEnv}
	for key, value := range c.Own {
		if strings.HasSuffix(key, "_env") {
			names[key] = value
		}
	}
	return names
}

// Parked says why an instance cannot be used now: its key is not there.
func (a *Main) Parked(name string) string {
	for _, env := range secretNames(a.Config.Providers[name]) {
		if env != "" && a.Secret(env) == "" {
			return env + " is not set"
		}
	}
	return ""
}

// KeyState says whether an instance's credentials are there, never what they are.
func (a *Main) KeyState(name string) string {
	switch named := secretNames(a.Config.Providers[name]); {
	case a.Parked(name) != "":
		return "missing"
	case strings.Join(slices.Collect(maps.Values(named)), "") != "":
		return "set"
	}
	return "none needed"
}
