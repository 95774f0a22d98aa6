package library

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dailies/dailies/internal/store"
	"github.com/dailies/dailies/templates"
)

// pinned is the record under store.Keys.Templates.
type pinned struct {
	Show    string `json:"show"`
	Version string `json:"version"`
}

const loosePin = "remove the object and the show goes on with the templates of its first takes"

// ErrVersion: the templates have no such version, or the show meanwhile has another.
var ErrVersion = errors.New("no such version")

// TemplateVersions are the versions that there are, the oldest first.
func TemplateVersions() []string { return templates.Versions() }

// Templates is the version of the prompt templates that a show keeps: the one that
// its first run pinned; the first version for a show that has circled takes but no
// pin, since it is older than pins; else the newest, which its first run will pin.
// *RecordError.
func (l Library) Templates(ctx context.Context, show string) (version string, err error) {
	k := store.Keys{Show: show}
	p, _, err := read(ctx, l, k.Templates(), loosePin, is(func(p *pinned) string { return p.Show }, show))
	switch {
	case err == nil:
		return p.Version, nil
	case !errors.Is(err, store.ErrNotFound):
		return "", err
	}
	any := errors.New("there is one")
	err = l.Store.List(ctx, k.Circles(), func(store.Info) error { return any })
	switch {
	case errors.Is(err, any):
		return templates.First, nil
	case err != nil:
		return "", fmt.Errorf("look whether %s has takes: %w", show, err)
	}
	return templates.Version, nil
}

// PinTemplates keeps a version for a show, unless one is pinned already.
func (l Library) PinTemplates(ctx context.Context, show, version string) error {
	body, err := encode("the template version of "+show, pinned{Show: show, Version: version})
	if err != nil {
		return err
	}
	_, err = l.Store.PutNew(ctx, store.Keys{Show: show}.Templates(), body, jsonType)
	if err != nil && !errors.Is(err, store.ErrExists) {
		return fmt.Errorf("pin the templates of %s: %w", show, err)
	}
	return nil
}

// MoveTemplates has a show go on with another version of the templates than was, from
// its next plan on; back again too. Nothing is made again for that alone: it is the
// plan that says which takes the other wording makes stale. ErrVersion.
func (l Library) MoveTemplates(ctx context.Context, show, was, version string) error {
	known := templates.Versions()
	if !slices.Contains(known, version) {
		return fmt.Errorf("move %s to templates %q: %w; there are %s", show, version, ErrVersion, strings.Join(known, ", "))
	}
	now, err := l.Templates(ctx, show)
	if err != nil {
		return err
	}
	if now != was {
		return fmt.Errorf("move %s from templates %s: %w: it has %s now; look again, then decide", show, was, ErrVersion, now)
	}
	body, err := encode("the template version of "+show, pinned{Show: show, Version: version})
	if err != nil {
		return err
	}
	k := store.Keys{Show: show}
	_, info, err := read(ctx, l, k.Templates(), loosePin, is(func(p *pinned) string { return p.Show }, show))
	switch {
	case errors.Is(err, store.ErrNotFound):
		_, err = l.Store.PutNew(ctx, k.Templates(), body, jsonType)
	case err != nil:
		return err
	default:
		err = l.Store.PutIf(ctx, k.Templates(), body, jsonType, info.Version)
	}
	if errors.Is(err, store.ErrExists) || errors.Is(err, store.ErrChanged) {
		return fmt.Errorf("move %s to templates %s: %w: somebody else has moved it just now; look again, then decide", show, version, ErrVersion)
	}
	if err != nil {
		return fmt.Errorf("move %s to templates %s: %w", show, version, err)
	}
	return nil
}
