package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/near"
	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/all"
	"github.com/dailies/dailies/internal/studio"
)

// maker is a configured instance with every model that its adapter or its vendor's
// listing knows.
type maker struct {
	name   string
	models []provider.Model
}

// candidate finds who can make takes by a model that is to be tried, with the model's
// facts: an instance by its own name, whoever knows the model, or (by t.Like) whoever
// knows the one that it is like. studio.ErrModel.
func (s *Session) candidate(ctx context.Context, t studio.Trial) (provider.Facts, error) {
	known, err := s.Facts(ctx)
	if err != nil {
		return provider.Facts{}, err
	}
	own := func(name string) (provider.Facts, bool) {
		i := slices.IndexFunc(known, func(f provider.Facts) bool { return f.Instance == name })
		if i < 0 {
			return provider.Facts{}, false
		}
		return known[i], true
	}
	if f, ok := own(t.Model); ok && t.Use == "" && t.Like == "" {
		return f, nil
	}
	makers, err := s.app.makers(t.Use)
	if err != nil {
		return provider.Facts{}, err
	}
	maker, model, err := choose(makers, t)
	if err != nil {
		return provider.Facts{}, err
	}
	f, ok := own(maker)
	if !ok {
		return f, fmt.Errorf("%w: nobody works for %s now", studio.ErrModel, maker)
	}
	if f.Model.ID != model.ID {
		f.CodeName = "" // it is the other model's
	}
	f.Model = model
	return f, nil
}

// makers are the configured instances, or the one that is named.
func (a *Main) makers(use string) ([]maker, error) {
	names := a.ProviderNames()
	if use != "" {
		if !slices.Contains(names, use) {
			return nil, fmt.Errorf("%w: no provider is called %q; configured are %s", studio.ErrModel, use, strings.Join(names, ", "))
		}
		names = []string{use}
	}
	run, err := a.MediaRunner()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "dailies-facts-")
	if err != nil {
		return nil, fmt.Errorf("ask providers for their models: %w", err)
	}
	defer os.RemoveAll(dir)
	var out []maker
	for _, name := range names {
		models, _, err := a.models(name, all.Options{Runner: run, Scratch: filepath.Join(dir, name), Log: a.Log})
		if err != nil && a.Cluster() && a.knows(name) {
			continue // what it needs lies where its worker runs
		}
		if err != nil {
			return nil, err
		}
		out = append(out, maker{name, models})
	}
	return out, nil
}

// choose finds the one maker of a model among many.
func choose(makers []maker, t studio.Trial) (string, provider.Model, error) {
	type found struct {
		by    string
		model provider.Model
	}
	find := func(ok func(provider.Model) bool) (all []found) {
		for _, m := range makers {
			if i := slices.IndexFunc(m.models, ok); i >= 0 {
				f := found{m.name, m.models[i].WithEndOf(t.Model, m.models)}
				f.model.ID = t.Model
				all = append(all, f)
			}
		}
		return all
	}
	all := find(func(m provider.Model) bool { return m.ID == t.Model })
	if t.Like != "" {
		all = find(func(m provider.Model) bool { return m.ID == t.Like })
	} else if len(all) == 0 {
		all = find(func(m provider.Model) bool { return m.AnyModel })
	}
	var names, ids []string
	for _, f := range all {
		names = append(names, f.by)
	}
	for _, m := range makers {
		for _, model := range m.models {
			ids = append(ids, model.ID)
		}
	}
	sought := t.Model
	if t.Like != "" {
		sought = t.Like
	}
	switch meant := near.Word(sought, ids); {
	case len(all) == 1:
		return all[0].by, all[0].model, nil
	case len(all) > 1:
		return "", provider.Model{}, fmt.Errorf("%w: %s can all make takes by %s; name one with use", studio.ErrModel, strings.Join(names, ", "), t.Model)
	case t.Like != "" && meant != "":
		return "", provider.Model{}, fmt.Errorf("%w: no configured provider knows a model %q to be like; did you mean %s?", studio.ErrModel, t.Like, meant)
	case t.Like != "":
		return "", provider.Model{}, fmt.Errorf("%w: no configured provider knows a model %q to be like; dailies providers lists who there is", studio.ErrModel, t.Like)
	case meant != "":
		return "", provider.Model{}, fmt.Errorf("%w: no configured provider knows a model %q; did you mean %s? Of one that is newer than this release say which known one it is like", studio.ErrModel, t.Model, meant)
	}
	return "", provider.Model{}, fmt.Errorf("%w: no configured provider knows a model %q; of one that is newer than this release say which known one it is like, or read the vendors' listings with dailies providers --refresh", studio.ErrModel, t.Model)
}
