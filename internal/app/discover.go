package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/dailies/dailies/internal/provider"
	"github.com/dailies/dailies/internal/provider/all"
)

// discovered is where the facts of models that a vendor listed are kept.
func (a *Main) discovered(name string) string {
	return filepath.Join(a.DataDir(), "providers", name, "models.json")
}

// discoverTimeout bounds asking all of them.
const discoverTimeout = 10 * time.Second

// maxListing is the size limit of a kept listing, bytes.
const maxListing = 16 << 20

// withDiscovered adds what the vendor listed to what the release knows.
func (a *Main) withDiscovered(name string, known []provider.Model) ([]provider.Model, error) {
	path := a.discovered(name)
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) { // nor is there a data folder
		return known, nil
	}
	if err != nil || info.Size() > maxListing {
		return nil, fmt.Errorf("read the listed models of %s: %s is too large or cannot be read; remove it: %w", name, path, err)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the listed models of %s: %w", name, err)
	}
	var listed []provider.Model
	if err := json.Unmarshal(body, &listed); err != nil {
		return nil, fmt.Errorf("read the listed models of %s: %s is damaged; dailies providers --refresh makes it anew: %w", name, path, err)
	}
	for _, m := range listed {
		if !slices.ContainsFunc(known, func(k provider.Model) bool { return k.ID == m.ID }) {
			known = append(known, m)
		}
	}
	return known, nil
}

// Refresh asks every vendor that lists its models for machines what it has now.
func (a *Main) Refresh(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, discoverTimeout)
	defer cancel()
	asked := 0
	for _, name := range a.ProviderNames() {
		if a.Free(name) {
			continue
		}
		p, _, err := a.MakeProvider(name, all.Options{Log: a.Log})
		if err != nil {
			return err
		}
		d, ok := p.(provider.Discoverer)
		if !ok {
			continue
		}
		asked++
		if why := a.Parked(name); why != "" && a.Cluster() {
			a.Say("%s is not asked: %s here; its models are listed where its worker runs, and for that worker", name, why)
			continue
		}
		models, err := d.Discover(ctx)
		if err != nil {
			return fmt.Errorf("ask %s for its models: %w", name, err)
		}
		body, err := json.MarshalIndent(models, "", " ")
		if err != nil {
			return fmt.Errorf("keep the models of %s: %w", name, err)
		}
		path := a.discovered(name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path+".new", body, 0o600), os.Rename(path+".new", path)); err != nil {
			return fmt.Errorf("keep the models of %s: %w", name, err)
		}
		a.Say("%s lists %d models", name, len(models))
		for _, m := range models {
			a.Say("  %s", m.ID)
		}
	}
	if asked == 0 {
		a.Say("no configured provider lists its models for machines")
	}
	return nil
}
